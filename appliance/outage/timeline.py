"""Reckon how much time passed between events, whatever somebody did to the clock. Pure.

Within one run of the box only the clock nobody can set counts. Over a power cut the wall clock
bridges the gap, where somebody vouched for it before and after; else as much time has passed as
surely has, and `Elapsed` says that it may have been more. Called by the folding.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from appliance.clock import ClockLevel
from appliance.outage.events import Reading

# Two clocks that are both right; more than this backwards and one of them is wrong.
_SLACK_S = 90.0
# A box lies without power for hours; a longer gap is a slip in a date somebody typed.
_LONGEST_GAP_S = 14 * 24 * 3600.0
# A person's word is taken where neither the network nor a battery kept the clock.
_TRUST = (ClockLevel.MANUAL, ClockLevel.RTC, ClockLevel.NTP)


@dataclass(frozen=True, slots=True)
class Elapsed:
    """How long it has been; without `is_sure` it may have been longer."""

    time: timedelta
    is_sure: bool = True


@dataclass(slots=True)
class _Run:
    """One run of the box: where it stands on the line, and how its wall clock was set."""

    boot: str
    base_s: float = 0.0
    end_s: float = 0.0
    offset_s: float | None = None
    trust: int = -1
    is_placed: bool = True  # surely where it stands, not only at the earliest

    def take(self, reading: Reading) -> None:
        """Go on to a reading of this run."""
        self.end_s = max(self.end_s, reading.monotonic_s)
        trust = _TRUST.index(reading.level) if reading.is_trusted else -1
        if trust >= max(self.trust, 0):
            self.trust = trust
            self.offset_s = reading.at.timestamp() - reading.monotonic_s

    @property
    def is_anchored(self) -> bool:
        """Tell whether other runs can be placed by this one."""
        return self.offset_s is not None and self.is_placed


@dataclass(slots=True)
class Timeline:
    """The readings of an outage in the order they were written down."""

    readings: tuple[Reading, ...]
    _runs: list[_Run] = field(default_factory=list)
    _run_of: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, readings: Iterable[Reading]) -> "Timeline":
        """Return the line, with every run of the box put where it belongs."""
        line = cls(tuple(readings))
        for reading in line.readings:
            if not line._runs or line._runs[-1].boot != reading.boot:
                line._runs.append(_Run(reading.boot))
            line._runs[-1].take(reading)
            line._run_of.append(len(line._runs) - 1)
        for index in range(1, len(line._runs)):
            line._place(index)
        return line

    def elapsed(self, earlier: int, later: int) -> Elapsed:
        """Return the time between two readings, by their places; never less than none."""
        first, last = self._run_of[earlier], self._run_of[later]
        seconds = self._position(later) - self._position(earlier)
        is_sure = first == last or (self._runs[first].is_anchored and self._runs[last].is_anchored)
        return Elapsed(timedelta(seconds=max(seconds, 0.0)), is_sure)

    def wall(self, place: int) -> datetime:
        """Return when people say it was: by the best clock of that run of the box."""
        run, reading = self._runs[self._run_of[place]], self.readings[place]
        if run.offset_s is None:
            return reading.at
        try:
            return datetime.fromtimestamp(run.offset_s + reading.monotonic_s, UTC)
        except (ValueError, OverflowError, OSError):
            return reading.at

    def is_wall_sure(self, place: int) -> bool:
        """Tell whether somebody has vouched for the clock in that run of the box."""
        return self._runs[self._run_of[place]].offset_s is not None

    def _position(self, place: int) -> float:
        return self._runs[self._run_of[place]].base_s + self.readings[place].monotonic_s

    def _place(self, index: int) -> None:
        run, before = self._runs[index], self._runs[index - 1]
        # The machine started after the last thing known of its earlier run.
        run.base_s = before.base_s + before.end_s
        run.is_placed = False
        anchor = next((each for each in reversed(self._runs[:index]) if each.is_anchored), None)
        if anchor is None or anchor.offset_s is None or run.offset_s is None:
            return
        by_clock = anchor.base_s + run.offset_s - anchor.offset_s
        run.is_placed = -_SLACK_S <= by_clock - run.base_s <= _LONGEST_GAP_S
        if run.is_placed:
            run.base_s = max(run.base_s, by_clock)
