"""Append to one segment of the sealed log: a whole line, or nothing.

Refuses to leave half a line behind after a disk that was full: what a failed write left is cut off
again, and where even that fails the file is given up. Never rewrites and never deletes what was
once there. Called by the writer.
"""

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path

from appliance.errors import StorageError
from appliance.files import explaining_disk_errors, sync_folder
from appliance.sealed_log.chain import (
    Header,
    Line,
    Tail,
    format_header,
    format_line,
    tail_of,
)

# The sync reads through the group; nobody but the keeper writes.
_FOR_READERS = 0o640


class SegmentFile:
    """An open segment; `size` counts the bytes of whole lines."""

    def __init__(self, path: Path, handle: int, size: int) -> None:
        self.path = path
        self.size = size
        self.is_given_up = False
        self._handle = handle

    @classmethod
    def create(cls, path: Path, header: Header) -> "SegmentFile":
        """Begin a new segment that survives a power cut by name.

        Raises:
            StorageError: the disk refused; the file is gone again.

        """
        with explaining_disk_errors(f"beginning {path.name}"):
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
            handle = os.open(path, flags, _FOR_READERS)
        segment = cls(path, handle, 0)
        try:
            segment._append(format_header(header))
            with explaining_disk_errors(f"beginning {path.name}"):
                sync_folder(path.parent)
        except StorageError:
            segment.close()
            with contextlib.suppress(OSError):
                path.unlink()
            raise
        return segment

    @classmethod
    def reopen(cls, path: Path, size: int) -> "SegmentFile":
        """Go on with a segment whose every line chains.

        Raises:
            StorageError: the disk refused.

        """
        with explaining_disk_errors(f"opening {path.name}"):
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        return cls(path, handle, size)

    def append(self, lines: Sequence[Line]) -> None:
        """Add lines: all of them or none.

        Raises:
            StorageError: the disk refused; none of them is there.

        """
        self._append(b"".join(map(format_line, lines)))

    def sync(self) -> None:
        """Make what was added survive a power cut.

        Raises:
            StorageError: the disk refused; nobody knows what is on it.

        """
        with explaining_disk_errors(f"syncing {self.path.name}"):
            os.fdatasync(self._handle)

    def left_behind(self) -> list[Tail]:
        """Describe what a failed write left behind the last whole line."""
        with contextlib.suppress(OSError):
            return [tail_of(self.path.name, self.path.read_bytes()[self.size :])]
        return []

    def close(self) -> None:
        """Give back the descriptor."""
        os.close(self._handle)

    def _append(self, raw: bytes) -> None:
        try:
            with explaining_disk_errors(f"writing {self.path.name}"):
                written = 0
                while written < len(raw):
                    written += os.write(self._handle, raw[written:])
        except StorageError:
            self._cut_back()
            raise
        self.size += len(raw)

    def _cut_back(self) -> None:
        try:
            os.ftruncate(self._handle, self.size)
        except OSError:
            self.is_given_up = True
