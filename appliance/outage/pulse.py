"""Note every few minutes that the outage still lasts, so that a power cut costs minutes, not hours.

Without it nobody would know how long the box ran before the power went: the log may have been
silent all night. One small file, replaced each time. Called by the journal.
"""

import json
from pathlib import Path

from appliance.files import write_atomically
from appliance.outage.events import Reading, reading_fields, reading_of

NAME = "pulse.json"
EVERY_S = 300.0  # 288 writes a day, and only while an outage is on: an SD card bears that


def write_pulse(folder: Path, number: int, reading: Reading) -> None:
    """Note that this outage was under way at this reading.

    Raises:
        DiskFullError, StorageError: the disk refused.

    """
    content = {"outage": number, **reading_fields(reading)}
    write_atomically(folder / NAME, json.dumps(content).encode(), 0o640)


def read_pulse(folder: Path, number: int) -> Reading | None:
    """Return the last reading noted for this outage, or None."""
    try:
        raw = json.loads((folder / NAME).read_bytes())
        return reading_of(raw) if raw["outage"] == number else None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # it only narrows a gap
