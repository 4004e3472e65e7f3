from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import (
    ClockLevel,
    HeldClock,
    Judgement,
    SystemClock,
    format_time,
    is_day_sure,
    parse_time,
    reckoned_now,
    time_at,
)


def test_system_clock_is_aware_and_its_ticks_only_grow() -> None:
    clock = SystemClock()

    earlier = clock.monotonic()

    assert clock.now().tzinfo is UTC
    assert clock.monotonic() >= earlier


def test_held_clock_stands_still_until_it_is_moved(clock: HeldClock) -> None:
    before = (clock.now(), clock.monotonic())

    clock.move(timedelta(hours=8))

    assert clock.now() - before[0] == timedelta(hours=8)
    assert clock.monotonic() - before[1] == 8 * 3600


def test_seconds_of_the_monotonic_clock_are_told_as_wall_time(clock: HeldClock) -> None:
    in_an_hour = time_at(clock, clock.monotonic() + 3600)
    clock.move(timedelta(minutes=50))

    assert in_an_hour == datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    assert time_at(clock, 3600) == in_an_hour
    clock.at += timedelta(days=1)
    assert time_at(clock, 3600) - clock.now() == timedelta(minutes=10)


def test_held_clock_does_not_move_by_itself(clock: HeldClock) -> None:
    assert (clock.now(), clock.monotonic()) == (clock.now(), clock.monotonic())


@pytest.mark.parametrize(
    ("text", "hour_utc"),
    [
        ("2026-11-23T03:00:00+01:00", 2),
        ("2026-11-23T02:00:00Z", 2),
        ("2026-11-23T03:00:00", 2),  # no offset: Danish winter time
        ("2026-07-23T03:00:00", 1),  # Danish summer time
    ],
)
def test_a_time_without_an_offset_is_danish_local_time(text: str, hour_utc: int) -> None:
    moment = parse_time(text)

    assert moment.tzinfo is UTC
    assert moment.hour == hour_utc


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="isoformat"):
        parse_time("i morgen")


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1)))  # noqa: DTZ001
def test_a_written_time_reads_back_to_the_second(naive: datetime) -> None:
    moment = naive.replace(tzinfo=UTC, microsecond=0)

    assert parse_time(format_time(moment)) == moment


def test_the_empty_date_of_many_systems_survives_being_written() -> None:
    assert format_time(parse_time("0001-01-01T00:00:00Z")) == "0001-01-01T00:00:00Z"


def test_a_time_that_falls_off_the_calendar_is_no_time() -> None:
    with pytest.raises(ValueError, match="outside the calendar"):
        parse_time("0001-01-01T00:00:00+01:00")


def test_medicine_is_judged_by_the_newest_sure_time_while_nobody_vouches_for_the_clock(
    clock: HeldClock,
) -> None:
    signed_at = clock.now() - timedelta(hours=3)
    years_ahead = HeldClock(clock.now() + timedelta(days=1000))
    years_ahead.judgement = Judgement(ClockLevel.UNSURE, signed_at)

    assert reckoned_now(clock) == clock.now()
    assert reckoned_now(years_ahead) == signed_at


@pytest.mark.parametrize(
    ("days", "is_believed"), [(1, True), (89, True), (91, False), (1800, False)]
)
def test_medicine_is_judged_by_a_person_s_time_only_for_as_long_as_an_outage_lasts(
    clock: HeldClock, days: int, *, is_believed: bool
) -> None:
    signed_at = clock.now()
    later = HeldClock(signed_at + timedelta(days=days))
    later.judgement = Judgement(ClockLevel.MANUAL, signed_at, is_set_by_hand=True)

    assert (reckoned_now(later) == later.now()) is is_believed
    assert is_day_sure(later) is is_believed


def test_sheet_may_name_the_day_only_by_a_clock_somebody_vouches_for(clock: HeldClock) -> None:
    unsure = HeldClock(clock.now(), judgement=Judgement(ClockLevel.UNSURE, clock.now()))

    assert is_day_sure(clock)
    assert not is_day_sure(unsure)
