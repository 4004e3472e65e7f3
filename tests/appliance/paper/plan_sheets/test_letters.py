"""Letters: what is known is put in, what is not is a line, and who was told stands below."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.paper.plan_sheets import letters
from appliance.paper.sheet_kind import Material
from appliance.plan.shipped import shipped_plan
from tests.appliance.paper.pages import bare, layout, overprinted, texts
from tests.appliance.paper.people import NIGHT
from tests.appliance.paper.plan_sheets.conftest import LONG, printed

LETTERS = [letter.id for letter in shipped_plan().letters]


def page(wanted, material=None, **changes):
    (document,) = printed(letters, material or Material(), wanted, **changes)
    (found,) = texts(document.pdf)
    return found


@pytest.mark.parametrize("wanted", LETTERS)
def test_every_letter_is_one_page_with_room_for_who_was_told(wanted):
    found = page(wanted)

    assert "Givet til: navn" in found
    assert "dato og kl." in found
    assert "telefonnummer" in found
    assert "{" not in found


@pytest.mark.parametrize("wanted", LETTERS)
def test_a_letter_has_none_of_the_marks_of_a_list(wanted):
    found = page(wanted)

    assert found.startswith("Brev ")
    assert "NØDUDSKRIFT" not in found
    assert "Slut på" not in found
    assert "Side 1 af 1" in found


def test_a_letter_is_from_the_centre_and_never_from_the_box(open_box):
    letter, _ = page("sygehus", open_box()).split("Hvem har fået besked?")

    assert bare("Med venlig hilsen navn og titel Plejecenter Solgården, Afsnit Syd") in bare(letter)
    assert "Nødboks" not in letter


def test_a_locked_box_leaves_a_line_for_the_centre():
    letter, _ = page("sygehus").split("Hvem har fået besked?")

    assert "plejecenter, gruppe eller afdeling" in letter
    assert "Nødboks" not in letter


def test_hospital_and_doctors_are_told_that_nothing_electronic_is_received():
    for wanted in ("sygehus", "laeger"):
        assert "Vi kan hverken modtage eller sende elektroniske beskeder" in page(wanted)


def test_what_the_box_knows_is_put_in():
    known = Material(
        plan=replace(shipped_plan(), reply_phone="01 70 22 33"),
        outage_started_at=NIGHT - timedelta(hours=2),
    )

    found = page("sygehus", known)

    assert bare("ude af drift siden man. 23. nov. 2026 kl. 01.00.") in bare(found)
    assert "Vores telefon: 01 70 22 33" in found
    assert "telefonnummer" not in found


def test_the_letter_of_another_municipality_names_it_and_its_day(fjordby):
    found = page("faerge", Material(plan=fjordby))

    assert "kan Fjordby Kommune ikke booke plads" in found
    assert "Ring på 01 70 99 00" in found
    assert "23.11.2026" in found
    assert "Til: Færgeselskabet" in found


def test_a_clock_nobody_trusts_dates_no_letter(fjordby):
    found = page("faerge", Material(plan=fjordby), is_clock_trusted=False)

    assert "23.11.2026" not in found
    assert bare("plejecenter, gruppe eller afdeling, dato") in bare(found)


def test_the_danish_day_stands_on_a_letter_after_midnight(fjordby):
    late = NIGHT.replace(hour=23, minute=30)

    assert "24.11.2026" in page("faerge", Material(plan=fjordby), printed_at=late)


@pytest.mark.parametrize("wanted", LETTERS)
def test_long_names_do_not_overprint(wanted, tmp_path):
    known = Material(plan=replace(shipped_plan(), reply_phone=LONG), outage_started_at=NIGHT)

    (document,) = printed(letters, known, wanted, box_name=LONG)

    for words in layout(document.pdf, tmp_path):
        assert overprinted(words) == []
