"""Turn a dosage into the record's schedule, from which any day's doses can be told.

The periods are placed in the calendar here; which doses fall on a day is `appliance.records.due`'s
business, so that hub and box cannot differ. Where the text is certain but the day is not (free
text, a schema kept elsewhere, an unknown first day), the schedule is unknown and says why. Called
by `translate`.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time
from decimal import Decimal

from appliance.records.dosage import Dosage, Schedule, ScheduledDay, ScheduledDose, SchedulePeriod
from appliance.records.due import Due, dosage_due
from provisioning.sources.fmk.calendar_days import Placed, place_periods
from provisioning.sources.fmk.faults import DosageFault, FaultKind
from provisioning.sources.fmk.model import (
    DAYS_IN_WEEK,
    Dose,
    FmkDosage,
    Plan,
    Quantity,
    Structured,
    Unit,
)
from provisioning.sources.fmk.new_doses import amount_words
from provisioning.sources.fmk.words import SHEET, quantity_words

_NOUGHT = Quantity(Decimal(0))


def schedule_of(dosage: FmkDosage, first_day: date | None) -> Schedule:
    """Return when each dose is to be given, or why that is not certain.

    `first_day` is the treatment's first day. E2 has dates of its own and does not need it.
    """
    content = dosage.content
    if not isinstance(content, Structured):
        return Schedule(unknown=FaultKind.NO_STRUCTURE)
    if dosage.precondition:
        return Schedule(unknown=FaultKind.CONDITIONAL)
    placed = place_periods(content, first_day)
    if isinstance(placed, DosageFault):
        return Schedule(unknown=placed.kind)
    if any(map(_gives_nothing, placed)):
        return Schedule(unknown=FaultKind.OUTSIDE_PERIOD)
    periods = (period for item in placed for period in _periods(item, dosage.unit))
    if content.treatment_end:
        return Schedule(tuple(_until(period, content.treatment_end) for period in periods))
    return Schedule(tuple(periods))


def due_doses(dosage: FmkDosage, first_day: date | None, day: date) -> Due:
    """Return the doses due on a day, in the order of the day."""
    return dosage_due(Dosage(schedule=schedule_of(dosage, first_day)), day)


def _until(period: SchedulePeriod, end: date) -> SchedulePeriod:
    last = end if period.last_day is None else min(end, period.last_day)
    return replace(period, last_day=last)


def _periods(item: Placed, unit: Unit | None) -> Iterator[SchedulePeriod]:
    """Give a period once for each of its rhythms that has something to give."""
    for plan in item.period.plans:
        days = tuple(_days(plan, item.first, unit))
        if days:
            length = DAYS_IN_WEEK if plan.is_weekly else 1
            yield SchedulePeriod(plan.interval * length, days, item.first, item.last)


def _days(plan: Plan, first: date, unit: Unit | None) -> Iterator[ScheduledDay]:
    """Give the days of a rhythm with the doses to be given on them, counted from the first day."""
    for number, doses in _numbered(plan, first):
        given = tuple(_scheduled(dose, unit) for dose in doses if _is_given(dose))
        if given:
            yield ScheduledDay(number, given)


def _numbered(plan: Plan, first: date) -> Iterator[tuple[int, tuple[Dose, ...]]]:
    if not plan.is_weekly:
        yield from ((one.number, one.doses) for one in plan.days)
    yield from ((_place(one.week, one.weekday, first), one.doses) for one in plan.weekdays)


def _gives_nothing(item: Placed) -> bool:
    """Tell whether a period has fixed doses, none of which falls within its dates."""
    if item.last is None:
        return False
    numbers = [
        number
        for plan in item.period.plans
        for number, doses in _numbered(plan, item.first)
        if any(not dose.is_as_needed for dose in doses)
    ]
    return bool(numbers) and min(numbers) > (item.last - item.first).days + 1


def _place(week: int, weekday: int, first: date) -> int:
    """Return which day of the period a weekday is; its weeks begin on its first day."""
    return (week - 1) * DAYS_IN_WEEK + (weekday - first.isoweekday()) % DAYS_IN_WEEK + 1


def _is_given(dose: Dose) -> bool:
    """Tell whether something is to be given: not as needed, and not an explicit nought."""
    return not dose.is_as_needed and dose.amount != _NOUGHT


def _scheduled(dose: Dose, unit: Unit | None) -> ScheduledDose:
    if not isinstance(dose.amount, Quantity):
        return ScheduledDose(_when(dose), amount_words(dose.amount, unit, SHEET))
    amount, word = quantity_words(dose.amount, unit)
    return ScheduledDose(_when(dose), amount, word)


def _when(dose: Dose) -> str:
    if isinstance(dose.when, time):
        return f"{dose.when:%H.%M.%S}" if dose.when.second else f"{dose.when:%H.%M}"
    return "" if dose.when is None else dose.when.value
