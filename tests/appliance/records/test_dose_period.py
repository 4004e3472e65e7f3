"""From which day to which a medicine is given: never as if it were today when it is not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from appliance.records.dose_period import are_columns_true, begins_on, last_day, pauses_from
from appliance.records.terms import MedicationStatus
from tests.appliance.paper.citizen_sheets.lives import bounded, scheduled
from tests.appliance.records.orders import TODAY, order

DAY = timedelta(days=1)
SOON = TODAY + 3 * DAY


@pytest.mark.parametrize(
    ("medicine", "begins"),
    [
        (order(ordered_on=SOON), SOON),
        (order(ordered_on=TODAY), None),
        (order(ordered_on=None), None),
        (bounded(first=SOON), SOON),
        (bounded(first=SOON, ordered_on=SOON + DAY), SOON + DAY),
        (bounded(first=TODAY), None),
        (scheduled("morgen"), None),
    ],
)
def test_medicine_begins_on_the_later_of_the_days_it_has(medicine, begins):
    assert begins_on(medicine, TODAY) == begins


def test_period_without_a_first_day_has_begun():
    later = bounded(first=SOON)
    (period,) = later.dosage.schedule.periods
    both = replace(later.dosage.schedule, periods=(period, replace(period, first_day=None)))

    assert begins_on(replace(later, dosage=replace(later.dosage, schedule=both)), TODAY) is None


def test_pause_begins_the_day_after_the_last():
    paused = bounded(last=TODAY, known_until=SOON)

    assert last_day(paused) == TODAY
    assert pauses_from(paused) == TODAY + DAY
    assert pauses_from(bounded(last=TODAY)) is None
    assert pauses_from(order()) is None


@pytest.mark.parametrize(
    "medicine",
    [
        order(ordered_on=SOON),
        bounded(first=SOON),
        bounded(last=TODAY - DAY),
        bounded(last=SOON),
        bounded(last=SOON, known_until=SOON + 9 * DAY),
        bounded(last=TODAY - DAY, known_until=SOON),
    ],
)
def test_columns_are_not_true_of_what_begins_or_rests_while_the_list_is_used(medicine):
    assert not are_columns_true(medicine, TODAY)


@pytest.mark.parametrize(
    "medicine",
    [
        order(),
        bounded(),
        bounded(first=TODAY),
        bounded(last=SOON, stops_on=SOON),
        bounded(last=date(2027, 12, 24)),
        bounded(status=MedicationStatus.UNKNOWN),
    ],
)
def test_columns_are_true_of_what_is_the_same_until_the_order_ends(medicine):
    assert are_columns_true(medicine, TODAY)


def test_clock_times_of_the_schedule_do_not_contradict_the_columns():
    timed = bounded()
    clock = scheduled("08.00").dosage.schedule
    other = scheduled("08.00", amount="2").dosage.schedule

    assert are_columns_true(replace(timed, dosage=replace(timed.dosage, schedule=clock)), TODAY)
    assert not are_columns_true(replace(timed, dosage=replace(timed.dosage, schedule=other)), TODAY)
