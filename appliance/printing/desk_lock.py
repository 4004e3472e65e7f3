"""Give the desk to one process at a time. The kernel takes it back from one that dies.

Called by the print desk; the ledger beside it belongs to everybody.
"""

import fcntl
import os
from pathlib import Path

from appliance.files import explaining_disk_errors

_OWNER_READS = 0o600


class DeskLock:
    """Whose turn it is to run the desk."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "print-desk.lock"
        self._handle: int | None = None

    def is_mine(self) -> bool:
        """Take the lock unless another process has it; tell whether it is ours.

        Raises:
            StorageError: the RAM folder refused.

        """
        if self._handle is None:
            self._handle = self._take()
        return self._handle is not None

    @property
    def is_held(self) -> bool:
        """Tell whether it is ours already."""
        return self._handle is not None

    def let_go(self) -> None:
        """Leave the desk to others."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def _take(self) -> int | None:
        with explaining_disk_errors("taking the print desk"):
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _OWNER_READS)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
                return None
        return handle
