"""Look at the folder where the print service keeps documents on their way to paper.

It must be in RAM, and empty when nothing is being printed: what lies there is a record in the
clear. Called by the doctor.
"""

from dataclasses import dataclass
from pathlib import Path

SPOOL = Path("/run/nodboks-spool")
MOUNTS = Path("/proc/mounts")
_IN_RAM = frozenset({"tmpfs", "ramfs"})
_DOCUMENTS = "d[0-9]*"


@dataclass(frozen=True, slots=True)
class Spool:
    """What is in the spool; `documents` is None where only root may look."""

    folder: Path
    exists: bool
    is_in_ram: bool
    documents: int | None


def look_at_spool(folder: Path = SPOOL, mounts: Path = MOUNTS) -> Spool:
    """Return where the spool is and how many documents lie in it."""
    try:
        exists = folder.is_dir()
        # is_dir needs no right to list, and glob of a closed folder is silently empty.
        documents = sum(entry.match(_DOCUMENTS) for entry in folder.iterdir()) if exists else 0
    except PermissionError:
        return Spool(folder, exists=True, is_in_ram=_is_in_ram(folder, mounts), documents=None)
    return Spool(folder, exists, _is_in_ram(folder, mounts), documents)


def _is_in_ram(folder: Path, mounts: Path) -> bool:
    return file_system_of(folder, mounts.read_text(encoding="utf-8")) in _IN_RAM


def file_system_of(folder: Path, mounts: str) -> str:
    """Return the kind of the file system a folder lies on, by the text of /proc/mounts."""
    best, kind = Path(), ""
    for line in mounts.splitlines():
        _, point, found, *_ = [*line.split(), "", "", ""]
        # The kernel writes a blank in a name as \040. The last of two mounts on one place counts.
        place = Path(point.replace("\\040", " "))
        is_nearer = len(place.parts) >= len(best.parts)
        if point and folder.is_relative_to(place) and is_nearer:
            best, kind = place, found
    return kind
