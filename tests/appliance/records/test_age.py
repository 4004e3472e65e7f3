from datetime import UTC, datetime, timedelta

import pytest

from appliance.clock import HeldClock
from appliance.records.age import (
    Freshness,
    judge_age,
    show_date_time,
    show_time,
    show_whole_date_time,
)


@pytest.mark.parametrize(
    ("age", "freshness"),
    [
        (timedelta(0), Freshness.FRESH),
        (timedelta(hours=23, minutes=59), Freshness.FRESH),
        (timedelta(hours=24), Freshness.OLD),
        (timedelta(hours=71, minutes=59), Freshness.OLD),
        (timedelta(hours=72), Freshness.VERY_OLD),
        (timedelta(days=400), Freshness.VERY_OLD),
        (timedelta(minutes=-10), Freshness.FRESH),  # two clocks that differ a little
        (timedelta(minutes=-11), Freshness.UNKNOWN),  # data from the future
    ],
)
def test_data_is_judged_by_its_age(clock: HeldClock, age: timedelta, freshness: Freshness) -> None:
    assert judge_age(clock.now() - age, clock.now()).freshness is freshness


def test_a_small_lead_counts_as_no_age(clock: HeldClock) -> None:
    assert judge_age(clock.now() + timedelta(minutes=5), clock.now()).hours == 0


def test_age_is_told_in_hours_and_whole_minutes(clock: HeldClock) -> None:
    age = judge_age(clock.now() - timedelta(minutes=90, seconds=59), clock.now())

    assert age.hours == pytest.approx(1.516, abs=0.001)
    assert age.minutes == 90


def test_data_without_a_time_has_an_unknown_age(clock: HeldClock) -> None:
    age = judge_age(None, clock.now())

    assert age.freshness is Freshness.UNKNOWN
    assert age.as_of is None


def test_times_are_written_as_danes_write_them() -> None:
    winter = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
    summer = datetime(2026, 5, 1, 22, 30, tzinfo=UTC)

    assert show_time(winter) == "02.05"
    assert show_date_time(winter) == "man. 23. nov. 2026 kl. 02.05"
    assert show_date_time(summer) == "lør. 2. maj 2026 kl. 00.30"


def test_a_time_nobody_knows_is_called_unknown() -> None:
    assert show_time(None) == "ukendt"
    assert show_date_time(None) == "ukendt"


def test_time_to_compare_with_another_clock_has_no_short_forms(clock: HeldClock) -> None:
    assert show_whole_date_time(clock.now()) == "mandag den 23. november 2026 kl. 03.00"
