"""Clocks that are set, lost and found again; time passes all the same."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import ClockLevel
from appliance.outage.events import Reading
from appliance.outage.timeline import Elapsed, Timeline
from tests.appliance.outage.happenings import BEGAN, reading, readings

HOUR = 3600.0


def hours(number: float, *, is_sure: bool = True) -> Elapsed:
    return Elapsed(timedelta(hours=number), is_sure)


def later_run(seconds: float, up_s: float, *, is_trusted: bool = True, boot: str = "b") -> Reading:
    """Return both clocks in a later run of the box, `seconds` after the beginning."""
    level = ClockLevel.RTC if is_trusted else ClockLevel.UNSURE
    return Reading(BEGAN + timedelta(seconds=seconds), up_s, boot, level)


@pytest.mark.parametrize("off_s", [0, 86400, -86400, 3e8, -3e8])
def test_a_clock_that_is_set_changes_no_duration(off_s: float) -> None:
    line = Timeline.of([reading(0), reading(2 * HOUR, off_s=off_s)])

    assert line.elapsed(0, 1) == hours(2)


def test_a_clock_nobody_trusts_measures_as_well_as_any() -> None:
    line = Timeline.of([reading(0, is_trusted=False), reading(HOUR, is_trusted=False, off_s=99)])

    assert line.elapsed(0, 1) == hours(1)


def test_over_a_power_cut_the_wall_clock_bridges_the_gap() -> None:
    line = Timeline.of([reading(0), later_run(6 * HOUR, 60.0)])

    assert line.elapsed(0, 1) == hours(6)


def test_after_a_power_cut_with_a_lost_clock_it_is_at_least_what_has_surely_passed() -> None:
    lost = later_run(-9e6, 600.0, is_trusted=False)

    line = Timeline.of([reading(0), reading(2 * HOUR), lost])

    assert line.elapsed(0, 2) == Elapsed(timedelta(hours=2, minutes=10), is_sure=False)


def test_as_soon_as_the_clock_is_right_again_so_is_the_duration() -> None:
    lost = later_run(-9e6, 600.0, is_trusted=False)
    found = later_run(6 * HOUR, 1200.0)

    line = Timeline.of([reading(0), lost, found])

    assert line.elapsed(0, 2) == hours(6)
    assert line.elapsed(1, 2) == Elapsed(timedelta(minutes=10))
    assert line.wall(1) == BEGAN + timedelta(hours=6, minutes=-10)


def test_two_power_cuts_of_which_only_the_last_has_a_clock() -> None:
    lost = later_run(0, 300.0, is_trusted=False)
    found = later_run(8 * HOUR, 60.0, boot="c")

    line = Timeline.of([reading(0), lost, found])

    assert line.elapsed(0, 2) == hours(8)
    assert not line.elapsed(0, 1).is_sure


def test_a_clock_that_goes_back_over_a_power_cut_is_not_believed() -> None:
    line = Timeline.of([reading(0), reading(2 * HOUR), later_run(HOUR, 60.0)])

    assert line.elapsed(0, 2) == Elapsed(timedelta(hours=2, minutes=1), is_sure=False)


def test_a_slip_of_a_year_after_a_power_cut_is_not_believed() -> None:
    line = Timeline.of([reading(0), later_run(365 * 24 * HOUR, 60.0)])

    assert line.elapsed(0, 1) == Elapsed(timedelta(minutes=1), is_sure=False)


def test_what_the_network_says_counts_more_than_what_a_person_typed_later() -> None:
    typed = Reading(BEGAN + timedelta(days=3), 1000.0 + HOUR, "aaaa1111", ClockLevel.MANUAL)

    line = Timeline.of([reading(0), typed])

    assert line.wall(1) == BEGAN + timedelta(hours=1)


def test_a_time_nobody_vouches_for_is_told_from_one_that_somebody_does() -> None:
    line = Timeline.of([reading(0), later_run(60, 30.0, is_trusted=False)])

    assert (line.is_wall_sure(0), line.is_wall_sure(1)) == (True, False)


@given(st.lists(readings, min_size=1, max_size=12))
def test_any_readings_at_all_give_durations_that_are_never_negative(found) -> None:
    line = Timeline.of(found)

    for later in range(len(found)):
        assert line.elapsed(0, later).time >= timedelta(0)
        assert line.wall(later).tzinfo is not None


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=8), st.data())
def test_within_one_run_no_set_clock_makes_time_jump(steps, data) -> None:
    times = sorted(round(step, 3) for step in steps)
    offs = data.draw(st.lists(st.floats(-1e7, 1e7), min_size=len(times), max_size=len(times)))

    line = Timeline.of(reading(time, off_s=off) for time, off in zip(times, offs, strict=True))

    passed = line.elapsed(0, len(times) - 1)
    assert passed.is_sure
    assert passed.time.total_seconds() == pytest.approx(times[-1] - times[0], abs=0.01)
