"""Place the periods of a dosage in the calendar, or say why that is not certain.

E2 brings its own dates; E6 needs to be told its first day. Refuses (with a `DosageFault`) where
the structure leaves the day open: to say "nothing today" instead would lose a dose. Called by
`schedule`.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from provisioning.sources.fmk.faults import DosageFault, FaultKind
from provisioning.sources.fmk.model import (
    ANY_DAY,
    Period,
    PeriodKind,
    Structured,
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A period with its first day and, unless it goes on, its last."""

    period: Period
    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        """Tell whether the day is within the period."""
        return self.first <= day and (self.last is None or day <= self.last)


def place_periods(content: Structured, first_day: date | None) -> list[Placed] | DosageFault:
    """Return every period with its dates, or why that is not certain."""
    placed: list[Placed] = []
    following = first_day
    for number, period in enumerate(content.periods):
        where = f"period {number + 1}"
        start = period.start or following
        if start is None:
            reason = "has no first day" if number == 0 else "comes after one without a length"
            kind = FaultKind.NO_FIRST_DAY if number == 0 else FaultKind.NO_LENGTH
            return DosageFault(kind, where, reason)
        if period.length_in_words:
            return DosageFault(FaultKind.NO_LENGTH, where, "has its length in words")
        last = None if period.length is None else start + timedelta(days=period.length - 1)
        placed.append(Placed(period, start, last))
        following = None if last is None else last + timedelta(days=1)
    return _doubt(placed) or placed


def _doubt(placed: list[Placed]) -> DosageFault | None:
    for number, item in enumerate(placed):
        where = f"period {number + 1}"
        if fault := _open_question(item.period, where):
            return fault
    if any(_overlap(one, other) for one, other in combinations(placed, 2)):
        return DosageFault(FaultKind.OVERLAP, "", "two periods say different things of one day")
    return None


def _open_question(period: Period, where: str) -> DosageFault | None:
    """Return what the prescriber left to somebody else to decide."""
    if period.kind is PeriodKind.UNSPECIFIED:
        return DosageFault(FaultKind.UNSPECIFIED, where, "does not say how to take it")
    for plan in period.plans:
        undated = [dose for day in plan.days if day.number == ANY_DAY for dose in day.doses]
        if any(not dose.is_as_needed for dose in (*undated, *plan.any_day)):
            return DosageFault(FaultKind.UNDECIDED_DAY, where, "does not say on which day")
    if any(dose.is_unlimited and not dose.is_as_needed for dose in period.doses):
        return DosageFault(FaultKind.UNDECIDED_NUMBER, where, "does not say how many times")
    return None


def _overlap(one: Placed, other: Placed) -> bool:
    """Tell whether two periods speak of the same day; as-needed doses may stand beside others."""
    if _is_only_as_needed(one.period) or _is_only_as_needed(other.period):
        return False
    return one.holds(other.first) or other.holds(one.first)


def _is_only_as_needed(period: Period) -> bool:
    return bool(period.doses) and all(dose.is_as_needed for dose in period.doses)
