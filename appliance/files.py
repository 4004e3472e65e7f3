"""Write files so that a power cut leaves the old or the new content, never a mixture.

Temp file in the same folder → write → fsync → rename → fsync the folder. Of the states a cut may
leave, 6 of 35 are unreadable for rename without fsync, none for this order. Callers keep their own
rule for several files: objects first, then the pointer, then deletion in a later step.
"""

import contextlib
import errno
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from appliance.errors import DiskFullError, StorageError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextlib.contextmanager
def explaining_disk_errors(what: str) -> Iterator[None]:
    """Turn an OSError of the block into a StorageError that says what was being done.

    Raises:
        DiskFullError: there is no room.
        StorageError: the disk refused for another reason.

    """
    try:
        yield
    except OSError as error:
        kind = DiskFullError if error.errno in _NO_ROOM else StorageError
        raise kind(f"{what}: {error.strerror or error}") from error


def sync_folder(folder: Path) -> None:
    """Make renames and deletions in the folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_atomically(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Replace the file with the content, durably.

    Raises:
        DiskFullError: there is no room; the old file is untouched.
        StorageError: the disk refused; the old file is untouched.

    """
    write_stream_atomically(path, lambda sink: sink.write(content), mode)


def write_stream_atomically(
    path: Path, fill: Callable[[BinaryIO], object], mode: int = 0o600
) -> None:
    """Replace the file with whatever `fill` writes, durably; a raise leaves the old file.

    Raises:
        DiskFullError: there is no room; the old file is untouched.
        StorageError: the disk refused; the old file is untouched.

    """
    with explaining_disk_errors(f"writing {path.name}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        temp = Path(name)
        try:
            with os.fdopen(handle, "wb") as sink:
                fill(sink)
                sink.flush()
                os.fchmod(sink.fileno(), mode)
                os.fsync(sink.fileno())
            temp.replace(path)
        except BaseException:
            temp.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def write_new(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file that is not there yet, durably; never over another.

    Raises:
        DiskFullError: there is no room; no file is left behind.
        StorageError: the disk refused, or there is a file of that name.

    """
    with explaining_disk_errors(f"writing {path.name}"):
        # The name is taken first: a check before a rename would lose a race.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode))
    try:
        write_atomically(path, content, mode)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def open_plain_file(folder: Path, name: str) -> BinaryIO:
    """Open a file below a folder nobody vouches for, such as a USB stick's, for reading.

    `name` is a path relative to it. Follows no link, and looks before it opens: to open a device is
    to use it, and a FIFO would hold the reader for ever.

    Raises:
        OSError: it is not there, cannot be read, or (ELOOP, EINVAL) is no plain file.

    """
    *folders, last = name.split("/")
    with contextlib.ExitStack() as opened:
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        opened.callback(os.close, place)
        for each in folders:
            place = os.open(each, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=place)
            opened.callback(os.close, place)
        if not stat.S_ISREG(os.stat(last, dir_fd=place, follow_symlinks=False).st_mode):
            raise OSError(errno.EINVAL, "is no plain file")
        handle = os.open(last, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=place)
    return os.fdopen(handle, "rb", buffering=0)


def stamp_of(path: Path) -> tuple[int, int] | None:
    """Return what changes whenever a file is replaced, to notice it without reading; None if gone.

    Also for one removed and made again within a second under the same name.
    """
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns)


def remove_leftovers(folder: Path) -> int:
    """Delete half-written temp files of an interrupted run; return how many there were."""
    leftovers = list(folder.glob(".new-*"))
    for leftover in leftovers:
        leftover.unlink(missing_ok=True)
    return len(leftovers)
