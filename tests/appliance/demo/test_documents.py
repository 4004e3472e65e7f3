import io

import pytest
from pypdf import PdfReader

from appliance.demo.documents import documents_of, dropped_files, photo, write_pdf_drop
from appliance.records.terms import UnitKind


def test_a_handful_of_citizens_of_each_centre_has_letters_and_photos(town):
    for unit in town.units:
        found = list(documents_of(unit))
        if unit.unit.kind is not UnitKind.CARE_CENTRE:
            assert found == []
            continue

        own = {citizen.id for citizen in unit.care.citizens}
        assert {one.citizen_id for one in found} <= own
        assert [one.media_type for one in found].count("application/pdf") == 3
        assert [one.media_type for one in found].count("image/png") == 2
        assert all(one.created_at < town.night for one in found)


def test_a_letter_opens_and_names_whom_it_is_about(town):
    unit = town.units[0]
    letter = next(one for one in documents_of(unit) if one.media_type == "application/pdf")
    citizen = next(one for one in unit.care.citizens if one.id == letter.citizen_id)

    text = PdfReader(io.BytesIO(letter.content)).pages[0].extract_text()

    assert citizen.name in text
    assert "UDSKRIVNINGSBREV" in text.upper()


def test_a_photo_is_a_small_png():
    assert photo(0).startswith(b"\x89PNG\r\n\x1a\n")
    assert len(photo(0)) < 50_000
    assert photo(0) != photo(3)


def test_equal_towns_have_equal_documents(town):
    assert list(documents_of(town.units[0])) == list(documents_of(town.units[0]))


@pytest.mark.slow  # a PDF for every centre
def test_the_drop_has_a_rota_for_each_centre_and_one_citizens_story(small_town, tmp_path):
    write_pdf_drop(small_town, tmp_path)

    names = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.pdf")}
    centres = [one.unit for one in small_town.units if one.unit.kind is UnitKind.CARE_CENTRE]
    assert len(names) == 2 * len(centres)
    assert {f"{unit.name}/Vagtplan.pdf" for unit in centres} <= names
    cprs = [citizen.cpr for citizen in small_town.citizens]
    for name, _ in dropped_files(small_town):
        if "Livshistorie" in name:
            assert cprs.count(name.partition("/")[2].partition(" ")[0]) == 1
