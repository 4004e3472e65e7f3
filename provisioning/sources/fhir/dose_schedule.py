"""Turn FHIR timings into the record's schedule, when, and only when, they are certain.

Every entry must be a fixed amount at known moments of known days; an element whose meaning is not
known here makes the whole schedule unknown rather than nearly right. As-needed entries are never
due. A round of several days needs a first day. Pure. Called by `dosage`.
"""

import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from appliance.records.dosage import (
    Dosage,
    Schedule,
    ScheduledDay,
    ScheduledDose,
    SchedulePeriod,
)
from appliance.records.due import schedule_of as columns_as_schedule
from provisioning.sources.fhir.values import Json, day, mapping, texts

NO_FIRST_DAY, UNSPECIFIED = "no_first_day", "unspecified"
_DAYS_IN_WEEK = 7
_PARTS = {"MORN": "morgen", "NOON": "middag", "EVE": "aften", "NIGHT": "nat"}
_WEEKDAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
# All a timing may say here; anything else, such as an offset or a count, changes what is due.
_KEYS = {
    "when", "timeOfDay", "frequency", "period", "periodUnit", "dayOfWeek", "boundsPeriod",
}  # fmt: skip
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::\d\d(?:\.\d+)?)?")
_MOST_A_DAY = 24


@dataclass(frozen=True, slots=True)
class FixedDose:
    """The one amount of an entry."""

    amount: str
    unit: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a dosage: its timing's `repeat`, and its amount if it is fixed."""

    repeat: Json
    dose: FixedDose | None
    is_as_needed: bool
    has_modifiers: bool


def schedule_of(entries: Sequence[Entry]) -> Schedule:
    """Return when each dose is to be given, or why that is not certain."""
    periods = []
    for entry in entries:
        if entry.is_as_needed:
            continue
        period = _period(entry)
        if isinstance(period, str):
            return Schedule(unknown=period)
        periods.append(period)
    return Schedule(tuple(periods))


def begun_on(schedule: Schedule, starts_on: date | None) -> Schedule:
    """Return a schedule whose periods begin on the order's own first day, but for their own.

    Nothing is due before that day. A round of several days is never counted from it, because the
    day of the order need not be the day of the first dose: only weekdays are.
    """
    if starts_on is None or all(period.first_day for period in schedule.periods):
        return schedule
    periods = [each if each.first_day else _begun(each, starts_on) for each in schedule.periods]
    return replace(schedule, periods=tuple(periods))


def _begun(period: SchedulePeriod, starts_on: date) -> SchedulePeriod:
    days = period.days
    if period.round_days == _DAYS_IN_WEEK:
        # A week without a first day of its own was counted from a Monday.
        late = starts_on.isoweekday() - 1
        numbered = [((day.number - 1 - late) % _DAYS_IN_WEEK + 1, day.doses) for day in days]
        days = tuple(ScheduledDay(*one) for one in sorted(numbered, key=operator.itemgetter(0)))
    return SchedulePeriod(period.round_days, days, starts_on, period.last_day)


def from_its_first_day(dosage: Dosage, starts_on: date | None, ordered_on: date | None) -> Dosage:
    """Return four columns with the day they begin, where that is later than the order itself."""
    is_later = starts_on is not None and (ordered_on is None or starts_on > ordered_on)
    columns = columns_as_schedule(dosage) if is_later and dosage.grid else None
    if columns is None:
        return dosage
    periods = tuple(
        replace(period, first_day=period.first_day or starts_on) for period in columns.periods
    )
    return replace(dosage, schedule=replace(columns, periods=periods))


def _period(entry: Entry) -> SchedulePeriod | str:
    """Return one entry's round, or why it is not certain."""
    repeat = entry.repeat
    if entry.dose is None or entry.has_modifiers or not repeat or set(repeat) - _KEYS:
        return UNSPECIFIED
    length = _round(repeat)
    moments = _moments(repeat, length) if length else None
    if length is None or moments is None:
        return UNSPECIFIED
    bounds = mapping(repeat.get("boundsPeriod"))
    first, last = day(bounds.get("start")), day(bounds.get("end"))
    is_broken = (bounds.get("start") and not first) or (bounds.get("end") and not last)
    if is_broken:
        return UNSPECIFIED
    numbers = _numbers(repeat, length, first)
    if isinstance(numbers, str):
        return numbers
    doses = tuple(ScheduledDose(when, entry.dose.amount, entry.dose.unit) for when in moments)
    days = tuple(ScheduledDay(number, doses) for number in numbers)
    return SchedulePeriod(length, days, first, last)


def _moments(repeat: Json, length: int) -> list[str] | None:
    """Return the moments of a day with a dose: parts of it, clock times, or "" for any."""
    named = [_PARTS.get(code) for code in texts(repeat.get("when"))]
    clocks = [_CLOCK.fullmatch(given) for given in texts(repeat.get("timeOfDay"))]
    found = [one for one in named if one] + [f"{one[1]}.{one[2]}" for one in clocks if one]
    if len(found) < len(named) + len(clocks) or len(set(found)) < len(found):
        return None
    often = repeat.get("frequency")
    if often is None:
        return found or [""]
    if isinstance(often, bool) or not isinstance(often, int) or not 0 < often <= _MOST_A_DAY:
        return None
    if not found and length == 1:
        return [""] * often
    return (found or [""]) if _is_so_often(repeat, often, len(found) or 1) else None


def _is_so_often(repeat: Json, often: int, moments: int) -> bool:
    """Tell whether a frequency counts what the moments and weekdays of its period say."""
    is_a_day = (repeat.get("period"), repeat.get("periodUnit")) == (1, "d")
    if is_a_day:
        return often in (1, moments)
    return often == moments * (len(texts(repeat.get("dayOfWeek"))) or 1)


def _round(repeat: Json) -> int | None:
    """Return after how many days the round begins anew."""
    often, unit = repeat.get("period"), repeat.get("periodUnit")
    if isinstance(often, float) and often.is_integer():
        often = int(often)
    if isinstance(often, bool) or not isinstance(often, int) or often < 1:
        return None
    if unit == "wk":
        return often * _DAYS_IN_WEEK
    if repeat.get("dayOfWeek"):
        # "Once a day, on Mondays": the days of the week make it a round of a week.
        return _DAYS_IN_WEEK if (often, unit) == (1, "d") else None
    return often if unit == "d" else None


def _numbers(repeat: Json, length: int, first: date | None) -> list[int] | str:
    """Return which days of the round have doses, or why that is not certain."""
    weekdays = [_WEEKDAYS.get(name) for name in texts(repeat.get("dayOfWeek"))]
    if None in weekdays or len(set(weekdays)) < len(weekdays):
        return UNSPECIFIED
    if not weekdays:
        # Once a week on a day nobody named is anybody's guess; so is a round without a beginning.
        if repeat.get("periodUnit") == "wk":
            return UNSPECIFIED
        return [1] if length == 1 or first else NO_FIRST_DAY
    if length == _DAYS_IN_WEEK:
        begins = first.isoweekday() if first else 1
        return sorted((one - begins) % _DAYS_IN_WEEK + 1 for one in weekdays if one)
    return UNSPECIFIED if first else NO_FIRST_DAY
