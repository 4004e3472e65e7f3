"""Write and read the record of what is installed: the pointer and the version floor.

Values in, bytes out; `installed` keeps two copies of them on disk. A copy carries its own checksum,
so that a damaged one is noticed and the other counts. `FORMAT.md` shows one.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from appliance.clock import format_time, parse_time
from appliance.snapshot.hashing import sha256_hex
from appliance.snapshot.trust import Floor

_FORMAT = 2
# Of format 1 the floor says neither root nor keys.
_READABLE = (1, 2)


@dataclass(frozen=True, slots=True)
class Entry:
    """One installed snapshot by the SHA-256 of its files: signed metadata and sealed objects."""

    version: int
    roots: tuple[str, ...]
    targets: str
    objects: tuple[str, ...]

    @property
    def files(self) -> frozenset[str]:
        """Every file it needs."""
        return frozenset((*self.roots, self.targets, *self.objects))


@dataclass(frozen=True, slots=True)
class Record:
    """What is installed, what was before it, and the floor below which nothing is accepted."""

    floor: Floor
    current: Entry
    previous: Entry | None

    @property
    def files(self) -> frozenset[str]:
        """Every file current or previous needs."""
        return self.current.files | (self.previous.files if self.previous else frozenset())


def encode(record: Record) -> bytes:
    """Return the record as JSON with its checksum."""
    floor = asdict(record.floor) | {"signed_at": format_time(record.floor.signed_at)}
    content = {
        "format": _FORMAT,
        "floor": floor,
        "current": asdict(record.current),
        "previous": asdict(record.previous) if record.previous else None,
    }
    return json.dumps({"checksum": _checksum(content), "record": content}, indent=1).encode()


def decode(raw: bytes) -> Record:
    """Read a copy of the record.

    Raises:
        ValueError: the copy is damaged.

    """
    try:
        sealed = json.loads(raw)
        content = sealed["record"]
        if sealed["checksum"] != _checksum(content) or content["format"] not in _READABLE:
            raise ValueError("the checksum does not fit")
        return Record(
            floor=_floor(content["floor"]),
            current=_entry(content["current"]),
            previous=_entry(content["previous"]) if content["previous"] else None,
        )
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not an installed record: {error!r}") from error


def newest(records: Iterable[Record]) -> Record | None:
    """Choose the record to believe: after a cut between the two copies, the newer is complete.

    The root counts before the version: what came under a newer root came later, and its version is
    lower when a stolen key had raised the floor.
    """
    return max(records, key=_age, default=None)


def _age(record: Record) -> tuple[int, int]:
    return record.floor.root, record.floor.version


def _checksum(content: Any) -> str:
    return sha256_hex(json.dumps(content, sort_keys=True, separators=(",", ":")).encode())


def _floor(raw: dict[str, Any]) -> Floor:
    keys = tuple(raw.get("keys", ()))
    return Floor(**raw | {"signed_at": parse_time(raw["signed_at"]), "keys": keys})


def _entry(raw: dict[str, Any]) -> Entry:
    return Entry(
        version=raw["version"],
        roots=tuple(raw["roots"]),
        targets=raw["targets"],
        objects=tuple(raw["objects"]),
    )
