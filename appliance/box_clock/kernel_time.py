"""Read what the machine knows of the time: its clock, whether the network keeps it, a battery.

Thin: asks and decides nothing. Changes nothing either: it needs no right to set a clock. Called by
the box's clock.
"""

import ctypes
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from appliance.clock import SystemClock

_UNSYNCHRONISED = 0x40  # STA_UNSYNC of adjtimex(2)
_MOST_ERROR_US = 16_000_000  # where the kernel itself stops counting
_RTC = Path("/sys/class/rtc")


@dataclass(frozen=True, slots=True)
class KernelTime:
    """The system's time, seconds that only grow, and whether NTP keeps the first right now."""

    system: datetime
    monotonic_s: float
    is_synchronised: bool


class _Timex(ctypes.Structure):
    """The beginning of `struct timex`, with room for what is never looked at."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


_LIBC = ctypes.CDLL(None, use_errno=True)


def read_kernel_time() -> KernelTime:
    """Ask the kernel."""
    clock = SystemClock()
    return KernelTime(clock.now(), clock.monotonic(), _is_synchronised())


def read_battery_clock(folder: Path = _RTC) -> datetime | None:
    """Return what the first clock with a battery shows, or None where there is none."""
    for path in sorted(folder.glob("rtc*/since_epoch")):
        try:
            return datetime.fromtimestamp(int(path.read_text(encoding="ascii")), UTC)
        except (OSError, ValueError, OverflowError):
            continue  # such as one whose battery is flat
    return None


def _is_synchronised() -> bool:
    """Tell whether something like NTP keeps the kernel's clock; no if the kernel does not say."""
    asked = _Timex()  # with modes = 0 it only asks
    if _LIBC.adjtimex(ctypes.byref(asked)) < 0:
        return False
    return not asked.status & _UNSYNCHRONISED and asked.maxerror < _MOST_ERROR_US
