"""What is due tonight: by the record alone, for any day, and never a guess."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.records.dosage import (
    Dosage,
    Grid,
    Schedule,
    ScheduledDay,
    ScheduledDose,
    SchedulePeriod,
)
from appliance.records.due import (
    NO_STRUCTURE,
    PAUSE_OVER,
    UNKNOWN_STATUS,
    Due,
    dosage_due,
    due_on,
    schedule_of,
    through_the_day,
)
from appliance.records.models import (
    MedicationOrder,
)
from appliance.records.terms import CitizenId, MedicationStatus

MONDAY = date(2026, 11, 23)
ONE = ScheduledDose("morgen", "1", "tablet")
DAILY = Dosage("1 tablet morgen", Grid("1", "", "", "", "tablet"))


def order(dosage=DAILY, **more):
    given = {"status": MedicationStatus.ACTIVE, **more}
    return MedicationOrder("m", CitizenId("c"), dosage=dosage, **given)


def every(days, *numbers, **more):
    """Give one morning dose on some days of a round."""
    period = SchedulePeriod(days, tuple(ScheduledDay(number, (ONE,)) for number in numbers), **more)
    return Dosage("x", schedule=Schedule((period,)))


def days_due(dosage, days=28):
    return [n for n in range(days) if dosage_due(dosage, MONDAY + timedelta(days=n)).doses]


def test_four_columns_are_due_every_day_in_the_order_of_the_day():
    dosage = Dosage("x", Grid("1", "", "0,5", "2", "tabletter"))
    due = dosage_due(dosage, MONDAY)

    assert [(dose.when, dose.amount) for dose in due.doses] == [
        ("morgen", "1"), ("aften", "0,5"), ("nat", "2"),
    ]  # fmt: skip
    assert days_due(dosage) == list(range(28))


def test_columns_that_hold_on_weekdays_only_are_no_daily_schedule():
    assert dosage_due(replace(DAILY, weekdays=(1,)), MONDAY) == Due(unknown=NO_STRUCTURE)


def test_words_alone_are_unknown_and_never_nothing():
    assert dosage_due(Dosage("efter aftale"), MONDAY) == Due(unknown=NO_STRUCTURE)
    assert (
        dosage_due(Dosage("x", schedule=Schedule(unknown="overlap")), MONDAY).unknown == "overlap"
    )


def test_a_schedule_without_anything_fixed_is_nothing_due():
    assert dosage_due(Dosage("pn", schedule=Schedule()), MONDAY) == Due()


def test_a_round_begins_anew_and_one_that_is_not_repeated_does_not():
    first = {"first_day": MONDAY}

    assert days_due(every(3, 1, **first)) == list(range(0, 28, 3))
    assert days_due(every(14, 1, 9, **first)) == [0, 8, 14, 22]
    assert days_due(every(0, 2, **first)) == [1]


def test_a_round_without_a_first_day_is_counted_from_a_monday():
    assert days_due(every(7, 1, 4)) == [0, 3, 7, 10, 14, 17, 21, 24]


def test_a_period_has_its_first_and_its_last_day():
    dosage = every(1, 1, first_day=MONDAY + timedelta(days=2), last_day=MONDAY + timedelta(days=4))

    assert days_due(dosage) == [2, 3, 4]


def test_two_periods_of_one_day_are_both_due_in_the_order_of_the_day():
    night = ScheduledDose("nat", "2", "tabletter")
    periods = [SchedulePeriod(1, (ScheduledDay(1, (dose,)),)) for dose in (night, ONE)]
    due = dosage_due(Dosage("x", schedule=Schedule(tuple(periods))), MONDAY)

    assert due.doses == (ONE, night)


def test_clock_times_stand_among_the_parts_of_the_day():
    whens = ["nat", "08.00", "", "aften", "13.30", "morgen", "middag", "21.59.30"]
    doses = sorted((ScheduledDose(when, "1") for when in whens), key=through_the_day)

    assert [dose.when for dose in doses] == [
        "", "morgen", "08.00", "middag", "13.30", "aften", "nat", "21.59.30",
    ]  # fmt: skip


@pytest.mark.parametrize("status", [MedicationStatus.PAUSED, MedicationStatus.STOPPED])
def test_what_must_not_be_given_is_not_due(status):
    assert due_on(order(status=status), MONDAY) == Due()


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (MedicationStatus.ACTIVE, [1, 1, PAUSE_OVER]),
        (MedicationStatus.PAUSED, [0, 0, PAUSE_OVER]),
        (MedicationStatus.STOPPED, [0, 0, 0]),
    ],
)
def test_after_the_last_day_of_a_pause_nobody_can_tell(status, told):
    schedule = replace(schedule_of(DAILY), known_until=MONDAY + timedelta(days=1))
    given = order(replace(DAILY, schedule=schedule), status=status)

    dues = [due_on(given, MONDAY + timedelta(days=number)) for number in range(3)]

    assert [due.unknown or len(due.doses) for due in dues] == told


def test_whether_a_medicine_may_be_given_is_not_guessed():
    assert due_on(order(status=MedicationStatus.UNKNOWN), MONDAY) == Due(unknown=UNKNOWN_STATUS)


def test_as_needed_medicine_is_never_due():
    assert due_on(order(is_as_needed=True), MONDAY) == Due()


def test_the_last_day_of_an_order_is_due_and_the_day_after_is_not():
    stopping = order(stops_on=MONDAY)

    assert due_on(stopping, MONDAY).doses
    assert due_on(stopping, MONDAY + timedelta(days=1)) == Due()


def test_nothing_is_due_before_it_was_ordered():
    assert due_on(order(ordered_on=MONDAY), MONDAY - timedelta(days=1)) == Due()
    assert due_on(order(ordered_on=MONDAY), MONDAY).doses


PERIODS = st.builds(
    SchedulePeriod,
    round_days=st.integers(0, 20),
    days=st.lists(st.builds(ScheduledDay, st.integers(1, 20), st.just((ONE,))), max_size=4).map(
        tuple
    ),
    first_day=st.dates(date(2026, 11, 1), date(2026, 12, 1)),
    last_day=st.none() | st.dates(date(2026, 11, 1), date(2026, 12, 31)),
)


@given(st.lists(PERIODS, max_size=3))
def test_over_28_days_every_dose_of_every_round_is_due_once(periods):
    dosage = Dosage("x", schedule=Schedule(tuple(periods)))
    expected = dict.fromkeys(range(28), 0)
    for period in periods:
        for item in period.days:
            at = period.first_day + timedelta(days=item.number - 1)
            # Walk through the rounds one by one; a day beyond its round never comes.
            is_in_round = not period.round_days or item.number <= period.round_days
            while is_in_round and at < MONDAY + timedelta(days=28):
                if at >= MONDAY and (period.last_day is None or at <= period.last_day):
                    expected[(at - MONDAY).days] += len(item.doses)
                if not period.round_days:
                    break
                at += timedelta(days=period.round_days)

    found = {n: len(dosage_due(dosage, MONDAY + timedelta(days=n)).doses) for n in range(28)}

    assert found == expected
