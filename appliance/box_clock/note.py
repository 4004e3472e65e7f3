"""Keep what all programs of the box must agree on about the time: `clock.json` in the RAM folder.

Written by the keeper only and gone with the power, as it must be: its offsets count from the start
of the machine. A note that cannot be read is as good as none, so that no program ever stops over
it. Called by the box's clock (reading) and by the keeper (writing).
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.clock import format_time, parse_time
from appliance.files import write_atomically

NAME = "clock.json"
_FORMAT = 1
_FOR_READERS = 0o640


@dataclass(frozen=True, slots=True)
class ClockNote:
    """What is known beside the kernel; the offsets are wall seconds less monotonic seconds.

    `floor` has surely passed; `synced_offset_s` is how the network set the clock in this run of the
    machine; `set_offset_s` is how a person did.
    """

    floor: datetime | None = None
    synced_offset_s: float | None = None
    set_offset_s: float | None = None


NOTHING = ClockNote()


def read_note(ram_dir: Path) -> ClockNote:
    """Return the note; one that says nothing where there is none or it cannot be understood."""
    try:
        raw = json.loads((ram_dir / NAME).read_bytes())
        if raw["format"] != _FORMAT:
            return NOTHING
        floor = raw["floor"]
        synced, by_hand = raw["synced_offset_s"], raw["set_offset_s"]
        return ClockNote(
            None if floor is None else parse_time(floor),
            None if synced is None else float(synced),
            None if by_hand is None else float(by_hand),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return NOTHING


def write_note(ram_dir: Path, note: ClockNote) -> None:
    """Replace the note.

    Raises:
        DiskFullError, StorageError: the RAM folder refused.

    """
    content = {
        "format": _FORMAT,
        "floor": None if note.floor is None else format_time(note.floor),
        "synced_offset_s": note.synced_offset_s,
        "set_offset_s": note.set_offset_s,
    }
    write_atomically(ram_dir / NAME, json.dumps(content).encode(), _FOR_READERS)
