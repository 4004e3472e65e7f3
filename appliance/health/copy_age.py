"""Tell when the copy that is read was made: the open one, else what is installed.

Sees ciphertext and signatures only. Called by `nodboks readiness` and the lamp.
"""

from datetime import datetime
from pathlib import Path

from appliance.errors import SnapshotError, StorageError
from appliance.files import explaining_disk_errors
from appliance.snapshot.installed import Installed
from appliance.vault.protocol import KeeperStatus


def copied_at(state_dir: Path, keeper: KeeperStatus | None) -> datetime | None:
    """Return the time, or None where there is no copy that can be read."""
    if keeper is not None and keeper.signed_at is not None:
        return keeper.signed_at
    try:
        with explaining_disk_errors("reading what is installed"):
            floor = Installed(state_dir).floor()
    except (SnapshotError, StorageError):
        return None
    return floor.signed_at if floor else None
