"""Say which doses are due on a day, or why nobody can tell. Pure.

Works from the record alone, for any day, so that a box that has heard nothing for a week still
knows what is due tonight. As-needed doses are never due. Where the source's structure leaves the
day open the answer is *unknown*, with a reason, and never an empty list: an empty list means that
nothing is to be given. Called by the sheets and screens of what is due, and by the hub's tests.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from appliance.records.dosage import (
    Dosage,
    Grid,
    Schedule,
    ScheduledDay,
    ScheduledDose,
    SchedulePeriod,
)
from appliance.records.models import (
    MedicationOrder,
)
from appliance.records.terms import MedicationStatus

PARTS_OF_DAY = ("morgen", "middag", "aften", "nat")
NO_STRUCTURE = "no_structure"
UNKNOWN_STATUS = "unknown_status"
PAUSE_OVER = "pause_over"
END_PASSED = "end_passed"
# Day 1 of a round that has no first day of its own.
_A_MONDAY = date(2001, 1, 1)
# "08.00", "8:00" or with seconds, as sources write it; 24.00 is the end of the day.
_CLOCK = re.compile(r"(\d{1,2})[.:](\d\d)(?:[.:](\d\d))?")
_LAST_HOUR, _LAST_MINUTE = 24, 59


@dataclass(frozen=True, slots=True)
class Due:
    """What is due on a day, in the order of the day; `unknown` says why nobody can tell."""

    doses: tuple[ScheduledDose, ...] = ()
    unknown: str | None = None


@dataclass(frozen=True, slots=True)
class DueDose:
    """One dose of one order that is due."""

    order: MedicationOrder
    dose: ScheduledDose


def due_on(order: MedicationOrder, day: date) -> Due:
    """Return what is due of one order on a day."""
    if order.status is MedicationStatus.UNKNOWN:
        return Due(unknown=UNKNOWN_STATUS)
    is_over = order.stops_on is not None and day > order.stops_on
    is_before = order.ordered_on is not None and day < order.ordered_on
    if order.status is MedicationStatus.STOPPED or order.is_as_needed or is_over or is_before:
        return Due()
    if order.status is MedicationStatus.PAUSED:
        schedule = order.dosage.schedule
        return Due(unknown=PAUSE_OVER) if schedule and _is_past(schedule, day) else Due()
    if _has_run_out(order.dosage, day):
        return Due(unknown=END_PASSED)
    return dosage_due(order.dosage, day)


def _has_run_out(dosage: Dosage, day: date) -> bool:
    """Tell whether every period is over while the order still stands: somebody must say why.

    A pause ends the periods before it, too; until it is over nothing is due, and that is known.
    """
    schedule = dosage.schedule
    if schedule is None or not schedule.periods or schedule.known_until is not None:
        return False
    return all(each.last_day and each.last_day < day for each in schedule.periods)


def dosage_due(dosage: Dosage, day: date) -> Due:
    """Return what a dosage by itself makes due on a day."""
    schedule = schedule_of(dosage)
    if schedule is None:
        return Due(unknown=NO_STRUCTURE)
    if schedule.unknown:
        return Due(unknown=schedule.unknown)
    if _is_past(schedule, day):
        return Due(unknown=PAUSE_OVER)
    doses = [dose for period in schedule.periods for dose in _doses_on(period, day)]
    return Due(tuple(sorted(doses, key=through_the_day)))


def through_the_day(dose: ScheduledDose) -> float:
    """Sort parts of the day among clock times: morning after 3:00, noon 9:00, evening 15:00 …."""
    if dose.when in PARTS_OF_DAY:
        return 3.005 + 6 * PARTS_OF_DAY.index(dose.when)
    clock = clock_of(dose)
    return -1 if clock is None else clock[0] + clock[1] / 60


def clock_of(dose: ScheduledDose) -> tuple[int, int] | None:
    """Return a dose's clock time as hours and minutes, or None where it has none to be read."""
    found = _CLOCK.fullmatch(dose.when)
    if found is None:
        return None
    hours, minutes = int(found[1]), int(found[2])
    is_readable = hours <= _LAST_HOUR and minutes <= _LAST_MINUTE
    return (hours, minutes) if is_readable and (hours < _LAST_HOUR or not minutes) else None


def schedule_of(dosage: Dosage) -> Schedule | None:
    """Return a dosage's schedule: its own, or four columns as what they are: so much, every day."""
    if dosage.schedule or dosage.grid is None or dosage.weekdays:
        return dosage.schedule
    return Schedule((SchedulePeriod(1, (_day_of(dosage.grid),)),))


def _is_past(schedule: Schedule, day: date) -> bool:
    return schedule.known_until is not None and day > schedule.known_until


def _day_of(grid: Grid) -> ScheduledDay:
    amounts = zip(PARTS_OF_DAY, grid.amounts, strict=True)
    return ScheduledDay(
        1, tuple(ScheduledDose(when, amount, grid.unit) for when, amount in amounts if amount)
    )


def _doses_on(period: SchedulePeriod, day: date) -> Iterator[ScheduledDose]:
    first = period.first_day or _A_MONDAY
    is_before = period.first_day is not None and day < period.first_day
    if is_before or (period.last_day is not None and day > period.last_day):
        return
    place = (day - first).days
    number = (place % period.round_days if period.round_days else place) + 1
    for item in period.days:
        if item.number == number:
            yield from item.doses
