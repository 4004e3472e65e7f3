"""'Print' into a folder: one PDF file per job, whole or not there at all.

The default printer of a demonstration, and the way out when no printer works (a USB stick and a
printer elsewhere). Refuses to overwrite anything but the same print id. Called by the box through
the `Printer` protocol.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from printers.errors import FolderFullError, FolderUnusableError
from printers.models import JobHandle, JobStage, JobState, PrinterState, PrintJob
from printers.reasons import PrinterReason

# No space, no quota left, or larger than this file system or process may write.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class FolderPrinter:
    """Keep what would have been paper as files that only their owner may read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def state(self) -> PrinterState:
        """Return ready when the folder is there or can be made."""
        try:
            self._make_folder()
        except FolderUnusableError as error:
            return PrinterState(is_ready=False, reasons=(error.reason,))
        return PrinterState(is_ready=True)

    def submit(self, job: PrintJob) -> JobHandle:
        """Store the document as `<print_id>.pdf`, durably.

        Raises: FolderFullError, FolderUnusableError; then no part of the document is left.
        """
        self._make_folder()
        with _named_errors(self._folder):
            _write_durably(self._path(job.print_id), job.pdf)
        return JobHandle(job.print_id, job.pages)

    def job_state(self, handle: JobHandle) -> JobState:
        """Return DONE while the file is there; a removed file is as unknown as removed paper."""
        if self._path(handle.print_id).is_file():
            return JobState(JobStage.DONE, handle.pages)
        return JobState(JobStage.UNKNOWN, None, PrinterReason.JOB_UNKNOWN)

    def cancel(self, handle: JobHandle) -> None:
        """Do nothing: the file was whole before anybody could ask, like a sheet in the tray."""

    def _path(self, print_id: str) -> Path:
        return self._folder / f"{print_id}.pdf"

    def _make_folder(self) -> None:
        with _named_errors(self._folder):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def _named_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        kind = FolderFullError if error.errno in _FULL else FolderUnusableError
        raise kind(f"{folder}: {error.strerror}") from error


def _write_durably(path: Path, content: bytes) -> None:
    """Write beside the target, then rename; survives a power cut before and after."""
    # A fixed name: what a power cut left is overwritten by the next try instead of staying behind.
    partial = path.with_name(f".{path.name}.part")
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        partial.rename(path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
