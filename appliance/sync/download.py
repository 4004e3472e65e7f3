"""Fetch the sealed objects of a snapshot into a staging folder, and check every byte.

Refuses whatever is not sealed: nothing that does not begin as an age file is ever kept, so that a
mistake at the hub cannot put plaintext on the card. The one exception, the list of attachments,
must be nothing but hashes and sizes. Called by `update.sync`.
"""

import hashlib
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from appliance.errors import TamperedSnapshotError
from appliance.files import explaining_disk_errors
from appliance.snapshot.attachment_index import ATTACHMENT_NAME, SealedAttachment, decode_index
from appliance.snapshot.hashing import sha256_hex
from appliance.snapshot.manifest import ATTACHMENTS, ManifestObject
from appliance.sync.fetcher import HubFetcher
from appliance.sync.offer import naming_tuf_errors

_SEALED_START = b"age-encryption.org/v1\n"


class _File(NamedTuple):
    """A file to fetch that is no object of the manifest itself."""

    name: str
    sha256: str
    size: int


def clear(staging: Path) -> None:
    """Leave nothing of an interrupted run in the staging folder.

    Raises:
        StorageError: the disk refused.

    """
    with explaining_disk_errors("clearing the staging folder"):
        if staging.exists():
            shutil.rmtree(staging)


def fetch_objects(
    items: Iterable[ManifestObject], box_url: str, fetcher: HubFetcher, staging: Path
) -> dict[str, Path]:
    """Return where each object was staged, by its SHA-256.

    Raises:
        TamperedSnapshotError: the bytes are not those that were signed, or not sealed.
        FetchError: the network.
        DiskFullError, StorageError: the disk refused.

    """
    files = {}
    with naming_tuf_errors(), explaining_disk_errors("staging the snapshot"):
        staging.mkdir(parents=True, exist_ok=True)
        for item in items:
            files[item.sha256] = staging / item.sha256
            url = f"{box_url}/targets/{item.sha256}.{item.name}"
            if item.kind == ATTACHMENTS:
                _fetch_index(item, url, fetcher, files[item.sha256])
            else:
                _fetch(item, url, fetcher, files[item.sha256])
    return files


def fetch_attachments(
    items: Iterable[SealedAttachment], box_url: str, fetcher: HubFetcher, staging: Path
) -> Iterator[tuple[str, Path]]:
    """Give each attachment as soon as it is staged whole, by its SHA-256.

    One at a time: what came before a cut need not be fetched again.

    Raises:
        TamperedSnapshotError: the bytes are not those that were signed, or not sealed.
        FetchError: the network.
        DiskFullError, StorageError: the disk refused.

    """
    for item in items:
        path = staging / item.sha256
        with naming_tuf_errors(), explaining_disk_errors("staging an attachment"):
            staging.mkdir(parents=True, exist_ok=True)
            url = f"{box_url}/targets/{item.sha256}.{ATTACHMENT_NAME}"
            _fetch(_named(item), url, fetcher, path)
        yield item.sha256, path


def _named(item: SealedAttachment) -> _File:
    return _File(f"attachment {item.sha256[:12]}…", item.sha256, item.size)


def _fetch_index(item: ManifestObject, url: str, fetcher: HubFetcher, path: Path) -> None:
    """Fetch the list of attachments; what is no such list is never written."""
    content = fetcher.download_bytes(url, item.size)
    if (len(content), sha256_hex(content)) != (item.size, item.sha256):
        raise TamperedSnapshotError(f"{item.name}: {len(content)} bytes, or changed ones")
    decode_index(content)
    path.write_bytes(content)


def _fetch(item: ManifestObject | _File, url: str, fetcher: HubFetcher, path: Path) -> None:
    digest = hashlib.sha256()
    size = 0
    start = b""
    with path.open("wb") as sink:
        for piece in fetcher.pieces(url, item.size):
            digest.update(piece)
            size += len(piece)
            start += piece[: len(_SEALED_START) - len(start)]
            sink.write(piece)
    if (size, digest.hexdigest()) != (item.size, item.sha256):
        raise TamperedSnapshotError(f"{item.name}: {size} of {item.size} bytes, or changed ones")
    if start != _SEALED_START:
        raise TamperedSnapshotError(f"{item.name} is not an age file")
