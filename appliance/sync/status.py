"""Say how the last try to fetch data went: the file `sync.json`.

Holds times, a version number and an error code; nothing personal. Written by the sync; read by
the screens and the health checks, which show the code's sentence from `appliance.errors`.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.clock import format_time, parse_time
from appliance.files import write_atomically

_NAME = "sync.json"


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """The last try and the last success; `error` is the code of the last try, such as N-301."""

    last_try: datetime
    last_success: datetime | None
    error: str | None
    version: int | None


def read_status(state_dir: Path) -> SyncStatus | None:
    """Return the status, or None if there is none to be read."""
    try:
        raw = json.loads((state_dir / _NAME).read_bytes())
        success = raw["last_success"]
        return SyncStatus(
            last_try=parse_time(raw["last_try"]),
            last_success=parse_time(success) if success else None,
            error=raw["error"],
            version=raw["version"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None  # it is rewritten every few minutes; an unreadable one is no status


def write_status(state_dir: Path, status: SyncStatus) -> None:
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
    write_atomically(state_dir / _NAME, json.dumps(content, indent=1).encode(), mode=0o644)
