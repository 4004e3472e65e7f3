"""Say how paper goes, to programs that may not see the print jobs: one small file in RAM.

Whether something is printing, whether the printer wants a person, when the last paper was finished;
no job, no sheet, no citizen. Times are by a clock nobody can set. A file that is old was left by a
web that is dead. Written by the web; read by the lamp.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from appliance.files import explaining_disk_errors, write_atomically

NAME = "paper.json"
# The web writes every five seconds, but a printer that does not answer can hold it up for a while.
OLD_AFTER_S = 60.0
_FOR_READERS, _FOLDER_FOR_READERS = 0o640, 0o750


@dataclass(frozen=True, slots=True)
class PaperNow:
    """How paper went at this many seconds after the machine started."""

    told_s: float
    is_printing: bool = False
    is_in_trouble: bool = False
    finished_s: float | None = None

    def is_fresh(self, now_s: float) -> bool:
        """Tell whether it still says anything."""
        return 0 <= now_s - self.told_s <= OLD_AFTER_S


def read_paper(folder: Path) -> PaperNow | None:
    """Return what was last told, or None if there is nothing to be read."""
    try:
        raw = json.loads((folder / NAME).read_bytes())
        finished_s = raw["finished_s"]
        return PaperNow(
            float(raw["told_s"]),
            bool(raw["is_printing"]),
            bool(raw["is_in_trouble"]),
            None if finished_s is None else float(finished_s),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None  # it is rewritten every few seconds


def write_paper(folder: Path, paper: PaperNow) -> None:
    """Replace what was told.

    Raises:
        DiskFullError, StorageError: the RAM folder refused.

    """
    with explaining_disk_errors("making the panel's folder"):
        if not folder.is_dir():  # on a box it is there already, and may not be made
            folder.mkdir(parents=True)
            folder.chmod(_FOLDER_FOR_READERS)  # the web's mask would shut out who reads it
    write_atomically(folder / NAME, json.dumps(asdict(paper)).encode(), _FOR_READERS)
