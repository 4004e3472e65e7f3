"""Hold the beginning of an outage that the disk has no room for, until it has.

A real night must begin, and take its mark off the paper of a drill, whatever the disk says. What is
held is in memory and, so that the box's other programs know and a web that is killed finds it
again, in a file in the RAM folder; with the power it is gone. Only the web writes. Called by the
journal.
"""

import logging
from dataclasses import replace
from pathlib import Path

from appliance.errors import PlanLogFullError, StorageError
from appliance.files import explaining_disk_errors, stamp_of
from appliance.outage.episodes import Episodes
from appliance.outage.event_file import EventFile
from appliance.outage.events import Event, Happening, Kind, decode, encode
from appliance.outage.limits import Share, bytes_for

NAME = "outage-held.jsonl"
_MOST_BYTES = bytes_for(Share.ENDS)
_log = logging.getLogger("nodboks.outage")


class Held:
    """What waits for room on the disk: a beginning, and ends and resumptions after it."""

    def __init__(self, ram_dir: Path | None) -> None:
        self._path = ram_dir / NAME if ram_dir else None
        self._events: tuple[Event, ...] = ()

    def events(self) -> tuple[Event, ...]:
        """Return them in order; what another program or an earlier run of this one holds, too."""
        # Not every program of the box may look into the web's folder.
        if self._events or self._path is None or stamp_of(self._path) is None:
            return self._events
        try:
            return EventFile(self._path).read().events
        except StorageError as error:  # the disk's own log still counts
            _log.warning("outage: %s %s", error.code, error.detail)
            return ()

    def add(self, event: Event) -> None:
        """Hold one more."""
        before = self.events()
        # As it will be read back, so that it is known again.
        kept = decode(encode(replace(event, number=len(before) + 1)))
        self._events = (*before, *([kept] if kept else []))
        if self._path is not None:
            try:
                EventFile(self._path).append(event, _MOST_BYTES)
            except StorageError as error:
                _log.warning("outage: held in memory only: %s %s", error.code, error.detail)

    def number(self, episodes: Episodes) -> int:
        """Return the number of the outage that is held, which may be partly on the disk."""
        present = episodes.present_number()
        first = episodes.file(present).first()
        is_there = first is not None and is_same(first, self.events()[0])
        return present if is_there else episodes.next_number()

    def settle(self, episodes: Episodes) -> None:
        """Write down all that is held; does nothing where nothing is.

        Raises:
            DiskFullError, StorageError: there is still no room; all of it is held on.

        """
        events = self.events()
        if not events:
            return
        number = self.number(episodes)
        if number != episodes.present_number():
            end_drill(episodes, events[0])
            episodes.file(number).append(events[0], _MOST_BYTES)
        for event in events[1:]:
            episodes.file(number).append(event, _MOST_BYTES)
        self._events = ()
        if self._path is not None:
            with explaining_disk_errors("letting go of what was held"):
                self._path.unlink(missing_ok=True)


def is_same(one: Event, other: Event) -> bool:
    """Tell whether two events are the same happening, whatever their numbers."""
    return (one.what, one.read) == (other.what, other.read)


def end_drill(episodes: Episodes, start: Event) -> None:
    """End the drill that is on, if one is, at the beginning of the outage that ends it.

    Raises:
        DiskFullError, StorageError: the disk refused.

    """
    present = episodes.present_number()
    if not present or not episodes.outage(present).is_on:
        return
    end = Event(0, Happening(Kind.END, start.what.by), start.read)
    try:
        episodes.file(present).append(end, _MOST_BYTES)
    except PlanLogFullError as error:  # the outage that comes after it counts all the same
        _log.warning("outage: %s %s", error.code, error.detail)
