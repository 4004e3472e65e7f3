"""Write the sealed log: the one owner of its files, in the keeper's process.

Takes sealed payloads and gives each its place in the chain. Never raises for a disk that is full
or broken, because a nurse waits behind it: what cannot be written is kept in memory, counted, told
in the state, and follows with a gap record as soon as there is room. Refuses to write beside
another owner of the same folder. Holds no key. Called by the keeper's log.
"""

import fcntl
import os
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import NodboksError, StorageError
from appliance.files import explaining_disk_errors
from appliance.sealed_log.chain import (
    End,
    Gap,
    Header,
    gap_payload,
    genesis,
    next_line,
    segment_name,
)
from appliance.sealed_log.outbox import segments_in
from appliance.sealed_log.recovery import find_end
from appliance.sealed_log.segment_file import SegmentFile

_OWNER = "owner.lock"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may wait for what; the numbers are policy, the tests shrink them."""

    segment_bytes: int = 1024 * 1024  # small enough to send over a mobile line in one go
    unsynced_lines: int = 64  # a power cut may cost this many looks, or those of
    unsynced_s: float = 1.0  # this many seconds, whichever comes first
    most_waiting: int = 10_000  # some 10 MB of memory on a box of 512 MB


@dataclass(frozen=True, slots=True)
class LogState:
    """How the log is; `number` and `shown` are the end of what is surely on the disk."""

    number: int = 0
    shown: str = ""
    waiting: int = 0
    lost: int = 0
    problem: str = ""


class SealedLog:
    """The log of one box. Every method may be called from any thread."""

    def __init__(
        self, folder: Path, public_key: bytes, clock: Clock, limits: Limits = Limits()
    ) -> None:
        self._folder = folder
        self._public_key = public_key
        self._clock = clock
        self._limits = limits
        self._lock = threading.RLock()
        self._owner: int | None = None
        self._segment: SegmentFile | None = None
        self._day: date | None = None
        self._end = self._synced = genesis(public_key)
        self._unsynced = 0
        self._unsynced_since_s = 0.0
        self._waiting: deque[bytes] = deque()
        self._gap = Gap()
        self._lost_ever = 0
        self._problem: NodboksError | None = None

    def append(self, payloads: Iterable[bytes], *, is_durable: bool) -> LogState:
        """Add payloads in order; on return they are in the file, or counted as waiting.

        With `is_durable` they are also safe from a power cut, unless `problem` says otherwise.
        """
        with self._lock:
            for payload in payloads:
                self._keep(payload)
            self._write_waiting()
            if is_durable or self._is_sync_due():
                self._sync()
            return self.state()

    def commit(self) -> LogState:
        """Write what waits and make everything survive a power cut."""
        with self._lock:
            self._write_waiting()
            self._sync()
            return self.state()

    def lose(self, count: int) -> None:
        """Count entries that will never come; the next gap record says so."""
        if count == 0:
            return
        with self._lock:
            self._lost_ever += count
            self._gap = replace(self._gap, lost=self._gap.lost + count)

    def state(self) -> LogState:
        """Tell how the log is."""
        with self._lock:
            return LogState(
                number=self._synced.number,
                shown=self._synced.shown,
                waiting=len(self._waiting),
                lost=self._lost_ever,
                problem=self._problem.code if self._problem else "",
            )

    def synced_end(self) -> End:
        """Return the end of what surely is on the disk."""
        with self._lock:
            return self._synced

    def close(self) -> LogState:
        """Write what can be written and let go of the files."""
        with self._lock:
            state = self.commit()
            self._let_go()
            if self._owner is not None:
                os.close(self._owner)
                self._owner = None
            return state

    def _is_sync_due(self) -> bool:
        age_s = self._clock.monotonic() - self._unsynced_since_s
        return self._unsynced >= self._limits.unsynced_lines or (
            self._unsynced > 0 and age_s >= self._limits.unsynced_s
        )

    def _keep(self, payload: bytes) -> None:
        if len(self._waiting) >= self._limits.most_waiting:
            self.lose(1)
            return
        self._waiting.append(payload)

    def _write_waiting(self) -> None:
        if not self._waiting and not self._gap:
            return
        try:
            self._take_up()
            segment = self._segment_to_write()
            while self._gap or self._waiting:
                self._write_next(segment)
            self._problem = None
        except StorageError as error:
            self._stumble(error)

    def _write_next(self, segment: SegmentFile) -> None:
        """Write one payload, a gap record before it if one is due: both or neither.

        A record alone would fill the last bytes of a full disk, one at each try.
        """
        payloads = [*([gap_payload(self._gap)] if self._gap else []), *islice(self._waiting, 1)]
        end, lines = self._end, []
        for payload in payloads:
            line = next_line(end, payload)
            lines.append(line)
            end = line.end
        segment.append(lines)
        if self._unsynced == 0:
            self._unsynced_since_s = self._clock.monotonic()
        self._end, self._gap = end, Gap()
        self._unsynced += len(lines)
        if self._waiting:
            self._waiting.popleft()

    def _stumble(self, error: StorageError) -> None:
        """Remember that what waits now comes late; the next gap record says how much."""
        self._problem = error
        self._gap = replace(self._gap, kept=len(self._waiting))
        if self._segment is not None and self._segment.is_given_up:
            left = tuple(self._segment.left_behind())
            self._gap = replace(self._gap, tails=(*self._gap.tails, *left))
            self._let_go()

    def _sync(self) -> None:
        if self._segment is None or self._end == self._synced:
            return
        try:
            self._segment.sync()
        except StorageError as error:
            # The kernel may have thrown the pages away and would call the next sync a success:
            # this file is not trusted with another line.
            self._problem = error
            self._let_go()
            return
        self._synced, self._unsynced = self._end, 0

    def _take_up(self) -> None:
        """Become the owner and find the end of what is there, once."""
        if self._owner is not None:
            return
        with explaining_disk_errors("taking up the log"):
            self._folder.mkdir(parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            handle = os.open(self._folder / _OWNER, flags, 0o600)
        try:
            _lock_alone(handle)
            self._find_end()
        except StorageError:
            os.close(handle)
            raise
        self._owner = handle

    def _find_end(self) -> None:
        found = find_end(self._folder, self._public_key)
        segment = None
        if found.last is not None and not found.tails:
            segment = SegmentFile.reopen(found.last, found.size)
            segment.sync()  # what a killed owner wrote may not be on the disk yet
        self._end = self._synced = found.end
        tails = (*found.tails, *self._gap.tails)
        self._gap = replace(self._gap, tails=tails, behind=found.behind)
        self._segment, self._day = segment, self._clock.now().date()

    def _segment_to_write(self) -> SegmentFile:
        """Return the segment the next line goes to: the open one, or a new one."""
        today = self._clock.now().date()
        if self._segment is not None:
            is_full = self._segment.size >= self._limits.segment_bytes
            if not is_full and self._day == today:
                return self._segment
            self._sync()
        header = Header(self._public_key, self._end.number + 1, self._end.digest)
        fresh = SegmentFile.create(self._next_path(), header)
        self._let_go()
        self._segment, self._day = fresh, today
        return fresh

    def _next_path(self) -> Path:
        numbers = [int(path.stem) for path in segments_in(self._folder)]
        return self._folder / segment_name(max(numbers, default=0) + 1)

    def _let_go(self) -> None:
        if self._segment is not None:
            self._segment.close()
            self._segment = None


def _lock_alone(handle: int) -> None:
    """Hold the folder for this process; the kernel lets go when the process dies, however.

    Raises:
        StorageError: another process writes this log.

    """
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise StorageError("another process writes this log") from error
