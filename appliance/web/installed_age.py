"""Tell how old the installed copy is while the box is locked, without reading it each time.

Asking `Installed` means hashing the whole snapshot; the answer is kept until the record of what is
installed changes on disk. Sees ciphertext and signatures only. Called by the strip and the status.
"""

import threading
from datetime import datetime
from pathlib import Path

from appliance.files import stamp_of
from appliance.snapshot.installed import COPIES, Installed

_Seen = tuple[tuple[int, int] | None, ...]


class InstalledAge:
    """When the installed snapshot was signed."""

    def __init__(self, state_dir: Path) -> None:
        self._state_dir = state_dir
        self._installed = Installed(state_dir)
        self._lock = threading.Lock()
        self._seen: _Seen | None = None
        self._signed_at: datetime | None = None

    def signed_at(self) -> datetime | None:
        """Return the time, or None if nothing has been installed.

        Raises:
            UnreadableSnapshotError: nothing that was installed verifies any more.

        """
        with self._lock:
            seen = tuple(stamp_of(self._state_dir / name) for name in COPIES)
            if seen != self._seen:
                current = self._installed.current()
                self._signed_at = current.manifest.signed_at if current else None
                self._seen = seen
            return self._signed_at
