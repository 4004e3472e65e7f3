"""Say what is remembered of a sheet that was printed, and read what the keeper gave back of it.

Which sheet came out under which number, about whom (an opaque id), when, by whom and how sure that
is; of the medicine a digest. What cannot be read is not taken for nothing. Holds no key. Called by
the protocol, the print desk and the keeper.
"""

import json
import logging
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from appliance.clock import format_time, parse_time
from appliance.errors import VaultError
from appliance.sealed_log.entry import ClockTrust

FILE = "prints.json"
_LOG = logging.getLogger(__name__)
_LONGEST = 128


@dataclass(frozen=True, slots=True)
class PrintNote:
    """One sheet that came out, or may have: `state` is that of its worst page.

    `clock` is what the box knew of its own clock when the sheet was ordered.
    """

    serial: str
    sheet: str
    unit_id: str
    citizen_id: str
    digest: str
    printed_at: datetime
    printed_by: str
    state: str
    clock: ClockTrust = ClockTrust.OK

    @property
    def is_clock_sure(self) -> bool:
        """Tell whether anybody vouched for the clock that `printed_at` was read from."""
        return self.clock is ClockTrust.OK


def to_json(note: PrintNote) -> dict[str, str]:
    """Return a note as JSON can carry it; that of a sure clock as older software knows it."""
    raw = {**asdict(note), "printed_at": format_time(note.printed_at), "clock": note.clock.value}
    return {name: text for name, text in raw.items() if (name, text) != _BY_A_SURE_CLOCK}


def from_json(raw: Any) -> PrintNote:
    """Read a note.

    Raises:
        VaultError: it is none; the message does not repeat it.

    """
    if not isinstance(raw, dict) or {*raw, "clock"} != _FIELDS:
        raise VaultError("a print note has other fields")
    if not all(isinstance(text, str) and len(text) <= _LONGEST for text in raw.values()):
        raise VaultError(f"a print note holds something else than texts of at most {_LONGEST}")
    try:
        read = {
            "printed_at": parse_time(raw["printed_at"]),
            "clock": ClockTrust(raw.get("clock", ClockTrust.OK.value)),
        }
        return PrintNote(**(raw | read))
    except ValueError as error:
        raise VaultError("a print note without a time, or with a clock of no kind") from error


_FIELDS = frozenset(PrintNote.__dataclass_fields__)
_BY_A_SURE_CLOCK = ("clock", ClockTrust.OK.value)


def read_notes(records_dir: Path) -> list[PrintNote] | None:
    """Return what the keeper put beside the open records, the newest first; None if not to be read.

    Also None when the box is locked: then nobody knows what came out before the power was cut.
    """
    try:
        raw = json.loads((records_dir / FILE).read_bytes())
        return [from_json(each) for each in raw]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, VaultError) as error:
        _LOG.warning("print notes: %s", type(error).__name__)
        return None
