"""Answer questions about E2 days, and write their doses in FMK's older wording. Pure.

Called by `old_long` and `old_short`.
"""

from collections.abc import Sequence
from datetime import time

from provisioning.sources.fmk.model import (
    ANY_DAY,
    Day,
    Dose,
    PartOfDay,
    Period,
    Plan,
    Quantity,
    Unit,
)
from provisioning.sources.fmk.words import (
    Style,
    clock_words,
    listed,
    quantity_words,
    times_word,
)

_PARTS = tuple(PartOfDay)


def plan_of(period: Period) -> Plan:
    """Return the one plan an E2 period has."""
    return period.plans[0]


def is_one_date(period: Period) -> bool:
    """Tell whether a period is a single date."""
    return period.start == period.end


def is_not_repeated(period: Period) -> bool:
    """Tell whether doses come once: no interval, or one longer than the period."""
    return plan_of(period).interval == 0 or is_too_short_to_repeat(period)


def is_too_short_to_repeat(period: Period) -> bool:
    """Tell whether a period ends before it would repeat."""
    return period.length is not None and period.length < plan_of(period).interval


def is_plain(dose: Dose) -> bool:
    """Tell whether a dose has no time of its own."""
    return dose.when is None


def is_timed(dose: Dose) -> bool:
    """Tell whether a dose has a clock time."""
    return isinstance(dose.when, time)


def is_by_part(dose: Dose) -> bool:
    """Tell whether a dose has a part of the day."""
    return isinstance(dose.when, PartOfDay)


def only_as_needed(doses: Sequence[Dose]) -> bool:
    """Tell whether every dose is as needed."""
    return all(dose.is_as_needed for dose in doses)


def any_as_needed(doses: Sequence[Dose]) -> bool:
    """Tell whether some dose is as needed."""
    return any(dose.is_as_needed for dose in doses)


def are_same(doses: Sequence[Dose]) -> bool:
    """Tell whether all doses are alike: amount, time and kind."""
    return len(set(doses)) <= 1


def are_same_days(days: Sequence[Day]) -> bool:
    """Tell whether all days have the same doses in the same order."""
    return len({day.doses for day in days}) <= 1


def are_days_from_one(days: Sequence[Day]) -> bool:
    """Tell whether days are 1, 2, 3 … without a hole."""
    return [day.number for day in days] == list(range(1, len(days) + 1))


class OldWords:
    """The older wording of amounts and days for one unit and spelling."""

    def __init__(self, unit: Unit | None, style: Style) -> None:
        self._unit = unit
        self._style = style

    def amount(self, dose: Dose) -> str:
        """Say an amount: "0,5 tablet", "1-2 tabletter"."""
        if not isinstance(dose.amount, Quantity):
            raise TypeError("E2 has plain quantities only")
        return " ".join(quantity_words(dose.amount, self._unit, self._style))

    def timed(self, dose: Dose) -> str:
        """Say an amount and when: "1 tablet morgen"."""
        return " ".join(filter(None, (self.amount(dose), label(dose))))

    def dose(self, dose: Dose) -> str:
        """Say a whole dose: "1 tablet morgen efter behov"."""
        return f"{self.timed(dose)} efter behov" if dose.is_as_needed else self.timed(dose)

    def doses(self, day: Day) -> str:
        """Say the doses of a day, the equal ones once."""
        doses = day.doses
        if len(doses) > 1 and are_same(doses):
            return self.dose(doses[0]) + _so_many(doses, day.number)
        if len(doses) > 2 and are_same(doses[1:]):  # noqa: PLR2004  (one dose and several others)
            rest = Day(day.number, doses[1:])
            return f"{self.dose(doses[0])} og {self.doses(rest)}"
        return listed([self.dose(dose) for dose in sorted(doses, key=through_the_day)])


def label(dose: Dose) -> str:
    """Say when a dose is given: "morgen", "kl. 8:00", or "" for whenever."""
    if isinstance(dose.when, PartOfDay):
        return dose.when.value
    return "" if dose.when is None else f"kl. {clock_words(dose.when)}"


def _so_many(doses: Sequence[Dose], number: int) -> str:
    times = f"{len(doses)} {times_word(len(doses))}"
    return f", højst {times} dagligt" if only_as_needed(doses) and number > ANY_DAY else f" {times}"


def through_the_day(dose: Dose) -> float:
    """Sort parts of the day among clock times: morning after 3:00, noon 9:00, evening 15:00 …."""
    if isinstance(dose.when, PartOfDay):
        return 3.005 + 6 * _PARTS.index(dose.when)
    return -1 if dose.when is None else dose.when.hour + dose.when.minute / 60
