"""Say how the last try to fetch data, and the last to send the log, went: two small files.

They hold times, a version number and an error code; nothing personal. Written by the sync and the
upload; read by the screens, which show the code's sentence from `appliance.errors`.
"""

import json
import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.clock import Clock, format_time, parse_time
from appliance.errors import StorageError
from appliance.files import write_atomically

SYNC = "sync.json"
SYNC_LOCK = "sync.lock"
UPLOAD = "upload-status.json"

_log = logging.getLogger("nodboks.sync")


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """The last try and the last success; `error` is the code of the last try, such as N-301."""

    last_try: datetime
    last_success: datetime | None
    error: str | None
    version: int | None = None


def read_status(state_dir: Path, name: str = SYNC) -> SyncStatus | None:
    """Return the status, or None if there is none to be read."""
    try:
        raw = json.loads((state_dir / name).read_bytes())
        success = raw["last_success"]
        return SyncStatus(
            last_try=parse_time(raw["last_try"]),
            last_success=parse_time(success) if success else None,
            error=raw["error"],
            version=raw["version"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None  # it is rewritten every few minutes; an unreadable one is no status


def write_status(state_dir: Path, status: SyncStatus, name: str = SYNC) -> None:
    """Replace the status.

    Raises:
        DiskFullError, StorageError: the disk refused; the old status stays.

    """
    content = {
        "last_try": format_time(status.last_try),
        "last_success": format_time(status.last_success) if status.last_success else None,
        "error": status.error,
        "version": status.version,
    }
    write_atomically(state_dir / name, json.dumps(content, indent=1).encode(), mode=0o644)


def is_sync_running(state_dir: Path, locks: Path = Path("/proc/locks")) -> bool:
    """Tell whether a sync holds its lock; the kernel is asked, and the lock itself left alone.

    To try it, even for a moment, would turn away a sync that begins just then. Where the kernel's
    list cannot be read, no.
    """
    try:
        inode = (state_dir / SYNC_LOCK).stat().st_ino
        held = locks.read_text(encoding="ascii")
    except (OSError, ValueError):
        return False
    # "1: FLOCK  ADVISORY  WRITE 708 08:01:1234 0 EOF"; the device is left out, since some file
    # systems tell another one there than a file's own.
    return any(" FLOCK " in line and f":{inode} " in line for line in held.splitlines())


def note_try(
    state_dir: Path,
    clock: Clock,
    name: str = SYNC,
    *,
    version: int | None = None,
    error: str | None = None,
) -> None:
    """Write down how a try went; a full disk must not hide what happened before it."""
    before = read_status(state_dir, name)
    now = clock.now()
    last_success = now if error is None else before.last_success if before else None
    known = version or (before.version if before else None)
    try:
        write_status(state_dir, SyncStatus(now, last_success, error, known), name)
    except StorageError as problem:
        _log.warning("%s: %s %s", name, problem.code, problem.detail)
