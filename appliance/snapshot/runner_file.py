"""Carry one unit's records from a box to a named neighbour: a signed statement, then a sealed copy.

    nodboks-runner 1
    {statement, JSON on one line}
    {Ed25519 signature over the two lines before, in hex}
    {age file to the neighbour's key, zstd inside: as a snapshot's base}

Whoever finds it learns which unit it is of, and nothing of any citizen. Refuses what the sender did
not sign, what is for another box, and a copy other than the signed one. Knows no key of this box.
Called by the keeper; the format is in `RUNNER.md`.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, BinaryIO

from appliance.clock import format_time, parse_time
from appliance.errors import TamperedSnapshotError, UntrustedSnapshotError
from appliance.signatures import is_signed_by, sign
from appliance.snapshot.manifest import BOX_ID
from appliance.snapshot.neighbours import Neighbour
from appliance.snapshot.strict_json import number_of, text_of

_MAGIC = b"nodboks-runner 1\n"
_LONGEST_LINE = 4096
_LONGEST_TEXT = 256
_LONGEST_SHOWN, _LONGEST_ID = 64, 128
# It is opened in RAM; a thousand citizens are 69 MB, and a unit has some tens.
LARGEST_PLAIN = 256 * 1024**2
_SIGNATURE = re.compile(rb"[0-9a-f]{128}\n")
_SHA256 = re.compile(r"[0-9a-f]{64}")
SUFFIX = ".runner"


@dataclass(frozen=True, slots=True)
class Statement:
    """What the sender says of a pack; times are aware, sizes in bytes."""

    from_box: str
    from_name: str
    to_box: str
    unit_id: str
    unit: str
    made_at: datetime
    made_by: str
    schema_version: str
    plain_sha256: str
    plain_size: int
    sealed_sha256: str
    sealed_size: int

    @property
    def file_name(self) -> str:
        """Return what the file is called: sender, receiver and when, never a citizen."""
        at = self.made_at.strftime("%Y%m%dT%H%M%SZ")
        return f"nodboks-{self.from_box}-{self.to_box}-{at}{SUFFIX}"


def signed_head(statement: Statement, signing_key: bytes) -> bytes:
    """Return everything that stands before the sealed copy.

    Raises:
        ValueError: the key is none.

    """
    raw = asdict(statement) | {"made_at": format_time(statement.made_at)}
    line = json.dumps(raw, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
    said = _MAGIC + line + b"\n"
    return said + sign(said, signing_key).hex().encode() + b"\n"


def read_head(source: BinaryIO, to_box: str, neighbours: Iterable[Neighbour]) -> Statement:
    """Read and judge what stands before the sealed copy; the source then stands at its beginning.

    Raises:
        TamperedSnapshotError: it is no runner pack, or was changed.
        UntrustedSnapshotError: nobody vouches for the sender, or it is for another box.

    """
    line, signature = _signed_lines(source)
    statement = _statement(line)
    senders = [each for each in neighbours if each.box_id == statement.from_box]
    if not senders:
        raise UntrustedSnapshotError("the sender is no box of this municipality")
    key = bytes.fromhex(senders[0].log_key)
    if not is_signed_by(_MAGIC + line, signature, key):
        raise TamperedSnapshotError("the sender has not signed this")
    if statement.to_box != to_box:
        raise UntrustedSnapshotError("the runner pack is for another box")
    if _folded(statement.unit) not in {_folded(short(name)) for name in senders[0].units}:
        raise UntrustedSnapshotError("the unit is none of the sender's")
    # What the municipality calls the sender counts, not what it calls itself.
    return replace(statement, from_name=senders[0].name)


def parse_head(source: BinaryIO) -> Statement:
    """Read what stands before the sealed copy without asking who signed it: nobody is believed.

    Raises:
        TamperedSnapshotError: it is no runner pack.

    """
    return _statement(_signed_lines(source)[0])


def _signed_lines(source: BinaryIO) -> tuple[bytes, bytes]:
    """Return the line of the statement and the signature."""
    if source.read(len(_MAGIC)) != _MAGIC:
        raise TamperedSnapshotError("no runner pack, or one of newer software")
    line, signature = source.readline(_LONGEST_LINE), source.readline(_LONGEST_LINE)
    if not line.endswith(b"\n") or not _SIGNATURE.fullmatch(signature):
        raise TamperedSnapshotError("a runner pack with a damaged head")
    return line, bytes.fromhex(signature.decode())


def short(name: str) -> str:
    """Return a unit's name as a pack says it: it must fit into a list and a short reply."""
    return "".join(filter(str.isprintable, name))[:_LONGEST_SHOWN]


def _folded(name: str) -> str:
    return name.strip().casefold()


def _statement(line: bytes) -> Statement:
    try:
        raw = json.loads(line)
        return Statement(
            from_box=text_of(raw["from_box"], BOX_ID, longest=_LONGEST_TEXT),
            from_name=text_of(raw["from_name"], longest=_LONGEST_TEXT),
            to_box=text_of(raw["to_box"], BOX_ID, longest=_LONGEST_TEXT),
            unit_id=_shown(raw["unit_id"], _LONGEST_ID),
            unit=_shown(raw["unit"]),
            made_at=parse_time(text_of(raw["made_at"], longest=_LONGEST_TEXT)),
            made_by=_shown(raw["made_by"]),
            schema_version=text_of(raw["schema_version"], longest=_LONGEST_TEXT),
            plain_sha256=text_of(raw["plain_sha256"], _SHA256, longest=_LONGEST_TEXT),
            plain_size=number_of(raw["plain_size"], 1, LARGEST_PLAIN),
            sealed_sha256=text_of(raw["sealed_sha256"], _SHA256, longest=_LONGEST_TEXT),
            sealed_size=number_of(raw["sealed_size"], 1),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise TamperedSnapshotError("a runner pack with a damaged statement") from error


def _shown(value: Any, longest: int = _LONGEST_SHOWN) -> str:
    text = text_of(value, longest=longest)
    if not text.isprintable():
        raise ValueError("no text for people")
    return text
