"""Keep a copy in a folder: a USB stick, or a disk that another web server shows.

Each file is whole and durable before the next is begun. Sets no permissions: a stick with a FAT
file system knows none, and refuses to be asked. Called by `copying`.
"""

import contextlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from appliance.files import explaining_disk_errors, sync_folder
from provisioning.errors import MirrorError

_UNFINISHED = ".new-"


class FolderStore:
    """A folder; it is never made, because it may be the place of a stick that is not mounted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def sizes(self, prefix: str) -> Mapping[str, int]:
        """Return the size of everything below a prefix; what a cut left is removed on the way."""
        folder = self._folder / prefix
        with explaining_disk_errors(f"reading {self._folder}"):
            for unfinished in folder.glob(f"*/{_UNFINISHED}*"):
                unfinished.unlink()
            files = [path for path in folder.glob("*/*") if path.is_file()]
            return {path.relative_to(folder).as_posix(): path.stat().st_size for path in files}

    def read(self, name: str) -> bytes | None:
        """Return a small file, or None if there is none.

        Raises:
            MirrorError: the folder itself is not there.

        """
        if not self._folder.is_dir():
            raise MirrorError(f"{self._folder} is no folder; is it mounted?")
        path = self._folder / name
        with explaining_disk_errors(f"reading {self._folder}"):
            return path.read_bytes() if path.is_file() else None

    def write(self, name: str, file: Path) -> None:
        """Put a file there, durably."""
        target = self._folder / name
        unfinished = target.with_name(f"{_UNFINISHED}{target.name[-20:]}")
        with explaining_disk_errors(f"writing to {self._folder}"):
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                with file.open("rb") as source, unfinished.open("wb") as sink:
                    shutil.copyfileobj(source, sink)
                    sink.flush()
                    os.fsync(sink.fileno())
                unfinished.replace(target)
            except BaseException:
                with contextlib.suppress(OSError):
                    unfinished.unlink(missing_ok=True)
                raise
            sync_folder(target.parent)

    def remove(self, name: str) -> None:
        """Delete a file; it may be gone already."""
        with explaining_disk_errors(f"removing from {self._folder}"):
            (self._folder / name).unlink(missing_ok=True)
