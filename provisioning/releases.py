"""Remember which boxes may lose data the next time they are published.

The loss guard holds a box in the night; a person looks in the morning and says that the numbers
are right. The next run lets the box through, once. One empty file a box, beside the published
folder. Called by the `release` and `publish` commands.
"""

from collections.abc import Iterable
from pathlib import Path

from appliance.files import explaining_disk_errors, write_atomically
from appliance.snapshot.manifest import BOX_ID
from provisioning.night_report import BoxOutcome, BoxVerdict


def releases_folder(out: Path) -> Path:
    """Return where the releases for a published folder lie."""
    return out.absolute().parent / "releases"


def release(out: Path, box_ids: Iterable[str]) -> None:
    """Let boxes through the loss guard of the next run.

    Raises:
        StorageError: the disk refused.

    """
    for box_id in box_ids:
        write_atomically(releases_folder(out) / box_id, b"")


def released(out: Path) -> frozenset[str]:
    """Return the boxes that are let through.

    Raises:
        StorageError: the folder cannot be read.

    """
    folder = releases_folder(out)
    with explaining_disk_errors("reading the releases"):
        names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    return frozenset(name for name in names if BOX_ID.fullmatch(name))


def forget_releases(out: Path, boxes: Iterable[BoxOutcome]) -> None:
    """Forget the release of every box that went out: it holds once.

    Raises:
        StorageError: the disk refused.

    """
    with explaining_disk_errors("removing a release"):
        for box in boxes:
            if box.verdict is BoxVerdict.PUBLISHED:
                (releases_folder(out) / box.box_id).unlink(missing_ok=True)
