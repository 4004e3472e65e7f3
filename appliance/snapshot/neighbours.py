"""Say which other boxes the municipality has: a small file that travels signed beside the snapshot.

Names, public keys and addresses only: nothing of any citizen, and nothing that opens anything. What
another box sends counts only by the keys that stand here, and those only while the signed targets
of the installed snapshot name exactly these bytes; until that list has come, those of the snapshot
before it. Pure but for `read_neighbours`. Written by the hub, brought by the sync, read by whatever
hears from another box.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from appliance.errors import SnapshotError, TamperedSnapshotError
from appliance.files import explaining_disk_errors
from appliance.snapshot.hashing import sha256_hex
from appliance.snapshot.installed import Installed
from appliance.snapshot.manifest import BOX_ID, NEIGHBOURS_NAME
from appliance.snapshot.strict_json import text_of
from appliance.snapshot.trust import listed_beside

# A thousand boxes with long names; more is no list of one municipality.
LARGEST = 1024 * 1024
_FORMAT = 1
_LOG_KEY = re.compile(r"[0-9a-f]{64}")
LONGEST_NAME = 253  # of a DNS name


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another box: the age recipient it can open, and the Ed25519 key (hex) it signs with.

    `address` is where it is reached on the municipal network, empty where nobody said; `units` are
    the names of the units it serves.
    """

    box_id: str
    name: str
    recipient: str
    log_key: str
    address: str = ""
    units: tuple[str, ...] = ()


def encode_neighbours(neighbours: Iterable[Neighbour]) -> bytes:
    """Return the file's content, the same for the same boxes."""
    boxes = [asdict(each) for each in sorted(neighbours, key=lambda one: one.box_id)]
    plain = {"format": _FORMAT, "boxes": boxes}
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()


def decode_neighbours(content: bytes) -> tuple[Neighbour, ...]:
    """Read such a file.

    Raises:
        SnapshotError: it is none of this version.

    """
    try:
        raw = json.loads(content)
        if raw["format"] != _FORMAT:
            raise SnapshotError("a list of neighbours of another version")
        return tuple(map(_neighbour, raw["boxes"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SnapshotError(f"no list of neighbours: {type(error).__name__}") from error


def neighbours_path(state_dir: Path) -> Path:
    """Return where the list lies on a box."""
    return state_dir / NEIGHBOURS_NAME


def staged_path(state_dir: Path) -> Path:
    """Return where a list lies from before its snapshot is the current one until just after."""
    return state_dir / f"next-{NEIGHBOURS_NAME}"


def read_neighbours(state_dir: Path) -> tuple[Neighbour, ...]:
    """Return the other boxes, as the installed snapshot vouches for them; none where none are told.

    A list that did not arrive with a new snapshot leaves the one before believed: the night the
    line is cut is the night it is needed. A box that was revoked is gone with the list that came,
    at the latest with the second snapshot.

    Raises:
        SnapshotError: the file is another than the signed one, or there is none yet.
        StorageError: the disk refused.

    """
    signed = Installed(state_dir).vouched_targets()
    listed = [listed_beside(targets, NEIGHBOURS_NAME) for targets in signed]
    if not listed or listed[0] is None:
        return ()
    here = {sha256_hex(content): content for content in _files(state_dir)}
    for sha256, _ in filter(None, listed):
        if sha256 in here:
            return decode_neighbours(here[sha256])
    raise TamperedSnapshotError("the neighbours here are not those that were signed")


def _files(state_dir: Path) -> list[bytes]:
    with explaining_disk_errors("reading the neighbours"):
        paths = (neighbours_path(state_dir), staged_path(state_dir))
        return [path.read_bytes() for path in paths if path.is_file()]


def _neighbour(raw: dict[str, Any]) -> Neighbour:
    if not isinstance(raw["units"], list):
        raise TypeError("no list of units")
    found = Neighbour(
        _text(raw["box_id"], BOX_ID),
        _text(raw["name"]),
        _text(raw["recipient"]),
        _text(raw["log_key"], _LOG_KEY),
        _text(raw["address"]),
        tuple(map(_text, raw["units"])),
    )
    if asdict(found).keys() != raw.keys():
        raise ValueError("other fields")
    return found


def _text(value: Any, shape: re.Pattern[str] | None = None) -> str:
    return text_of(value, shape, longest=LONGEST_NAME)
