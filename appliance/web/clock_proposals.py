"""Hold the time somebody says it is until it has been looked at once more. In RAM, for minutes.

A wrong clock makes every age wrong, so one slip of the thumb must not be enough: a difference of
more than five minutes is confirmed by somebody else on their own phone or, where nobody else is
there, by reading the time anew and typing it by hand. All waiting is monotonic. Called by the
screen of the clock.
"""

import re
import secrets
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from appliance.clock import parse_time
from appliance.vault.sessions import Person

EXPIRES_S = 600.0
SMALL = timedelta(minutes=5)
# Typed by hand to the minute, while the time runs on.
_SAME = timedelta(minutes=2)
_MINUTES_UNTIL_HOURS = 120
_HOURS_UNTIL_DAYS = 48
_DATE = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
_DANISH_DATE = re.compile(r"(?P<day>[0-9]{1,2})[.\-/](?P<month>[0-9]{1,2})[.\-/](?P<year>[0-9]{4})")
# Some browsers add fractions of a second.
_TIME = re.compile(r"([0-9]{1,2})[.:]([0-9]{2})(?:[.:]([0-9]{2})(?:[.,][0-9]+)?)?")


class Gap(StrEnum):
    """In which words a difference is told."""

    SMALL = "small"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


class Outcome(StrEnum):
    """What a confirmation comes to."""

    SURE = "sure"
    UNREAD = "unread"  # what was typed is no time
    DIFFERS = "differs"  # the two looks do not agree


@dataclass(frozen=True, slots=True)
class Difference:
    """How far the box's clock is from a time; never one of anything, so that one sentence fits."""

    gap: Gap
    number: int
    is_behind: bool
    is_large: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """The time by somebody's clock, as what it is ahead of the monotonic one."""

    id: str
    offset_s: float
    by: Person
    made_s: float

    def moment(self, monotonic_s: float) -> datetime:
        """Return what time it is now if the proposal is right."""
        return datetime.fromtimestamp(self.offset_s + monotonic_s, UTC)

    def is_by(self, person: Person) -> bool:
        """Tell whether the person is the one who proposed it."""
        return (self.by.initials, self.by.staff_id) == (person.initials, person.staff_id)


class ClockProposals:
    """The one time that waits for a second look."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: Proposal | None = None

    def put(self, moment: datetime, by: Person, now_s: float) -> Proposal:
        """Let a time wait; it takes the place of one that waits."""
        proposal = Proposal(secrets.token_urlsafe(8), moment.timestamp() - now_s, by, now_s)
        with self._lock:
            self._waiting = proposal
        return proposal

    def current(self, now_s: float) -> Proposal | None:
        """Return what waits, unless it has waited too long."""
        with self._lock:
            if self._waiting is not None and now_s - self._waiting.made_s >= EXPIRES_S:
                self._waiting = None
            return self._waiting

    def drop(self) -> None:
        """Forget what waits."""
        with self._lock:
            self._waiting = None


def difference(proposed: datetime, shown: datetime) -> Difference:
    """Return how far the time the box shows is from the proposed one. Pure."""
    apart = abs(proposed - shown)
    minutes = int(apart.total_seconds() // 60)
    hours = minutes // 60
    gap, number = Gap.DAYS, hours // 24
    if hours < _HOURS_UNTIL_DAYS:
        gap, number = Gap.HOURS, hours
    if minutes < _MINUTES_UNTIL_HOURS:
        gap, number = Gap.MINUTES, minutes
    if apart <= _SAME:
        gap, number = Gap.SMALL, 0
    return Difference(gap, number, shown < proposed, apart > SMALL)


def second_look(
    proposal: Proposal, person: Person, typed: tuple[str, str], now_s: float, shown: datetime
) -> Outcome:
    """Decide whether a confirmation is a second look. Pure."""
    proposed = proposal.moment(now_s)
    if not difference(proposed, shown).is_large or not proposal.is_by(person):
        return Outcome.SURE
    again = read_typed(*typed)
    if again is None:
        return Outcome.UNREAD
    return Outcome.SURE if abs(again - proposed) <= _SAME else Outcome.DIFFERS


def read_typed(day: str, time: str) -> datetime | None:
    """Read a Danish date and time of day as a browser sends them or a Dane writes them. Pure."""
    date_found = _DATE.fullmatch(day.strip()) or _DANISH_DATE.fullmatch(day.strip())
    time_found = _TIME.fullmatch(time.strip())
    if date_found is None or time_found is None:
        return None
    date = date_found.groupdict()
    hour, minute, second = time_found.groups(default="00")
    try:
        return parse_time(
            f"{date['year']}-{date['month']:0>2}-{date['day']:0>2}T{hour:0>2}:{minute}:{second}"
        )
    except ValueError:
        return None
