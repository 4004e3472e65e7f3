"""Hold the bytes of tonight's photos and documents until they are sealed.

Files in the run's private temporary folder, never in SQLite: a thousand photos would make every
query slow. A file is named by a keyed hash, so that the same photo twice lies there once and the
name tells nobody what it is. Refuses what no box could carry. Called by the sources; read by the
sealer.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from pathlib import Path

from appliance.files import explaining_disk_errors
from provisioning.attachments.content import media_type_of
from provisioning.errors import UnfitAttachmentError

_MIB = 1024 * 1024
# A scanned care plan of fifty pages; the box opens a document whole, in the RAM of a small Pi.
LARGEST_FILE = 16 * _MIB
# Five documents of a megabyte for each of two thousand citizens; SD cards hold 32 GB and more.
LARGEST_TOTAL = 10 * 1024 * _MIB
_PURPOSE = b"nodboks attachment\0"


@dataclass(frozen=True, slots=True)
class Shelved:
    """One photo or document on the shelf."""

    key: str
    media_type: str
    size: int


@dataclass(slots=True)
class AttachmentShelf:
    """The folder of one run; `salt` is the municipality's."""

    folder: Path
    salt: bytes = field(repr=False)
    _keys: set[str] = field(default_factory=set)
    _total: int = 0

    def put(self, content: bytes) -> Shelved:
        """Take a document or photo.

        Raises:
            UnfitAttachmentError: no box can show it, or it is too large.
            DiskFullError, StorageError: the disk refused.

        """
        refuse_too_large(len(content))
        key = hmac.digest(self.salt, _PURPOSE + content, hashlib.sha256).hex()
        media_type = media_type_of(content)
        if key not in self._keys:
            if self._total + len(content) > LARGEST_TOTAL:
                raise UnfitAttachmentError(f"is one too many: all together over {LARGEST_TOTAL} B")
            with explaining_disk_errors("staging an attachment"):
                self.folder.mkdir(mode=0o700, exist_ok=True)
                (self.folder / key).write_bytes(content)
            self._keys.add(key)
            self._total += len(content)
        return Shelved(key, media_type, len(content))


def refuse_too_large(size: int) -> None:
    """Refuse a size no box could open.

    Raises:
        UnfitAttachmentError: it is too large.

    """
    if size > LARGEST_FILE:
        raise UnfitAttachmentError(f"is larger than {LARGEST_FILE // _MIB} MiB")


def shelf_folder(staging_file: Path) -> Path:
    """Return where the attachments of a staging file lie."""
    return staging_file.with_name(f"{staging_file.name}.attachments")
