"""Remember which boxes were revoked, and leave them out of everything that is published.

One empty file a box, beside the keys in `online/revoked/`, and not a word in `fleet.toml`: that is
kept under version control, and an older one that is brought back must bring no stolen box back.
Called by the publish run and the commands `accept` and `revoke`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from appliance.errors import NodboksError
from appliance.files import explaining_disk_errors, write_atomically
from appliance.sync.hub_slot import HUB_SLOT
from provisioning.fleet import Fleet
from provisioning.mirroring.copying import BOXES
from provisioning.mirroring.store import Store


class Revocations:
    """The revoked boxes of one fleet; `trust` is the folder with the municipality's keys."""

    def __init__(self, trust: Path) -> None:
        self._folder = trust / "online" / "revoked"

    def add(self, box_id: str) -> None:
        """Revoke a box, durably.

        Raises:
            StorageError: the disk refused.

        """
        write_atomically(self.place(box_id), b"")

    def place(self, box_id: str) -> Path:
        """Return the file that says so; ids differ by more than large and small letters."""
        return self._folder / box_id.lower()

    def among(self, box_ids: Iterable[str]) -> tuple[str, ...]:
        """Return which of these boxes are revoked.

        Raises:
            StorageError: nobody can tell.

        """
        with explaining_disk_errors("reading which boxes are revoked"):
            return tuple(box_id for box_id in box_ids if self.place(box_id).exists())


def without(fleet: Fleet, revoked: Iterable[str]) -> Fleet:
    """Return the fleet as if these boxes had never been in it."""
    gone = frozenset(revoked)
    return replace(fleet, boxes=tuple(box for box in fleet.boxes if box.id not in gone))


def shut_out(revoked: Iterable[str], store: Store | None) -> Iterator[str]:
    """Take the hub's halves out of `publish_to`, should `revoke` not have reached it; say it all.

    It stops no night: the other boxes get theirs.
    """
    for box_id in revoked:
        yield f"box {box_id} is revoked: it gets nothing, and no other box is told of it"
        try:
            if store is not None:
                store.remove(f"{BOXES}/{box_id}/{HUB_SLOT}")
        except NodboksError as error:
            yield f"box {box_id}: the hub's half of its key may still be in publish_to: {error}"
