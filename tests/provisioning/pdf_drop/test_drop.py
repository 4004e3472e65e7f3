"""A drop of documents: whose each one is, what is refused, and that no number gets out."""

import json
import os
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.records.models import Attachment, Citizen, SectionState, Unit
from appliance.records.terms import Section
from provisioning.attachments.shelf import LARGEST_FILE
from provisioning.intake import take_in
from provisioning.reading import Reading
from provisioning.sources.pdf_drop.drop import holds_documents
from tests.provisioning.attachments.files import JPEG, pdf, png
from tests.provisioning.feeds import SALT, Taken, organization, patient, write_feed

NIGHT = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
CPR = "0101301234"
NUMBER = {"system": "urn:oid:1.2.208.176.1.2", "value": CPR}


def drop(folder: Path, **files: bytes | str) -> Path:
    """Write a drop; "__" in a name is a folder, "_" before the last four letters the dot."""
    for name, content in files.items():
        put(
            folder, name.replace("__", "/").replace("_pdf", ".pdf").replace("_csv", ".csv"), content
        )
    return folder


def put(folder: Path, name: str, content: bytes | str = b"") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    os.utime(path, (NIGHT.timestamp(), NIGHT.timestamp()))
    return folder


def take(tmp_path: Path, *feeds: Path, as_of: datetime | None = None) -> Taken:
    return Taken(take_in(list(feeds), tmp_path / "staging.sqlite", SALT, Reading(as_of)))


def fhir(tmp_path: Path, *more: dict) -> Path:
    given = [organization(), patient("1", identifier=[NUMBER]), *more]
    return write_feed(tmp_path / "fhir", given)


def everything_said(taken: Taken) -> str:
    """Return all a report, a title or a provenance could tell."""
    with closing(sqlite3.connect(taken.night.staging)) as database:
        rows = database.execute("SELECT title, origin, original FROM attachments").fetchall()
    return json.dumps([rows, taken.report.to_dict()], ensure_ascii=False)


def test_a_unit_alone_gets_its_documents_on_day_one(tmp_path: Path) -> None:
    taken = take(tmp_path, put(tmp_path / "drop", "Solgården/vagtplan uge 48.pdf", pdf()))

    unit, document = taken.one(Unit), taken.one(Attachment)
    assert unit.name == "Solgården"
    assert (document.unit_id, document.citizen_id) == (unit.id, None)
    assert (document.title, document.media_type) == ("vagtplan uge 48", "application/pdf")
    assert (document.size_bytes, document.created_at) == (len(pdf()), NIGHT)
    assert taken.verdicts("document") == (1, 0, 0, 0)
    assert taken.report.is_clean


def test_the_section_is_as_old_as_the_newest_file_unless_somebody_says_it(tmp_path: Path) -> None:
    feed = put(tmp_path / "drop", "Solgården/a.pdf", pdf())

    states = {one.section: one for one in take(tmp_path, feed).all_of(SectionState)}
    assert (states[Section.ATTACHMENTS].as_of, states[Section.ATTACHMENTS].source) == (NIGHT, "PDF")
    assert not states[Section.CITIZENS].is_delivered
    (tmp_path / "staging.sqlite").unlink()
    said = take(tmp_path, feed, as_of=datetime(2026, 11, 23, 3, tzinfo=UTC))
    assert Section.ATTACHMENTS in {
        one.section for one in said.all_of(SectionState) if one.as_of and one.as_of.hour == 3
    }


def test_a_citizen_of_another_feed_gets_what_bears_the_number(tmp_path: Path) -> None:
    files = put(tmp_path / "drop", f"{CPR}/hæl.jpg", JPEG)
    put(files, "010130-1234_lægebrev.pdf", pdf())

    taken = take(tmp_path, fhir(tmp_path), files)

    citizen = taken.one(Citizen)
    assert {one.title for one in taken.all_of(Attachment)} == {"hæl", "lægebrev"}
    assert {one.citizen_id for one in taken.all_of(Attachment)} == {citizen.id}
    assert citizen.family_name == "Holm"
    assert [unit.id for unit in taken.all_of(Unit)] == ["solgaarden"]


def test_a_citizen_nobody_knows_is_shown_by_number_in_the_unit_of_the_folder(
    tmp_path: Path,
) -> None:
    taken = take(tmp_path, put(tmp_path / "drop", f"Solgården/{CPR}.pdf", pdf()))

    citizen = taken.one(Citizen)
    assert (citizen.cpr, citizen.unit_id) == (CPR, taken.one(Unit).id)
    assert "name_missing" in citizen.identity_doubts
    assert taken.one(Attachment).title == "Dokument"


def test_a_citizen_outside_every_units_folder_waits_for_a_feed_that_knows_the_unit(
    tmp_path: Path,
) -> None:
    taken = take(tmp_path, put(tmp_path / "drop", f"{CPR}.png", png()))

    assert taken.one(Unit).id == "uden-enhed"
    assert taken.one(Attachment).title == "Billede"


def test_the_index_says_whose_it_is_what_it_is_called_and_how_old_it_is(tmp_path: Path) -> None:
    files = drop(tmp_path / "drop", a_pdf=pdf(), b_pdf=pdf(300), Solgaarden__c_pdf=pdf(400))
    index = f"fil;cpr;borger;titel;dato\na.pdf;{CPR};;Sår 010130-1234;2026-11-20\nb.pdf;;1;Brev;\n"
    put(files, "index.csv", index + "Solgaarden/c.pdf;;;Vagter;\n")

    taken = take(tmp_path, fhir(tmp_path), files)

    found = {one.title: one for one in taken.all_of(Attachment)}
    assert set(found) == {"Sår", "Brev", "Vagter"}
    assert found["Sår"].citizen_id == found["Brev"].citizen_id == taken.one(Citizen).id
    assert found["Sår"].created_at == datetime(2026, 11, 19, 23, tzinfo=UTC)
    assert found["Vagter"].unit_id == "solgaarden"
    assert taken.report.is_clean


def test_a_unit_is_found_by_id_or_name_in_any_case(tmp_path: Path) -> None:
    files = drop(tmp_path / "drop", SOLGAARDEN__a_pdf=pdf())
    put(files, "solgården/b.pdf", pdf(300))

    taken = take(tmp_path, fhir(tmp_path), files)

    assert {one.unit_id for one in taken.all_of(Attachment)} == {"solgaarden"}


def test_a_folder_no_feed_knows_becomes_a_unit_with_one_warning(tmp_path: Path) -> None:
    files = drop(tmp_path / "drop", Nyt__a_pdf=pdf(), Nyt__b_pdf=pdf(300))

    taken = take(tmp_path, fhir(tmp_path), files)

    assert {one.unit_id for one in taken.all_of(Attachment)} == {"Nyt"}
    assert taken.messages.count("is a unit no other feed knows") == 1


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("løs.pdf", pdf(), "lies in no unit's folder and names no citizen"),
        (f"{CPR}/0202301234.pdf", pdf(), "names two citizens"),
        ("a/x.pdf", b"", "is empty"),
        ("a/x.pdf", b"<html>", "is no PDF, JPEG or PNG"),
        ("a/x.docx", b"PK\x03\x04", "is no PDF, JPEG or PNG"),
        ("a/x.pdf", pdf(password="x"), "is a PDF that is locked with a password"),
        ("a/x.pdf", b"%PDF-1.7 " + b"x" * LARGEST_FILE, "is larger than 16 MiB"),
    ],
)
def test_what_cannot_be_taken_is_an_error_and_the_rest_goes_out(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    files = put(put(tmp_path / "drop", "a/god.pdf", pdf()), name, content)

    taken = take(tmp_path, files)

    (problem,) = taken.report.problems
    assert (problem.severity, problem.reason) == ("error", reason)
    assert taken.verdicts("document") == (1, 0, 0, 1)
    assert taken.one(Attachment).title == "god"


def test_a_unit_that_lost_a_document_says_so(tmp_path: Path) -> None:
    files = drop(tmp_path / "drop", a__god_pdf=pdf(), a__syg_pdf=b"%PDF-")

    states = {one.section: one for one in take(tmp_path, files).all_of(SectionState)}

    assert states[Section.ATTACHMENTS].reason == "Et billede eller dokument kunne ikke tages med."


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("b.pdf;;", "is not in the delivery"),
        (f"a.pdf;{CPR};\na.pdf;{CPR};", "is named on another line too"),
        ("a.pdf;1;", "is no CPR number"),
    ],
)
def test_a_line_of_the_index_that_is_wrong_is_named(tmp_path: Path, line: str, reason: str) -> None:
    files = drop(tmp_path / "drop", a_pdf=pdf(), index_csv=f"fil;cpr;borger\n{line}\n")

    taken = take(tmp_path, files)

    assert reason in taken.messages
    assert "index.csv:" in taken.messages


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (";findes-ikke", "the index names a citizen who is in no feed"),
        ("0202301234;1", "the index names a citizen by id who has another CPR number"),
    ],
)
def test_the_index_may_not_name_somebody_else(tmp_path: Path, line: str, reason: str) -> None:
    files = drop(tmp_path / "drop", a_pdf=pdf(), index_csv=f"fil;cpr;borger\na.pdf;{line}\n")

    taken = take(tmp_path, fhir(tmp_path), files)

    assert reason in taken.messages
    assert taken.verdicts("document") == (0, 0, 0, 1)


def test_a_name_two_units_share_is_nobodys_folder(tmp_path: Path) -> None:
    other = organization("b", "Solgården")
    files = put(tmp_path / "drop", "Solgården/a.pdf", pdf())

    taken = take(tmp_path, fhir(tmp_path, other, patient("2", "b")), files)

    assert "its folder is the name of two units (expected the unit's id)" in taken.messages


def test_no_number_and_no_file_name_gets_out(tmp_path: Path) -> None:
    files = tmp_path / "drop"
    for name in (
        "Solgården/010130-1234 Aase.pdf", "Solgården/010130-1234/syg Aase.pdf",
        "0101301234_Aase.pdf", "Aase 010130 1234/brev.pdf", "Aase.pdf",
    ):  # fmt: skip
        put(files, name, b"%PDF-broken")
    put(files, "Solgården/0101301234kort.pdf", pdf())
    put(files, "index.csv", f"fil;cpr\nx.pdf;{CPR}\n010130-1234;{CPR}\nx.pdf;0101\n")

    said = everything_said(take(tmp_path, files))

    assert "010130" not in said
    assert "Aase" not in said
    assert '"Solgården/#1.pdf"' in said


def test_a_zip_is_read_like_a_folder_and_its_empty_dates_are_unknown(tmp_path: Path) -> None:
    packed = tmp_path / "drop.zip"
    with zipfile.ZipFile(packed, "w") as target:
        target.writestr(zipfile.ZipInfo("a/x.pdf", (1980, 1, 1, 0, 0, 0)), pdf())
        target.writestr(zipfile.ZipInfo("a/y.pdf", (2026, 11, 22, 12, 0, 0)), pdf(300))
        target.writestr("a/Thumbs.db", b"litter")

    taken = take(tmp_path, packed)

    found = {one.title: one.created_at for one in taken.all_of(Attachment)}
    assert found == {"x": None, "y": datetime(2026, 11, 22, 11, tzinfo=UTC)}


def test_a_damaged_member_of_a_zip_is_one_error(tmp_path: Path) -> None:
    packed = tmp_path / "drop.zip"
    with zipfile.ZipFile(packed, "w") as target:
        target.writestr("a/x.pdf", pdf())
        target.writestr("a/y.pdf", pdf(300))
    content = bytearray(packed.read_bytes())
    content[200] ^= 1
    packed.write_bytes(content)

    taken = take(tmp_path, packed)

    assert "a/#1.pdf: error: document: is damaged or cannot be read [N-704]" in taken.messages
    assert taken.one(Attachment).title == "y"


def test_two_drops_of_one_citizen_are_one_person(tmp_path: Path) -> None:
    first = put(tmp_path / "one", f"{CPR}.pdf", pdf())
    second = put(tmp_path / "two", f"{CPR}.pdf", pdf(300))

    taken = take(tmp_path, first, second)

    assert len(taken.all_of(Attachment)) == 2
    assert len(taken.all_of(Citizen)) == 1


@pytest.mark.parametrize(
    ("names", "is_one"),
    [
        (["a/x.pdf"], True),
        (["x.JPG", "index.csv"], True),
        (["index.csv"], False),
        (["x.pdf", "borgere.csv"], False),
        (["x.pdf", "Patient.ndjson"], False),
        (["x.txt"], False),
    ],
)
def test_a_drop_is_known_by_its_names(tmp_path: Path, names: list[str], is_one: bool) -> None:  # noqa: FBT001
    for name in names:
        put(tmp_path / "feed", name)

    assert holds_documents(tmp_path / "feed") is is_one
