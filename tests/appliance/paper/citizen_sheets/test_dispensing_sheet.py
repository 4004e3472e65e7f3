"""What goes into the box for one day and night, read back from the paper."""

from datetime import UTC, datetime

import pytest

from appliance.paper.citizen_sheets.dispensing_sheet import (
    AS_NEEDED_WHY,
    FORM_WHY,
    IN_BAG,
    KIND,
    NO_FORM_WHY,
    NOT_IN_BOX,
    NOTHING_IN_BOX,
    RANGE_WHY,
    UNIT_WHY,
    WRITE_DAYS,
)
from appliance.paper.citizen_sheets.leftovers import READABLE, UNTELLABLE
from appliance.records.dosage import Dosage
from tests.appliance.paper.citizen_sheets.lives import WHO, scheduled
from tests.appliance.paper.pages import bare
from tests.appliance.paper.people import rich_orders
from tests.appliance.records.orders import grid, order

TITLES = (
    "Læg i æsken (",
    f"{IN_BAG} (",
    f"{NOT_IN_BOX} (",
    f"{UNTELLABLE} (",
    f"{READABLE} (",
    "Underskrift",
)


def under(text, title):
    """Return what stands under one of the titles."""
    start = text.index(title)
    ends = [text.index(other) for other in TITLES if other in text]
    return text[start : min([end for end in ends if end > start], default=len(text))]


def _order(**changes):
    return order(**{"citizen_id": WHO, "dosage": Dosage("x", grid("1", "", "0,5")), **changes})


def test_box_is_for_four_parts_of_named_days(read_sheet):
    night = read_sheet(KIND, _order())
    afternoon = read_sheet(KIND, _order(), printed_at=datetime(2026, 11, 23, 13, tzinfo=UTC))

    assert "Morgen man. 23. nov., Middag man. 23. nov., Aften man. 23. nov." in night
    assert "Aften man. 23. nov., Nat til tirs. 24. nov., Morgen tirs. 24. nov." in afternoon


def test_each_column_is_summed_up_to_count_after(read_sheet):
    text = read_sheet(KIND, _order(id="1"), _order(id="2", dosage=Dosage("x", grid("2", "1", "1"))))

    assert "Tæl efter: i alt i æsken 3 1 1,5 –" in under(text, "Læg i æsken (")
    assert "Slut på arket: 2 præparater, 5 doser i æsken" in text
    assert "Morgen man. 23. nov.: 3 · Middag man. 23. nov.: 1 · Aften man. 23. nov.: 1,5" in text


def test_clock_times_go_under_their_part_with_the_time(read_sheet):
    text = read_sheet(KIND, scheduled("08.00", "20.00", "02.00", amount="1"))

    assert "kl. 08.00 1 tablet" in text
    assert "kl. 02.00 1 tablet" in text
    assert "Tæl efter: i alt i æsken 1 – 1 1" in text


def test_what_comes_in_a_dose_bag_is_not_dispensed_again(read_sheet):
    text = read_sheet(
        KIND, _order(id="1", brand="Posix", is_dose_dispensed=True), _order(id="2", brand="Æskix")
    )

    assert "Posix" in under(text, f"{IN_BAG} (1)")
    assert "Posix" not in under(text, "Læg i æsken (1)")
    assert "I alt i poserne 1 – 0,5 –" in text


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"form": "injektionsvæske, opløsning"}, FORM_WHY),
        ({"form": "inhalationspulver, hårde kapsler"}, FORM_WHY),
        ({"form": "brusetabletter"}, FORM_WHY),
        ({"form": "depotplaster"}, FORM_WHY),
        ({"form": "orale dråber"}, FORM_WHY),
        ({"form": "bukkaltabletter"}, FORM_WHY),
        ({"form": "medicinsk tyggegummi"}, FORM_WHY),
        ({"form": "sugetabletter"}, FORM_WHY),
        ({"form": "frysetørret tablet (lyofilisat)"}, FORM_WHY),
        ({"dosage": Dosage("x", grid("500", unit="mg"))}, UNIT_WHY),
        ({"dosage": Dosage("x", grid("10", unit="ml"))}, UNIT_WHY),
        ({"dosage": Dosage("x", grid("1", unit=""))}, UNIT_WHY),
        ({"form": None}, NO_FORM_WHY),
        ({"is_as_needed": True}, AS_NEEDED_WHY),
        ({"dosage": scheduled("morgen", amount="1-2").dosage}, RANGE_WHY),
    ],
)
def test_what_cannot_lie_in_a_box_stands_apart_with_why(read_sheet, changes, why):
    text = read_sheet(KIND, _order(brand="Udenforix", **changes))

    apart = under(text, f"{NOT_IN_BOX} (1)")
    assert "Udenforix" in apart
    assert why in apart
    assert NOTHING_IN_BOX in text


def test_milligrams_are_never_added_to_tablets(read_sheet):
    text = read_sheet(
        KIND,
        _order(id="1", dosage=Dosage("x", grid("500", unit="mg"))),
        _order(id="2", dosage=Dosage("x", grid("2"))),
    )

    assert "Tæl efter: i alt i æsken 2 – – –" in text
    assert "502" not in text


@pytest.mark.parametrize(
    "unit", ["tablet", "tabletter", "kapsel", "kapsler", "stk", "stk.", "depottabletter", "tabl."]
)
def test_what_is_counted_lies_in_the_box(read_sheet, unit):
    assert "Læg i æsken (1)" in read_sheet(KIND, _order(dosage=Dosage("x", grid("1", unit=unit))))


@pytest.mark.parametrize("form", ["tablet", "filmovertrukne tabletter", "hårde enterokapsler"])
def test_tablets_and_capsules_lie_in_the_box(read_sheet, form):
    assert "Læg i æsken (1)" in read_sheet(KIND, _order(form=form))


def test_dose_that_is_given_from_the_package_still_says_how_much_and_when(read_sheet):
    text = read_sheet(
        KIND, _order(form="oral opløsning", dosage=Dosage("x", grid("10", unit="ml")))
    )

    assert "Morgen man. 23. nov.: 10 ml" in under(text, f"{NOT_IN_BOX} (1)")


def test_every_medicine_of_the_record_stands_exactly_once(read_sheet):
    text = bare(read_sheet(KIND, *rich_orders()))

    for item in rich_orders():
        assert text.count(bare(item.brand)) == (0 if item.brand == "Gammelix" else 1), item.brand


def test_risk_medicine_is_marked_and_two_people_sign(read_sheet):
    text = read_sheet(KIND, _order(atc="B01AF02"))

    assert "Risikomedicin" in text
    assert "Hældt op af: navn, dato, kl." in text
    assert "Kontrolleret af: navn, dato, kl." in text


def test_without_a_clock_the_dates_are_written_by_hand(read_sheet):
    text = read_sheet(KIND, _order(), is_clock_trusted=False)

    assert WRITE_DAYS in text
    assert "dato: ____" in text
    assert "man. 23. nov.:" not in text


def test_unclear_medicine_has_no_room_to_be_signed_as_given_here(read_sheet):
    text = read_sheet(KIND, _order(dosage=Dosage("efter skema")))

    assert "Givet" not in under(text, READABLE)
