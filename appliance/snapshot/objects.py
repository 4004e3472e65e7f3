"""Read and check the files under `objects/`, each named by the SHA-256 of its bytes.

Signed metadata and sealed objects lie side by side here. Never believes a name: what is read is
hashed first. Called by `installed`.
"""

from collections.abc import Mapping
from pathlib import Path

from appliance.errors import SnapshotError, StorageError, TamperedSnapshotError
from appliance.files import explaining_disk_errors
from appliance.snapshot import trust
from appliance.snapshot.attachment_index import SealedAttachment, decode_index
from appliance.snapshot.hashing import sha256_hex, sha256_of_file
from appliance.snapshot.manifest import Manifest, ManifestObject

_LARGEST_METADATA = 5_000_000  # bytes; python-tuf's own limit for targets.json


class ObjectFolder:
    """The content-addressed files of one box."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        """Return where a file of that SHA-256 lies or would lie."""
        return self._folder / sha256

    def paths(self, manifest: Manifest) -> Mapping[str, Path]:
        """Return where each object of a manifest lies, by its name."""
        return {item.name: self.path(item.sha256) for item in manifest.objects}

    def names(self) -> list[str]:
        """Return the name of every file there is, leftovers of a cut included."""
        with explaining_disk_errors("listing the objects"):
            return [path.name for path in self._folder.glob("*")]

    def metadata(self, sha256: str) -> bytes:
        """Return signed metadata.

        Raises:
            TamperedSnapshotError: it is missing or damaged.
            StorageError: the disk cannot read it.

        """
        path = self.path(sha256)
        with explaining_disk_errors("reading signed metadata"):
            content = path.read_bytes() if path.is_file() else b""
        if sha256_hex(content) != sha256:
            raise TamperedSnapshotError(f"signed metadata {sha256[:12]}… is missing or damaged")
        return content

    def check(self, item: ManifestObject) -> None:
        """Return if the object is there, whole and unchanged.

        Raises:
            TamperedSnapshotError: it is missing or damaged.
            StorageError: the disk cannot read it.

        """
        path = self.path(item.sha256)
        with explaining_disk_errors(f"reading {item.name}"):
            if not path.is_file():
                raise TamperedSnapshotError(f"{item.name} is missing")
            if path.stat().st_size != item.size or sha256_of_file(path) != item.sha256:
                raise TamperedSnapshotError(f"{item.name} is damaged")

    def holds(self, sha256: str, size: int) -> bool:
        """Tell whether a file is there, whole and unchanged; a disk that fails has it not."""
        try:
            with explaining_disk_errors(f"reading {sha256}"):
                return self.is_there(sha256, size) and sha256_of_file(self.path(sha256)) == sha256
        except StorageError:
            return False

    def is_there(self, sha256: str, size: int) -> bool:
        """Tell whether a file of that length is there, without reading it."""
        try:
            return self.path(sha256).stat().st_size == size
        except OSError:
            return False

    def attachments(self, manifest: Manifest) -> tuple[SealedAttachment, ...]:
        """Return the attachments a snapshot has.

        Raises:
            SnapshotError: the list of them is missing, damaged or not understood.
            StorageError: the disk cannot read it.

        """
        index = manifest.index
        return decode_index(self.metadata(index.sha256)) if index else ()

    def missing_attachments(self, manifest: Manifest) -> tuple[str, ...]:
        """Return the hashes of what is not there; of the list itself if that is lost."""
        try:
            listed = self.attachments(manifest)
        except (SnapshotError, StorageError):
            return (manifest.index.sha256,) if manifest.index else ()
        return tuple(item.sha256 for item in listed if not self.is_there(item.sha256, item.size))

    def loose_metadata(self) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
        """Return all roots, oldest first, and all targets, newest first, that lie here."""
        roots: dict[int, bytes] = {}
        targets: dict[int, bytes] = {}
        for name in self.names():
            content = self._small(name)
            role, version = trust.role_of(content)
            if role == trust.ROOT:
                roots[version] = content
            elif role == trust.TARGETS:
                targets[version] = content
        return (
            tuple(roots[version] for version in sorted(roots)),
            tuple(targets[version] for version in sorted(targets, reverse=True)),
        )

    def _small(self, name: str) -> bytes:
        """Return a file that could be metadata, of whatever name; nothing for a larger one."""
        path = self.path(name)
        with explaining_disk_errors(f"reading {name}"), path.open("rb") as content:
            # Metadata is JSON; hundreds of sealed photos need not be read to see that they are not.
            if path.stat().st_size > _LARGEST_METADATA or content.read(1) != b"{":
                return b""
            return b"{" + content.read()
