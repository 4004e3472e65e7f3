"""Write the list and the Bundles into a new folder, all of it or nothing.

For its owner only: all of it is personal data. Refuses a folder that is there already, so that no
Bundle of an earlier run is sent along and nothing lies outside an encrypted disk while it is made.
Called by the commands.
"""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from appliance.files import explaining_disk_errors, sync_folder, write_atomically
from provisioning.errors import ReconciliationError
from provisioning.reconciliation.bundles import NamedBundle, ids_in

LIST, BUNDLES = "liste.csv", "bundles"


def write_folder(out: Path, listed: str, bundles: Iterable[NamedBundle]) -> None:
    """Write everything beside the folder and put it in its place last.

    Raises:
        ReconciliationError: the folder is there already.
        StorageError: the disk refused; nothing is left behind.

    """
    if out.is_symlink() or out.exists():
        raise ReconciliationError(f"{out} is there already")
    with explaining_disk_errors(f"writing {out.name}"):
        out.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=out.parent, prefix=".new-"))  # mode 0700
        try:
            write_atomically(made / LIST, listed.encode())
            (made / BUNDLES).mkdir(mode=0o700)
            for each in bundles:
                write_atomically(made / BUNDLES / each.name, each.to_bytes())
            made.replace(out)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
        sync_folder(out.parent)


def ids_sent(folder: Path) -> frozenset[str]:
    """Return the ids of every event that an earlier run wrote into its folder.

    Raises:
        ReconciliationError: it is no such folder, or a file in it is no Bundle of ours.

    """
    if not (folder / LIST).is_file():
        raise ReconciliationError(f"{folder} was not written by an earlier run: no {LIST}")
    found: set[str] = set()
    for path in sorted((folder / BUNDLES).glob("*.json")):
        with explaining_disk_errors(f"reading {path.name}"):
            content = path.read_bytes()
        try:
            found |= ids_in(content)
        except ReconciliationError as error:
            raise ReconciliationError(f"{path}: {error.detail}") from error
    return frozenset(found)
