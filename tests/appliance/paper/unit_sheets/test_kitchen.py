"""The kitchen's summary adds up to the driver's list."""

import re

import pytest

from appliance.paper.unit_sheets.deliveries import MEAL_KIND
from appliance.paper.unit_sheets.kitchen import ALL_DAY, KIND, NO_SPECIAL
from appliance.records.models import OrderItem
from appliance.records.terms import ServiceLine
from tests.appliance.paper.people import AASE
from tests.appliance.paper.unit_sheets.crowd import BENT, order_of
from tests.appliance.paper.unit_sheets.printing import printed, spoil, two_citizens

MEALS = ServiceLine.MEALS


@pytest.fixture
def summary(tmp_path):
    """Return a function that prints the summary of the orders given."""

    def render(*orders):
        (page,) = printed(two_citizens(tmp_path / "r.sqlite", *orders), KIND)
        return page

    return render


def test_diets_are_counted_by_window_with_totals_both_ways(summary):
    page = summary(
        order_of(1, AASE, MEALS, window="10-12"),
        order_of(2, BENT, MEALS, window="16-18"),
        order_of(3, BENT, MEALS, window="10-12", diet="Blød kost"),
    )

    assert "Kost 10-12 16-18 Bestillinger Stk. i alt" in page
    assert "Normalkost 1 1 2 4" in page
    assert "Blød kost 1 – 1 2" in page
    assert "I alt 2 1 3 6" in page
    assert "Kontrolsum: 3 i skemaet, 3 på kørelisten" in page


def test_the_same_thing_of_the_same_diet_is_packed_together(summary):
    extra = (OrderItem("Frikadeller"), OrderItem("Is", 3))
    page = summary(order_of(1, AASE, MEALS), order_of(2, BENT, MEALS, items=extra))

    assert "Normalkost Frikadeller 3" in page
    assert "Normalkost Is 3" in page


def test_special_diets_stand_one_by_one_with_their_stop_and_remark(summary):
    page = summary(
        order_of(1, AASE, MEALS, window="9-10"),
        order_of(2, BENT, MEALS, window="10-12", diet="Blød kost", remark="Allergi: nødder"),
    )

    assert "Særkost én for én (1)" in page
    assert "2 Bent Krog Blød kost 2 × Frikadeller Allergi: nødder" in page


def test_a_diet_nobody_told_of_is_special(summary):
    page = summary(order_of(1, BENT, MEALS, diet=None))

    assert "1 Bent Krog Kost MANGLER I KILDEN" in page
    assert NO_SPECIAL not in page


def test_ordinary_diets_only_are_said_to_be(summary):
    assert NO_SPECIAL in summary(order_of(1, BENT, MEALS))


def test_more_windows_than_fit_leave_the_totals(summary):
    page = summary(*(order_of(n, BENT, MEALS, window=f"{n}.00-{n}.30") for n in range(1, 8)))

    assert "Kost Bestillinger Stk. i alt" in page
    assert "I alt 7 14" in page


def test_an_order_without_a_window_is_counted(summary):
    page = summary(order_of(1, BENT, MEALS), order_of(2, AASE, MEALS, window="10-12"))

    assert f"10-12 {ALL_DAY} Bestillinger" in page


def test_an_order_that_tells_of_no_things_makes_every_sum_a_least(tmp_path):
    orders = (order_of(1, AASE, MEALS), order_of(2, BENT, MEALS, items=()))
    store = two_citizens(tmp_path / "r.sqlite", *orders)

    (page,), (driver,) = printed(store, KIND), printed(store, MEAL_KIND)

    for sheet in (page, driver):
        assert "2 bestillinger · mindst 2 stk. i alt" in sheet
        assert "Indhold MANGLER I KILDEN" in sheet
    assert "I alt 2 mindst 2" in page


def test_it_has_the_code_of_the_drivers_list(tmp_path):
    store = two_citizens(tmp_path / "r.sqlite", order_of(1, BENT, MEALS))

    codes = [
        re.findall(r"Listekode (\w{5})", printed(store, kind)[0]) for kind in (KIND, MEAL_KIND)
    ]

    assert codes[0] == codes[1]
    assert codes[0]


def test_who_packed_and_how_hot_it_was_have_room(summary):
    page = summary(order_of(1, BENT, MEALS))

    assert "Kernetemperatur: °C, kl." in page
    assert "Pakket af: navn, kl." in page


def test_orders_nobody_can_read_are_named_and_not_counted(tmp_path):
    store = two_citizens(tmp_path / "r.sqlite", order_of(1, AASE, MEALS), order_of(2, BENT, MEALS))
    spoil(tmp_path / "r.sqlite", "UPDATE service_orders SET due_on = 'i dag' WHERE id = 'b2'")

    (page,) = printed(store, KIND)

    assert "1 bestilling · 2 stk. i alt" in page
    assert page.index("Bestillinger kunne ikke læses (1)") < page.index("Bent Krog")
