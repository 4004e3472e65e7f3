"""Photos and documents on screen: whose they are, what is handed over, and what is refused."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appliance.errors import DocumentLostError, KeeperDownError
from appliance.records.age import show_date_time
from appliance.records.terms import Section
from appliance.vault.opened import Opened, document_path
from appliance.web.screens.documents import documents
from tests.appliance.web.conftest import Phone, WebBox
from tests.simulators.box_documents import CONTENT, attachment
from tests.simulators.box_people import AASE, ATTACHMENTS, EGON, NINNA, NORD, SYD, personal_words

LIST = f"/borgere/{AASE.id}/dokumenter"
OF_UNIT = f"/afsnit/{SYD.id}/dokumenter"


def test_the_newest_comes_first_and_what_has_no_date_last(agnes: Phone) -> None:
    page = agnes.get(LIST).text

    assert re.findall(r'<strong lang="da">(\w+)</strong>', page) == ["hæl", "sårpleje", "udateret"]
    assert show_date_time(datetime(2026, 11, 22, 8, tzinfo=UTC)) in page
    assert "Dato ukendt" in page
    assert "0,1 MB" in page


def test_the_list_is_in_english_too(agnes: Phone) -> None:
    agnes.client.set_cookie("sprog", "en")

    page = agnes.get(LIST).text

    assert "Photos and documents" in page
    assert "0.1 MB" in page


def test_the_medicine_list_leads_to_the_documents(agnes: Phone) -> None:
    assert f'href="{LIST}"' in agnes.get(f"/borgere/{AASE.id}/medicin").text
    assert "/dokumenter" not in agnes.get(f"/borgere/{EGON.id}/medicin").text


def test_the_unit_leads_to_its_own_documents(agnes: Phone) -> None:
    assert f'href="{OF_UNIT}"' in agnes.get(f"/afsnit/{SYD.id}/borgere").text

    page = agnes.get(OF_UNIT).text

    assert "vagtplan" in page
    assert "sårpleje" not in page


def test_a_document_is_handed_over_as_what_it_is_under_a_name_that_tells_nothing(
    agnes: Phone,
) -> None:
    answer = agnes.get(f"{LIST}/d-sårpleje")

    assert answer.data == CONTENT["1" * 64]
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["Content-Disposition"] == 'inline; filename="dokument-2.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert not [word for word in personal_words() if word in str(answer.headers)]


def test_a_photo_is_handed_over_as_a_photo(agnes: Phone) -> None:
    answer = agnes.get(f"{LIST}/d-hæl")

    assert (answer.data, answer.headers["Content-Type"]) == (CONTENT["2" * 64], "image/png")
    assert answer.headers["Content-Disposition"] == 'inline; filename="dokument-1.png"'


def test_a_document_of_the_unit_is_handed_over(agnes: Phone) -> None:
    assert agnes.get(f"{OF_UNIT}/d-vagtplan").data == CONTENT["1" * 64]


@pytest.mark.parametrize(
    "path",
    [
        f"/borgere/{NINNA.id}/dokumenter",
        f"/borgere/{NINNA.id}/dokumenter/d-nords",
        f"{LIST}/d-nords",  # another citizen's, under one of her own
        f"{LIST}/d-vagtplan",
        f"{LIST}/findes-ikke",
        f"/afsnit/{NORD.id}/dokumenter",
        f"/afsnit/{NORD.id}/dokumenter/d-nordplan",
        f"{OF_UNIT}/d-nordplan",
        f"{OF_UNIT}/d-sårpleje",
    ],
)
def test_what_is_not_of_her_unit_does_not_exist_for_her(agnes: Phone, path: str) -> None:
    answer = agnes.get(path)

    assert (answer.status_code, "N-903" in answer.text) == (404, True)


@pytest.mark.parametrize("path", [LIST, f"{LIST}/d-hæl", OF_UNIT, f"{OF_UNIT}/d-vagtplan"])
def test_a_locked_box_shows_no_document(box: WebBox, agnes: Phone, path: str) -> None:
    box.keeper.lock()

    assert agnes.get(path).headers["Location"] == "/"


@pytest.mark.parametrize("path", [LIST, f"{LIST}/d-hæl", OF_UNIT, f"{OF_UNIT}/d-vagtplan"])
def test_it_sees_no_document(box: WebBox, path: str) -> None:
    assert box.logged_in("BEN").get(path).status_code == 403


def test_a_lost_document_is_a_sentence_and_the_list_still_works(box: WebBox, agnes: Phone) -> None:
    box.keeper.lost.add("d-hæl")

    answer = agnes.get(f"{LIST}/d-hæl")

    assert answer.status_code == 503
    assert DocumentLostError.sentence in answer.text
    assert "hæl" in agnes.get(LIST).text


def test_a_keeper_that_is_gone_is_a_sentence(box: WebBox, agnes: Phone) -> None:
    def gone(_attachment_id: str) -> None:
        raise KeeperDownError

    box.keeper.open_document = gone  # type: ignore[method-assign, assignment]

    assert KeeperDownError.sentence in agnes.get(f"{LIST}/d-hæl").text


def test_a_document_whose_room_was_taken_is_asked_for_again(box: WebBox, agnes: Phone) -> None:
    box.keeper.vanishing = 1

    assert agnes.get(f"{LIST}/d-hæl").data == CONTENT["2" * 64]


def test_a_document_that_vanishes_each_time_is_a_sentence(box: WebBox, agnes: Phone) -> None:
    box.keeper.vanishing = 2

    assert DocumentLostError.sentence in agnes.get(f"{LIST}/d-hæl").text


def test_a_box_locked_while_a_document_opens_goes_to_the_front_page(
    box: WebBox, agnes: Phone
) -> None:
    real = box.keeper.open_document

    def cut_by_a_lock(attachment_id: str) -> None:
        real(attachment_id)
        opened = Opened.read(box.config.records_dir)
        assert opened is not None
        document_path(opened, "2" * 64).write_bytes(b"")

    box.keeper.open_document = cut_by_a_lock  # type: ignore[method-assign, assignment]

    assert agnes.get(f"{LIST}/d-hæl").headers["Location"] == "/"


def test_a_kind_that_is_not_on_our_own_list_is_neither_shown_nor_handed_over(
    box: WebBox,
) -> None:
    page = replace(attachment("side", citizen_id=AASE.id), media_type="text/html")
    box.hold(attachments=(page, *ATTACHMENTS))
    agnes = box.logged_in("AGN")

    assert "side" not in re.findall(r'<strong lang="da">(\w+)</strong>', agnes.get(LIST).text)
    assert agnes.get(f"{LIST}/d-side").status_code == 404


def test_documents_that_were_not_delivered_are_not_called_none(box: WebBox) -> None:
    box.hold(attachments=(), missing=frozenset({Section.ATTACHMENTS}))

    page = box.logged_in("AGN").get(LIST).text

    assert "Billeder og dokumenter er ikke med i kopien." in page


def test_a_citizen_without_documents_has_a_page_that_says_so(agnes: Phone) -> None:
    page = agnes.get(f"/borgere/{EGON.id}/dokumenter").text

    assert "Her er ingen billeder eller dokumenter." in page


def test_old_documents_are_said_to_be_old(box: WebBox) -> None:
    box.hold(as_of=None)

    page = box.logged_in("AGN").get(LIST).text

    assert "siden kopien blev taget" in page


def test_documents_are_numbered_as_they_are_listed() -> None:
    listed = documents([one for one in ATTACHMENTS if one.citizen_id == AASE.id])

    assert [(one.number, one.attachment.title, one.is_photo) for one in listed] == [
        (1, "hæl", True), (2, "sårpleje", False), (3, "udateret", False),
    ]  # fmt: skip
