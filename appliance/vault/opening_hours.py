"""Decide how long the box stays open, and whether the hub may open it. Monotonic; holds no key.

A card or a USB key opens the box for twelve hours, so that a box somebody forgot is not open for
ever; while people use it, it stays open, and the card may be used again at any time. What the hub
opened stays open: it is as open as the municipality wants it, and a mere IT outage then needs no
key at all. Once a person has locked the box, only a person opens it again, until the power goes: a
mark in RAM says so to a keeper that was restarted. Called by the keeper's service.
"""

import logging
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import StorageError
from appliance.files import explaining_disk_errors, write_atomically
from appliance.policy import OPENS_FOR, QUIET_BEFORE_LOCK
from appliance.vault.key_slots import SlotKind

_LOG = logging.getLogger(__name__)
MARK = "locked-by-person"


@dataclass(frozen=True, slots=True)
class Opening:
    """What is remembered of the present opening; the seconds are monotonic."""

    ends_s: float | None = None  # None: no end, or not open
    used_s: float = 0.0
    hub_may_open: bool = True


def opened(before: Opening, by: SlotKind, now_s: float, *, was_open: bool) -> Opening:
    """Return the opening after a key has been used; one the hub began has no end. Pure."""
    if by is SlotKind.HUB:
        return replace(before, ends_s=None, used_s=now_s)
    has_no_end = was_open and before.ends_s is None
    ends_s = None if has_no_end else now_s + OPENS_FOR.total_seconds()
    return Opening(ends_s, now_s, hub_may_open=True)


def is_over(opening: Opening, now_s: float) -> bool:
    """Tell whether the box should lock itself: time is up, and nobody is at it. Pure."""
    if opening.ends_s is None or now_s < opening.ends_s:
        return False
    return now_s - opening.used_s >= QUIET_BEFORE_LOCK.total_seconds()


class OpeningHours:
    """The opening hours of one keeper; `hub_may_open` is what box.toml says of it."""

    def __init__(self, ram_dir: Path, clock: Clock, *, hub_may_open: bool) -> None:
        self._mark = ram_dir / MARK
        self._clock = clock
        self._is_allowed = hub_may_open
        self._changing = threading.Lock()  # every log entry is a use, and a lock may come between
        self._now = Opening(hub_may_open=not self._mark.exists())

    @property
    def hub_may_open(self) -> bool:
        """Tell whether the hub may open the box now."""
        return self._is_allowed and self._now.hub_may_open

    @property
    def left_s(self) -> float | None:
        """Return the seconds until the box may lock itself; None when it does not."""
        ends_s = self._now.ends_s
        return None if ends_s is None else max(ends_s - self._clock.monotonic(), 0.0)

    @property
    def until(self) -> datetime | None:
        """Return when that is, by the clock on the wall."""
        left_s = self.left_s
        return None if left_s is None else self._clock.now() + timedelta(seconds=left_s)

    def open(self, by: SlotKind, *, was_open: bool) -> None:
        """Take note that a key has opened the box, or was used again while it was open."""
        with self._changing:
            self._now = opened(self._now, by, self._clock.monotonic(), was_open=was_open)
            self._write_mark(is_locked_by_person=not self._now.hub_may_open)

    def use(self) -> None:
        """Take note that somebody is at the box."""
        with self._changing:
            self._now = replace(self._now, used_s=self._clock.monotonic())

    def lock(self, *, by_person: bool) -> None:
        """Take note that the box was locked."""
        with self._changing:
            self._now = Opening(hub_may_open=self._now.hub_may_open and not by_person)
            self._write_mark(is_locked_by_person=not self._now.hub_may_open)

    def is_over(self) -> bool:
        """Tell whether the box should lock itself now."""
        return is_over(self._now, self._clock.monotonic())

    def _write_mark(self, *, is_locked_by_person: bool) -> None:
        """Keep it in RAM for a keeper that is restarted; without room it is only remembered."""
        try:
            if is_locked_by_person:
                write_atomically(self._mark, b"")
            else:
                with explaining_disk_errors("removing the mark of a lock"):
                    self._mark.unlink(missing_ok=True)
        except StorageError as error:
            _LOG.warning("who locked the box is not kept: %s", error.code)
