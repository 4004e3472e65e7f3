"""Judge how old data is, and say it the same way on every screen and sheet. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from appliance.clock import DANISH_TIME
from appliance.policy import AMBER_AFTER, RED_AFTER

_DAYS = ("man.", "tirs.", "ons.", "tors.", "fre.", "lør.", "søn.")
_WHOLE_DAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
_WHOLE_MONTHS = (
    "januar", "februar", "marts", "april", "maj", "juni",
    "juli", "august", "september", "oktober", "november", "december",
)  # fmt: skip
_MONTHS = (
    "jan.", "feb.", "marts", "apr.", "maj", "juni",
    "juli", "aug.", "sep.", "okt.", "nov.", "dec.",
)  # fmt: skip


class Freshness(StrEnum):
    """How far a reader may lean on the data."""

    FRESH = "fresh"
    OLD = "old"
    VERY_OLD = "very_old"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Age:
    """When the data was true, and how far to lean on it."""

    as_of: datetime | None
    freshness: Freshness
    hours: float = 0.0

    @property
    def minutes(self) -> int:
        """Return the age in whole minutes."""
        return int(self.hours * 60)


def judge_age(as_of: datetime | None, now: datetime) -> Age:
    """Judge data that was true at `as_of`. Data from the future counts as of unknown age.

    A small lead is a clock difference between two machines, not a fault.
    """
    if as_of is None or as_of > now + timedelta(minutes=10):
        return Age(as_of, Freshness.UNKNOWN)
    age = max(now - as_of, timedelta(0))
    freshness = Freshness.FRESH
    if age >= AMBER_AFTER:
        freshness = Freshness.VERY_OLD if age >= RED_AFTER else Freshness.OLD
    return Age(as_of, freshness, age.total_seconds() / 3600)


def show_time(moment: datetime | None) -> str:
    """Write a clock time as Danes do: "02.05"; "ukendt" if there is none."""
    return moment.astimezone(DANISH_TIME).strftime("%H.%M") if moment else "ukendt"


def show_date_time(moment: datetime | None) -> str:
    """Write day and time in full: "man. 23. nov. 2026 kl. 02.05"; "ukendt" if there is none."""
    if moment is None:
        return "ukendt"
    local = moment.astimezone(DANISH_TIME)
    return f"{show_day(local.date())} kl. {local:%H.%M}"


def show_day(day: date) -> str:
    """Write a day with its weekday: "man. 23. nov. 2026"."""
    return f"{show_short_day(day)} {day.year}"


def show_short_day(day: date) -> str:
    """Write a day of these weeks, where there is little room: "man. 23. nov."."""
    return f"{_DAYS[day.weekday()]} {day.day}. {_MONTHS[day.month - 1]}"


def show_whole_date_time(moment: datetime) -> str:
    """Write day and time to be compared with another clock: "mandag den 23. november 2026 …"."""
    local = moment.astimezone(DANISH_TIME)
    month = _WHOLE_MONTHS[local.month - 1]
    day = f"{_WHOLE_DAYS[local.weekday()]} den {local.day}. {month} {local.year}"
    return f"{day} kl. {local:%H.%M}"
