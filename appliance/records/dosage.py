"""Name everything a dosage can hold: its words, its four columns, and when each dose is due.

Part of the models (`models.py`); no I/O and no decisions here.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Grid:
    """Amounts for the four columns of the Danish form, as written: "1", "0,5" or "" for none."""

    morning: str
    noon: str
    evening: str
    night: str
    unit: str

    @property
    def amounts(self) -> tuple[str, str, str, str]:
        """Return the four amounts in the order of the day."""
        return (self.morning, self.noon, self.evening, self.night)


@dataclass(frozen=True, slots=True)
class ScheduledDose:
    """One dose to be given: "1-2" "tabletter" at a part of the day or a time, "" for any time."""

    when: str  # "morgen", "middag", "aften", "nat", a time such as "08.00", or ""
    amount: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ScheduledDay:
    """The doses of one day of a round, counted from 1."""

    number: int
    doses: tuple[ScheduledDose, ...]


@dataclass(frozen=True, slots=True)
class SchedulePeriod:
    """A round of days that begins anew after `round_days`, or never when that is 0.

    Without a first day the round is counted from a Monday, so that day 1 is always a Monday.
    """

    round_days: int
    days: tuple[ScheduledDay, ...]
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """What is to be given on which day; no period and nothing unknown: never anything fixed.

    `unknown` says why nobody can tell from the structure, such as "no_first_day". After the day
    `known_until`, nobody can tell either: a pause is over by then, and somebody has to say so.
    """

    periods: tuple[SchedulePeriod, ...] = ()
    unknown: str | None = None
    known_until: date | None = None


@dataclass(frozen=True, slots=True)
class Dosage:
    """How much and when. `text` is complete by itself; `grid` is there only when it truly fits.

    A grid is a schedule of its own: every day, without a first or last one. `schedule` is there
    for whatever else the source's structure can tell, and None where it tells nothing.
    """

    text: str | None = None
    grid: Grid | None = None
    times: tuple[str, ...] = ()  # "08.00", as ordered, not as the staff usually round it
    weekdays: tuple[int, ...] = ()  # ISO: Monday is 1; empty means every day or not weekly
    single_dose: str | None = None
    daily_dose: str | None = None
    schedule: Schedule | None = None


UNSAID = Dosage()
