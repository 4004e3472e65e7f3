"""Say which records are open in RAM and where: the note the keeper leaves for every reader.

The keeper writes `current.json` with `publish`; the web, the paper and the search read it with
`Opened.read`. A reader closes its files when the note is gone or names others. Nothing here holds
or needs a key.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance.clock import format_time, parse_time
from appliance.errors import VaultError
from appliance.files import write_atomically

POINTER = "current.json"
DOCUMENT_PREFIX = "document-"
_FORMAT = 1
_FOR_READERS = 0o440


@dataclass(frozen=True, slots=True)
class Opened:
    """The records now open; `search` is None until the index has been built."""

    version: int
    records: Path
    search: Path | None
    opened_at: datetime
    signed_at: datetime

    @classmethod
    def read(cls, records_dir: Path) -> "Opened | None":
        """Return what is open, or None when the box is locked.

        Raises:
            VaultError: the note cannot be understood; keeper and reader differ in version.

        """
        try:
            raw = json.loads((records_dir / POINTER).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise VaultError(f"{POINTER}: {error}") from error
        return _understand(raw, records_dir)


def document_path(opened: Opened, object_sha256: str) -> Path:
    """Return where an opened photo or document lies while the records are open."""
    return opened.records.parent / f"{DOCUMENT_PREFIX}{opened.version}-{object_sha256}"


def publish(opened: Opened) -> None:
    """Let readers find the opened records; atomically, so that no reader sees half a note.

    Raises:
        StorageError: the RAM folder refused.

    """
    note = {
        "format": _FORMAT,
        "version": opened.version,
        "records": opened.records.name,
        "search": opened.search.name if opened.search else None,
        "opened_at": format_time(opened.opened_at),
        "signed_at": format_time(opened.signed_at),
    }
    content = json.dumps(note, indent=1).encode()
    write_atomically(opened.records.parent / POINTER, content, mode=_FOR_READERS)


def _understand(raw: Any, records_dir: Path) -> Opened:
    try:
        if raw["format"] != _FORMAT:
            raise VaultError(f"{POINTER}: format {raw['format']!r}, this software reads {_FORMAT}")
        # Path.name: the note names files beside itself, never elsewhere.
        search = raw["search"]
        return Opened(
            version=int(raw["version"]),
            records=records_dir / Path(raw["records"]).name,
            search=records_dir / Path(search).name if search else None,
            opened_at=parse_time(raw["opened_at"]),
            signed_at=parse_time(raw["signed_at"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise VaultError(f"{POINTER}: {error!r}") from error
