"""Keep the TUF client's files so that a refused offer leaves no trace in them.

The client stores what is validly signed before anybody asks for which box it is. One night with
another box's repository would raise the stored version and have the right one refused as older
for months. So each sync works on a copy, and the copy counts only when the offer was accepted.
The cache may be lost at any time: the version floor in `installed.*.json` is what protects.
"""

import logging
import shutil
from pathlib import Path

from appliance.files import explaining_disk_errors

_log = logging.getLogger("nodboks.sync")


class MetadataCache:
    """The folder `tuf/`, and `tuf.trial/` while a sync runs."""

    def __init__(self, state_dir: Path) -> None:
        self._kept = state_dir / "tuf"
        self._trial = state_dir / "tuf.trial"
        self._replaced = state_dir / "tuf.old"

    def begin(self) -> Path:
        """Return a folder to work in, filled with what the last accepted sync left.

        Raises:
            DiskFullError, StorageError: the disk refused.

        """
        with explaining_disk_errors("preparing the metadata cache"):
            if self._replaced.exists() and not self._kept.exists():
                self._replaced.rename(self._kept)  # a cut fell into the middle of keep()
            _remove(self._replaced)
            _remove(self._trial)
            self._copy()
            self._trial.mkdir(parents=True, exist_ok=True)
        return self._trial

    def keep(self) -> None:
        """Let the trial folder count from now on.

        Raises:
            StorageError: the disk refused.

        """
        with explaining_disk_errors("keeping the metadata cache"):
            if self._kept.exists():
                self._kept.rename(self._replaced)
            self._trial.rename(self._kept)
            _remove(self._replaced)

    def _copy(self) -> None:
        if not self._kept.exists():
            return
        try:
            shutil.copytree(self._kept, self._trial, symlinks=True)
        except (shutil.Error, OSError) as error:
            # A worn card must not stop every later sync: begin afresh, the floor protects.
            _log.warning("metadata cache dropped: %s", error)
            _remove(self._trial)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
