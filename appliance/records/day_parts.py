"""Say what is due in a span of hours: a shift, twenty-four hours, a filled box. Pure.

The hours are cut into the parts of the day that medicine is ordered for. A part that has begun
belongs to them too: nobody here knows whether it has been given. A dose for any time of a day is
due with that day's noon, so that of two sheets in a row exactly one has it. Called by the sheets
on which medicine is given or dispensed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from appliance.clock import DANISH_TIME
from appliance.policy import PARTS_START, PARTS_USUALLY_GIVEN, SHIFT_NEARLY_OVER
from appliance.records.due import END_PASSED, PARTS_OF_DAY, due_on
from appliance.records.due_words import DAY_UNSURE
from appliance.records.models import MedicationOrder
from appliance.records.shifts import TimedDose, is_past_its_end, shift_after, shift_at, timed
from appliance.records.terms import MedicationStatus

_A_DAY = timedelta(days=1)
# As long as an outage may last, or a rare dose be away.
_LOOKED_AHEAD = 90


@dataclass(frozen=True, slots=True)
class DayPart:
    """One part of one day; "nat" ends the next morning."""

    day: date
    name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Span:
    """Some hours by the wall clock, twenty-four if nothing is said, as aware local times.

    With `is_dated` False nobody knows which day it is: only what is the same every day is due.
    """

    starts_at: datetime
    is_dated: bool = True
    length: timedelta = _A_DAY

    @property
    def ends_at(self) -> datetime:
        """Return when it ends by the wall clock, also when the clocks change."""
        return self.starts_at + self.length

    @property
    def parts(self) -> tuple[DayPart, ...]:
        """Return the parts of the day it touches, in order: four, or five where it cuts one."""
        first = self.starts_at.date()
        every = (part for back in (1, 0, -1) for part in _parts_of(first - back * _A_DAY))
        return tuple(
            part
            for part in every
            if part.starts_at < self.ends_at and self.starts_at < part.ends_at
        )

    @property
    def days(self) -> tuple[date, ...]:
        """Return the days whose doses can be due in it."""
        found = {part.day for part in self.parts}
        return tuple(sorted({*found, self.starts_at.date(), self.ends_at.date()}))

    def has_begun(self, part: DayPart) -> bool:
        """Tell whether a part began before: its doses may have been given already."""
        return self.is_dated and part.starts_at < self.starts_at


@dataclass(frozen=True, slots=True)
class SpanDoses:
    """What is due, by order; the orders nobody can tell of with the code why; those that rest."""

    due: tuple[tuple[MedicationOrder, tuple[TimedDose, ...]], ...]
    unknown: tuple[tuple[MedicationOrder, str], ...]
    resting: tuple[MedicationOrder, ...]


def hours_from(moment: datetime, *, is_clock_trusted: bool = True) -> Span:
    """Return the twenty-four hours from the full hour under way; a whole day if none can tell."""
    local = moment.astimezone(DANISH_TIME)
    if not is_clock_trusted:
        return Span(_local(local.date(), PARTS_START[0]), is_dated=False)
    return Span(_local(local.date(), local.hour))


def round_at(moment: datetime, *, is_clock_trusted: bool = True) -> Span:
    """Return the shift under way, and the next where that begins soon; a day if none can tell."""
    if not is_clock_trusted:
        return hours_from(moment, is_clock_trusted=False)
    now = shift_at(moment)
    is_nearly_over = now.ends_at - moment <= SHIFT_NEARLY_OVER
    ends_at = shift_after(now).ends_at if is_nearly_over else now.ends_at
    # By the wall clock: a night when the clocks change is an hour longer or shorter.
    length = ends_at.replace(tzinfo=None) - now.starts_at.replace(tzinfo=None)
    return Span(now.starts_at, length=length)


def box_from(moment: datetime, *, is_clock_trusted: bool = True) -> Span:
    """Return the four parts to fill a box for: from the first that is usually given later on."""
    local = moment.astimezone(DANISH_TIME)
    if not is_clock_trusted:
        return Span(_local(local.date(), PARTS_START[0]), is_dated=False)
    to_come = (
        start
        for start, usual in zip(PARTS_START, PARTS_USUALLY_GIVEN, strict=True)
        if local.hour < usual
    )
    start = next(to_come, None)
    if start is None:
        return Span(_local(local.date() + _A_DAY, PARTS_START[0]))
    return Span(_local(local.date(), start))


def doses_between(orders: Iterable[MedicationOrder], span: Span) -> SpanDoses:
    """Return everything due in a span. Each fixed order that is not stopped stands somewhere."""
    due, unknown, resting = [], [], []
    for order in orders:
        doses, reason = _doses(order, span), _reason(order, span)
        if reason:
            unknown.append((order, reason))
        if doses and reason != DAY_UNSURE:
            due.append((order, doses))
        if not doses and not reason and _is_fixed(order):
            resting.append(order)
    return SpanDoses(tuple(due), tuple(unknown), tuple(resting))


def part_of(dose: TimedDose, span: Span) -> DayPart | None:
    """Return the part of the span a dose stands under; None for any time of the day."""
    for part in span.parts:
        if dose.at is not None and part.starts_at <= dose.at < part.ends_at:
            return part
        if dose.at is None and (part.day, part.name) == (dose.day, dose.when):
            return part
    return None


def next_due(order: MedicationOrder, after: date) -> date | None:
    """Return the next day on which a dose is due, or None if there is none soon."""
    days = (after + number * _A_DAY for number in range(1, _LOOKED_AHEAD))
    return next((day for day in days if due_on(order, day).doses), None)


def is_same_every_day(order: MedicationOrder, first: date) -> bool:
    """Tell whether an order's doses are the same whichever day of an outage it is."""
    days = (first + number * _A_DAY for number in range(_LOOKED_AHEAD))
    return len({due_on(order, day) for day in days}) == 1


def _doses(order: MedicationOrder, span: Span) -> tuple[TimedDose, ...]:
    found = (timed(order, dose, day) for day in span.days for dose in due_on(order, day).doses)
    return tuple(dose for dose in found if _is_in(dose, span))


def _is_in(dose: TimedDose, span: Span) -> bool:
    if dose.at is not None:
        return span.starts_at <= dose.at < span.ends_at
    if dose.when in PARTS_OF_DAY:
        return part_of(dose, span) is not None
    noon = datetime.combine(dose.day, time(12), DANISH_TIME)
    return span.starts_at <= noon < span.ends_at


def _reason(order: MedicationOrder, span: Span) -> str | None:
    """Return the code of why nobody can tell all that is due of an order."""
    if is_past_its_end(order, span.starts_at.date()):
        return END_PASSED
    reasons = (due_on(order, day).unknown for day in span.days)
    reason = next(filter(None, reasons), None)
    if reason or span.is_dated or is_same_every_day(order, span.starts_at.date()):
        return reason
    return DAY_UNSURE


def _is_fixed(order: MedicationOrder) -> bool:
    return order.status is MedicationStatus.ACTIVE and not order.is_as_needed


def _parts_of(day: date) -> Iterable[DayPart]:
    starts = [_local(day, hour) for hour in PARTS_START]
    ends = [*starts[1:], _local(day + _A_DAY, PARTS_START[0])]
    for name, start, end in zip(PARTS_OF_DAY, starts, ends, strict=True):
        yield DayPart(day, name, start, end)


def _local(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), DANISH_TIME)
