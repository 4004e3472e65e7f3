"""The depot's list: what goes out and what comes back."""

import pytest

from appliance.paper.unit_sheets.device_load import KIND
from appliance.records.models import OrderItem
from appliance.records.terms import ServiceLine
from tests.appliance.paper.people import AASE
from tests.appliance.paper.unit_sheets.crowd import BENT, order_of
from tests.appliance.paper.unit_sheets.printing import printed, two_citizens

DEVICES = ServiceLine.DEVICES
ROLLATOR = OrderItem("Rollator", 1, "990114")


@pytest.fixture
def load(tmp_path):
    """Return a function that prints the list of the orders given."""

    def render(*orders):
        (page,) = printed(two_citizens(tmp_path / "r.sqlite", *orders), KIND)
        return page

    return render


def test_what_is_brought_is_counted_by_number_with_its_stops(load):
    page = load(
        order_of(1, AASE, DEVICES, items=(ROLLATOR,)),
        order_of(2, BENT, DEVICES, items=(OrderItem("Rollator", 2, "990114"),)),
    )

    assert "Med ud: BRING og BYT (1)" in page
    assert "990114 Rollator 3 " in page
    assert "2, 1 (2 stk.)" in page or "1 (2 stk.), 2" in page
    assert "Med hjem" not in page


def test_a_swap_goes_both_ways_and_a_collection_only_home(load):
    page = load(
        order_of(1, AASE, DEVICES, kind="swap", items=(ROLLATOR,)),
        order_of(2, BENT, DEVICES, kind="collect", items=(OrderItem("Seng", 1, "990341"),)),
    )

    out, home = page.split("Med hjem: HENT og BYT (2)")
    assert "Rollator" in out
    assert "Seng" not in out
    assert "Rollator" in home
    assert "Seng" in home


def test_a_repair_and_a_word_of_the_source_stand_apart(load):
    page = load(
        order_of(1, AASE, DEVICES, kind="repair", items=(ROLLATOR,)),
        order_of(2, BENT, DEVICES, kind="justere", items=(ROLLATOR,)),
    )

    assert "Andre opgaver (2)" in page
    assert "REPARÉR: Rollator" in page
    assert "JUSTERE: Rollator" in page


def test_gaps_are_named(load):
    page = load(
        order_of(1, AASE, DEVICES, items=()), order_of(2, BENT, DEVICES, items=(OrderItem("Seng"),))
    )

    assert "Indhold MANGLER I KILDEN" in page
    assert page.count("HMI MANGLER I KILDEN") == 2


def test_individual_numbers_and_signatures_have_room(load):
    page = load(order_of(1, AASE, DEVICES))

    assert "Individ-nr." in page
    assert "Retur modtaget af: navn, kl." in page
    assert "Slut på pakkelisten: 1 linje" in page
