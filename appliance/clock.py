"""Tell the time, in one place, so that a test can hold it still.

Every other module takes a `Clock` as an argument. Wall time is for people and paper; anything
that must not jump when somebody sets the clock (delays, idle rules) uses `monotonic`.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

DANISH_TIME = ZoneInfo("Europe/Copenhagen")


class Clock(Protocol):
    """What the time is."""

    def now(self) -> datetime:
        """Return the wall time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that only ever grow."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the wall time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds since an arbitrary start."""
        return time.monotonic()


@dataclass(slots=True)
class HeldClock:
    """A clock that stands still until it is moved: for tests, drills and fixed demo dates."""

    at: datetime
    ticks_s: float = 0.0

    def now(self) -> datetime:
        """Return the time the clock is held at."""
        return self.at

    def monotonic(self) -> float:
        """Return the seconds moved so far."""
        return self.ticks_s

    def move(self, step: timedelta) -> None:
        """Let time pass, wall and monotonic alike."""
        self.at += step
        self.ticks_s += step.total_seconds()


def time_at(clock: Clock, monotonic_s: float) -> datetime:
    """Return the wall time at which the monotonic clock says or said so many seconds."""
    return clock.now() + timedelta(seconds=monotonic_s - clock.monotonic())


def parse_time(text: str) -> datetime:
    """Read an ISO 8601 time; one without an offset is taken as Danish local time.

    Raises:
        ValueError: the text is not a time.

    """
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=DANISH_TIME)
    try:
        return parsed.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} lies outside the calendar") from error


def format_time(moment: datetime) -> str:
    """Write a time as ISO 8601 in UTC to the second, the one form used in files."""
    # Not strftime: it writes the year 1, the empty date of many systems, as "1" and not "0001".
    plain = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{plain.isoformat(timespec='seconds')}Z"
