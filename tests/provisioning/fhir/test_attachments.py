"""Photos and documents in FHIR: wherever they lie they are carried once, and nothing is fetched."""

import base64
import sqlite3
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from appliance.records.models import Attachment, Note, OtherItem, SectionState
from appliance.records.terms import Section
from provisioning.attachments.shelf import shelf_folder
from provisioning.sources.feed_store import LONGEST_LINE
from tests import shared_data
from tests.provisioning.attachments.files import JPEG, pdf, png
from tests.provisioning.feeds import (
    Json,
    Taken,
    about,
    organization,
    patient,
    take,
    take_resources,
    write_feed,
)

MEDCOM = "http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-"


def b64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def document(number: str = "d1", **attachment: Any) -> Json:
    return about("DocumentReference", number, content=[{"attachment": attachment}])


def in_place(content: bytes, **more: Any) -> Json:
    return document(contentType="application/pdf", data=b64(content), **more)


def content_of(taken: Taken, attachment: Attachment) -> bytes:
    return (shelf_folder(taken.night.staging) / attachment.object_sha256).read_bytes()


def originals(taken: Taken) -> str:
    """Return everything kept beside the records."""
    with closing(sqlite3.connect(taken.night.staging)) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master")]
        tables = [name for name in names if name in ("attachments", "citizens", "notes",
                                                     "other_items")]  # fmt: skip
        rows = [database.execute(f"SELECT original FROM {name}").fetchall() for name in tables]  # noqa: S608
    return str(rows)


def state(taken: Taken) -> SectionState:
    (found,) = [
        one
        for one in taken.all_of(SectionState)
        if one.section is Section.ATTACHMENTS and not one.citizen_id
    ]
    return found


def test_a_document_in_place_is_carried_and_its_bytes_leave_the_original(tmp_path: Path) -> None:
    given = in_place(pdf(), title="Epikrise 010130-1234", creation="2026-11-20T08:00:00+01:00")

    taken = take_resources(tmp_path, given)

    one = taken.one(Attachment)
    assert (one.title, one.media_type) == ("Epikrise", "application/pdf")
    assert one.created_at == datetime(2026, 11, 20, 7, tzinfo=UTC)
    assert content_of(taken, one) == pdf()
    assert b64(pdf())[:40] not in originals(taken)
    assert '"_data":{"extension":[{"url":"urn:nodboks:data-taken-out"' in originals(taken)
    assert taken.verdicts("DocumentReference") == (1, 0, 0, 0)
    assert taken.report.is_clean
    assert state(taken).is_delivered


@pytest.mark.parametrize(
    ("resource", "title"),
    [
        (about("Media", content={"data": b64(JPEG)}, type={"text": "Sår"}), "Sår"),
        (about("Media", content={"data": b64(JPEG)}), "Billede"),
        (about("DiagnosticReport", code={"text": "Svar"}, presentedForm=[{"data": b64(JPEG)}]),
         "Svar"),
        (about("Communication", payload=[{"contentAttachment": {"data": b64(JPEG)}}],
               sent="2026-11-20T08:00:00Z"), "Billede"),
    ],
)  # fmt: skip
def test_photos_lie_in_several_types(tmp_path: Path, resource: Json, title: str) -> None:
    taken = take_resources(tmp_path, resource)

    one = taken.one(Attachment)
    assert (one.title, one.media_type, content_of(taken, one)) == (title, "image/jpeg", JPEG)
    assert taken.verdicts(resource["resourceType"])[0] == 1


def test_a_citizens_portrait_is_carried_and_the_citizen_is_as_before(tmp_path: Path) -> None:
    given = [organization(), patient(photo=[{"data": b64(png())}, "odd", {"title": "kun et navn"}])]

    taken = take(write_feed(tmp_path / "feed", given), tmp_path)

    assert taken.one(Attachment).media_type == "image/png"
    assert b64(png()) not in originals(taken)
    assert taken.verdicts("Patient") == (1, 0, 0, 0)


def test_a_note_and_its_attachment_are_both_there(tmp_path: Path) -> None:
    payload = [{"contentString": "Se billedet"}, {"contentAttachment": {"data": b64(JPEG)}}]

    taken = take_resources(tmp_path, about("Communication", payload=payload))

    assert taken.one(Note).text == "Se billedet"
    assert taken.one(Attachment).media_type == "image/jpeg"


@pytest.mark.parametrize(
    "url",
    ["Binary/b1", "https://omsorg.example/fhir/Binary/b1", "Binary/b1/_history/2", "urn:uuid:b1"],
)
def test_a_binary_of_the_feed_is_found_however_it_is_named(tmp_path: Path, url: str) -> None:
    binary = {"resourceType": "Binary", "id": "b1", "contentType": "application/pdf",
              "data": b64(pdf())}  # fmt: skip

    taken = take_resources(tmp_path, document(url=url), binary)

    assert content_of(taken, taken.one(Attachment)) == pdf()
    assert b64(pdf())[:40] not in originals(taken)
    assert taken.verdicts("Binary") == (0, 1, 0, 0)


def test_a_binary_of_a_bundle_is_found_by_its_place(tmp_path: Path) -> None:
    entries = [
        {"fullUrl": "urn:uuid:1", "resource": patient()},
        {"fullUrl": "urn:uuid:2", "resource": {"resourceType": "Binary", "data": b64(pdf())}},
        {"fullUrl": "urn:uuid:3", "resource": document(url="urn:uuid:2")},
        {"fullUrl": "urn:uuid:4", "resource": organization()},
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}

    taken = take(write_feed(tmp_path / "feed", [bundle]), tmp_path)

    assert content_of(taken, taken.one(Attachment)) == pdf()


@pytest.mark.parametrize("url", ["filer/a%20b.pdf", "./filer/a%20b.pdf"])
def test_a_file_beside_the_resources_is_found(tmp_path: Path, url: str) -> None:
    given = [organization(), patient(), document(url=url)]
    feed = write_feed(tmp_path / "feed" / "enhed", given)
    (feed / "filer").mkdir()
    (feed / "filer" / "a b.pdf").write_bytes(pdf())

    taken = take(tmp_path / "feed", tmp_path)

    assert content_of(taken, taken.one(Attachment)) == pdf()


def test_a_file_at_the_top_of_the_feed_is_found(tmp_path: Path) -> None:
    write_feed(tmp_path / "feed" / "enhed", [organization(), patient(), document(url="a.pdf")])
    (tmp_path / "feed" / "a.pdf").write_bytes(pdf())

    assert len(take(tmp_path / "feed", tmp_path).all_of(Attachment)) == 1


@pytest.mark.parametrize(
    "url",
    ["https://omsorg.example/dokument/7", "../hemmelig.pdf", "/etc/passwd", "findes-ikke.pdf",
     "file:///etc/passwd", "Binary/ukendt"],
)  # fmt: skip
def test_what_lies_elsewhere_is_kept_with_a_remark_and_never_fetched(
    tmp_path: Path, url: str
) -> None:
    (tmp_path / "hemmelig.pdf").write_bytes(pdf())

    taken = take_resources(tmp_path, document(url=url))

    assert taken.all_of(Attachment) == []
    assert taken.one(OtherItem).type == "DocumentReference"
    assert "content[0].attachment.url: lies outside the feed and was not fetched" in taken.messages
    assert taken.verdicts("DocumentReference") == (0, 1, 0, 0)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (in_place(pdf()[:100]), "is a PDF that cannot be opened"),
        (in_place(pdf(password="x")), "is a PDF that is locked with a password"),
        (in_place(b"<html>"), "is no PDF, JPEG or PNG"),
        (document(contentType="application/pdf", data="æ"), "data is not base64"),
        (document(data=""), "is no PDF, JPEG or PNG"),
    ],
)
def test_a_broken_document_is_an_error_the_resource_is_kept_and_its_bytes_are_not(
    tmp_path: Path, given: Json, reason: str
) -> None:
    taken = take_resources(tmp_path, given)

    (problem,) = taken.report.problems
    assert (problem.severity, problem.reason) == ("error", f"{reason}; not carried")
    assert taken.all_of(Attachment) == []
    assert "refused" in originals(taken)
    assert state(taken).reason == "Et billede eller dokument kunne ikke tages med."


def test_a_kind_nobody_claims_can_be_shown_is_kept_as_it_was(tmp_path: Path) -> None:
    given = document(contentType="text/plain; charset=utf-8", data=b64(b"En tekst"))

    taken = take_resources(tmp_path, given)

    (problem,) = taken.report.problems
    assert problem.severity == "note"
    assert b64(b"En tekst") in originals(taken)
    assert taken.report.is_clean


def test_a_binary_that_is_broken_is_an_error_where_it_is_pointed_at(tmp_path: Path) -> None:
    binary = {"resourceType": "Binary", "id": "b1", "data": b64(pdf()[:100])}
    nameless = {"resourceType": "Binary", "data": b64(pdf())}

    taken = take_resources(tmp_path, document(url="Binary/b1"), binary, nameless)

    assert "content[0].attachment: is a PDF that cannot be opened; not carried" in taken.messages


@pytest.mark.parametrize(("content", "reason"), [(pdf() + b" " * 17_000_000, "is larger than")])
def test_a_file_that_is_too_large_is_an_error(tmp_path: Path, content: bytes, reason: str) -> None:
    feed = write_feed(tmp_path / "feed", [organization(), patient(), document(url="a.pdf")])
    (feed / "a.pdf").write_bytes(content)

    assert reason in take(feed, tmp_path).messages


def test_a_file_that_is_damaged_is_an_error(tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "feed", [organization(), patient(), document(url="a.pdf")])
    packed = tmp_path / "feed.zip"
    with zipfile.ZipFile(packed, "w") as target:
        target.writestr("a.pdf", pdf())
        for path in feed.iterdir():
            target.write(path, path.name)
    content = bytearray(packed.read_bytes())
    content[100] ^= 1
    packed.write_bytes(content)

    assert "is damaged or cannot be read; not carried" in take(packed, tmp_path).messages


@pytest.mark.parametrize(
    "more",
    [
        {"status": "entered-in-error"}, {"status": "superseded"},
        {"docStatus": "entered-in-error"}, {"modifierExtension": [{"url": "http://x.dk/not"}]},
    ],
)  # fmt: skip
def test_what_says_of_itself_that_it_is_wrong_is_not_shown(tmp_path: Path, more: Json) -> None:
    taken = take_resources(tmp_path, {**in_place(pdf()), **more})

    assert taken.all_of(Attachment) == []
    assert taken.one(OtherItem).type == "DocumentReference"


def test_a_line_too_long_for_a_document_is_an_error_and_holds_no_box(tmp_path: Path) -> None:
    taken = take_resources(tmp_path, in_place(b"%PDF-" + b"x" * LONGEST_LINE))

    (problem,) = taken.report.problems
    assert (problem.severity, problem.type) == ("error", "DocumentReference")
    assert taken.report.blocking == []
    assert not state(taken).is_complete


def test_two_documents_of_one_id_hold_no_box(tmp_path: Path) -> None:
    taken = take_resources(tmp_path, in_place(pdf()), in_place(pdf(300)))

    assert taken.report.blocking == []
    assert "delivered before with other content" in taken.messages


def test_a_document_about_nobody_is_kept(tmp_path: Path) -> None:
    loose = {**in_place(pdf())}
    del loose["subject"]

    assert take_resources(tmp_path, loose).all_of(Attachment) == []


def test_a_type_that_is_listed_is_delivered_even_without_documents(tmp_path: Path) -> None:
    feed = write_feed(tmp_path / "feed", [organization(), patient()], ("DocumentReference",))

    assert state(take(feed, tmp_path)).is_delivered


def message(sent: str, *payload: Json, number: str = "k1") -> Json:
    """Return a care communication as a message of its own."""
    identifier = [{"value": "urn:uuid:samtale"}]
    note = about("Communication", number, payload=list(payload), identifier=identifier)
    entry = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in (patient(), note)]
    return {"resourceType": "Bundle", "type": "message", "timestamp": sent, "entry": entry}


def test_a_later_message_tells_its_words_anew_but_its_photo_only_once(tmp_path: Path) -> None:
    extension = [
        {"url": f"{MEDCOM}identifier-extension", "valueIdentifier": {"value": "urn:uuid:foto"}},
        {"url": f"{MEDCOM}datetime-extension", "valueDateTime": "2026-11-20T08:00:00Z"},
    ]
    photo = {"extension": extension, "contentAttachment": {"title": "Sår", "data": b64(JPEG)}}
    named = {"extension": extension, "contentAttachment": {"title": "Sår"}}
    first = message("2026-11-20T08:00:00Z", {"contentString": "Se"}, photo)
    again = message("2026-11-21T08:00:00Z", {"contentString": "Svar"}, named, number="k2")
    forwarded = message("2026-11-22T08:00:00Z", {"contentString": "Til dig"}, photo, number="k3")

    taken = take(
        write_feed(tmp_path / "feed", [organization(), patient(), first, again, forwarded]),
        tmp_path,
    )

    one = taken.one(Attachment)
    assert (one.title, one.created_at) == ("Sår", datetime(2026, 11, 20, 8, tzinfo=UTC))
    assert b64(JPEG) not in originals(taken)


def test_the_pdf_of_a_real_care_communication_is_carried(tmp_path: Path) -> None:
    feed = tmp_path / "feed"
    feed.mkdir()
    lines = shared_data.folder("dk-fhir-examples/medcom-carecommunication.ndjson").read_bytes()
    (feed / "Bundle.ndjson").write_bytes(lines)

    taken = take(feed, tmp_path, datetime(2026, 11, 23, tzinfo=UTC))

    found = taken.all_of(Attachment)
    assert {(one.title, one.media_type) for one in found} == {
        ("Blodprøveresultater", "application/pdf")
    }
    assert all(content_of(taken, one).startswith(b"%PDF-") for one in found)
    assert "JVBERi0" not in originals(taken)
