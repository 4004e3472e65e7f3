"""Decide what the strip at the top of every page says about the age of the data. Pure.

One whole sentence per case, never put together from pieces, so that it can be translated and read
aloud. `templates/strip.html` holds the sentences; this decides which one. Called by `create_app`.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.clock import DANISH_TIME, JudgedClock
from appliance.records.age import Freshness, judge_age

_MINUTES_UNTIL_HOURS = 120


class Wording(StrEnum):
    """Which sentence the strip shows."""

    MINUTES = "minutes"
    HOURS = "hours"
    OLD = "old"
    VERY_OLD = "very_old"
    UNKNOWN = "unknown"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Strip:
    """The age of the data as the strip shows it; `is_today` leaves the date out.

    With a clock that nobody vouches for the strip says when the copy was made, and no age.
    """

    wording: Wording
    as_of: datetime | None = None
    minutes: int = 0
    is_today: bool = True
    is_clock_trusted: bool = True
    is_copy: bool = False  # the age is the copy's own: what is in it may be older
    is_medicine: bool = False  # the age is that of the medication alone
    copied_at: datetime | None = None

    @property
    def hours(self) -> int:
        """Return the age in whole hours."""
        return self.minutes // 60

    @property
    def level(self) -> str:
        """Return how loudly to say it: "fresh", "old" (amber) or "very-old" (red)."""
        if self.wording in (Wording.MINUTES, Wording.HOURS) and self.is_clock_trusted:
            return "fresh"
        return "very-old" if self.wording is Wording.VERY_OLD else "old"

    @property
    def needs_confirmation(self) -> bool:
        """Tell whether nobody should print from this without having been asked."""
        return self.wording in (Wording.VERY_OLD, Wording.UNKNOWN)


NO_DATA = Strip(Wording.NO_DATA)
UNKNOWN = Strip(Wording.UNKNOWN)


def strip_by(clock: JudgedClock, as_of: datetime | None) -> Strip:
    """Return what the strip says now of data that was true at `as_of`."""
    return strip_of(as_of, clock.now(), is_clock_trusted=clock.judged().is_trusted)


def strip_of(as_of: datetime | None, now: datetime, *, is_clock_trusted: bool = True) -> Strip:
    """Return what the strip says of data that was true at `as_of`."""
    age = judge_age(as_of, now)
    is_today = as_of is not None and _local_day(as_of) == _local_day(now)
    wordings = {
        Freshness.FRESH: Wording.HOURS if age.minutes >= _MINUTES_UNTIL_HOURS else Wording.MINUTES,
        Freshness.OLD: Wording.OLD,
        Freshness.VERY_OLD: Wording.VERY_OLD,
        Freshness.UNKNOWN: Wording.UNKNOWN,
    }
    return Strip(wordings[age.freshness], as_of, age.minutes, is_today, is_clock_trusted)


def _local_day(moment: datetime) -> str:
    return moment.astimezone(DANISH_TIME).date().isoformat()
