"""Be the clock of every program of the box.

It is the system's clock, until a person has told the box the time from a phone; from then on it
counts on from that by the monotonic clock, the same in every program. The system's own clock is
never set: that takes CAP_SYS_TIME, with which a captured program could make old signatures good
again, and no program of the box has it. As soon as the kernel says that the network keeps its
clock, that is believed again. What looks at the system's clock by itself (APScheduler, TUF's
dates, TLS) does not see what a person set: reckon with `SystemClock` there.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from appliance.box_clock.judging import tell
from appliance.box_clock.kernel_time import KernelTime, read_battery_clock, read_kernel_time
from appliance.box_clock.note import NAME, NOTHING, ClockNote, read_note
from appliance.clock import ClockLevel, Judgement
from appliance.files import stamp_of

# Asking the chip takes milliseconds on a slow bus, and pages are made all the time.
_ASK_BATTERY_EVERY_S = 60.0


class BoxClock:
    """The clock of one box; every method may be called from any thread."""

    def __init__(
        self,
        ram_dir: Path,
        read_kernel: Callable[[], KernelTime] = read_kernel_time,
        read_battery: Callable[[], datetime | None] = read_battery_clock,
    ) -> None:
        self._ram_dir = ram_dir
        self._read_kernel = read_kernel
        self._read_battery = read_battery
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._note = NOTHING
        self._battery: datetime | None = None
        self._asked_s: float | None = None

    def now(self) -> datetime:
        """Return the wall time, aware, in UTC."""
        return tell(self._read_kernel(), self._current_note()).now

    def monotonic(self) -> float:
        """Return seconds since the machine started."""
        return self._read_kernel().monotonic_s

    def judged(self) -> Judgement:
        """Tell how far the wall time can be trusted now."""
        kernel, note = self._read_kernel(), self._current_note()
        told = tell(kernel, note)
        if told.judgement.level is ClockLevel.UNSURE:
            told = tell(kernel, note, self._battery_time(kernel.monotonic_s))
        return told.judgement

    def _current_note(self) -> ClockNote:
        """Return the note, read again only when the keeper has written a new one."""
        with self._lock:
            seen = stamp_of(self._ram_dir / NAME)
            if seen != self._seen:
                self._note, self._seen = read_note(self._ram_dir), seen
            return self._note

    def _battery_time(self, monotonic_s: float) -> datetime | None:
        """Return what the clock with a battery shows; the chip itself is asked once a minute."""
        with self._lock:
            if self._asked_s is None or monotonic_s - self._asked_s >= _ASK_BATTERY_EVERY_S:
                self._battery, self._asked_s = self._read_battery(), monotonic_s
            since = timedelta(seconds=monotonic_s - self._asked_s)
            return self._battery + since if self._battery else None
