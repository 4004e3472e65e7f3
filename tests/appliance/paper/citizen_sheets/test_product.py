"""Which medicine a row is about."""

from datetime import date

from appliance.paper.citizen_sheets.product import (
    boxed_words,
    brand_of,
    clock_times,
    dosage_words,
    product_lines,
    sorted_medicine,
    strength_text,
    use_text,
)
from appliance.records.dosage import Dosage
from appliance.records.models import Gap
from appliance.records.terms import MedicationStatus
from tests.appliance.records.orders import TODAY, order

NBSP = "\u00a0"


def test_name_and_strength_come_first_as_the_source_spells_them():
    name, kind = product_lines(order(brand="Prøvix", strength="100 mg + 25 mg", route="oralt"))

    assert name == f"Prøvix 100{NBSP}mg{NBSP}+{NBSP}25{NBSP}mg"
    assert kind.replace(NBSP, " ") == "proevin · tablet · oralt"


def test_medicine_without_a_brand_goes_by_its_substance_and_says_it_once():
    lines = product_lines(order(brand=None, generic="proevin"))

    assert lines[0].startswith("proevin")
    assert "proevin" not in lines[1]


def test_medicine_without_any_name_says_that_the_source_lacks_it():
    assert brand_of(order(brand=None, generic=None)) == "MANGLER I KILDEN"


def test_missing_strength_and_form_are_named_and_an_unreadable_one_is_told_from_them():
    lines = product_lines(order(strength=None, form=None, gaps=(Gap("form", "unreadable"),)))

    assert lines[0].endswith("Styrke MANGLER I KILDEN")
    assert "Form KUNNE IKKE LÆSES" in lines[1]


def test_long_strength_may_break():
    assert " " in strength_text("20 mikrogram/dosis + 100 mikrogram/dosis")


def test_empty_lines_are_left_out_and_others_kept():
    assert product_lines(order(), "", "Brug: før mad")[2:] == ["Brug: før mad"]


def test_use_is_said_only_when_something_is_said():
    assert use_text(order(instruction="før mad")) == "Brug: før mad"
    assert use_text(order(instruction=None, route="oralt")) == ""


def test_clock_times_are_exact_where_they_must_be():
    timed = Dosage("x", times=("06.00", "11.00"))

    assert clock_times(order(dosage=timed)) == "kl. 06.00, 11.00"
    assert clock_times(order(dosage=timed, is_time_critical=True)) == "Præcist kl. 06.00, 11.00"
    assert clock_times(order()) == ""


def test_as_needed_medicine_keeps_its_maximum_in_words():
    given = order(is_as_needed=True, max_daily_dose="højst 4 tabletter i døgnet")

    assert dosage_words(given).replace(NBSP, " ") == (
        "PN: 1 tablet morgen og aften. Højst 4 tabletter pr. døgn"
    )
    assert "Højst" not in dosage_words(order())


def test_that_a_medicine_is_in_no_dose_bag_is_not_boxed():
    words = boxed_words(order(is_dose_dispensed=False, atc="A10A"), TODAY, frozenset())

    assert words == ["Risikomedicin"]


def test_medicine_that_stands_twice_is_marked_and_what_was_stopped_long_ago_is_left_out():
    old = order(id="3", status=MedicationStatus.STOPPED, status_since=date(2025, 1, 1))
    listed = sorted_medicine([order(id="1"), order(id="2"), old], TODAY)

    assert [one.id for one in listed.orders] == ["1", "2"]
    assert "spørg lægen" in listed.row(listed.orders[0])["marks"][0]
