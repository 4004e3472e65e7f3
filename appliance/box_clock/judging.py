"""Decide what the time is and how far it can be trusted. Pure.

The order: what the network says, what a person said, what a battery kept. Whatever they say, a time
before something that has surely happened is unsure. Called by the box's clock and the keeper.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from appliance.box_clock.kernel_time import KernelTime
from appliance.box_clock.note import ClockNote
from appliance.clock import ClockLevel, Judgement
from appliance.version import RELEASED

# Between two machines that are both right: a copy may be signed by a hub whose clock is ahead.
SLACK = timedelta(minutes=10)
# A newer box has a newer copy or newer software; beyond this a time is a slip of the thumb.
LONGEST_AHEAD = timedelta(days=5 * 365)
# NTP slews what is less.
_STEP_S = 60.0
# What a cheap clock with a battery may be off.
_BATTERY_OFF = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Told:
    """The wall time, and how far it can be trusted."""

    now: datetime
    judgement: Judgement


def tell(kernel: KernelTime, note: ClockNote, battery: datetime | None = None) -> Told:
    """Return the time and the judgement that follow from the facts."""
    floor = max(RELEASED, note.floor or RELEASED)
    is_possible = kernel.system >= floor - SLACK
    if is_possible and _is_set_by_network(kernel, note):
        return Told(kernel.system, Judgement(ClockLevel.NTP, floor))
    by_hand = time_set_by_hand(kernel, note)
    if by_hand is not None:
        level = ClockLevel.MANUAL if by_hand >= floor - SLACK else ClockLevel.UNSURE
        return Told(by_hand, Judgement(level, floor, is_set_by_hand=True))
    # A clock with a battery only counts where the system's time comes from it.
    is_kept = battery is not None and abs(battery - kernel.system) <= _BATTERY_OFF
    level = ClockLevel.RTC if is_kept and is_possible else ClockLevel.UNSURE
    return Told(kernel.system, Judgement(level, floor))


def time_set_by_hand(kernel: KernelTime, note: ClockNote) -> datetime | None:
    """Return what the time is by the clock a person set; None if nobody did."""
    if note.set_offset_s is None:
        return None
    try:
        return datetime.fromtimestamp(note.set_offset_s + kernel.monotonic_s, UTC)
    except (ValueError, OverflowError, OSError):
        return None  # no time at all; the keeper never writes one


def why_impossible(proposed: datetime, floor: datetime) -> str | None:
    """Say why the clock must not be set to a time, or None when it may."""
    if proposed < floor - SLACK:
        return f"the box knows of something that happened at {floor:%Y-%m-%d %H:%M} UTC"
    if proposed > floor + LONGEST_AHEAD:
        return f"more than {LONGEST_AHEAD.days} days after the last thing the box knows of"
    return None


def _is_set_by_network(kernel: KernelTime, note: ClockNote) -> bool:
    """Tell whether the network keeps the clock, or did since the machine started.

    Some nine hours after the last answer the kernel calls its clock unsynchronised. A quartz is off
    by seconds a day, and an outage lasts days: what the network set stays good until it is moved.
    """
    if kernel.is_synchronised:
        return True
    offset_s = kernel.system.timestamp() - kernel.monotonic_s
    return note.synced_offset_s is not None and abs(offset_s - note.synced_offset_s) <= _STEP_S
