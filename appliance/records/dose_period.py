"""Say from which day to which a medicine is given, by the order and by its schedule. Pure.

A list says how much in four columns, and columns have no dates: a course that begins next month or
rests from Friday would look like one for today. Says the days only; the words stand in
`medicine.py`, which calls it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from appliance.records.dosage import SchedulePeriod
from appliance.records.due import PARTS_OF_DAY, Due, dosage_due
from appliance.records.models import MedicationOrder
from appliance.records.quantities import amount_of

_A_DAY = timedelta(days=1)
# How long a printed list may be used before there is another.
_DAYS_OF_A_LIST = 14


def begins_on(order: MedicationOrder, today: date) -> date | None:
    """Return the day a medicine begins, while that is still to come."""
    days = [period.first_day for period in _periods(order)]
    first = min((day for day in days if day), default=None) if all(days) else None
    begins = max((day for day in (order.ordered_on, first) if day), default=None)
    return begins if begins and begins > today else None


def last_day(order: MedicationOrder) -> date | None:
    """Return the last day of the schedule itself; None while it goes on or has no days."""
    days = [period.last_day for period in _periods(order)]
    return max((day for day in days if day), default=None) if all(days) else None


def pauses_from(order: MedicationOrder) -> date | None:
    """Return the first day of a pause that has an end; None if there is no such day."""
    last = last_day(order)
    return last + _A_DAY if last and known_until(order) else None


def known_until(order: MedicationOrder) -> date | None:
    """Return the day a pause ends, after which nobody can tell what is given."""
    return order.dosage.schedule.known_until if order.dosage.schedule else None


def are_columns_true(order: MedicationOrder, today: date) -> bool:
    """Tell whether the four columns are what is given on every day a list is used."""
    if begins_on(order, today):
        return False
    if order.dosage.schedule is None:
        return True
    columns = dosage_due(replace(order.dosage, schedule=None), today)
    return all(_is_same(dosage_due(order.dosage, day), columns) for day in _days(order, today))


def _periods(order: MedicationOrder) -> tuple[SchedulePeriod, ...]:
    return order.dosage.schedule.periods if order.dosage.schedule else ()


def _days(order: MedicationOrder, today: date) -> Iterator[date]:
    """Yield the days a list is used; the order's own last day is said beside the columns."""
    for number in range(_DAYS_OF_A_LIST):
        day = today + number * _A_DAY
        if order.stops_on is None or day <= order.stops_on:
            yield day


def _is_same(due: Due, columns: Due) -> bool:
    """Compare a day's doses; a clock time is told beside the columns, not by them."""
    is_by_part = all(dose.when in PARTS_OF_DAY for dose in due.doses)
    return not due.unknown and _given(due, is_by_part=is_by_part) == _given(
        columns, is_by_part=is_by_part
    )


def _given(due: Due, *, is_by_part: bool) -> list[tuple[str, str]]:
    amounts = ((dose.when, dose.amount, amount_of(dose.amount)) for dose in due.doses)
    return sorted(
        (when if is_by_part else "", raw if amount is None else format(amount.normalize(), "f"))
        for when, raw, amount in amounts
        if amount != 0
    )
