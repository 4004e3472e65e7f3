"""Which shift it is, and what is due in it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from appliance.clock import DANISH_TIME
from appliance.records.dosage import (
    Dosage,
    Schedule,
    ScheduledDay,
    ScheduledDose,
    SchedulePeriod,
)
from appliance.records.due import NO_STRUCTURE, UNKNOWN_STATUS
from appliance.records.due_words import END_PASSED
from appliance.records.shifts import DAY, EVENING, NIGHT, doses_in, shift_after, shift_at, shifts_of
from appliance.records.terms import MedicationStatus
from tests.appliance.records.orders import grid, order

MONDAY = date(2026, 11, 23)
AT_THREE = datetime(2026, 11, 24, 3, 0, tzinfo=DANISH_TIME)
TONIGHT = shift_at(AT_THREE)


def at_times(*times, day_number=1, first_day=None, round_days=1):
    """Return an order with a dose at each of the times."""
    doses = tuple(ScheduledDose(when, "1", "tablet") for when in times)
    period = SchedulePeriod(round_days, (ScheduledDay(day_number, doses),), first_day)
    return order(dosage=Dosage("1 tablet", schedule=Schedule((period,))))


def whens(found):
    """Return day and time of each dose, such as "24 02.00"."""
    return [f"{dose.day.day} {dose.when}".strip() for dose in found.doses]


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


def test_night_holds_the_part_of_the_evening_before_and_the_times_of_both_days():
    orders = [order(id="grid", dosage=Dosage("x", grid("1", "1", "1", "1")))]
    orders.append(replace(at_times("22.30", "23.30", "02.00", "06.59", "07.00"), id="clock"))

    found = doses_in(orders, TONIGHT)

    assert whens(found) == ["23 nat", "23 23.30", "24 02.00", "24 06.59"]


def test_every_dose_of_a_day_stands_in_exactly_one_shift():
    orders = [order(dosage=Dosage("x", grid("1", "1", "1", "1")))]
    orders.append(at_times("00.00", "06.59", "07.00", "14.59", "15.00", "22.59", "23.00"))
    night_before = shift_at(datetime(2026, 11, 23, 3, 0, tzinfo=DANISH_TIME))

    shifts = (night_before, *shifts_of(MONDAY))
    of_monday = [
        dose.when
        for shift in shifts
        for dose in doses_in(orders, shift).doses
        if dose.day == MONDAY
    ]

    assert len(of_monday) == 11
    assert len(set(of_monday)) == 11


def test_weekday_medicine_is_due_in_the_night_of_its_own_day_only():
    mondays = order(
        dosage=Dosage(
            "1 tablet mandag nat",
            weekdays=(1,),
            schedule=Schedule(
                (SchedulePeriod(7, (ScheduledDay(1, (ScheduledDose("nat", "1"),)),)),)
            ),
        )
    )

    assert whens(doses_in([mondays], TONIGHT)) == ["23 nat"]
    assert whens(doses_in([mondays], shifts_of(date(2026, 11, 24))[2])) == []


def test_dose_for_any_time_stands_in_every_shift_of_its_day_and_last():
    anytime = at_times("", "08.00")

    assert [whens(doses_in([anytime], shift)) for shift in shifts_of(MONDAY)] == [
        ["23 08.00", "23"],
        ["23"],
        ["23"],
    ]


def test_midnight_belongs_to_the_night_that_has_begun():
    assert whens(doses_in([at_times("00.00")], TONIGHT)) == ["24 00.00"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": MedicationStatus.UNKNOWN}, UNKNOWN_STATUS),
        ({"dosage": Dosage("efter skema")}, NO_STRUCTURE),
        ({"stops_on": date(2026, 11, 20)}, END_PASSED),
    ],
)
def test_what_nobody_can_tell_is_named_with_its_reason(changes, reason):
    found = doses_in([order(**changes)], TONIGHT)

    assert [code for _, code in found.unknown] == [reason]


@pytest.mark.parametrize(
    "changes",
    [
        {"is_as_needed": True},
        {"status": MedicationStatus.STOPPED, "stops_on": date(2026, 11, 1)},
        {"status": MedicationStatus.PAUSED},
    ],
)
def test_what_is_not_due_is_not_unknown_either(changes):
    found = doses_in([order(**changes)], TONIGHT)

    assert (found.doses, found.unknown) == ((), ())


def test_last_day_still_counts():
    last = order(dosage=Dosage("x", grid("", "", "", "1")), stops_on=MONDAY)

    found = doses_in([last], TONIGHT)

    assert whens(found) == ["23 nat"]
    assert found.unknown == ()
