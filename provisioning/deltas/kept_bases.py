"""Keep the database of each box's base: what was sealed to a box, the hub cannot open any more.

One sealed file per box under `kept/bases/`, and one small file that says which published base it
is. Anything lost, damaged or unknown is as good as no base: the box gets a new one. Holds nothing
personal in the clear. Called by `box_packer`.
"""

import json
import logging
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path

from appliance.clock import format_time, parse_time
from appliance.errors import SnapshotError, StorageError
from appliance.files import explaining_disk_errors, write_atomically
from appliance.snapshot.packing import Packed, pack, unpack
from provisioning.deltas.rules import KnownBase
from provisioning.kept.hub_key import HubKey

_FORMAT = 1
_log = logging.getLogger("nodboks.kept")


@dataclass(frozen=True, slots=True)
class KeptBases:
    """The kept bases of one municipality; `key` opens them."""

    folder: Path
    key: HubKey

    def find(self, box_id: str) -> KnownBase | None:
        """Return what is known of a box's base; a damaged description is as good as none."""
        try:
            raw = json.loads(self._note(box_id).read_bytes())
            if raw["format"] != _FORMAT:
                return None
            return KnownBase(
                recipient=str(raw["recipient"]),
                schema_version=int(raw["schema_version"]),
                made_at=parse_time(raw["made_at"]),
                packed=_packed(raw["packed"]),
            )
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            _log.warning("base of %s: %s", box_id, type(error).__name__)
            return None

    def open(self, box_id: str, base: KnownBase, target: Path) -> bool:
        """Open the database of a box's base into `target`; tell whether it could be."""
        packed, sealed = base.packed, self._sealed(box_id)
        try:
            unpack(sealed, self.key.identity, target, packed.plain_sha256, packed.plain_size)
        except (SnapshotError, StorageError) as error:
            _log.warning("base of %s: %s %s", box_id, error.code, error.detail)
            return False
        return True

    def keep(self, box_id: str, base: KnownBase, plain: Path) -> None:
        """Seal the database of a box's new base in place of the one before.

        Raises:
            DiskFullError, StorageError: the disk refused.

        """
        with explaining_disk_errors(f"making {self.folder.name}"):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A crash between the two leaves a database whose hash the description does not name.
        pack(plain, self._sealed(box_id), self.key.recipient)
        content = {
            "format": _FORMAT,
            "recipient": base.recipient,
            "schema_version": base.schema_version,
            "made_at": format_time(base.made_at),
            "packed": asdict(base.packed),
        }
        write_atomically(self._note(box_id), json.dumps(content, indent=1).encode())

    def keep_only(self, box_ids: Collection[str]) -> None:
        """Forget the bases of boxes that are no more.

        Raises:
            StorageError: the disk refused.

        """
        with explaining_disk_errors("removing a kept base"):
            for path in self.folder.glob("*"):
                if path.name.partition(".")[0] not in box_ids:
                    path.unlink()

    def _sealed(self, box_id: str) -> Path:
        return self.folder / f"{box_id}.age"

    def _note(self, box_id: str) -> Path:
        return self.folder / f"{box_id}.json"


def _packed(raw: dict[str, object]) -> Packed:
    hashes = str(raw["plain_sha256"]), str(raw["sealed_sha256"])
    plain_size, sealed_size = (int(str(raw[key])) for key in ("plain_size", "sealed_size"))
    return Packed(hashes[0], plain_size, hashes[1], sealed_size)
