from datetime import timedelta

import pytest

from appliance.policy import GLASS_BROKEN_FOR
from appliance.records.terms import Role, StaffId, UnitId
from appliance.vault.broken_glass import BrokenGlass
from appliance.vault.sessions import Person, Sessions, WayIn

SYD, NORD, VEST = UnitId("u-syd"), UnitId("u-nord"), UnitId("u-vest")
AGNES = Person("AGN", Role.NURSE, StaffId("s-1"), (SYD,))
REASON = "En beboer har akut brug for hjælp."


@pytest.fixture
def glass(clock):
    return BrokenGlass(clock)


@pytest.fixture
def agnes(clock):
    return Sessions(clock).start(AGNES)


def units(breaks) -> list[str]:
    return [each.unit_id for each in breaks]


def test_glass_is_broken_for_one_session_and_each_unit_for_itself(glass, agnes, clock):
    glass.break_for(agnes, NORD, "Nord", REASON)
    clock.move(timedelta(minutes=30))
    glass.break_for(agnes, VEST, "Vest", REASON)

    assert units(glass.live(agnes.token)) == [NORD, VEST]
    assert glass.live("another") == ()
    clock.move(timedelta(minutes=30))
    assert units(glass.live(agnes.token)) == [VEST]


def test_setting_the_wall_clock_neither_ends_nor_prolongs(glass, agnes, clock):
    glass.break_for(agnes, NORD, "Nord", REASON)
    clock.at += timedelta(days=400)
    assert glass.live(agnes.token)

    clock.move(GLASS_BROKEN_FOR)
    clock.at -= timedelta(days=800)

    assert glass.live(agnes.token) == ()


def test_what_is_given_back_is_over_and_says_when(glass, agnes, clock):
    glass.break_for(agnes, NORD, "Nord", REASON)
    glass.break_for(agnes, VEST, "Vest", REASON)
    clock.move(timedelta(minutes=5))

    glass.end(agnes.token, NORD)

    assert units(glass.live(agnes.token)) == [VEST]
    assert [each.ended_at for each in glass.concerning((NORD,))] == [clock.now()]


def test_session_that_ended_has_no_access_left_and_the_leaders_still_see_it(glass, agnes):
    glass.break_for(agnes, NORD, "Nord", REASON)
    glass.break_for(agnes, VEST, "Vest", REASON)

    glass.end(agnes.token)

    assert glass.live(agnes.token) == ()
    assert units(glass.concerning((SYD,))) == [VEST, NORD]


def test_leaders_of_both_sides_are_concerned_and_nobody_else(glass, agnes, clock):
    made = glass.break_for(agnes, NORD, "Nord", REASON)
    holder = Sessions(clock).start(Person("AB", Role.NURSE, unit_ids=None, way_in=WayIn.CARD))

    assert glass.concerning((SYD, VEST)) == glass.concerning((NORD,)) == [made]
    assert glass.concerning((VEST,)) == glass.concerning(()) == []
    assert glass.break_for(holder, VEST, "Vest", REASON).concerns((VEST,))


def test_neither_reason_nor_token_is_in_the_repr(glass, agnes):
    made = glass.break_for(agnes, NORD, "Nord", REASON)

    assert REASON not in repr(made)
    assert agnes.token not in repr(made)


def test_lock_forgets_everything_and_a_flood_the_oldest_only(clock, agnes):
    glass = BrokenGlass(clock, most=2)
    for unit_id in (NORD, VEST, SYD):
        glass.break_for(agnes, unit_id, unit_id, REASON)
    assert units(glass.live(agnes.token)) == [VEST, SYD]

    glass.forget_all()

    assert glass.live(agnes.token) == ()
    assert glass.concerning((NORD, VEST, SYD)) == []
