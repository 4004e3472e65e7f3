"""Keep what the other boxes said in a small file in RAM: written by the worker, read by the rest.

Times are seconds of the steady clock, so a wrong wall clock ages nothing; the file is gone with the
power, as that clock is. Holds ids, names of units and what `statement.py` can say: nothing of any
person. What cannot be read, or was left by a worker that is dead, says nothing. Called by the post,
the screens and the making of sheets.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from appliance.beacon.hearing import Heard
from appliance.beacon.statement import Standing, read_word, word_to_json
from appliance.config import BoxConfig
from appliance.files import write_atomically
from appliance.policy import BEACON_SILENT_AFTER
from appliance.snapshot.neighbours import Neighbour

FOLDER = "beacon"
NAME = "heard.json"
# The worker writes at least every half minute; a file this old was left by one that is dead.
OLD_AFTER_S = 300.0
_FORMAT = 1
_FOR_READERS = 0o640


@dataclass(frozen=True, slots=True)
class HeardBoxes:
    """What each box that has spoken said last, `written_s` seconds after the machine started."""

    written_s: float = 0.0
    boxes: tuple[Heard, ...] = ()

    def still_told(self, now_s: float) -> "HeardBoxes":
        """Return the same, or nothing where nobody keeps it up any more."""
        return self if 0 <= now_s - self.written_s <= OLD_AFTER_S else HeardBoxes()

    def of(self, box_id: str, name: str) -> Heard | None:
        """Return the word for a row of the contact round; None where no box has spoken for it.

        By the box the plan names; else by the unit's name, where exactly that is on the list. Of
        several boxes in one unit the one that tells of an outage, else the one heard last.
        """
        wanted = name.strip().casefold()
        found = [
            each
            for each in self.boxes
            if (each.neighbour.box_id == box_id if box_id else wanted in _names(each.neighbour))
        ]
        return max(
            found,
            key=lambda each: (each.word.standing is Standing.OUTAGE, each.at_s),
            default=None,
        )


def is_silent(heard: Heard, now_s: float) -> bool:
    """Tell whether a box has not been heard for so long that something must be wrong."""
    return now_s - heard.at_s > BEACON_SILENT_AFTER.total_seconds()


def heard_path(config: BoxConfig) -> Path:
    """Return where the file lies."""
    return config.box.ram_dir / FOLDER / NAME


def read_heard(path: Path) -> HeardBoxes:
    """Return what is written there; nothing if it cannot be read."""
    try:
        raw = json.loads(path.read_bytes())
        if raw["format"] != _FORMAT:
            return HeardBoxes()
        return HeardBoxes(float(raw["mono"]), tuple(map(_heard, raw["boxes"])))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return HeardBoxes()  # it is rewritten every half minute


def write_heard(path: Path, boxes: Iterable[Heard], now_s: float) -> None:
    """Replace what was heard.

    Raises:
        DiskFullError, StorageError: the RAM folder refused; the old file stays.

    """
    plain = [
        {
            "box": {**asdict(each.neighbour), "units": list(each.neighbour.units)},
            "word": word_to_json(each.word),
            "mono": each.at_s,
        }
        for each in boxes
    ]
    # Down, never up: what was written in the next tenth of a second would say nothing until then.
    content = {"format": _FORMAT, "mono": math.floor(now_s * 10) / 10, "boxes": plain}
    write_atomically(path, json.dumps(content).encode(), mode=_FOR_READERS)


def _heard(raw: dict[str, Any]) -> Heard:
    box = raw["box"]
    neighbour = Neighbour(**{**box, "units": tuple(box["units"])})
    return Heard(neighbour, read_word(raw["word"]), float(raw["mono"]))


def _names(neighbour: Neighbour) -> set[str]:
    return {unit.strip().casefold() for unit in neighbour.units}
