"""A column map says nothing that is not understood, and is told what it probably meant."""

import pytest

from appliance.records.terms import UnitKind
from provisioning.errors import ColumnMapError
from provisioning.sources.lists.columns import (
    FOLDER,
    FixedUnit,
    find_column_map,
    load_column_map,
    read_column_map,
    shipped_maps,
)
from provisioning.sources.lists.kinds import KINDS
from tests.provisioning.lists.lists import small_map

LIST = "[lists.cave]\nkind='warnings'\n[lists.cave.columns]\ncitizen='Id'\nsubstance='Stof'\n"


def read(text):
    return read_column_map(text.encode(), "mit.toml")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("lists = [", "mit.toml: "),
        ("", "lists: is missing"),
        ("lists = 3", "lists: is not a table"),
        ("delimeter = ';'\n" + LIST, "delimeter: is not known; did you mean delimiter?"),
        ("delimiter = ';;'\n" + LIST, "delimiter: is one character"),
        ("encoding = 'latin1'\n" + LIST, "encoding: is not one of utf-8, cp1252"),
        ("name = 3\n" + LIST, "name: is not a text"),
        ("empty = [1]\n" + LIST, "empty: is not a text or a list of texts"),
        ("dates = ['%d-%m']\n" + LIST, "dates: '%d-%m' does not give day, month and year"),
        ("dates = ['%d-%m-%Q']\n" + LIST, "dates: '%d-%m-%Q'"),
        ("[as_of]\nheader_line = '('\n" + LIST, "as_of.header_line: "),
        ("[as_of]\nheader_line = 'taget'\n" + LIST, "as_of.header_line: needs one (group)"),
        ("[as_of]\nfile_time = 'ja'\n" + LIST, "file_time: is not true or false"),
        ("[as_of]\nfiletime = true\n" + LIST, "as_of.filetime: is not known; did you mean"),
        ("[unit]\nid = 'a'\n" + LIST, "unit.name: is missing"),
        ("[unit]\nname = 'a'\nkind = 'hotel'\n" + LIST, "kind: is not one of care_centre"),
        (LIST.replace("warnings", "warning"), "lists.cave.kind: is not known; did you mean war"),
        (LIST + "reacton='R'\n", "lists.cave.reacton: is not known; did you mean reaction?"),
        (LIST.replace("citizen='Id'\n", ""), "lists.cave.columns: needs a column for citizen or"),
        (LIST + "reaction={ jion = ['A'] }\n", "reaction.jion: is not known; did you mean join"),
        (LIST + "reaction={ with = ' ' }\n", "reaction: join needs a list of headers"),
        (LIST + "reaction=[]\n", "reaction: is empty"),
        (LIST + "reaction=4\n", "reaction: is not a text or a list of texts"),
        (LIST + "[lists.cave.values.severty]\n", "lists.cave.severty: is not known"),
        (LIST + "[lists.cave.constants]\nseverity=2\n", "severity: is not a text"),
        (LIST + "[lists.cave.values]\nseverity=2\n", "severity: is not a table"),
    ],
)
def test_map_with_a_fault_is_refused_with_the_place_and_the_reason(text, reason):
    with pytest.raises(ColumnMapError) as raised:
        read(text)

    assert reason in str(raised.value)
    assert str(raised.value).startswith("mit.toml: ")


def test_map_that_is_not_utf_8_is_refused():
    with pytest.raises(ColumnMapError):
        read_column_map("name = 'Ærø'".encode("cp1252"), "mit.toml")


def test_map_says_what_it_leaves_out_as_the_usual():
    found = read(LIST)

    assert found.name == "mit"
    assert (found.encoding, found.delimiter, found.unit) == (None, None, None)
    assert found.lists[0].files == ("cave*",)


def test_whole_map_is_read():
    head = (
        "name='x'\ntitle='X'\nencoding='cp1252'\ndelimiter='\\t'\nempty='-'\ndates='%d/%m %y'\n"
        "[as_of]\nheader_line='pr (.+)'\nfile_time=true\n"
        "[unit]\nname='Birkely'\nkind='residential_unit'\n"
    ).replace("'\\t'", '"\\t"')
    found = read(head + LIST)

    assert (found.name, found.encoding, found.delimiter) == ("x", "cp1252", "\t")
    assert found.unit == FixedUnit("Birkely", "Birkely", UnitKind.RESIDENTIAL_UNIT)
    assert found.date_formats == ("%d/%m %y",)
    assert found.empty == {"-"}


@pytest.mark.parametrize("name", [path.stem for path in sorted(FOLDER.glob("*.toml"))])
def test_shipped_map_can_be_found_by_name(name):
    assert find_column_map(name).name == name


def test_three_maps_are_shipped():
    assert [found.name for found in shipped_maps()] == ["cura", "nexus", "noerreskov"]


def test_unknown_name_is_refused_with_the_likely_one():
    with pytest.raises(ColumnMapError, match="no column map 'nexos'; did you mean nexus"):
        find_column_map("nexos")


def test_map_of_ones_own_is_found_by_its_path(tmp_path):
    path = tmp_path / "eget.toml"
    path.write_text(LIST, encoding="utf-8-sig")

    assert find_column_map(str(path)).name == "eget"
    with pytest.raises(ColumnMapError, match=r"intet\.toml: No such file"):
        load_column_map(tmp_path / "intet.toml")


def test_readme_explains_every_kind_of_list_and_every_field():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")

    for kind in KINDS.values():
        assert f"`{kind.name}`" in text
        assert [name for name in sorted(kind.fields) if f"`{name}`" not in text] == []


def test_headers_a_map_knows_are_those_it_maps_and_those_it_ignores():
    known = small_map().lists[1].known_headers()

    assert {"internt nr.", "navn", "id"} <= known
