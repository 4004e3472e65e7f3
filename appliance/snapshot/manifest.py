"""Describe one snapshot: whose it is, how new, what is in it and which files carry it.

A manifest travels inside the signed TUF targets as the field `nodboks` (`FORMAT.md`). Reading is
strict: a missing, extra or odd field is an error, and what newer software wrote is called that.
Holds nothing personal: counts, sizes and hashes only. Called by trust.py and the hub.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from appliance.clock import format_time, parse_time
from appliance.errors import NewerFormatError, UnreadableSnapshotError

FORMAT = 1
BASE = "base"
DELTA = "delta"
ATTACHMENTS = "attachments"
KINDS = frozenset({BASE, DELTA, ATTACHMENTS})
BASE_NAME = "base.zst.age"
DELTA_NAME = "delta.zst.age"
ATTACHMENTS_NAME = "attachments.txt"
# Listed beside the objects and in no manifest, so that a box that does not know it passes it by.
CERTIFICATE_NAME = "tls.pem"
NEIGHBOURS_NAME = "neighbours.json"
BOX_ID = re.compile(r"[A-Za-z0-9-]{1,64}")

_SHA256 = re.compile(r"[0-9a-f]{64}")
_OBJECT_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}")
_COUNT_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@dataclass(frozen=True, slots=True)
class ManifestObject:
    """One file; sizes in bytes. The plain values are of the database it yields.

    The list of attachments is plain itself: its plain values are its own.
    """

    name: str
    kind: str
    sha256: str
    size: int
    plain_sha256: str
    plain_size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the municipality signed about one snapshot; `counts` is rows per table."""

    format: int
    box_id: str
    version: int
    signed_at: datetime
    schema_version: int
    plain_sha256: str
    plain_size: int
    counts: Mapping[str, int]
    objects: tuple[ManifestObject, ...]

    @property
    def base(self) -> ManifestObject:
        """The object that is whole in itself; there is always exactly one."""
        return next(item for item in self.objects if item.kind == BASE)

    @property
    def delta(self) -> ManifestObject | None:
        """The object to apply upon the base, or None where the base is the database."""
        return next((item for item in self.objects if item.kind == DELTA), None)

    @property
    def index(self) -> ManifestObject | None:
        """The list of attachments, or None where the snapshot has none."""
        return next((item for item in self.objects if item.kind == ATTACHMENTS), None)


def to_json(manifest: Manifest) -> dict[str, Any]:
    """Return the manifest as plain JSON values."""
    return {
        "format": manifest.format,
        "box_id": manifest.box_id,
        "version": manifest.version,
        "signed_at": format_time(manifest.signed_at),
        "schema_version": manifest.schema_version,
        "plain_sha256": manifest.plain_sha256,
        "plain_size": manifest.plain_size,
        "counts": dict(manifest.counts),
        "objects": [asdict(item) for item in manifest.objects],
    }


def from_json(raw: Any) -> Manifest:
    """Read a manifest from parsed JSON.

    Raises:
        NewerFormatError: it has a format number or a kind of object this software does not know.
        UnreadableSnapshotError: a field is missing, extra or impossible.

    """
    if not isinstance(raw, dict):
        raise _odd("it is not an object")
    # First of all: a newer format may differ in every other field.
    if _number(raw, "format") > FORMAT:
        raise NewerFormatError(f"manifest format {raw['format']}, this software reads {FORMAT}")
    _refuse_other_keys(raw, Manifest)
    manifest = Manifest(
        format=_number(raw, "format"),
        box_id=_text(raw, "box_id", BOX_ID),
        version=_number(raw, "version"),
        signed_at=_time(raw, "signed_at"),
        schema_version=_number(raw, "schema_version"),
        plain_sha256=_text(raw, "plain_sha256", _SHA256),
        plain_size=_number(raw, "plain_size"),
        counts=_counts(raw["counts"]),
        objects=_objects(raw["objects"]),
    )
    _check_whole(manifest)
    return manifest


def _check_whole(manifest: Manifest) -> None:
    """Check what no single field can tell."""
    names = [item.name for item in manifest.objects]
    if len(set(names)) != len(names):
        raise _odd("two objects have one name")
    kinds = [item.kind for item in manifest.objects]
    if kinds.count(BASE) != 1:
        raise _odd("there must be exactly one base")
    if kinds.count(ATTACHMENTS) > 1:
        raise _odd("there are two lists of attachments")
    if kinds.count(DELTA) > 1:
        raise NewerFormatError("it has two deltas, this software applies one to a base")
    if DELTA in kinds and kinds.index(DELTA) < kinds.index(BASE):
        raise _odd("the delta stands before its base")
    # The last object in the chain yields the database that was signed.
    last = manifest.delta or manifest.base
    if (last.plain_sha256, last.plain_size) != (manifest.plain_sha256, manifest.plain_size):
        raise _odd("the objects do not end in the signed database")


def _objects(raw: Any) -> tuple[ManifestObject, ...]:
    if not isinstance(raw, list):
        raise _odd("objects is not a list")
    return tuple(_object(item) for item in raw)


def _object(raw: Any) -> ManifestObject:
    if not isinstance(raw, dict):
        raise _odd("an object is not a table")
    kind = raw.get("kind")
    if isinstance(kind, str) and kind not in KINDS:
        raise NewerFormatError(f"object of the unknown kind {kind[:40]!r}")
    _refuse_other_keys(raw, ManifestObject)
    return ManifestObject(
        name=_text(raw, "name", _OBJECT_NAME),
        kind=_text(raw, "kind", _COUNT_NAME),
        sha256=_text(raw, "sha256", _SHA256),
        size=_number(raw, "size"),
        plain_sha256=_text(raw, "plain_sha256", _SHA256),
        plain_size=_number(raw, "plain_size"),
    )


def _counts(raw: Any) -> dict[str, int]:
    if not isinstance(raw, dict):
        raise _odd("counts is not a table")
    for name in raw:
        if not (isinstance(name, str) and _COUNT_NAME.fullmatch(name)):
            raise _odd(f"counts has the odd name {name!r}")
    return {name: _number(raw, name, lowest=0) for name in raw}


def _refuse_other_keys(raw: dict[str, Any], kind: type) -> None:
    known = {item.name for item in fields(kind)}
    if raw.keys() != known:
        raise _odd(f"missing or extra fields: {', '.join(sorted(raw.keys() ^ known))}")


def _number(raw: dict[str, Any], name: str, lowest: int = 1) -> int:
    value = raw.get(name)
    # bool is an int to Python, not to JSON.
    if not isinstance(value, int) or isinstance(value, bool) or value < lowest:
        raise _odd(f"{name} is {value!r}, not a whole number from {lowest}")
    return value


def _text(raw: dict[str, Any], name: str, shape: re.Pattern[str]) -> str:
    value = raw[name]
    if not (isinstance(value, str) and shape.fullmatch(value)):
        raise _odd(f"{name} is {value!r}")
    return value


def _time(raw: dict[str, Any], name: str) -> datetime:
    try:
        return parse_time(_text(raw, name, _TIME))
    except ValueError as error:
        raise _odd(f"{name}: {error}") from error


def _odd(what: str) -> UnreadableSnapshotError:
    return UnreadableSnapshotError(f"manifest: {what[:200]}")
