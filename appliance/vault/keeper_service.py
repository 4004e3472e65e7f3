"""Hold the device key in memory, open and lock the records: the heart of the keeper process.

The only object in the product that keeps a key, and it keeps it in one attribute. Knows nothing of
sockets; called by the keeper's server. Unlock, refresh and lock run one at a time; `status` never
waits for them. The search index grows in a thread of its own, so that the nurse can read while it
is made.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.errors import (
    KeeperDownError,
    LockedError,
    NodboksError,
    NoSnapshotError,
    SnapshotError,
    StorageError,
    UnreadableSnapshotError,
    UnsafeMemoryError,
    VaultError,
    WrongCodeError,
)
from appliance.sealed_log.entry import Action, Entry
from appliance.snapshot.installed import Installed, InstalledSnapshot
from appliance.vault.card_code import parse_card_code
from appliance.vault.clock_setting import ClockSetting
from appliance.vault.device_secret import device_secret_of
from appliance.vault.documents import open_document
from appliance.vault.keeper_log import KeeperLog
from appliance.vault.key_slots import KeySlots
from appliance.vault.opened import Opened, publish
from appliance.vault.opener import add_search, open_records
from appliance.vault.protocol import KeeperStatus, Problem
from appliance.vault.ram_folder import (
    MemoryFacts,
    make_folder,
    read_memory_facts,
    why_unsafe,
    wipe,
)

_LOG = logging.getLogger(__name__)
_FOR_READERS = 0o750
_LONGEST_DETAIL = 500  # characters; a status must fit into one reply


@dataclass(frozen=True, slots=True)
class _Open:
    """What is open now, and what was wrong on the way there."""

    opened: Opened
    fell_back: bool = False
    problem: Problem | None = None


class KeeperService:
    """The keeper of one box."""

    def __init__(
        self,
        config: BoxConfig,
        clock: JudgedClock,
        read_facts: Callable[[], MemoryFacts] = read_memory_facts,
    ) -> None:
        state_dir = config.box.state_dir
        self._config = config
        self._clock = clock
        self._read_facts = read_facts
        self._device_secret = device_secret_of(state_dir)
        self._slots = KeySlots(state_dir, self._device_secret)
        self._installed = Installed(state_dir)
        self._log = KeeperLog(state_dir, config.box.id, self._device_secret, clock)
        self._clock_setting = ClockSetting(config.box.ram_dir, clock)
        self._at_work = threading.Lock()  # one unlock, refresh or lock at a time
        self._switching = threading.Lock()  # held briefly, whenever what is open changes
        self._identity: str | None = None
        self._open: _Open | None = None
        self._searching: threading.Thread | None = None
        self._is_closed = False

    def start(self) -> None:
        """Make the RAM folder and wipe what a killed predecessor left in it.

        An unsafe folder is not refused yet: the locked page must come up and say so at unlock.

        Raises:
            UnsafeMemoryError: the folder belongs to somebody else.
            StorageError: it cannot be made.

        """
        make_folder(self._config.records_dir, _FOR_READERS)
        left = wipe(self._config.records_dir)
        if left:
            _LOG.warning("wiped %d files of a keeper that did not end well", left)
        self._expect_installed()
        self._log.note(Action.START)
        self._clock_setting.keep_up(self._log.latest)

    def status(self) -> KeeperStatus:
        """Tell what is open; answers at once, also in the middle of an unlock."""
        with self._switching:
            now = self._open
        self._clock_setting.keep_up(self._log.latest)
        judgement = self._clock.judged()
        about_box = KeeperStatus(
            locked=now is None,
            device_secret=self._device_secret.kind,
            log=self._log.status(),
            clock=judgement.level,
            is_clock_set_by_hand=judgement.is_set_by_hand,
        )
        if now is None:
            return about_box
        return replace(
            about_box,
            version=now.opened.version,
            signed_at=now.opened.signed_at,
            opened_at=now.opened.opened_at,
            search_ready=now.opened.search is not None,
            fell_back=now.fell_back,
            problem=now.problem,
        )

    def unlock(self, code: str) -> KeeperStatus:
        """Open the newest readable snapshot; return as soon as it can be browsed.

        A code is checked also when the box is already open: it shows who holds the card.

        Raises:
            MistypedCodeError: the code is not well formed; nothing was tried.
            WrongCodeError, SlotMissingError: no slot opens.
            UnsafeMemoryError: plaintext could reach a disk.
            NoSnapshotError: the code is right, but there is nothing to open.
            SnapshotError, StorageError: neither the current nor the previous copy opens.

        """
        digits = parse_card_code(code)
        self._refuse_unsafe_memory()
        # Before its turn: a phone that guesses codes must not hold up whoever locks the box.
        identity = self._open_card(digits)
        with self._at_work:
            if self._is_closed:
                raise KeeperDownError("the keeper is stopping")
            if self._identity is None:
                self._open_or_leave_nothing(identity)
                self._identity = identity
                _LOG.info("unlocked")
        self._log.note(Action.UNLOCK)
        return self.status()

    def refresh(self) -> KeeperStatus:
        """Open a newer snapshot if one was installed; whatever is wrong, the open one stays."""
        self._expect_installed()
        with self._at_work:
            now = self._open
            if now is not None and self._identity is not None:
                self._open_if_newer(self._identity, now.opened.version)
        return self.status()

    def open_document(self, attachment_id: str) -> KeeperStatus:
        """Open one photo or document of the open records into the RAM folder.

        Waits its turn, so that a lock never leaves one behind.

        Raises:
            LockedError: the box is locked.
            UnsafeMemoryError: plaintext could reach a disk.
            DocumentLostError: it is not on this box, or damaged.
            StorageError: there is no room in RAM.

        """
        with self._at_work:
            now = self._open
            if now is None:
                raise LockedError
            self._refuse_unsafe_memory()
            open_document(now.opened, attachment_id, self._installed.path)
        return self.status()

    def lock(self) -> KeeperStatus:
        """Forget the key and leave nothing in the RAM folder.

        Raises:
            StorageError: the kernel refused to delete; the key is forgotten all the same.

        """
        try:
            with self._at_work:
                self._lock()
        finally:
            self._log.note(Action.LOCK)
        return self.status()

    def log_entries(self, entries: Sequence[Entry], lost: int) -> KeeperStatus:
        """Enter what the web saw into the sealed log; never waits for an unlock."""
        self._log.take(entries, lost)
        return self.status()

    def set_clock(self, moment: datetime, entries: Sequence[Entry]) -> KeeperStatus:
        """Reckon from now on that it is this time; the entries say who said so.

        Raises:
            ClockNotSetError: it cannot be that time, or the network keeps the clock.
            StorageError: the RAM folder refused; the clock is as it was.

        """
        self._clock_setting.set_by_hand(moment, self._log.latest)
        self._log.take(entries)
        return self.status()

    def sign_head(self) -> KeeperStatus:
        """Sign where the sealed log ends, before it is uploaded.

        Raises:
            ConfigError: the box has no keys for it.
            StorageError: the disk refused.

        """
        self._log.sign()
        return self.status()

    def close(self) -> None:
        """Lock for good: an unlock still waiting for its turn is refused.

        Raises:
            StorageError: the kernel refused to delete; the key is forgotten all the same.

        """
        with self._at_work:
            self._is_closed = True
            self._lock()
        self._log.close()

    def wait_for_search(self) -> None:
        """Wait until no search index is being built."""
        searching = self._searching
        if searching is not None:
            searching.join()

    def _expect_installed(self) -> None:
        """Let the log know when the newest copy was signed: it has surely been that time."""
        try:
            floor = self._installed.floor()
        except NodboksError as error:
            _LOG.warning("clock: %s %s", error.code, error.detail)
            return
        if floor is not None:
            self._log.expect_after(floor.signed_at)

    def _open_card(self, digits: str) -> str:
        try:
            return self._slots.open_card(digits)
        except WrongCodeError:
            self._log.note(Action.WRONG_CARD)
            raise

    def _lock(self) -> None:
        self._identity = None
        with self._switching:
            self._open = None
            wipe(self._config.records_dir)
        # An index in the making ends by itself; only then is it certain that nothing is left.
        self.wait_for_search()
        wipe(self._config.records_dir)
        _LOG.info("locked")

    def _refuse_unsafe_memory(self) -> None:
        records_dir = self._config.records_dir
        allow = self._config.memory.allow_disk_swap
        reason = why_unsafe(records_dir.resolve(), self._read_facts(), allow_disk_swap=allow)
        if reason:
            raise UnsafeMemoryError(reason)

    def _open_or_leave_nothing(self, identity: str) -> None:
        try:
            self._open_newest_readable(identity)
        except NodboksError:
            wipe(self._config.records_dir)
            raise

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

    def _open_if_newer(self, identity: str, open_version: int) -> None:
        try:
            newest = self._installed.current()
            if newest is None or newest.manifest.version <= open_version:
                return
            self._refuse_unsafe_memory()
            self._switch_to(newest, identity)
        except (SnapshotError, StorageError, VaultError) as error:
            self._note_problem(error)

    def _switch_to(
        self, snapshot: InstalledSnapshot, identity: str, fallen_from: NodboksError | None = None
    ) -> None:
        self.wait_for_search()
        opened = open_records(snapshot, identity, self._config.records_dir, self._clock)
        problem = _problem(fallen_from) if fallen_from else None
        with self._switching:
            publish(opened)
            self._open = _Open(opened, fell_back=fallen_from is not None, problem=problem)
        self._log.expect_after(opened.signed_at)
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
