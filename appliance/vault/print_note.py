"""Say what is remembered of a sheet that was printed, and read what the keeper gave back of it.

Which sheet came out under which number, about whom (an opaque id), when, by whom and how sure that
is; of the medicine a digest. Holds no key. Called by the protocol, the print desk and the keeper.
"""

import json
import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance.clock import format_time, parse_time
from appliance.errors import VaultError

FILE = "prints.json"
_LOG = logging.getLogger(__name__)
_LONGEST = 128


@dataclass(frozen=True, slots=True)
class PrintNote:
    """One sheet that came out, or may have: `state` is that of its worst page."""

    serial: str
    sheet: str
    unit_id: str
    citizen_id: str
    digest: str
    printed_at: datetime
    printed_by: str
    state: str


def to_json(note: PrintNote) -> dict[str, str]:
    """Return a note as JSON can carry it."""
    return {**asdict(note), "printed_at": format_time(note.printed_at)}


def from_json(raw: Any) -> PrintNote:
    """Read a note.

    Raises:
        VaultError: it is none; the message does not repeat it.

    """
    if not isinstance(raw, dict) or raw.keys() != _FIELDS:
        raise VaultError("a print note has other fields")
    if not all(isinstance(text, str) and len(text) <= _LONGEST for text in raw.values()):
        raise VaultError(f"a print note holds something else than texts of at most {_LONGEST}")
    try:
        return PrintNote(**(raw | {"printed_at": parse_time(raw["printed_at"])}))
    except ValueError as error:
        raise VaultError("a print note without a time") from error


_FIELDS = frozenset(PrintNote.__slots__)


def read_notes(records_dir: Path) -> list[PrintNote]:
    """Return what the keeper put beside the open records, the newest first; nothing when locked."""
    try:
        raw = json.loads((records_dir / FILE).read_bytes())
        return [from_json(each) for each in raw]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, VaultError) as error:
        # Without it every list counts as never printed, and comes again: the safe side.
        _LOG.warning("print notes: %s", type(error).__name__)
        return []
