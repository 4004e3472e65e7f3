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
