"""Copy one box's published folder to a store, so that a box may read there at any moment.

Order: objects → root → targets → snapshot → timestamp → deletion. Until the timestamp is written a
box sees the version before, whole; a copy that is cut is simply made again. N−1 stays as long as it
stays in the folder. Refuses to put an older version over a newer one. Called by the mirror of a
night and by `export-usb`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from appliance.files import explaining_disk_errors
from appliance.snapshot.trust import role_of
from appliance.sync.hub_slot import HUB_SLOT
from provisioning.errors import MirrorError
from provisioning.mirroring.store import Store

BOXES = "boxes"
_TIMESTAMP = "metadata/timestamp.json"
_ORDER = (
    re.compile(r"targets/[^/]+"),
    re.compile(r"metadata/[0-9]+\.root\.json"),
    re.compile(r"metadata/root\.json"),
    re.compile(r"metadata/[0-9]+\.targets\.json"),
    re.compile(r"metadata/[0-9]+\.snapshot\.json"),
    re.compile(re.escape(HUB_SLOT)),
)


def copy_box(public: Path, box_id: str, store: Store, without: frozenset[str] = frozenset()) -> int:
    """Bring the store's copy of a box's folder up to date; return how many files were written.

    Files named in `without` are not copied; where they are in the store, they are removed.

    Raises:
        MirrorError: nothing is published for the box, or the store has a newer version or fails.
        StorageError: the folder cannot be read, or the store is a disk and refuses.

    """
    folder = public / BOXES / box_id
    place = f"{BOXES}/{box_id}"
    with explaining_disk_errors(f"reading {place}"):
        found_here = {path.relative_to(folder).as_posix(): path for path in _files(folder)}
        files = {name: path for name, path in found_here.items() if name not in without}
        sizes = {name: path.stat().st_size for name, path in files.items()}
        timestamp = files[_TIMESTAMP].read_bytes() if _TIMESTAMP in files else b""
    if not timestamp:
        raise MirrorError(f"nothing is published for {box_id} in {public}")
    there = store.read(f"{place}/{_TIMESTAMP}") or b""
    _refuse_older(timestamp, there, place)
    found = store.sizes(f"{place}/")
    is_current = there == timestamp
    # An object is named by its hash. Signed metadata is not: a folder that was lost and begun anew
    # may give a number twice, so it is always written with a new timestamp.
    wanted = [
        name
        for name in _ordered(sizes)
        if sizes[name] != found.get(name) or (name.startswith("metadata/") and not is_current)
    ]
    for name in wanted:
        store.write(f"{place}/{name}", files[name])
    if not is_current:
        wanted.append(_TIMESTAMP)
        store.write(f"{place}/{_TIMESTAMP}", files[_TIMESTAMP])
    for name in sorted(found.keys() - files.keys()):
        store.remove(f"{place}/{name}")
    return len(wanted)


def _files(folder: Path) -> Iterator[Path]:
    """Yield what is published; a run that was killed may have left unfinished files beside it."""
    for path in sorted(folder.glob("*/*")):
        if path.is_file() and not path.name.startswith("."):
            yield path


def _ordered(names: dict[str, int]) -> Iterator[str]:
    for rule in _ORDER:
        yield from (name for name in names if rule.fullmatch(name))


def _refuse_older(timestamp: bytes, there: bytes, place: str) -> None:
    _, ours = role_of(timestamp)
    _, theirs = role_of(there)
    if theirs > ours:
        raise MirrorError(
            f"{place} has version {theirs} there and {ours} here: does another hub publish to it?"
        )
