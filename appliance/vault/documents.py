"""Open one photo or document of the open records into the RAM folder, when somebody asks for it.

What opens it is a row inside the records. Refuses what is not byte for byte what the records name,
and holds only the last few in RAM: a small box has 512 MB for everything. Called by the keeper's
service; the reader finds the file by `opened.document_path`.
"""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from appliance import crypto
from appliance.errors import DocumentLostError, UnreadableSnapshotError
from appliance.files import explaining_disk_errors, write_stream_atomically
from appliance.records.models import Attachment
from appliance.records.schema import ATTACHMENT_IDENTITY
from appliance.records.store import RecordStore
from appliance.snapshot.hashing import sha256_of_file
from appliance.vault.opened import DOCUMENT_PREFIX, Opened, document_path

_FOR_READERS = 0o440
# Two of the largest the hub lets through: one being read, one being opened.
MOST_BYTES = 32 * 1024 * 1024


def open_document(opened: Opened, attachment_id: str, sealed: Callable[[str], Path]) -> Path:
    """Have a document of the open records in the RAM folder; return where.

    `sealed` says where an object of the box lies.

    Raises:
        DocumentLostError: no such document, or its object is missing, damaged or does not open.
        DiskFullError, StorageError: the RAM folder refused.

    """
    with contextlib.closing(RecordStore(opened.records)) as store:
        attachment = store.attachment(attachment_id)
        identity = store.meta().get(ATTACHMENT_IDENTITY, "")
    if attachment is None:
        raise DocumentLostError("the records name no such document")
    target = document_path(opened, attachment.object_sha256)
    if target.exists():
        os.utime(target)  # the last to be removed when others need its room
        return target
    source = sealed(attachment.object_sha256)
    _check(source, attachment)
    _make_room(target.parent, attachment.size_bytes)
    _decrypt(source, identity, target, attachment.size_bytes)
    return target


def _check(source: Path, attachment: Attachment) -> None:
    try:
        is_whole = source.is_file() and sha256_of_file(source) == attachment.object_sha256
    except OSError as error:
        raise DocumentLostError(f"its object cannot be read: {error.strerror}") from error
    if not is_whole:
        raise DocumentLostError("its object is missing or damaged")


def _make_room(records_dir: Path, needed: int) -> None:
    """Remove the documents nobody asked for lately; a reader that has one open keeps it."""
    with explaining_disk_errors("removing an older document"):
        there = [(path, path.stat()) for path in records_dir.glob(f"{DOCUMENT_PREFIX}*")]
        used = sum(facts.st_size for _, facts in there) + needed
        for path, facts in sorted(there, key=lambda one: one[1].st_mtime_ns):
            if used <= MOST_BYTES:
                return
            path.unlink()
            used -= facts.st_size


def _decrypt(source: Path, identity: str, target: Path, size: int) -> None:
    def fill(sink: BinaryIO) -> None:
        with source.open("rb") as sealed:
            crypto.decrypt_stream(sealed, sink, identity)
        if sink.tell() != size:
            raise UnreadableSnapshotError("another size than the records say")

    try:
        write_stream_atomically(target, fill, _FOR_READERS)
    except (crypto.OpenError, UnreadableSnapshotError) as error:
        raise DocumentLostError(f"its object does not open: {error}") from error
