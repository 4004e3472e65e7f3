"""Keep the note all programs of the box read the time by: the keeper's side of the clock.

Raises the floor as things happen, remembers that the network has set the clock in this run of the
machine, and takes the time a person reads from a phone. Refuses a time that cannot be. What a
person set never raises the floor: a slip must be possible to set right. Called by the keeper's
service.
"""

import logging
import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from appliance.box_clock.judging import why_impossible
from appliance.box_clock.note import ClockNote, read_note, write_note
from appliance.clock import ClockLevel, JudgedClock
from appliance.errors import ClockNotSetError, StorageError

_LOG = logging.getLogger(__name__)
# Nothing depends on the floor more finely, and it rises with every entry of the log.
_FINE = timedelta(minutes=1)


class ClockSetting:
    """The clock's note of one box."""

    def __init__(self, ram_dir: Path, clock: JudgedClock) -> None:
        self._ram_dir = ram_dir
        self._clock = clock
        self._lock = threading.Lock()

    def keep_up(self, floor: datetime | None) -> None:
        """Write down what has become known: `floor` has surely passed. Never raises.

        Without room in the RAM folder the note stays as it is, and is tried again next time.
        """
        with self._lock:
            before = read_note(self._ram_dir)
            now = self._with_network(_raised(before, floor))
            if now == before:
                return
            try:
                write_note(self._ram_dir, now)
            except StorageError as error:
                _LOG.warning("clock: %s %s", error.code, error.detail)

    def set_by_hand(self, moment: datetime, floor: datetime | None) -> None:
        """Let every program of the box reckon that it is this time.

        Raises:
            ClockNotSetError: it cannot be, or the network keeps the clock.
            StorageError: the RAM folder refused; the clock is as it was.

        """
        judgement = self._clock.judged()
        if judgement.level is ClockLevel.NTP:
            raise ClockNotSetError("the network keeps the clock")
        reason = why_impossible(moment, max(judgement.floor, floor or judgement.floor))
        if reason:
            raise ClockNotSetError(reason)
        offset_s = moment.timestamp() - self._clock.monotonic()
        with self._lock:
            note = _raised(read_note(self._ram_dir), floor)
            write_note(self._ram_dir, replace(note, set_offset_s=offset_s))
        _LOG.info("clock: set by hand")

    def _with_network(self, note: ClockNote) -> ClockNote:
        """Return the note with what the network has set; what a person said is then over."""
        if self._clock.judged().level is not ClockLevel.NTP:
            return note
        offset_s = self._clock.now().timestamp() - self._clock.monotonic()
        known_s = note.synced_offset_s
        # Kept as it was while it moves little: many small steps must not walk away with it.
        is_known = known_s is not None and abs(offset_s - known_s) <= _FINE.total_seconds()
        synced_s = known_s if is_known else offset_s
        return replace(note, synced_offset_s=synced_s, set_offset_s=None)


def _raised(note: ClockNote, floor: datetime | None) -> ClockNote:
    """Return the note with a floor at least as high."""
    if floor is None or (note.floor is not None and floor < note.floor + _FINE):
        return note
    return replace(note, floor=floor)
