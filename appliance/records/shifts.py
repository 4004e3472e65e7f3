"""Say which shift it is and what is due in it. Pure.

A night belongs to two calendar days and a part of the day to one: "nat" of Monday and 02.00 on
Tuesday are the same night shift. What was already given nobody here knows, so a dose whose time
has passed stays on the list and is said to be possibly given. Called by the sheets of what is due.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from appliance.clock import DANISH_TIME
from appliance.config import SHIFT_STARTS
from appliance.records.dosage import ScheduledDose
from appliance.records.due import DueDose, due_on, through_the_day
from appliance.records.due_words import END_PASSED
from appliance.records.models import MedicationOrder
from appliance.records.terms import MedicationStatus

NIGHT, DAY, EVENING = "Nattevagt", "Dagvagt", "Aftenvagt"
ANY_TIME = ""
_NAMES = (DAY, EVENING, NIGHT)
_PARTS = {"morgen": DAY, "middag": DAY, "aften": EVENING, "nat": NIGHT}


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift, from and to as aware local times."""

    name: str
    starts_at: datetime
    ends_at: datetime

    @property
    def days(self) -> tuple[date, ...]:
        """Return the calendar days the shift touches: two for a night."""
        first, last = self.starts_at.date(), (self.ends_at - timedelta(seconds=1)).date()
        return (first,) if first == last else (first, last)


@dataclass(frozen=True, slots=True)
class TimedDose:
    """One dose of a shift; `at` is its clock time, None for a part of the day or any time."""

    due: DueDose
    day: date
    at: datetime | None

    @property
    def when(self) -> str:
        """Return when, as the record has it: "nat", "06.00", or "" for any time of the day."""
        return self.due.dose.when

    @property
    def sort_key(self) -> tuple[date, float]:
        """Sort through a night as it passes: the part "nat", 23.30, 02.00; any time at the end."""
        if self.at is None and self.when not in _PARTS:
            return (date.max, 0.0)
        return (self.day, through_the_day(self.due.dose))


@dataclass(frozen=True, slots=True)
class ShiftDoses:
    """What is due in a shift, in its order, and the orders nobody can tell of with the code why."""

    doses: tuple[TimedDose, ...]
    unknown: tuple[tuple[MedicationOrder, str], ...]


def shift_at(moment: datetime) -> Shift:
    """Return the shift that is under way."""
    local = moment.astimezone(DANISH_TIME)
    shifts = (
        shift
        for day in (local.date() - timedelta(days=1), local.date())
        for shift in shifts_of(day)
    )
    return next(shift for shift in shifts if shift.starts_at <= local < shift.ends_at)


def shift_after(shift: Shift) -> Shift:
    """Return the shift that takes over."""
    return shift_at(shift.ends_at)


def shifts_of(day: date) -> tuple[Shift, ...]:
    """Return the day's three shifts; its night ends the next morning."""
    starts = [_local(day, hour) for hour in SHIFT_STARTS]
    ends = [*starts[1:], _local(day + timedelta(days=1), SHIFT_STARTS[0])]
    return tuple(Shift(*shift) for shift in zip(_NAMES, starts, ends, strict=True))


def doses_in(orders: Iterable[MedicationOrder], shift: Shift) -> ShiftDoses:
    """Return everything that is due in a shift. Nothing is dropped: what is unknown is named."""
    found: list[TimedDose] = []
    unknown: list[tuple[MedicationOrder, str]] = []
    for order in orders:
        days = [(day, due_on(order, day)) for day in shift.days]
        reasons = [due.unknown for _, due in days if due.unknown]
        if _is_past_its_end(order, shift.days[0]):
            reasons.append(END_PASSED)
        if reasons:
            unknown.append((order, reasons[0]))
        for day, due in days:
            timed = (_timed(order, dose, day) for dose in due.doses)
            found += [each for each in timed if _is_in(each, shift)]
    found.sort(key=lambda dose: dose.sort_key)
    return ShiftDoses(tuple(found), tuple(unknown))


def _local(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), DANISH_TIME)


def _timed(order: MedicationOrder, dose: ScheduledDose, day: date) -> TimedDose:
    hours = through_the_day(dose)
    is_clock_time = dose.when not in _PARTS and hours >= 0
    # From the wall clock of that day, not so many hours after midnight: clocks change at night.
    at = None
    if is_clock_time:
        minutes = round(hours * 60)
        at = datetime.combine(day, time(minutes // 60 % 24, minutes % 60), DANISH_TIME)
    return TimedDose(DueDose(order, dose), day, at)


def _is_in(dose: TimedDose, shift: Shift) -> bool:
    """Tell whether a dose belongs to a shift; one for any time belongs to each of its day."""
    if dose.at is not None:
        return shift.starts_at <= dose.at < shift.ends_at
    if dose.day != shift.days[0]:
        return False
    return _PARTS.get(dose.when, shift.name) == shift.name


def _is_past_its_end(order: MedicationOrder, day: date) -> bool:
    """Tell whether an active order's last day has passed: somebody must say what holds."""
    is_over = order.stops_on is not None and order.stops_on < day
    return order.status is MedicationStatus.ACTIVE and not order.is_as_needed and is_over
