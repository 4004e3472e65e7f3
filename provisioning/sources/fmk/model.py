"""Hold one dosage of the shared medication record, whichever of its two shapes it came in.

E2 counts days from a date and repeats after days; E6 counts from nothing, names weekdays and
repeats after days or weeks. Both fit here unchanged, so that either official text can be written
and no date is invented. Decides nothing. Called by every module of this package.
"""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import Enum, StrEnum

# Day number 0 means "any day" in both shapes.
ANY_DAY = 0
DAYS_IN_WEEK = 7


class Shape(Enum):
    """Which of FMK's two structures a dosage came in, and so which official wording it has."""

    E2 = "E2"
    E6 = "E6"


class PartOfDay(StrEnum):
    """The four columns of the Danish form; the value is the official word."""

    MORNING = "morgen"
    NOON = "middag"
    EVENING = "aften"
    NIGHT = "nat"


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount of the dosage's unit; `high` is set when the prescriber gave a range."""

    low: Decimal
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BySchema:
    """As much as a parameter schema of the same dosage says, by the schema's name."""

    name: str


@dataclass(frozen=True, slots=True)
class Infusion:
    """Minutes it takes and units per hour; either may be missing."""

    minutes: Quantity | None
    rate: Quantity | None


Amount = Quantity | BySchema | Infusion
When = PartOfDay | time | None


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose: at a part of the day, at a clock time or, with None, whenever that day."""

    amount: Amount
    when: When
    is_as_needed: bool
    is_unlimited: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """The doses of the nth day of a period, counted from 1."""

    number: int
    doses: tuple[Dose, ...]


@dataclass(frozen=True, slots=True)
class WeekDay:
    """The doses of one weekday (ISO: Monday is 1) in the nth week of a period, from 1."""

    week: int
    weekday: int
    doses: tuple[Dose, ...]


@dataclass(frozen=True, slots=True)
class Restriction:
    """The most per day, and the days that must pass between doses."""

    most_a_day: Decimal | None
    days_between: int | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A rhythm: `interval` is in days, or in weeks if `weeks` is set; 0 is not repeated.

    `any_day` holds E6's doses for a day the citizen chooses. `note` is the supplementary text.
    """

    interval: int
    days: tuple[Day, ...] = ()
    weekdays: tuple[WeekDay, ...] = ()
    any_day: tuple[Dose, ...] = ()
    weeks: int = 0
    note: str | None = None
    ending: str | None = None  # E2's dosagePeriodPostfix, said after each day's doses
    restriction: Restriction | None = None

    @property
    def is_weekly(self) -> bool:
        """Tell whether the plan is written as weeks with named days."""
        return self.weeks > 0

    @property
    def doses(self) -> tuple[Dose, ...]:
        """Return every dose of the plan, once."""
        by_number = [dose for day in self.days for dose in day.doses]
        by_name = [dose for day in self.weekdays for dose in day.doses]
        return (*by_number, *by_name, *self.any_day)


class PeriodKind(Enum):
    """Whether a period has doses, has none on purpose, or says nothing."""

    GIVEN = "given"
    EMPTY = "empty"
    UNSPECIFIED = "unspecified"


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of treatment: with dates in E2, with a length in days or words in E6.

    E2 mixes fixed and as-needed doses in one plan; E6 has up to one plan of each kind.
    """

    kind: PeriodKind
    plans: tuple[Plan, ...] = ()
    start: date | None = None
    end: date | None = None
    length: int | None = None
    length_in_words: str | None = None

    @property
    def doses(self) -> tuple[Dose, ...]:
        """Return every dose of the period, once."""
        return tuple(dose for plan in self.plans for dose in plan.doses)


@dataclass(frozen=True, slots=True)
class Unit:
    """What is counted: both numbers of the word, or one word (`plural` None) for either."""

    singular: str
    plural: str | None = None


@dataclass(frozen=True, slots=True)
class Structured:
    """Periods in the order they are taken."""

    periods: tuple[Period, ...]
    treatment_end: date | None = None

    @property
    def doses(self) -> tuple[Dose, ...]:
        """Return every dose of every period, once."""
        return tuple(dose for period in self.periods for dose in period.doses)


@dataclass(frozen=True, slots=True)
class FreeText:
    """What the prescriber wrote instead of a structure."""

    text: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class LocalSchema:
    """According to a schema kept elsewhere, for instance at the ward."""

    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Precondition:
    """What must be so before a dosage counts (E6)."""

    valid_from: date | None = None
    is_moved_at_handover: bool = False
    as_needed_trigger: str | None = None
    episode_trigger: str | None = None
    days_between_episodes: int | None = None


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """From this value, or under this criterion: this amount, or this instruction."""

    condition: str
    amount: Quantity | None = None
    instruction: str | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """A table that turns a measured value into a dose (E6)."""

    name: str
    label: str | None
    unit: str | None
    rows: tuple[ParameterRow, ...]


@dataclass(frozen=True, slots=True)
class FmkDosage:
    """A whole dosage as FMK holds it. `unit` is None only when no amount needs one."""

    shape: Shape
    content: Structured | FreeText | LocalSchema
    unit: Unit | None = None
    precondition: Precondition | None = None
    parameters: tuple[Parameter, ...] = ()
    is_self_administered: bool = False
