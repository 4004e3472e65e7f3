"""What is wrong with a delivery is said with file, line and column, and never costs in silence."""

import re
import sys
import zipfile

import pytest

from appliance.records.models import Gap, MedicationOrder, Visit
from appliance.records.terms import Section
from provisioning.cli import NAME, main
from provisioning.errors import ColumnMapError, UnreadableFeedError
from provisioning.sources.lists.folder import holds_lists
from tests.provisioning.feeds import IDS
from tests.provisioning.lists.lists import (
    BOTH,
    CITIZEN,
    HEADER,
    ORDER,
    SMALL,
    VISIT,
    blocked,
    csv_bytes,
    line,
    medicine,
    order_with,
    small_map,
    state,
    take_feeds,
    take_small,
    town_map,
    write_lists,
)


def _with_generic(listed):
    columns = {**listed.columns, "generic": listed.columns["id"]}
    return type(listed)(**{**{name: getattr(listed, name) for name in listed.__slots__},
                           "columns": columns})  # fmt: skip


def damaged_zip(path, name, content):
    """Zip lists, one of them with a byte that is not the one that was packed."""
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("borgere.csv", csv_bytes([CITIZEN] * (3000 if name == "borgere" else 1)))
        packed.writestr("medicin.csv", content)
    return path


def test_whole_small_delivery_is_clean(tmp_path):
    taken = take_small(tmp_path, medicin=[ORDER], besoeg=[VISIT])

    assert taken.messages == ""
    assert taken.one(Visit).tasks == ("Bad", "Sår")
    assert taken.one(Visit).minutes == 30
    assert taken.one(MedicationOrder).id == IDS.record("MedicationStatement/m1")


@pytest.mark.parametrize("row", ["1;;m2;Aktiv", line(Ordination="m2") + ";for;meget"])
def test_row_of_another_width_is_rejected_and_blocks_the_unit_it_is_about(tmp_path, row):
    taken = take_small(tmp_path, borgere=BOTH, medicin=medicine(line(), row))

    assert re.search(r"medicin\.csv:3: blocking: medicin: has \d+ columns, the header has 15",
                     taken.messages)  # fmt: skip
    assert blocked(taken) == {"a"}
    assert taken.verdicts("medicin") == (1, 0, 0, 1)
    assert not state(taken, Section.MEDICATION).is_complete
    assert state(taken, Section.MEDICATION, "b").is_complete


def test_row_nobody_can_be_told_from_blocks_every_unit(tmp_path):
    taken = take_small(tmp_path, borgere=BOTH, medicin=medicine(line(), "?;?"))

    assert blocked(taken) == {"a", "b"}


def test_row_that_ends_in_the_delimiters_excel_adds_is_whole(tmp_path):
    taken = take_small(tmp_path, medicin=medicine(line() + ";;;", ";;;;;"))

    assert taken.verdicts("medicin") == (1, 0, 0, 0)


def test_quote_left_open_costs_its_own_line_and_no_other(tmp_path):
    rows = (line(Ordination="m1"), '1;;"m2;Aktiv', line(Ordination="m3"), line(Ordination="m4"))
    taken = take_small(tmp_path, medicin=medicine(*rows))

    assert taken.verdicts("medicin") == (3, 0, 0, 1)
    assert "medicin.csv:3: blocking: medicin: a quote is not closed" in taken.messages


def test_quote_left_open_before_a_quoted_text_costs_its_own_line_and_no_other(tmp_path):
    quoted = line(Ordination="m3", Dosering='"1 tablet\r\nhver morgen"')
    taken = take_small(tmp_path, medicin=medicine('1;;"m2;Aktiv', quoted, line(Ordination="m4")))

    assert taken.verdicts("medicin") == (2, 0, 0, 1)


def test_text_over_several_lines_is_one_row_and_keeps_its_breaks(tmp_path):
    said = order_with(Dosering="Mandag: 1 tablet\nTirsdag: 2 tabletter", Morgen="", Enhed="")
    taken = take_small(tmp_path, medicin=[said, order_with(Ordination="m2", Dato="i går")])

    text = {one.dosage.text for one in taken.all_of(MedicationOrder)}
    assert "Mandag: 1 tablet\nTirsdag: 2 tabletter" in text
    assert "medicin.csv:4: error: medicin.Dato: cannot be read" in taken.messages


def test_list_that_is_not_there_is_not_delivered(tmp_path):
    taken = take_small(tmp_path, medicin=[ORDER])

    assert not state(taken, Section.VISITS).is_delivered
    assert "besoeg*: warning: besoeg: the list is not in the delivery" in taken.messages
    assert taken.report.is_clean


def test_required_list_that_is_not_there_blocks_everybody(tmp_path):
    vendor = small_map().__class__(
        **{
            name: getattr(small_map(), name)
            for name in small_map().__dataclass_fields__
            if name != "lists"
        },
        lists=small_map("[lists.cave]\nkind='warnings'\nis_required=true\n[lists.cave.columns]\n"
                        "citizen='Id'\nsubstance='Stof'\n").lists,
    )  # fmt: skip
    taken = take_small(tmp_path, vendor, borgere=BOTH)

    assert blocked(taken) == {"a", "b"}


def test_missing_column_a_list_needs_rejects_its_rows_and_says_what_may_be_meant(tmp_path):
    rows = [{**ORDER, "Ordination": "m1"}, {**ORDER, "Ordination": "m2"}]
    renamed = csv_bytes(rows).replace(b";Status;", b";Statuss;")
    taken = take_small(tmp_path, medicin=renamed)

    assert "medicin: lacks the column Status; did you mean Statuss?" in taken.messages
    assert taken.verdicts("medicin") == (0, 0, 0, 2)
    assert blocked(taken) == {"a"}


def test_missing_column_of_a_field_is_named_and_the_field_is_a_gap(tmp_path):
    rows = [{key: value for key, value in ORDER.items() if key != "Navn"}]
    taken = take_small(tmp_path, medicin=rows, vendor=small_map().__class__(
        "lille", (small_map().lists[0], _with_generic(small_map().lists[1]))))  # fmt: skip

    assert "medicin.Navn: the column is not in the file" in taken.messages
    assert Gap("brand", "not_delivered") in taken.one(MedicationOrder).gaps


def test_unmapped_column_is_named_and_one_left_out_on_purpose_is_not(tmp_path):
    row = {**ORDER, "Navnn": "?", "Internt nr.": "7", "": "?"}
    taken = take_small(tmp_path, medicin=[row])

    assert "the column 'Navnn' is not in the column map" in taken.messages
    assert "medicin.csv:2: warning: medicin: has cells beyond the last header" in taken.messages
    assert "Internt" not in taken.messages
    assert taken.report.is_clean
    assert [one.shown for one in taken.report.unread] == ["unread: medicin.Navnn × 1"]


def test_column_that_stands_twice_is_nobodys(tmp_path):
    header = medicine(line()).replace(b";Navn;", b";Status;")
    taken = take_small(tmp_path, medicin=header)

    assert "lacks the column Navn" in taken.messages or "twice" in taken.messages
    assert taken.verdicts("medicin")[3] == 1


def test_mapped_column_twice_is_said(tmp_path):
    content = medicine(line() + ";x").replace(HEADER.encode(), HEADER.encode() + b";Navn")
    taken = take_small(tmp_path, medicin=content)

    assert "has the column 'navn' twice" in taken.messages


@pytest.mark.parametrize(
    ("most", "few", "reason"),
    [
        ("utf-8", "cp1252", "is not utf-8 at byte"),
        ("cp1252", "utf-8", "is UTF-8, the file is cp1252"),
    ],
)
def test_line_in_another_encoding_is_rejected_never_misread(tmp_path, most, few, reason):
    rows = [line(Ordination=f"m{number}", Navn="Blærol") for number in range(4)]
    content = "\r\n".join([HEADER, *rows]).encode(most)
    content += ("\r\n" + line(Ordination="m9", Navn="Øjol")).encode(few)
    taken = take_small(tmp_path, medicin=content)

    assert taken.verdicts("medicin") == (4, 0, 0, 1)
    assert f"medicin.csv:6: blocking: medicin: {reason}" in taken.messages
    assert {one.brand for one in taken.all_of(MedicationOrder)} == {"Blærol"}


def test_byte_cp1252_has_no_letter_for_is_rejected(tmp_path):
    content = medicine(line(Navn="Blærol"), line(Ordination="m2", Navn="?")).decode()
    taken = take_small(tmp_path, medicin=content.encode("cp1252").replace(b"?", b"\x81"))

    assert taken.verdicts("medicin") == (1, 0, 0, 1)


def test_utf_16_is_refused_by_name(tmp_path):
    taken = take_small(tmp_path, medicin=medicine(line()).decode().encode("utf-16"))

    assert "is UTF-16; save it as CSV UTF-8" in taken.messages
    assert blocked(taken) == {"a"}


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n", b"\xef\xbb\xbf"])
def test_empty_file_is_not_an_empty_list(tmp_path, content):
    taken = take_small(tmp_path, medicin=content)

    assert "medicin.csv: blocking: medicin: is empty, without even headers" in taken.messages
    assert not state(taken, Section.MEDICATION).is_complete


def test_list_with_headers_and_no_rows_is_delivered_and_empty(tmp_path):
    taken = take_small(tmp_path, medicin=medicine())

    assert state(taken, Section.MEDICATION).is_delivered
    assert state(taken, Section.MEDICATION).is_complete


def test_file_without_known_headers_quotes_none_of_its_rows(tmp_path):
    taken = take_small(tmp_path, medicin=b"Ane Holm;0201439990\r\nEva Lund;0301431234\r\n")

    assert "medicin: has no headers that are known" in taken.messages
    assert "Holm" not in taken.messages
    assert taken.verdicts("medicin") == (0, 0, 0, 2)


def test_lists_of_unknown_age_block(tmp_path):
    feed = write_lists(tmp_path / "feed")
    taken = take_feeds([feed], tmp_path, None, small_map())

    assert "nobody says how old it is" in taken.messages
    assert "[N-701]" in taken.messages
    assert blocked(taken) == {"a"}


def test_files_nobody_asked_for_are_named_and_litter_is_not(tmp_path):
    feed = write_lists(tmp_path / "feed", besog=[VISIT])
    (feed / "~$medicin.xlsx").write_bytes(b"lock")
    (feed / "gammel.xls").write_bytes(b"old")
    (feed / "laes-mig.pdf").write_bytes(b"pdf")
    taken = take_feeds([feed], tmp_path, vendor=small_map())

    assert "was not read; did you mean besoeg?" in taken.messages
    assert "gammel.xls: blocking: file: .xls is not read; save it as .xlsx" in taken.messages
    assert "~$" not in taken.messages
    assert "laes-mig.pdf: warning: file: is no list and was not read" in taken.messages


def test_damaged_member_of_a_zip_blocks_and_its_whole_rows_count(tmp_path):
    path = tmp_path / "feed.zip"
    rows = [order_with(Ordination=str(number)) for number in range(2000)]
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("borgere.csv", csv_bytes([CITIZEN]))
        packed.writestr("medicin.csv", csv_bytes(rows))
    content = bytearray(path.read_bytes())
    at = content.rindex(b"1 tablet hver morgen")
    content[at : at + 3] = b"2 t"
    path.write_bytes(content)
    taken = take_feeds([path], tmp_path, vendor=small_map())

    assert re.search(r"medicin\.csv: .*CRC", taken.messages)
    assert blocked(taken) == {"a"}


def test_what_is_no_zip_is_refused(tmp_path):
    (tmp_path / "feed.zip").write_bytes(b"not a zip")

    with pytest.raises(UnreadableFeedError):
        take_feeds([tmp_path / "feed.zip"], tmp_path)


def test_delivery_no_map_fits_is_refused(tmp_path):
    feed = write_lists(tmp_path / "feed", borgere=b"a;b\r\n1;2\r\n")

    with pytest.raises(ColumnMapError, match="no column map fits these lists \\(tried cura, nexus"):
        take_feeds([feed], tmp_path)


def test_delivery_with_none_of_the_named_maps_lists_is_refused(tmp_path):
    (tmp_path / "feed").mkdir()
    (tmp_path / "feed" / "andet.csv").write_bytes(b"a;b\r\n1;2\r\n")

    with pytest.raises(ColumnMapError, match="none of the lists of 'noerreskov' is there"):
        take_feeds([tmp_path / "feed"], tmp_path, vendor=town_map())


def test_lists_are_told_from_fhir(tmp_path):
    lists = write_lists(tmp_path / "lists")
    fhir = write_lists(tmp_path / "fhir")
    (fhir / "manifest.json").write_bytes(b"{}")
    (tmp_path / "empty").mkdir()

    assert holds_lists(lists)
    assert not holds_lists(fhir)
    assert not holds_lists(tmp_path / "empty")


@pytest.mark.parametrize("ending", [b"\r\n", b""])
def test_line_that_never_ends_is_passed_over(tmp_path, monkeypatch, ending):
    monkeypatch.setattr("provisioning.sources.lists.text.LONGEST_LINE", 400)
    long = line(Ordination="m2", Dosering="x" * 3000).encode()
    last = b"\r\n" + line(Ordination="m3").encode() if ending else b""
    content = b"\r\n".join([HEADER.encode(), line().encode(), long]) + last + ending
    taken = take_small(tmp_path, medicin=content)

    assert taken.verdicts("medicin") == (2 if ending else 1, 0, 0, 1)
    assert "medicin.csv:3: blocking: medicin: is longer than 400 bytes" in taken.messages


def test_text_too_long_for_a_cell_is_a_quote_left_open(tmp_path, monkeypatch):
    monkeypatch.setattr("provisioning.sources.lists.text._MOST_LINES", 5)
    said = order_with(Dosering="\n".join(["1 tablet"] * 20))
    taken = take_small(tmp_path, medicin=[said, order_with(Ordination="m2")])

    assert "the text is too long for one cell" in taken.messages
    assert taken.report.counts["medicin"].used == 1


def test_line_in_another_encoding_inside_a_long_text_rejects_the_text(tmp_path):
    content = csv_bytes([order_with(Dosering="1 tablet\nÆ\nmorgen"), order_with(Navn="Øjol")])
    taken = take_small(tmp_path, medicin=content.replace("Æ".encode(), b"\xc6"))

    assert "a quote is not closed, or is not utf-8" in taken.messages
    assert taken.report.counts["medicin"].used == 1


def test_bare_carriage_return_in_a_row_rejects_it(tmp_path):
    taken = take_small(tmp_path, medicin=medicine(line(Navn="Pa\rmol"), line(Ordination="m2")))

    assert taken.verdicts("medicin") == (1, 0, 0, 1)


def test_list_of_citizens_that_stops_half_way_keeps_those_before_and_blocks(tmp_path):
    path = damaged_zip(tmp_path / "feed.zip", "borgere", csv_bytes([ORDER]))
    content = path.read_bytes()
    at = content.index(b"Holm", 100_000)
    path.write_bytes(content[:at] + b"Halm" + content[at + 4 :])
    taken = take_feeds([path], tmp_path, vendor=small_map())

    assert re.search(r"borgere\.csv: .*CRC", taken.messages)
    assert not taken.report.is_clean


def test_delivery_of_nothing_but_unreadable_files_is_refused_with_the_reason(tmp_path):
    feed = write_lists(tmp_path / "feed", borgere="Id;Efternavn".encode("utf-16"))

    with pytest.raises(UnreadableFeedError, match=r"borgere\.csv: .*save it as CSV UTF-8"):
        take_feeds([feed], tmp_path, vendor=small_map())


def test_command_takes_a_folder_of_lists_for_what_it_is(tmp_path, capsys, monkeypatch):
    feed = write_lists(tmp_path / "feed", medicin=[ORDER, order_with(Ordination="2", Dato="?")])
    (feed / "kolonner.toml").write_text(SMALL, encoding="utf-8")
    words = [NAME, "check", "--feed", str(feed), "--as-of", "2026-11-23T02:00"]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as ended:
        main()

    out = capsys.readouterr().out
    assert ended.value.code == 1
    assert "accepted 3 + rejected 0 = read 3" in out
    assert "medicin.csv:3: error: medicin.Dato: cannot be read" in out
    assert "Holm" not in out
