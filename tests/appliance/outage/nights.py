"""The journal of a box on a held clock: opened, cut off, on a disk that is full."""

import contextlib
import resource
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from appliance.clock import HeldClock
from appliance.outage.events import Happening, Kind
from appliance.outage.journal import (
    Beginning,
    OutageJournal,
)

STEP = Happening(Kind.STEP, "AB", about="ring-it", name="Ring til IT-vagten.")


REAL, DRILLED = Beginning("AB"), Beginning("AB", is_drill=True)


def opened(folder: Path, clock: HeldClock, boot: str = "aaaa1111") -> OutageJournal:
    return OutageJournal(folder / "outage", clock, boot)


def after_power_cut(folder: Path, clock: HeldClock, *, off: timedelta) -> OutageJournal:
    """Return the journal of a box that was without power for so long; its clock still runs."""
    clock.at += off
    clock.ticks_s = 45.0
    return opened(folder, clock, "bbbb2222")


@contextlib.contextmanager
def a_full_disk(room: int = 0) -> Iterator[None]:
    """Let no file of this process grow: what the kernel then says is what a full disk says.

    With `room` a file may still grow to so many bytes.
    """
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def kinds(journal: OutageJournal) -> list[Kind]:
    return [event.kind for event in journal.outage().events]
