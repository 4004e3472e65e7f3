from datetime import UTC, datetime, timedelta

import pytest

from appliance.box_clock.judging import SLACK, tell, why_impossible
from appliance.box_clock.kernel_time import KernelTime
from appliance.box_clock.note import ClockNote
from appliance.clock import ClockLevel
from appliance.version import RELEASED

NOW = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
FLOOR = datetime(2026, 11, 30, 22, 0, tzinfo=UTC)
NOTE = ClockNote(floor=FLOOR)


def kernel(system=NOW, *, is_synchronised=False, monotonic_s=1000.0):
    return KernelTime(system, monotonic_s, is_synchronised)


def offset_of(moment, monotonic_s=1000.0):
    return moment.timestamp() - monotonic_s


def level_of(*facts):
    return tell(*facts).judgement.level


def test_what_the_network_set_is_believed():
    assert level_of(kernel(is_synchronised=True), NOTE) is ClockLevel.NTP


def test_clock_nobody_vouches_for_is_unsure_though_it_may_be_right():
    told = tell(kernel(), NOTE)

    assert (told.now, told.judgement.level) == (NOW, ClockLevel.UNSURE)


def test_battery_counts_while_the_system_goes_by_it():
    assert level_of(kernel(), NOTE, NOW + timedelta(minutes=4)) is ClockLevel.RTC
    assert level_of(kernel(), NOTE, NOW + timedelta(minutes=6)) is ClockLevel.UNSURE
    assert level_of(kernel(), NOTE, datetime(1970, 1, 1, tzinfo=UTC)) is ClockLevel.UNSURE


def test_time_a_person_set_runs_on_whatever_the_system_shows():
    note = ClockNote(floor=FLOOR, set_offset_s=offset_of(NOW))
    late = kernel(datetime(1970, 1, 2, tzinfo=UTC), monotonic_s=1060.0)

    told = tell(late, note)

    assert told.now == NOW + timedelta(seconds=60)
    assert (told.judgement.level, told.judgement.is_set_by_hand) == (ClockLevel.MANUAL, True)


def test_network_ends_what_a_person_set():
    note = ClockNote(floor=FLOOR, set_offset_s=offset_of(NOW + timedelta(days=3)))

    told = tell(kernel(is_synchronised=True), note)

    assert (told.now, told.judgement.level) == (NOW, ClockLevel.NTP)
    assert not told.judgement.is_set_by_hand


@pytest.mark.parametrize("floor", [FLOOR, None])
@pytest.mark.parametrize("how", ["network", "battery", "hand", "earlier"])
def test_time_before_what_has_happened_is_unsure_whoever_says_it(floor, how):
    before = (floor or RELEASED) - SLACK - timedelta(seconds=1)
    by_hand = offset_of(before) if how == "hand" else None
    earlier = offset_of(before) if how == "earlier" else None
    note = ClockNote(floor, synced_offset_s=earlier, set_offset_s=by_hand)

    told = tell(kernel(before, is_synchronised=how == "network"), note, before)

    assert told.judgement.level is ClockLevel.UNSURE
    assert told.now == before


def test_network_that_says_nonsense_does_not_end_what_a_person_set():
    note = ClockNote(floor=FLOOR, set_offset_s=offset_of(NOW))

    told = tell(kernel(datetime(2001, 1, 1, tzinfo=UTC), is_synchronised=True), note)

    assert (told.now, told.judgement.level) == (NOW, ClockLevel.MANUAL)


def test_what_the_network_set_stays_good_through_a_long_outage_until_it_is_moved():
    note = ClockNote(floor=FLOOR, synced_offset_s=offset_of(NOW))
    days = timedelta(days=4).total_seconds()

    still = kernel(NOW + timedelta(days=4, seconds=20), monotonic_s=1000.0 + days)
    moved = kernel(NOW + timedelta(days=4, seconds=70), monotonic_s=1000.0 + days)

    assert level_of(still, note) is ClockLevel.NTP
    assert level_of(moved, note) is ClockLevel.UNSURE


def test_note_with_an_impossible_offset_is_passed_over():
    assert level_of(kernel(), ClockNote(set_offset_s=1e300)) is ClockLevel.UNSURE
    assert tell(kernel(), ClockNote(set_offset_s=1e300)).now == NOW


@pytest.mark.parametrize(
    ("proposed", "is_possible"),
    [
        (FLOOR - timedelta(minutes=9), True),
        (FLOOR - timedelta(minutes=11), False),
        (FLOOR + timedelta(days=4 * 365), True),
        (FLOOR + timedelta(days=6 * 365), False),
    ],
)
def test_proposed_time_must_lie_between_the_floor_and_five_years_on(proposed, is_possible):
    assert (why_impossible(proposed, FLOOR) is None) == is_possible
