"""Keep each unit as it last went out, sealed, beside the published folder.

One age file a unit, opened by a key that lies with the hub's other nightly keys, and one small
file that says how much was in it: the loss guard asks that, and needs no key. Holds nothing
personal in the clear. Called by `publish`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from appliance.clock import format_time, parse_time
from appliance.errors import StorageError
from appliance.files import explaining_disk_errors, write_atomically
from appliance.records.terms import UnitId
from appliance.snapshot.packing import pack, unpack
from provisioning.kept.hub_key import HubKey

_FORMAT = 1
_NAME_LENGTH = 32


@dataclass(frozen=True, slots=True)
class KeptUnit:
    """What is known of a kept unit without opening it; `as_of` is how old its citizens' data is."""

    id: UnitId
    name: str
    counts: Mapping[str, int]
    plain_sha256: str
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class KeptUnits:
    """The kept units of one municipality; `key` opens them."""

    folder: Path
    key: HubKey

    def all(self) -> dict[UnitId, KeptUnit]:
        """Return every kept unit that can be read; a damaged one is as good as none.

        Raises:
            StorageError: the folder cannot be read.

        """
        found = (_read(path) for path in sorted(self.folder.glob("*.json")))
        return {unit.id: unit for unit in found if unit}

    def keep(self, unit: KeptUnit, plain: Path) -> None:
        """Seal a unit's database in place of the one before.

        Raises:
            DiskFullError, StorageError: the disk refused; the one before stays.

        """
        sealed = self._place(unit.id)
        with explaining_disk_errors(f"making {self.folder.name}"):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        packed = pack(plain, sealed, self.key.recipient)
        # A crash between the two leaves a file whose hash its description does not name.
        content = {
            "format": _FORMAT,
            "id": unit.id,
            "name": unit.name,
            "counts": dict(unit.counts),
            "plain_sha256": packed.plain_sha256,
            "as_of": format_time(unit.as_of) if unit.as_of else None,
        }
        write_atomically(sealed.with_suffix(".json"), json.dumps(content, indent=1).encode())

    def open(self, unit: KeptUnit, target: Path) -> None:
        """Open a kept unit's database into `target`.

        Raises:
            SnapshotError: it is damaged, or is not the one its description names.
            StorageError: the disk refused.

        """
        unpack(self._place(unit.id), self.key.identity, target, unit.plain_sha256)

    def drop(self, unit_id: UnitId) -> None:
        """Forget a unit that is no more.

        Raises:
            StorageError: the disk refused.

        """
        with explaining_disk_errors("removing a kept unit"):
            for path in (self._place(unit_id).with_suffix(".json"), self._place(unit_id)):
                path.unlink(missing_ok=True)

    def _place(self, unit_id: UnitId) -> Path:
        name = hashlib.sha256(unit_id.encode()).hexdigest()[:_NAME_LENGTH]
        return self.folder / f"{name}.age"


def _read(path: Path) -> KeptUnit | None:
    try:
        raw = json.loads(path.read_bytes())
        if raw["format"] != _FORMAT:
            return None
        as_of = parse_time(raw["as_of"]) if raw["as_of"] else None
        counts = {str(name): int(number) for name, number in raw["counts"].items()}
        unit_id, name, digest = (str(raw[key]) for key in ("id", "name", "plain_sha256"))
        return KeptUnit(UnitId(unit_id), name, counts, digest, as_of)
    except OSError as error:
        raise StorageError(f"reading {path.name}: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
