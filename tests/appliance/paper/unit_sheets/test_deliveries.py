"""The drivers' lists: every door of the day, and no more about it than a driver needs."""

from dataclasses import replace

import pytest

from appliance.paper.unit_sheets.deliveries import (
    AWAY_UNKNOWN,
    DEVICE_KIND,
    FOOD_ONLY,
    MEAL_KIND,
    NO_ROUTE,
)
from appliance.paper.unit_sheets.delivery_plan import NO_ORDERS
from appliance.paper.unit_sheets.unit_view import UNREAD
from appliance.records.addresses import ADDRESS_PROTECTED
from appliance.records.medicine import UNREADABLE
from appliance.records.models import KeyBox, OrderItem
from appliance.records.terms import FlagKind, Section, ServiceLine
from tests.appliance.paper.people import AASE, opened, penicillin
from tests.appliance.paper.unit_sheets.crowd import BENT, order_of
from tests.appliance.paper.unit_sheets.printing import (
    AASE_AT_HOME,
    flag,
    not_delivered,
    printed,
    spoil,
    two_citizens,
)

MEALS, DEVICES = ServiceLine.MEALS, ServiceLine.DEVICES


@pytest.fixture
def meals(tmp_path):
    """Return a function that prints the list of meals from the records given."""

    def render(*records, **changes):
        (page,) = printed(two_citizens(tmp_path / "m.sqlite", *records), MEAL_KIND, **changes)
        return page

    return render


@pytest.fixture
def devices(tmp_path):
    """Return a function that prints the list of devices from the records given."""

    def render(*records):
        (page,) = printed(two_citizens(tmp_path / "d.sqlite", *records), DEVICE_KIND)
        return page

    return render


def test_a_meal_stop_tells_window_door_diet_and_what_to_bring(meals):
    page = meals(order_of(1, BENT, MEALS, window="10.30-12.00", diet="Blød kost"))

    assert "1 10.30-12.00 Bent Krog Tlf. 87 00 00 44 Kirkevej 4, 2. th. 8000 Aarhus" in page
    assert "Blød kost 2 × Frikadeller" in page
    assert "Slut på listen: 1 bestilling" in page


def test_the_head_tells_day_totals_and_diets(meals):
    page = meals(
        order_of(1, BENT, MEALS), order_of(2, AASE, MEALS, diet="Blød kost", window="10-12")
    )

    assert "Afsnit Syd · man. 23. nov. 2026" in page
    assert "2 bestillinger · 4 stk. i alt · 1 Blød kost · 1 Normalkost" in page
    assert NO_ROUTE in page
    assert "Chauffør" in page
    assert "Ny nr." in page


def test_stops_go_by_window_and_address(meals):
    page = meals(
        order_of(1, BENT, MEALS, window="11.00-13.00"),
        order_of(2, AASE, MEALS, window="9.00-11.00"),
    )

    assert page.index("Åse Ågård") < page.index("Bent Krog")


def test_a_driver_learns_neither_cpr_nor_cave_nor_what_the_infection_is(meals):
    page = meals(order_of(1, AASE, MEALS), penicillin(), flag(FlagKind.INFECTION, "MRSA i sår"))

    assert "Smitte Åse Ågård" in page
    assert "MRSA" not in page
    assert "Penicillin" not in page
    assert "010130" not in page
    assert FOOD_ONLY in page


def test_who_is_not_at_home_is_marked(meals):
    page = meals(order_of(1, AASE, MEALS), flag(FlagKind.IN_HOSPITAL, "Indlagt, hofte"))

    assert "Ikke hjemme Åse Ågård" in page
    assert "hofte" not in page
    assert AWAY_UNKNOWN not in page


def test_nobody_marked_is_no_promise_when_the_source_does_not_tell(meals):
    assert AWAY_UNKNOWN in meals(order_of(1, AASE, MEALS), *not_delivered(Section.FLAGS))


def test_gaps_are_named(meals):
    page = meals(order_of(1, AASE, MEALS, diet=None, items=()))

    assert "Kost MANGLER I KILDEN" in page
    assert "Indhold MANGLER I KILDEN" in page


def test_key_remark_and_no_code_stand_at_the_stop(meals):
    page = meals(
        order_of(1, BENT, MEALS, remark="Stilles i køleskabet. Brug 4711 i lågen"),
        KeyBox("k", BENT.id, "Nøgle nr. 12 i skabet", "4711"),
    )

    assert "Nøgle nr. 12 i skabet" in page
    assert "Stilles i køleskabet" in page
    assert "4711" not in page


def test_a_protected_address_is_not_on_the_list(tmp_path):
    hidden = replace(AASE_AT_HOME, is_address_protected=True)
    store = opened(tmp_path / "r.sqlite", hidden, order_of(1, AASE, MEALS))

    (page,) = printed(store, MEAL_KIND)

    assert ADDRESS_PROTECTED in page
    assert "Åvej" not in page


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("deliver", "BRING"),
        ("collect", "HENT"),
        ("repair", "REPARÉR"),
        ("swap", "BYT"),
        ("justere", "JUSTERE"),
        ("", "Opgave MANGLER I KILDEN"),
    ],
)
def test_a_device_stop_tells_what_to_do(devices, kind, word):
    page = devices(order_of(1, BENT, DEVICES, kind=kind, persons=2))

    assert word in page
    assert "2 PERSONER" in page
    assert "2 × Frikadeller HMI 990114" in page


def test_a_device_without_a_number_says_so(devices):
    page = devices(order_of(1, BENT, DEVICES, items=(OrderItem("Rollator"),)))

    assert "1 × Rollator HMI MANGLER I KILDEN" in page


def test_each_list_holds_its_own_service_only(devices):
    page = devices(order_of(1, BENT, DEVICES), order_of(2, AASE, MEALS))

    assert "Åse" not in page


def test_a_citizen_nobody_can_read_still_gets_the_meal(tmp_path):
    store = two_citizens(tmp_path / "r.sqlite", order_of(1, AASE, MEALS), flag(FlagKind.OTHER, "x"))
    spoil(tmp_path / "r.sqlite", "UPDATE flags SET since = 'i går'")

    (page,) = printed(store, MEAL_KIND)

    assert "Åse Ågård Tlf. 87 00 00 55 Åvej 1 8000 Aarhus Normalkost 2 × Frikadeller" in page
    assert UNREADABLE in page
    assert "010130" not in page


def test_no_orders_are_said_only_if_the_copy_is_whole(meals, tmp_path):
    assert NO_ORDERS in meals()
    gone = two_citizens(tmp_path / "b.sqlite", *not_delivered(Section.SERVICE_ORDERS))
    (page,) = printed(gone, MEAL_KIND)
    assert NO_ORDERS not in page
    assert "Bestillinger er ikke med i kopien. Spørg en kollega." in page


def test_orders_nobody_can_read_are_named(tmp_path):
    store = two_citizens(tmp_path / "r.sqlite", order_of(1, AASE, MEALS), order_of(2, BENT, MEALS))
    spoil(tmp_path / "r.sqlite", "UPDATE service_orders SET due_on = 'i dag' WHERE id = 'b2'")

    (page,) = printed(store, MEAL_KIND)

    assert UNREAD in page
    assert page.index("Bestillinger kunne ikke læses (1)") < page.index("Bent Krog")
    assert "Åse Ågård" in page
