"""Hold what is open in RAM, and switch to another snapshot under the readers' eyes.

Opens the newest copy that can be read, falls back to the one before, lets the search index grow in
a thread of its own, so that the nurse can read while it is made. Is handed the device key for each
call and keeps none. Its caller makes sure that only one call at a time changes what is open; `now`
answers at any time. Called by the keeper's service.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import (
    LockedError,
    NodboksError,
    NoSnapshotError,
    SnapshotError,
    StorageError,
    UnreadableSnapshotError,
    VaultError,
)
from appliance.snapshot.installed import Installed, InstalledSnapshot
from appliance.snapshot.manifest import Manifest
from appliance.vault.documents import open_document
from appliance.vault.opened import Opened, publish
from appliance.vault.opener import Guests, add_search, open_records
from appliance.vault.protocol import KeeperStatus, Problem
from appliance.vault.ram_folder import wipe

_LOG = logging.getLogger(__name__)
_LONGEST_DETAIL = 500  # characters; a status must fit into one reply


@dataclass(frozen=True, slots=True)
class OpenNow:
    """What is open now, and what was wrong on the way there."""

    opened: Opened
    manifest: Manifest
    fell_back: bool = False
    problem: Problem | None = None

    def told(self, status: KeeperStatus, until: datetime | None) -> KeeperStatus:
        """Return what the keeper tells of itself, with what is open, and until when."""
        return replace(
            status,
            version=self.opened.version,
            signed_at=self.opened.signed_at,
            opened_at=self.opened.opened_at,
            search_ready=self.opened.search is not None,
            fell_back=self.fell_back,
            problem=self.problem,
            open_until=until,
        )


class OpenSnapshot:
    """What is open on one box."""

    def __init__(
        self,
        installed: Installed,
        records_dir: Path,
        clock: Clock,
        refuse_unsafe_memory: Callable[[], None],
        guests: Guests,
    ) -> None:
        self._installed = installed
        self._records_dir = records_dir
        self._clock = clock
        self.refuse_unsafe_memory = refuse_unsafe_memory
        self._guests = guests
        self._switching = threading.Lock()  # held briefly, whenever what is open changes
        self._open: OpenNow | None = None
        self._searching: threading.Thread | None = None

    @property
    def now(self) -> OpenNow | None:
        """Return what is open, at once, also in the middle of a switch."""
        with self._switching:
            return self._open

    @property
    def opened(self) -> Opened | None:
        """Return which records are open; None while nothing is."""
        now = self.now
        return now.opened if now else None

    @property
    def signed_at(self) -> datetime | None:
        """Return when what is open was signed; None while nothing is."""
        opened = self.opened
        return opened.signed_at if opened else None

    def open_newest_readable(self, identity: str) -> None:
        """Open the newest copy that can be read; on failure nothing is left in RAM.

        Raises:
            NoSnapshotError: nothing is installed.
            SnapshotError, StorageError: neither the current nor the previous copy opens.

        """
        try:
            self._open_newest_readable(identity)
        except NodboksError:
            wipe(self._records_dir)
            raise

    def open_if_newer(self, identity: str) -> None:
        """Open a newer copy if one was installed; whatever is wrong, the open one stays."""
        now = self.now
        if now is None:
            return
        try:
            newest = self._installed.current()
            if newest is None or not _replaces(newest, now.manifest):
                return
            self.refuse_unsafe_memory()
            self._switch_to(newest, identity)
        except (SnapshotError, StorageError, VaultError) as error:
            self._note_problem(error)

    def open_document(self, attachment_id: str) -> None:
        """Open one photo or document of the open records into the RAM folder.

        Raises:
            LockedError: nothing is open.
            UnsafeMemoryError, DocumentLostError, StorageError: as `documents.open_document`.

        """
        now = self.now
        if now is None:
            raise LockedError
        self.refuse_unsafe_memory()
        open_document(now.opened, attachment_id, self._installed.path)

    def open_again(self, identity: str) -> NodboksError | None:
        """Open the same copy once more, with other guests; if it fails, what is open stays.

        Returns what was wrong, if anything.
        """
        try:
            self.refuse_unsafe_memory()
            self._open_newest_readable(identity)
        except NodboksError as error:
            self._note_problem(error)
            return error
        return None

    def close(self) -> None:
        """Leave nothing in the RAM folder.

        Raises:
            StorageError: the kernel refused to delete.

        """
        with self._switching:
            self._open = None
            wipe(self._records_dir)
        # An index in the making ends by itself; only then is it certain that nothing is left.
        self.wait_for_search()
        wipe(self._records_dir)

    def wait_for_search(self) -> None:
        """Wait until no search index is being built."""
        searching = self._searching
        if searching is not None:
            searching.join()

    def _open_newest_readable(self, identity: str) -> None:
        current = self._installed.current()
        if current is None:
            raise NoSnapshotError("the code fits, but no snapshot has been installed yet")
        # `problem` means that the newest on this disk is damaged and `current` is an older one.
        fallen_from = UnreadableSnapshotError(current.problem) if current.problem else None
        try:
            self._switch_to(current, identity, fallen_from)
        except (SnapshotError, StorageError) as error:
            previous = self._installed.previous()
            if previous is None:
                raise
            _LOG.warning("snapshot %d: %s %s", current.manifest.version, error.code, error.detail)
            self._switch_to(previous, identity, fallen_from=error)

    def _switch_to(
        self, snapshot: InstalledSnapshot, identity: str, fallen_from: NodboksError | None = None
    ) -> None:
        self.wait_for_search()
        opened = open_records(snapshot, identity, self._records_dir, self._clock, self._guests)
        problem = _problem(fallen_from) if fallen_from else None
        with self._switching:
            publish(opened)
            self._open = OpenNow(opened, snapshot.manifest, fallen_from is not None, problem)
        _LOG.info("snapshot %d is open", opened.version)
        self._searching = threading.Thread(target=self._add_search, args=(opened,), daemon=True)
        self._searching.start()

    def _add_search(self, opened: Opened) -> None:
        try:
            searchable = add_search(opened)
            self._publish_search(opened, searchable)
        except NodboksError as error:
            self._note_problem(error, only_if=opened)

    def _publish_search(self, opened: Opened, searchable: Opened) -> None:
        with self._switching:
            # The box may have been locked while the index grew; then lock wipes it.
            if self._open is not None and self._open.opened is opened:
                publish(searchable)
                self._open = replace(self._open, opened=searchable)

    def _note_problem(self, error: NodboksError, only_if: Opened | None = None) -> None:
        with self._switching:
            now = self._open
            if now is None or (only_if is not None and now.opened is not only_if):
                return
            self._open = replace(now, problem=_problem(error))
        _LOG.warning("%s %s", error.code, error.detail)


def _problem(error: NodboksError) -> Problem:
    return Problem(error.code, error.detail[:_LONGEST_DETAIL])


def _replaces(installed: InstalledSnapshot, opened: Manifest) -> bool:
    """Tell whether the installed copy comes after the open one; one fallen back on does not.

    The version is lower, or the same, when a stolen key had raised it and a new root ended that.
    """
    if installed.manifest == opened:
        return False
    return installed.manifest.version > opened.version or not installed.problem
