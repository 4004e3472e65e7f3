"""The citizen's folder on the screen."""

from datetime import date

import pytest

from appliance.records.alerts import NEEDS_UNKNOWN
from appliance.records.models import Flag, KeyBox, Observation, Relative
from appliance.records.terms import FlagKind, Section
from appliance.web.screens.citizen import phone_number
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.test_medication import words_of
from tests.simulators.box_people import AASE

PAGE = f"/borgere/{AASE.id}"


def test_folder_says_whom_to_phone_with_a_number_that_can_be_tapped(box: WebBox) -> None:
    box.hold(others=(Relative("r1", AASE.id, "Lis Prøvesen", "Datter", "87 00 00 77"),))

    page = box.unlocked_phone().get(PAGE).text

    assert '<a href="tel:87000077">87 00 00 77</a>' in page
    assert "Datter" in page


def test_identity_cave_and_needs_stand_before_everything(agnes: Phone) -> None:
    words = words_of(agnes.get(PAGE).text)

    assert words.index("Aase Prøvesen") < words.index("CAVE: Penicillin")
    assert words.index("CAVE: Penicillin") < words.index("Livsnødvendig: Insulin")
    assert words.index("Livsnødvendig: Insulin") < words.index("Kontakt")


def test_cpr_is_masked_and_title_and_address_hold_no_person(agnes: Phone) -> None:
    page = agnes.get(PAGE).text

    assert "010130-••••" in page
    assert AASE.cpr not in page.replace("-", "")
    assert "<title>Borger – Nødboks</title>" in page


def test_code_of_the_key_box_is_on_no_screen(box: WebBox) -> None:
    box.hold(others=(KeyBox("k1", AASE.id, "Ved døren, kode 4711", "4711"),))

    page = box.unlocked_phone().get(PAGE).text

    assert "ved døren, kode •••" in page
    assert "4711" not in page


def test_measurements_are_drawn_and_said(box: WebBox) -> None:
    box.hold(
        others=tuple(
            Observation(f"o{number}", AASE.id, "Vægt", value, "kg", box.clock.now())
            for number, value in enumerate(("61", "62", "63"))
        )
    )

    page = box.unlocked_phone().get(PAGE).text

    assert "<polyline points=" in page
    assert "3 målinger" in page


def test_section_that_was_not_delivered_is_said(box: WebBox) -> None:
    box.hold(missing=frozenset({Section.FLAGS}))

    assert NEEDS_UNKNOWN in box.unlocked_phone().get(PAGE).text


def test_folder_says_who_decided_and_what_the_source_lacks_in_words_that_fit_one_value(
    box: WebBox,
) -> None:
    box.hold(
        flags=(Flag("f9", AASE.id, FlagKind.TREATMENT_LIMIT, "Ingen sonde", date(2024, 7, 21)),)
    )

    page = words_of(box.unlocked_phone().get(PAGE).text)

    assert "Besluttet: MANGLER I KILDEN, 21.07.2024" in page
    assert "Telefon MANGLER I KILDEN" in page
    assert "Borgeren: " not in page


def test_what_the_box_itself_says_of_a_citizen_is_english_on_the_english_page(box: WebBox) -> None:
    box.hold(missing=frozenset({Section.FLAGS, Section.WARNINGS}))
    phone = box.unlocked_phone()
    phone.post("/visning", sprog="en", tilbage=PAGE)

    page = phone.get(PAGE).text

    assert "The CAVE list is not complete. Ask the doctor." in words_of(page)
    assert "Life-critical needs and treatment limits are not in the copy." in words_of(page)
    assert "<span>Room 101</span>" in page


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("87 00 00 77", "87000077"),
        ("+45 87 00 00 77", "+4587000077"),
        ("12.09.1937", None),
        ("Ring først", None),
        ("112", None),
    ],
)
def test_only_a_telephone_number_is_one(text: str, number: str | None) -> None:
    assert phone_number(text) == number
