"""Open a snapshot into the RAM folder: records first, so that people can read, then the search.

Knows files, not keys' origin: it is handed the identity for the one call. Never touches what is
open until the next is readable. Called by the keeper's service.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import UnreadableSnapshotError
from appliance.files import explaining_disk_errors
from appliance.records.search import build_search
from appliance.records.store import RecordStore
from appliance.snapshot.installed import InstalledSnapshot
from appliance.snapshot.unsealing import unseal
from appliance.vault import journal_note, print_note
from appliance.vault.opened import POINTER, Opened

_FOR_READERS = 0o440
# Called with the database that is about to be opened, and the key; never raises for a guest.
Guests = Callable[[Path, str], None]


def open_records(
    snapshot: InstalledSnapshot, identity: str, records_dir: Path, clock: Clock, guests: Guests
) -> Opened:
    """Unpack a snapshot beside the one that is open; nothing is published yet.

    First lets go of the version before the open one: it was kept for readers in the middle of a
    page, and RAM never holds three. `guests` puts units of neighbour boxes beside the box's own.

    Raises:
        UnreadableSnapshotError: it does not decrypt, unpack or open; what is open stays.
        NewerFormatError: its schema is newer than this software.
        DiskFullError: the RAM folder is full.

    """
    manifest = snapshot.manifest
    remove_unnamed(records_dir)
    target = _free(records_dir / f"records-{manifest.version}.db")
    with _removed_on_failure(target):
        unseal(manifest, snapshot.paths, identity, target)
        RecordStore(target).close()  # refuses what this software cannot read
        guests(target, identity)
        target.chmod(_FOR_READERS)
    return Opened(manifest.version, target, None, clock.now(), manifest.signed_at)


def add_search(opened: Opened) -> Opened:
    """Build the search index of the opened records; `publish` what is returned.

    Raises:
        UnreadableSnapshotError: the records cannot be indexed; they can still be browsed.
        StorageError: the RAM folder refused, or was wiped meanwhile.

    """
    target = opened.records.with_name(opened.records.name.replace("records", "search"))
    with _removed_on_failure(target), explaining_disk_errors("building the search"):
        try:
            build_search(opened.records, target)
        except sqlite3.Error as error:
            raise UnreadableSnapshotError(f"search index: {error}") from error
        target.chmod(_FOR_READERS)
    return replace(opened, search=target)


def remove_unnamed(records_dir: Path) -> None:
    """Remove every file the note for readers does not name, but what is of no one version."""
    opened = Opened.read(records_dir)
    named = {records_dir / each for each in (POINTER, print_note.FILE, journal_note.FILE)}
    named |= {path for path in (opened.records, opened.search) if path} if opened else set()
    with explaining_disk_errors("removing an old version"):
        for path in records_dir.iterdir():
            if path not in named:
                path.unlink()


def _free(path: Path) -> Path:
    """Return a name beside the open file, should both have one version.

    That is so when a stolen key had signed the version that the hub signed next.
    """
    return path if not path.exists() else path.with_stem(f"{path.stem}-again")


@contextlib.contextmanager
def _removed_on_failure(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise
