"""A key list says nothing of whose door it is, and only it has the codes."""

import re

import pytest

from appliance.paper.sheets import SHEETS
from appliance.paper.unit_sheets import deliveries, visit_routes
from appliance.paper.unit_sheets.key_list import KIND, NO_CODE, NO_KEYS, PLACE_ELSEWHERE, SAME_CODE
from appliance.paper.unit_sheets.unit_view import UNREAD
from appliance.records.models import KeyBox
from appliance.records.terms import Role, Section, ServiceLine
from tests.appliance.paper.people import AASE
from tests.appliance.paper.unit_sheets.crowd import BENT, order_of, visit
from tests.appliance.paper.unit_sheets.printing import (
    not_delivered,
    printed,
    spoil,
    two_citizens,
)

KEY = KeyBox("k", BENT.id, "Til højre for hoveddøren, nr. 12", "4711")
MEALS = ServiceLine.MEALS


@pytest.fixture
def lists(tmp_path):
    """Return a function that prints the key lists of the records given."""

    def render(*records, kind=KIND):
        number = len(list(tmp_path.glob("*.sqlite")))
        return printed(two_citizens(tmp_path / f"{number}.sqlite", *records), kind)

    return render


def test_a_key_stands_by_the_number_of_its_stop_with_place_and_code(lists):
    (page,) = lists(visit(1, AASE), visit(2, BENT), KEY)

    assert "2 Til højre for hoveddøren, nr. 12 4711" in page
    assert "Dag 1 (1 nøgle)" in page
    assert "Slut på nøglelisten: 1 nøgle" in page


def test_no_name_no_cpr_no_address_and_no_telephone_is_on_it(lists):
    (page,) = lists(visit(1, AASE, staff="Maja Lind"), visit(2, BENT), KEY)

    for told in ("Bent", "Krog", "0202", "Kirkevej", "8000", "Aarhus", "87 00", "Åse", "Åvej"):
        assert told not in page


@pytest.mark.parametrize("place", ["Kirkevej 4, ved porten", "Hos Krog på 2. sal"])
def test_a_place_that_tells_the_home_stays_on_the_route_list(lists, place):
    (page,) = lists(visit(1, BENT), KeyBox("k", BENT.id, place, "4711"))

    assert f"1 {PLACE_ELSEWHERE} 4711" in page
    assert place not in page


def test_the_route_list_of_the_same_copy_has_the_same_code_and_no_key_code(lists):
    records = (visit(1, AASE), visit(2, BENT), KEY)
    (keys,) = lists(*records)
    (route,) = lists(*records, kind=visit_routes.KIND)

    assert _code(keys) == _code(route)
    assert "4711" not in route
    assert SAME_CODE in keys


def test_another_order_of_the_stops_has_another_code(lists):
    (keys,) = lists(visit(1, AASE), visit(2, BENT), KEY)
    moved = (visit(1, AASE, sequence=2), visit(2, BENT, sequence=1), KEY)
    (route,) = lists(*moved, kind=visit_routes.KIND)

    assert _code(keys) != _code(route)


def test_a_delivery_list_has_its_key_list_too(lists):
    records = (order_of(1, BENT, MEALS), order_of(2, AASE, MEALS, window="9-10"), KEY)
    (keys,) = lists(*records)
    (meals,) = lists(*records, kind=deliveries.MEAL_KIND)

    assert "2 Til højre for hoveddøren, nr. 12 4711" in keys
    assert "Madservice" in keys
    assert _code(keys) == _code(meals)


def test_each_route_has_its_own_list_and_one_without_keys_has_none(lists):
    aase = KeyBox("k2", AASE.id, "Ved porten", "9999")
    one, two = lists(
        visit(1, AASE), visit(2, BENT, route="Dag 2"), visit(3, AASE, route="Dag 3"), KEY, aase
    )[:2]

    assert "4711" not in one
    assert "9999" not in two
    assert len(lists(visit(1, AASE), visit(2, BENT, route="Dag 2"), KEY)) == 1


def test_a_key_without_a_code_says_so(lists):
    (page,) = lists(visit(1, BENT), KeyBox("k", BENT.id, "Nøgle nr. 3 i skabet"))

    assert f"Nøgle nr. 3 i skabet {NO_CODE}" in page


def test_it_is_signed_out_and_in(lists):
    (page,) = lists(visit(1, BENT), KEY)

    for head in ("Udleveret til: navn, kl.", "Afleveret igen: kl., init.", "Ud: init."):
        assert head in page


def test_no_keys_is_said_only_if_the_copy_is_whole(lists):
    assert NO_KEYS in lists(visit(1, BENT))[0]
    (page,) = lists(visit(1, BENT), *not_delivered(Section.KEY_BOXES))
    assert NO_KEYS not in page
    assert "Nøgleboks er ikke med i kopien. Spørg en kollega." in page


def test_keys_nobody_can_read_are_missed(tmp_path):
    store = two_citizens(tmp_path / "r.sqlite", visit(1, BENT), KEY)
    spoil(tmp_path / "r.sqlite", "UPDATE visits SET starts_at = 'i nat'")

    (page,) = printed(store, KIND)

    assert UNREAD in page
    assert NO_KEYS not in page


def test_only_those_who_hand_out_keys_may_print_it():
    assert KIND.roles == {Role.LEADER, Role.NURSE, Role.DRIVER_COORDINATOR}


@pytest.mark.parametrize(
    "name",
    [name for name, kind in SHEETS.items() if "unit" in kind.subjects and kind is not KIND],
)
def test_no_other_sheet_about_a_unit_prints_a_code(lists, name):
    kind = SHEETS[name]

    pages = lists(visit(1, BENT), order_of(1, BENT, MEALS), KEY, kind=kind)

    assert pages
    assert "4711" not in "".join(pages)


def _code(page: str) -> str:
    return re.findall(r"Listekode (\w{5})", page)[0]
