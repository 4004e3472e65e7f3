import pytest

from appliance.records.terms import UnitId
from provisioning.errors import Problem, Severity
from provisioning.kept.choice import NOT_IN_FEED, Tonight, choose, listed
from provisioning.kept.store import KeptUnit

NORTH, SOUTH = UnitId("nord"), UnitId("syd")
FULL = {"citizens": 100, "medication": 900}
FAULT = Problem(Severity.BLOCKING, "Patient.ndjson", 3, "Patient", "", "not JSON at column 7")


def kept(*units, **counts):
    return {unit: KeptUnit(unit, unit, FULL | counts, "ab") for unit in units}


def tonight(problems=None, **counts):
    units = dict.fromkeys((NORTH, SOUTH), FULL | counts)
    return Tonight(units, problems or {})


def choice(night, known=None, served=(NORTH, SOUTH), released=()):
    return choose(night, known if known is not None else kept(NORTH, SOUTH), served,
                  frozenset(released))  # fmt: skip


def test_a_good_night_exchanges_nothing():
    found = choice(tonight())

    assert (found.brought_back, found.waiting, found.dropped) == ({}, {}, set())


def test_a_unit_with_a_fault_goes_out_as_it_last_was_and_the_others_as_tonight():
    found = choice(tonight({NORTH: [FAULT]}))

    assert set(found.brought_back) == {NORTH}
    assert "Patient.ndjson:3" in found.brought_back[NORTH].reason
    assert found.brought_back[NORTH].problems == (FAULT,)


def test_a_unit_with_a_fault_and_nothing_kept_waits():
    found = choice(tonight({NORTH: [FAULT]}), known={})

    assert set(found.waiting) == {NORTH}
    assert found.brought_back == {}


@pytest.mark.parametrize(("has", "is_held"), [(80, False), (79, True), (0, True), (200, False)])
def test_a_unit_that_lost_more_than_a_fifth_of_its_citizens_is_held(has, is_held):
    found = choice(tonight(citizens=has))

    assert (NORTH in found.brought_back) is is_held


def test_a_unit_that_lost_its_medicine_is_held_though_its_citizens_are_there():
    assert (
        "medication fell from 900 to 9" in choice(tonight(medication=9)).brought_back[NORTH].reason
    )


def test_a_released_unit_may_lose_data_but_not_have_faults():
    lost = choice(tonight(citizens=1), released=[NORTH])
    broken = choice(tonight({NORTH: [FAULT]}), released=[NORTH])

    assert NORTH not in lost.brought_back
    assert NORTH in broken.brought_back


def test_a_unit_nobody_kept_before_cannot_have_lost_anything():
    assert choice(tonight(citizens=1), known={}).waiting == {}


def test_a_unit_that_is_not_in_the_feed_comes_back_while_a_box_serves_it():
    gone = Tonight({SOUTH: FULL}, {})

    assert choice(gone).brought_back[NORTH].reason == NOT_IN_FEED
    assert choice(gone, served=[SOUTH]).brought_back == {}


def test_a_unit_that_is_not_in_the_feed_is_dropped_when_it_is_released():
    found = choice(Tonight({SOUTH: FULL}, {}), released=[NORTH])

    assert (found.brought_back, found.dropped) == ({}, {NORTH})


def test_many_problems_are_listed_shortly():
    assert listed([FAULT] * 5).endswith("; and 2 more")
    assert listed([FAULT]) == FAULT.message
