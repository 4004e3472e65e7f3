"""Say which shift it is, and when each of its doses is. Pure.

A night belongs to two calendar days and a part of the day to one: "nat" of Monday and 02.00 on
Tuesday are the same night shift. Called by the sheets of what is due.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from appliance.clock import DANISH_TIME
from appliance.policy import SHIFT_STARTS
from appliance.records.dosage import ScheduledDose
from appliance.records.due import PARTS_OF_DAY, DueDose, clock_of, through_the_day
from appliance.records.models import MedicationOrder
from appliance.records.terms import MedicationStatus

NIGHT, DAY, EVENING = "Nattevagt", "Dagvagt", "Aftenvagt"
_NAMES = (DAY, EVENING, NIGHT)


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift, from and to as aware local times."""

    name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class TimedDose:
    """One dose of a day; `at` is its clock time, None for a part of the day or any time."""

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
        if self.at is None and self.when not in PARTS_OF_DAY:
            return (date.max, 0.0)
        return (self.day, through_the_day(self.due.dose))


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


def timed(order: MedicationOrder, dose: ScheduledDose, day: date) -> TimedDose:
    """Return a day's dose with its clock time, if it has one; 24.00 is the end of the day."""
    clock = clock_of(dose)
    if clock is None:
        return TimedDose(DueDose(order, dose), day, None)
    hours, minutes = clock
    # From the wall clock of that day, not so many hours after midnight: clocks change at night.
    at = datetime.combine(day + timedelta(days=hours // 24), time(hours % 24, minutes), DANISH_TIME)
    return TimedDose(DueDose(order, dose), day, at)


def is_past_its_end(order: MedicationOrder, day: date) -> bool:
    """Tell whether an active order's last day has passed: somebody must say what holds."""
    is_over = order.stops_on is not None and order.stops_on < day
    return order.status is MedicationStatus.ACTIVE and not order.is_as_needed and is_over


def _local(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), DANISH_TIME)
