"""Bring the box up to date: ask, judge, fetch, install; whatever fails, the old copy stays.

Needs no key and no record: it moves ciphertext. One sync at a time, held apart by a lock file.
Called by the worker on its timetable and by `nodboks sync`.
"""

import contextlib
import fcntl
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from appliance.clock import Clock
from appliance.config import BoxConfig
from appliance.errors import (
    NodboksError,
    SnapshotError,
    StorageError,
    UnreadableSnapshotError,
)
from appliance.files import explaining_disk_errors
from appliance.line_status import SYNC_LOCK, note_try
from appliance.snapshot import trust
from appliance.snapshot.installed import Installed, InstalledSnapshot
from appliance.snapshot.manifest import Manifest
from appliance.sync.certificate import bring_certificate
from appliance.sync.download import clear, fetch_attachments, fetch_objects, keep_only
from appliance.sync.fetcher import HubSource
from appliance.sync.metadata_cache import MetadataCache
from appliance.sync.neighbours import settle_neighbours, stage_neighbours
from appliance.sync.offer import Offer, read_offer
from appliance.sync.source import Place, Source

# IT writes the number of a held version into this file of the state folder to let it through.
RELEASE_FILE = "release-version"
# What is being fetched, and what a cut left of it: ciphertext, at most what the hub offers.
STAGING = "incoming"

_log = logging.getLogger("nodboks.sync")


class SyncResult(StrEnum):
    """How a sync ended when nothing was wrong."""

    INSTALLED = "installed"
    ALREADY_NEWEST = "already newest"
    BUSY = "another sync is running"


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """How a sync ended, and which version the hub offers."""

    result: SyncResult
    version: int | None = None

    def __str__(self) -> str:
        return self.result if self.version is None else f"{self.result} (version {self.version})"


def sync(config: BoxConfig, clock: Clock, source: Source | None = None) -> SyncOutcome:
    """Fetch and install the newest snapshot if there is one this box should have.

    From the municipality's hub, or from another `source`: a USB stick is judged the same.

    Raises:
        SnapshotError: what the hub offers cannot be used; the class says why.
        FetchError: the network.
        DiskFullError, StorageError: the disk refused.
        ConfigError: the box has no trusted root, or a certificate file is wrong.

    """
    state_dir = config.box.state_dir
    with _alone(state_dir) as is_alone:
        if not is_alone:
            return SyncOutcome(SyncResult.BUSY)
        try:
            outcome = _sync(config, clock, source or HubSource())
        except NodboksError as error:
            note_try(state_dir, clock, error=error.code)
            raise
        note_try(state_dir, clock, version=outcome.version)
        return outcome


def _sync(config: BoxConfig, clock: Clock, source: Source) -> SyncOutcome:
    """Do one sync while no other runs."""
    state_dir = config.box.state_dir
    installed = Installed(state_dir)
    installed.repair()
    current = _current(installed)
    with source.opened(config, clock) as place:
        offer = _accepted_offer(config, place, installed, current)
        version = offer.manifest.version
        result = SyncResult.ALREADY_NEWEST
        has_list = stage_neighbours(config, place, offer.vouching.targets)
        if current and _is_whole(current, offer):
            clear(state_dir / STAGING)
        else:
            _install(place, installed, offer, state_dir / STAGING)
            installed.collect_garbage()
            result = SyncResult.INSTALLED
        if has_list:
            settle_neighbours(config)
        bring_certificate(config, clock, place, offer.vouching.targets)
    return SyncOutcome(result, version)


def _current(installed: Installed) -> InstalledSnapshot | None:
    """Return what is installed; a damaged copy is as good as none, and is fetched again."""
    try:
        return installed.current()
    except UnreadableSnapshotError as error:
        _log.warning("%s %s", error.code, error.detail)
        return None


def _accepted_offer(
    config: BoxConfig,
    place: Place,
    installed: Installed,
    current: InstalledSnapshot | None,
) -> Offer:
    """Return what the hub offers, if this box should have it."""
    cache = MetadataCache(config.box.state_dir)
    offer = read_offer(config, place, cache.begin())
    root = offer.vouching.roots[-1]
    # What a revoked key signed is no measure of what may have been lost since.
    is_measure = current and trust.binding(trust.floor_of(current.manifest, current.vouching), root)
    standing = trust.Standing(
        box_id=config.box.id,
        floor=trust.binding(installed.floor(), root),
        current=current.manifest if current and is_measure else None,
        released=_released(config.box.state_dir),
    )
    trust.judge(offer.manifest, offer.vouching.targets_sha256, standing)
    cache.keep()
    return offer


def _is_whole(current: InstalledSnapshot, offer: Offer) -> bool:
    """Tell whether what is offered is installed and lacks nothing.

    Not by the version: who stole a key may have used the number the hub uses next.
    """
    is_same = current.vouching.targets == offer.vouching.targets
    return is_same and not current.problem and not current.missing


def _install(place: Place, installed: Installed, offer: Offer, staging: Path) -> None:
    """Fetch what the box lacks and make it current: attachments first, each kept as it comes.

    What a cut leaves of a file stays for the next sync; after any other end nothing does.
    """
    manifest = offer.manifest
    try:
        _fetch_index(manifest, place, installed, staging)
        attachments = installed.lacking(installed.attachments(manifest))
        objects = [item for item in manifest.objects if not installed.holds(item)]
        keep_only(staging, {one.sha256 for one in attachments} | {one.sha256 for one in objects})
        for sha256, path in fetch_attachments(attachments, place, staging):
            installed.keep(sha256, path)
        files = fetch_objects(objects, place, staging)
        installed.install(manifest, files, offer.vouching)
    except (SnapshotError, StorageError):
        clear(staging)
        raise
    clear(staging)


def _fetch_index(manifest: Manifest, place: Place, installed: Installed, staging: Path) -> None:
    """Fetch the list of photos and documents, if there is one and it is not here yet."""
    if manifest.index is not None and not installed.holds(manifest.index):
        files = fetch_objects([manifest.index], place, staging)
        installed.keep(manifest.index.sha256, files[manifest.index.sha256])


def _released(state_dir: Path) -> int | None:
    """Return the version IT lets through although it lost much; anything else releases nothing."""
    try:
        return int((state_dir / RELEASE_FILE).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


@contextlib.contextmanager
def _alone(state_dir: Path) -> Iterator[bool]:
    """Tell whether no other sync runs; the kernel drops the lock when a process dies."""
    with explaining_disk_errors("locking the sync"):
        state_dir.mkdir(parents=True, exist_ok=True)
        lock = (state_dir / SYNC_LOCK).open("ab")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            is_alone = False
        else:
            is_alone = True
        yield is_alone
