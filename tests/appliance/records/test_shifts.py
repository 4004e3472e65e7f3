"""Which shift it is."""

from datetime import UTC, date, datetime

import pytest

from appliance.clock import DANISH_TIME
from appliance.records.dosage import ScheduledDose
from appliance.records.shifts import DAY, EVENING, NIGHT, shift_after, shift_at, shifts_of, timed
from tests.appliance.records.orders import order

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("hour", "minute", "name", "first_day"),
    [
        (0, 0, NIGHT, 22),
        (3, 0, NIGHT, 22),
        (6, 59, NIGHT, 22),
        (7, 0, DAY, 23),
        (14, 59, DAY, 23),
        (15, 0, EVENING, 23),
        (22, 59, EVENING, 23),
        (23, 0, NIGHT, 23),
    ],
)
def test_shift_under_way_is_found_to_the_minute(hour, minute, name, first_day):
    shift = shift_at(datetime(2026, 11, 23, hour, minute, tzinfo=DANISH_TIME))

    assert (shift.name, shift.starts_at.day) == (name, first_day)


def test_shift_is_found_by_danish_time_from_any_zone():
    assert shift_at(datetime(2026, 11, 23, 22, 30, tzinfo=UTC)).name == NIGHT
    assert shift_at(datetime(2026, 11, 23, 21, 30, tzinfo=UTC)).name == EVENING


def test_shifts_follow_each_other_without_a_gap():
    day, evening, night = shifts_of(MONDAY)

    assert shift_after(day) == evening
    assert shift_after(evening) == night
    assert shift_after(night) == shifts_of(date(2026, 11, 24))[0]


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24)])
def test_night_when_the_clocks_change_still_ends_at_seven(day):
    night = shifts_of(day)[2]

    assert (night.starts_at.hour, night.ends_at.hour) == (23, 7)
    assert shift_at(night.ends_at).name == DAY


@pytest.mark.parametrize(
    ("when", "day", "clock"),
    [
        ("08.00", 23, "08.00"),
        ("8:00", 23, "08.00"),
        ("23.59.40", 23, "23.59"),
        ("00.00", 23, "00.00"),
        ("24.00", 24, "00.00"),
    ],
)
def test_dose_has_the_clock_time_of_its_own_day_and_is_never_rounded_up(when, day, clock):
    dose = timed(order(), ScheduledDose(when, "1"), MONDAY)

    assert dose.at is not None
    assert (dose.at.day, f"{dose.at:%H.%M}") == (day, clock)


@pytest.mark.parametrize("when", ["", "nat", "før sengetid", "25.00", "24.30", "08.61"])
def test_what_is_no_clock_time_has_none_and_keeps_its_word(when):
    dose = timed(order(), ScheduledDose(when, "1"), MONDAY)

    assert dose.at is None
    assert dose.when == when
