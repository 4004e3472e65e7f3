"""Do the three things `Installed` does to a disk, each durable before it returns.

A seam: the crash tests put a recorder in its place and try every order a power cut can leave.
"""

import os
from pathlib import Path

from appliance.files import explaining_disk_errors, sync_folder, write_atomically

# The sync writes, the keeper reads: two users of one group. Nothing here is plaintext.
_SHARED = 0o640


class Disk:
    """The real disk."""

    def write(self, path: Path, content: bytes) -> None:
        """Replace a file with the content.

        Raises:
            DiskFullError, StorageError: the disk refused; the old file is untouched.

        """
        write_atomically(path, content, mode=_SHARED)

    def adopt(self, source: Path, target: Path) -> None:
        """Move a finished file of the same file system to its place.

        Raises:
            DiskFullError, StorageError: the disk refused; the target is untouched.

        """
        with explaining_disk_errors(f"keeping {target.name}"):
            target.parent.mkdir(parents=True, exist_ok=True)
            with source.open("rb") as written:
                os.fchmod(written.fileno(), _SHARED)
                os.fsync(written.fileno())
            source.replace(target)
            sync_folder(target.parent)

    def remove(self, path: Path) -> None:
        """Delete a file; it may be gone already, and may come back after a power cut.

        Raises:
            StorageError: the disk refused.

        """
        with explaining_disk_errors(f"removing {path.name}"):
            path.unlink(missing_ok=True)
