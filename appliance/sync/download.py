"""Fetch the sealed objects of a snapshot into a staging folder, and check every byte.

Refuses whatever is not sealed (`parts`). The one exception, the list of attachments, must be
nothing but hashes and sizes. What a cut leaves lies in the folder for the next try, as long as it
is still offered. Called by `update.sync`.
"""

import shutil
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from appliance.errors import TamperedSnapshotError
from appliance.files import explaining_disk_errors
from appliance.snapshot.attachment_index import ATTACHMENT_NAME, SealedAttachment, decode_index
from appliance.snapshot.hashing import sha256_hex
from appliance.snapshot.manifest import ATTACHMENTS, ManifestObject
from appliance.sync.offer import naming_tuf_errors
from appliance.sync.parts import Wanted, fetch_part
from appliance.sync.source import Place


def clear(staging: Path) -> None:
    """Leave nothing of an interrupted run in the staging folder.

    Raises:
        StorageError: the disk refused.

    """
    with explaining_disk_errors("clearing the staging folder"):
        if staging.exists():
            shutil.rmtree(staging)


def keep_only(staging: Path, hashes: Collection[str]) -> None:
    """Delete what lies in the staging folder and is not to be fetched any more.

    Raises:
        StorageError: the disk refused.

    """
    with explaining_disk_errors("clearing the staging folder"):
        for path in staging.glob("*"):
            if path.name not in hashes:
                path.unlink()


def fetch_objects(items: Iterable[ManifestObject], place: Place, staging: Path) -> dict[str, Path]:
    """Return where each object was staged, by its SHA-256.

    Raises:
        TamperedSnapshotError: the bytes are not those that were signed, or not sealed.
        FetchError: the network; what came stays staged.
        DiskFullError, StorageError: the disk refused.

    """
    files = {}
    with naming_tuf_errors(), explaining_disk_errors("staging the snapshot"):
        staging.mkdir(parents=True, exist_ok=True)
        for item in items:
            files[item.sha256] = staging / item.sha256
            url = f"{place.url}/targets/{item.sha256}.{item.name}"
            wanted = Wanted(item.name, url, item.sha256, item.size)
            if item.kind == ATTACHMENTS:
                _fetch_index(wanted, place, files[item.sha256])
            else:
                fetch_part(wanted, place.fetcher, files[item.sha256])
    return files


def fetch_attachments(
    items: Iterable[SealedAttachment], place: Place, staging: Path
) -> Iterator[tuple[str, Path]]:
    """Give each attachment as soon as it is staged whole, by its SHA-256.

    One at a time: what came before a cut need not be fetched again.

    Raises:
        TamperedSnapshotError: the bytes are not those that were signed, or not sealed.
        FetchError: the network; what came stays staged.
        DiskFullError, StorageError: the disk refused.

    """
    for item in items:
        path = staging / item.sha256
        with naming_tuf_errors(), explaining_disk_errors("staging an attachment"):
            staging.mkdir(parents=True, exist_ok=True)
            fetch_part(_wanted(item, place), place.fetcher, path)
        yield item.sha256, path


def fetch_plain(wanted: Wanted, place: Place) -> bytes:
    """Return a small file that is not sealed; what it is the caller must look at.

    Raises:
        TamperedSnapshotError: the bytes are not those that were signed.
        FetchError: the network.

    """
    content = place.fetcher.download_bytes(wanted.url, wanted.size)
    if (len(content), sha256_hex(content)) != (wanted.size, wanted.sha256):
        raise TamperedSnapshotError(f"{wanted.name}: {len(content)} bytes, or changed ones")
    return content


def _wanted(item: SealedAttachment, place: Place) -> Wanted:
    url = f"{place.url}/targets/{item.sha256}.{ATTACHMENT_NAME}"
    return Wanted(f"attachment {item.sha256[:12]}…", url, item.sha256, item.size)


def _fetch_index(wanted: Wanted, place: Place, path: Path) -> None:
    """Fetch the list of attachments; what is no such list is never written."""
    content = fetch_plain(wanted, place)
    decode_index(content)
    path.write_bytes(content)
