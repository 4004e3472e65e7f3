"""Keep the hub's half of each box's key, and serve it to that box or take it away.

The half lies beside the online key in `online/hub-slots/<box>.age`; publishing puts it among the
signed files of the box, where only that box may fetch it. It opens nothing without that very box.
Deleting it is how a stolen box is kept from opening itself. Called by the publish run and the
commands `accept` and `revoke`.
"""

from collections.abc import Iterable
from pathlib import Path

from appliance.files import explaining_disk_errors, sync_folder, write_atomically
from appliance.sync.hub_slot import HUB_SLOT

_PUBLIC = 0o644


class HubSlots:
    """The halves of one fleet; `trust` is the folder with the municipality's keys."""

    def __init__(self, trust: Path) -> None:
        self._folder = trust / "online" / "hub-slots"

    def keep(self, box_id: str, sealed: bytes) -> None:
        """Keep a box's half, in the place of an older one.

        Raises:
            StorageError: the disk refused.

        """
        write_atomically(self._path(box_id), sealed)

    def serve(self, box_id: str, folder: Path) -> None:
        """Bring what is served to the box in its public folder up to date.

        Raises:
            StorageError: the disk refused.

        """
        target = folder / HUB_SLOT
        with explaining_disk_errors(f"reading the hub's half of {box_id}"):
            sealed = self._path(box_id).read_bytes() if self._path(box_id).is_file() else b""
            served = target.read_bytes() if target.is_file() else b""
        if not sealed:
            _remove(target)
        elif sealed != served:
            write_atomically(target, sealed, mode=_PUBLIC)

    def keep_only(self, box_ids: Iterable[str], boxes: Path) -> None:
        """Serve nothing to boxes that are in the fleet no more; `boxes` holds their folders.

        Raises:
            StorageError: the disk refused.

        """
        with explaining_disk_errors("looking for boxes that left"):
            others = {path.parent.parent for path in boxes.glob(f"*/{HUB_SLOT}")}
        for folder in sorted(others - {boxes / box_id for box_id in box_ids}):
            _remove(folder / HUB_SLOT)

    def revoke(self, box_id: str, folder: Path) -> bool:
        """Take a box's half away, durably; tell whether there was one.

        Raises:
            StorageError: the disk refused.

        """
        was_kept = self._path(box_id).exists()
        for path in (folder / HUB_SLOT, self._path(box_id)):
            was_kept = _remove(path) or was_kept
        return was_kept

    def _path(self, box_id: str) -> Path:
        return self._folder / f"{box_id}.age"


def _remove(path: Path) -> bool:
    with explaining_disk_errors(f"removing {path.name}"):
        if not path.exists():
            return False
        path.unlink()
        sync_folder(path.parent)
        return True
