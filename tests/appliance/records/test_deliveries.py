"""A day's orders by window and address."""

from datetime import date

import pytest

from appliance.records.deliveries import deliveries_on, is_special
from appliance.records.models import Citizen, OrderItem, ServiceOrder
from appliance.records.terms import CitizenId, ServiceLine, UnitId

DAY = date(2026, 11, 23)


def _citizen(name: str, address: str, postcode: str = "0901", **changes) -> Citizen:
    return Citizen(
        CitizenId(name), UnitId("mad"), name, "", address=address, postcode=postcode, **changes
    )


def _order(who: str, window: str | None, **changes) -> ServiceOrder:
    given = {"service_line": ServiceLine.MEALS, "due_on": DAY, **changes}
    return ServiceOrder(f"o-{who}-{window}", CitizenId(who), window=window, **given)


def _in_order(orders, *citizens):
    known = {citizen.id: citizen for citizen in citizens}
    stops = deliveries_on(orders, known, ServiceLine.MEALS, DAY)
    return [f"{stop.number} {stop.citizen.family_name}" for stop in stops]


def test_early_windows_come_first_by_the_clock_and_not_by_the_letters():
    here = _citizen("a", "Åvej 1")
    orders = [_order("a", window) for window in ("10.00-12.00", "8.00-10.00", None, "kl. 9")]

    stops = deliveries_on(orders, {here.id: here}, ServiceLine.MEALS, DAY)

    assert [stop.order.window for stop in stops] == ["8.00-10.00", "kl. 9", "10.00-12.00", None]


def test_in_a_window_the_postcode_the_street_and_the_number_decide():
    citizens = [
        _citizen("far", "Åvej 1", "0904"),
        _citizen("ten", "Bakken 10"),
        _citizen("two", "Bakken 2"),
        _citizen("ally", "Allé 99"),
    ]
    orders = [_order(one.id, "10-12") for one in citizens]

    assert _in_order(orders, *citizens) == ["1 ally", "2 two", "3 ten", "4 far"]


def test_a_protected_address_decides_nothing_about_its_place():
    hidden = _citizen("hidden", "Allé 1", is_address_protected=True)
    others = [_citizen("a", "Bakken 1"), _citizen("b", "Åvej 1", "0999")]
    orders = [_order(one.id, "10-12") for one in (hidden, *others)]

    assert _in_order(orders, hidden, *others) == ["1 a", "2 b", "3 hidden"]


def test_only_orders_of_the_line_and_the_day_are_there():
    here = _citizen("a", "Åvej 1")
    orders = [
        _order("a", "10-12"),
        _order("a", "11-12", due_on=date(2026, 11, 24)),
        _order("a", "12-13", service_line=ServiceLine.DEVICES),
    ]

    assert _in_order(orders, here) == ["1 a"]


def test_things_are_counted_by_their_quantity():
    here = _citizen("a", "Åvej 1")
    order = _order("a", "10-12", items=(OrderItem("Suppe", 2), OrderItem("Is")))

    (stop,) = deliveries_on([order], {here.id: here}, ServiceLine.MEALS, DAY)

    assert stop.quantity == 3


@pytest.mark.parametrize(
    ("diet", "special"),
    [("Normalkost", False), ("normal kost ", False), ("Blød kost", True), (None, True), ("", True)],
)
def test_a_diet_nobody_told_of_is_looked_at(diet, special):
    assert is_special(diet) is special
