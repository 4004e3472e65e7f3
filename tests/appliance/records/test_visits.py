"""A day's visits as routes: nothing lost at midnight, nothing called off to be done."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from appliance.clock import DANISH_TIME
from appliance.records.models import Visit
from appliance.records.terms import CitizenId
from appliance.records.visits import Span, companions, is_called_off, is_done, not_done, routes_on

MONDAY = date(2026, 11, 23)
AASE, BENT = CitizenId("aase"), CitizenId("bent")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return a Danish moment of November 2026, in UTC as records have it."""
    return datetime(2026, 11, day, hour, minute, tzinfo=DANISH_TIME).astimezone(UTC)


def visit(name: str, starts_at: datetime, **changes) -> Visit:
    return replace(Visit(name, AASE, starts_at, 20, "Dag 1"), **changes)


def _ids(route):
    return [stop.visit.id for stop in route.stops]


def test_a_day_is_danish_and_not_utc():
    late = visit("late", at(22, 23, 30), route="Aften")
    early = visit("early", at(23, 0, 30), route="Aften")

    (route,) = routes_on([late, early], MONDAY)

    assert _ids(route) == ["early"]


def test_stops_come_in_the_order_of_the_source_whatever_the_clock_says():
    first = visit("a", at(23, 9), sequence=1)
    second = visit("b", at(23, 8), sequence=2)
    tenth = visit("c", at(23, 7), sequence=10)

    (route,) = routes_on([tenth, second, first], MONDAY)

    assert _ids(route) == ["a", "b", "c"]
    assert [stop.number for stop in route.stops] == [1, 2, 3]
    assert route.is_ordered


def test_stops_without_a_full_order_come_by_time_and_say_so():
    (route,) = routes_on(
        [visit("b", at(23, 9), sequence=1), visit("a", at(23, 8), sequence=None)], MONDAY
    )

    assert _ids(route) == ["a", "b"]
    assert not route.is_ordered


def test_a_night_goes_on_to_seven_the_next_morning_and_two_nights_never_mix():
    night = [
        visit("this-1", at(23, 1), route="Nat", sequence=2),
        visit("this-2", at(23, 6, 59), route="Nat", sequence=3),
        visit("next-1", at(23, 23), route="Nat", sequence=1),
        visit("next-2", at(24, 1), route="Nat", sequence=2),
        visit("too-late", at(24, 7), route="Nat", sequence=4),
    ]

    (route,) = routes_on(night, MONDAY)

    assert _ids(route) == ["this-1", "this-2", "next-1", "next-2"]
    assert [stop.span for stop in route.stops] == [
        Span.LAST_NIGHT,
        Span.LAST_NIGHT,
        Span.DAY,
        Span.NEXT_NIGHT,
    ]
    assert [stop.number for stop in route.stops] == [1, 2, 3, 4]


def test_a_day_route_that_begins_early_does_not_borrow_from_tomorrow():
    (route,) = routes_on([visit("a", at(23, 6, 30)), visit("b", at(24, 6, 30))], MONDAY)

    assert _ids(route) == ["a"]
    assert route.stops[0].span is Span.DAY


def test_the_night_when_the_clocks_go_back_has_all_its_visits():
    sunday = date(2026, 10, 25)
    twice = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    visits = [visit(str(n), moment, route="Nat") for n, moment in enumerate(twice)]

    (route,) = routes_on(visits, sunday)

    assert _ids(route) == ["0", "1"]


def test_visits_on_no_route_come_last_and_are_not_lost():
    found = routes_on([visit("x", at(23, 6), route=None), visit("a", at(23, 9))], MONDAY)

    assert [route.name for route in found] == ["Dag 1", ""]


def test_what_is_called_off_has_no_number_but_is_told():
    off = visit("off", at(23, 8), status="cancelled", sequence=1)

    (route,) = routes_on([off, visit("on", at(23, 9), sequence=2)], MONDAY)

    assert _ids(route) == ["on"]
    assert [one.id for one in route.called_off] == ["off"]


def test_a_route_that_is_called_off_altogether_is_still_told_of():
    (route,) = routes_on([visit("off", at(23, 8), status="Aflyst")], MONDAY)

    assert route.stops == ()
    assert len(route.called_off) == 1


@pytest.mark.parametrize(
    ("status", "off", "done"),
    [
        (None, False, False),
        ("booked", False, False),
        ("planlagt", False, False),
        (" Cancelled ", True, False),
        ("noshow", True, False),
        ("aflyst", True, False),
        ("Udført", False, True),
        ("fulfilled", False, True),
    ],
)
def test_a_word_nobody_knows_is_a_visit_to_make(status, off, done):
    one = visit("a", at(23, 8), status=status)

    assert (is_called_off(one), is_done(one)) == (off, done)


def test_a_companion_comes_from_another_route_at_the_same_time():
    mine = visit("a", at(23, 8), persons=2)
    theirs = visit("b", at(23, 8, 10), route="Dag 2")
    later = visit("c", at(23, 8, 20), route="Dag 2")
    other = visit("d", at(23, 8), route="Dag 2", citizen_id=BENT)
    off = visit("e", at(23, 8), route="Dag 3", status="cancelled")

    assert companions(mine, [mine, theirs, later, other, off]) == [theirs]


def test_companions_of_unknown_length_meet_by_their_start():
    mine = visit("a", at(23, 8), minutes=None)
    theirs = visit("b", at(23, 8), minutes=None, route="Dag 2")

    assert companions(mine, [mine, theirs]) == [theirs]


def test_not_done_is_what_should_be_over_and_nobody_has_said_it_is():
    visits = [
        visit("over", at(23, 8)),
        visit("done", at(23, 8), status="udført"),
        visit("off", at(23, 8), status="aflyst"),
        visit("under-way", at(23, 11, 50)),
        visit("before", at(22, 8)),
    ]

    found = not_done(visits, at(22, 12), at(23, 12))

    assert [one.id for one in found] == ["over"]
