"""Tell the time, in one place, so that a test can hold it still.

Every other module takes a `Clock` as an argument. Wall time is for people and paper; anything
that must not jump when somebody sets the clock (delays, idle rules) uses `monotonic`. How far the
wall time can be trusted is known to a `JudgedClock`.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

_LONGEST_OUTAGE = timedelta(days=90)
DANISH_TIME = ZoneInfo("Europe/Copenhagen")


class Clock(Protocol):
    """What the time is."""

    def now(self) -> datetime:
        """Return the wall time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that only ever grow."""
        ...


class ClockLevel(StrEnum):
    """Why the wall time may be believed; nothing on the box is refused because of it."""

    NTP = "ntp"  # the network set it since the machine started
    RTC = "rtc"  # a clock with a battery kept it
    MANUAL = "manual"  # a person set it from a phone
    UNSURE = "unsure"  # nobody vouches for it, or it is before something that has happened


@dataclass(frozen=True, slots=True)
class Judgement:
    """How far the wall time can be trusted; it is surely after `floor`."""

    level: ClockLevel
    floor: datetime
    is_set_by_hand: bool = False

    @property
    def is_trusted(self) -> bool:
        """Tell whether ages may be reckoned with it."""
        return self.level is not ClockLevel.UNSURE


class JudgedClock(Clock, Protocol):
    """A clock that knows how far it can be trusted."""

    def judged(self) -> Judgement:
        """Tell how far the wall time can be trusted now."""
        ...


TRUSTED = Judgement(ClockLevel.NTP, datetime(2026, 1, 1, tzinfo=UTC))


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
    judgement: Judgement = TRUSTED

    def now(self) -> datetime:
        """Return the time the clock is held at."""
        return self.at

    def monotonic(self) -> float:
        """Return the seconds moved so far."""
        return self.ticks_s

    def judged(self) -> Judgement:
        """Return what the clock was told of itself."""
        return self.judgement

    def move(self, step: timedelta) -> None:
        """Let time pass, wall and monotonic alike."""
        self.at += step
        self.ticks_s += step.total_seconds()


def time_at(clock: Clock, monotonic_s: float) -> datetime:
    """Return the wall time at which the monotonic clock says or said so many seconds."""
    return clock.now() + timedelta(seconds=monotonic_s - clock.monotonic())


def reckoned_now(clock: JudgedClock) -> datetime:
    """Return the time that medicine is judged by: what is over, what was stopped lately.

    While nobody vouches for the clock that is the newest time that has surely been: a clock years
    ahead would drop what was stopped last week from the list of what must not be given. A person's
    word is taken for as long as an outage may last, and no longer: a year is easily mistyped.
    """
    judgement, now = clock.judged(), clock.now()
    if not judgement.is_trusted:
        return judgement.floor
    return judgement.floor if _is_slip(judgement, now) else now


def is_day_sure(clock: JudgedClock) -> bool:
    """Tell whether a sheet may say which day it is: somebody vouches for it, and it is no slip."""
    judgement = clock.judged()
    return judgement.is_trusted and not _is_slip(judgement, clock.now())


def _is_slip(judgement: Judgement, now: datetime) -> bool:
    return judgement.is_set_by_hand and now - judgement.floor > _LONGEST_OUTAGE


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
