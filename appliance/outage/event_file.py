"""Keep events in a file that only ever grows, so that a power cut loses at most the last line.

Each line is written whole and fsynced before anybody is told that it is kept. A torn line stays
where it is: the next one begins on a line of its own, and whoever reads is told how many could not
be read. Called by the journal; knows nothing of what the events mean.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from appliance.errors import PlanLogFullError
from appliance.files import explaining_disk_errors, stamp_of, sync_folder
from appliance.outage.events import Event, decode, encode

_FOR_READERS = 0o640
_LONGEST_LINE = 16 * 1024
_WHAT = "writing the plan's log"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds: its events in order, and how many lines could not be read."""

    events: tuple[Event, ...] = ()
    damaged: int = 0
    is_torn: bool = False

    @property
    def last_number(self) -> int:
        """Return the number of the newest event, or nought."""
        return self.events[-1].number if self.events else 0


def read_lines(content: bytes, before: Contents = Contents()) -> Contents:
    """Return the events of a file's bytes, after those read from it before. Pure.

    Numbers only grow: a line that stands twice is one event.
    """
    events, damaged, last = list(before.events), before.damaged, before.last_number
    for line in content.split(b"\n"):
        if not line:
            continue
        event = decode(line)
        if event is None:
            damaged += 1
        elif event.number > last:
            events.append(event)
            last = event.number
    return Contents(tuple(events), damaged, bool(content) and not content.endswith(b"\n"))


class EventFile:
    """One file of events; several programs may use it at once.

    What was read once is not read again: the file only grows. Not for two threads at once.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known = Contents()
        self._inode = self._size = 0

    def stamp(self) -> tuple[int, ...] | None:
        """Return what changes with every event, to notice it without reading."""
        found = stamp_of(self._path)
        return None if found is None else (*found, self._path.stat().st_size)

    def read(self) -> Contents:
        """Return what is in the file; nothing where there is none.

        Raises:
            StorageError: the disk refused.

        """
        with explaining_disk_errors("reading the plan's log"):
            try:
                with self._path.open("rb") as source:
                    self._take(source)
            except FileNotFoundError:
                self._known, self._inode, self._size = Contents(), 0, 0
        return self._known

    def _take(self, source: BinaryIO) -> None:
        """Read what has come since; all of it in another file or after a torn line."""
        found = os.fstat(source.fileno())
        is_grown = found.st_ino == self._inode and found.st_size >= self._size
        if not is_grown or self._known.is_torn:
            self._known, self._size = Contents(), 0
        source.seek(self._size)
        content = source.read()
        self._inode, self._size = found.st_ino, self._size + len(content)
        if content:
            self._known = read_lines(content, self._known)

    def first(self) -> Event | None:
        """Return the first event alone, without reading the rest; None if it cannot be read."""
        try:
            with self._path.open("rb") as source:
                return decode(source.readline(_LONGEST_LINE).rstrip(b"\n"))
        except OSError:
            return None

    def append(self, event: Event, most_bytes: int) -> Event:
        """Add an event under the next number, durably, and return it.

        Raises:
            PlanLogFullError: the file would grow beyond `most_bytes`.
            DiskFullError, StorageError: the disk refused; the event is not kept.

        """
        with self._alone() as handle:
            content = self.read()
            numbered = replace(event, number=content.last_number + 1)
            line = (b"\n" if content.is_torn else b"") + encode(numbered) + b"\n"
            with explaining_disk_errors(_WHAT):
                if os.fstat(handle).st_size + len(line) > most_bytes:
                    raise PlanLogFullError(f"{self._path.name}: {most_bytes} bytes are used up")
                _write_whole(handle, line)
                os.fsync(handle)
                if not content.events:
                    # The web's mask would shut out who else prints and must know of a drill.
                    os.fchmod(handle, _FOR_READERS)
                    sync_folder(self._path.parent)
        return numbered

    @contextmanager
    def _alone(self) -> Iterator[int]:
        """Keep other writers out; the kernel lets go by itself if this one dies."""
        with explaining_disk_errors(_WHAT):
            self._path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, _FOR_READERS)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield handle
        finally:
            os.close(handle)


def _write_whole(handle: int, line: bytes) -> None:
    """Write all of it; a disk that fills up half-way leaves a torn line, as a power cut would."""
    while line:
        line = line[os.write(handle, line) :]
