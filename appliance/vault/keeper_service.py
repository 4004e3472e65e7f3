"""Hold the device key in memory, open and lock the records: the heart of the keeper process.

The only object in the product that keeps a key, in one attribute. Knows nothing of sockets; called
by the keeper's server. Unlock, refresh and lock run one at a time; `status` never waits for them.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from appliance.clock import JudgedClock
from appliance.config import BOOT_BY_HUB, BoxConfig
from appliance.errors import (
    KeeperDownError,
    LockedError,
    StorageError,
    WrongCodeError,
)
from appliance.sealed_log.entry import Action, Entry, is_by_somebody_in
from appliance.snapshot.installed import Installed
from appliance.vault.beside_records import BesideRecords
from appliance.vault.card_code import parse_card_code
from appliance.vault.clock_setting import ClockSetting
from appliance.vault.device_secret import device_secret_of
from appliance.vault.keeper_log import KeeperLog
from appliance.vault.key_ring import KeyRing
from appliance.vault.key_slots import OpenedSlot, SlotKind
from appliance.vault.open_snapshot import OpenSnapshot
from appliance.vault.opening_hours import OpeningHours
from appliance.vault.print_note import PrintNote
from appliance.vault.protocol import KeeperStatus, Request
from appliance.vault.ram_folder import (
    MemoryFacts,
    MemoryGuard,
    make_folder,
    read_memory_facts,
    wipe,
)
from appliance.vault.runner_desk import RunnerDesk
from appliance.vault.runner_maker import RunnerMaker
from appliance.vault.runner_shelf import RunnerShelf
from appliance.vault.runner_stick import RunnerStick

_LOG = logging.getLogger(__name__)


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
        self._memory = MemoryGuard(config, read_facts)
        self._device_secret = device_secret_of(state_dir)
        self._keys = KeyRing(config, self._device_secret, clock)
        self._hours = OpeningHours(
            config.box.ram_dir, clock, hub_may_open=config.vault.boot == BOOT_BY_HUB
        )
        self._installed = Installed(state_dir)
        self._log = KeeperLog(state_dir, config.box.id, self._device_secret, clock)
        shelf, refuse = RunnerShelf(config, clock), self._memory.refuse_unsafe
        self._snapshot = OpenSnapshot(
            self._installed, config.records_dir, clock, refuse, shelf.add_to
        )
        maker = RunnerMaker(config, self._device_secret, clock)
        stick = RunnerStick(config)
        self._runners = RunnerDesk(shelf, stick, maker, self._snapshot, self._log)
        self._beside = BesideRecords(config, self._log, clock)
        self._clock_setting = ClockSetting(config.box.ram_dir, clock)
        self._at_work = threading.Lock()  # one unlock, refresh or lock at a time
        self._identity: str | None = None
        self._is_closed = False
        self._is_wiped = True

    def start(self) -> None:
        """Make the RAM folder and wipe what a killed predecessor left in it.

        An unsafe folder is not refused yet: the locked page must come up and say so at unlock.

        Raises:
            UnsafeMemoryError: the folder belongs to somebody else.
            StorageError: it cannot be made.

        """
        make_folder(self._config.records_dir, 0o750)  # for readers
        left = wipe(self._config.records_dir)
        if left:
            _LOG.warning("wiped %d files of a keeper that did not end well", left)
        self._runners.start()
        self._log.expect_installed(self._installed)
        self._log.note(Action.START)
        self._clock_setting.keep_up(self._log.latest)

    def status(self) -> KeeperStatus:
        """Tell what is open; answers at once, also in the middle of an unlock."""
        now = self._snapshot.now
        self._clock_setting.keep_up(self._log.latest)
        judgement = self._clock.judged()
        about_box = KeeperStatus(
            locked=now is None,
            device_secret=self._device_secret.kind,
            log=self._log.status(),
            clock=judgement.level,
            is_clock_set_by_hand=judgement.is_set_by_hand,
            hub_may_open=now is None and self._hours.hub_may_open,
            slots=self._keys.status(),
        )
        return about_box if now is None else now.told(about_box, self._hours.until)

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
        return self._unlock(SlotKind.CARD, lambda: self._keys.open_card(digits))

    def unlock_usb(self) -> KeeperStatus:
        """Open with the USB key that is in the box; as `unlock` otherwise.

        Raises:
            WrongCodeError, SlotMissingError: there is no key, or it opens nothing here.
            VaultError, SnapshotError, StorageError: as `unlock`.

        """
        return self._unlock(SlotKind.USB, self._keys.open_usb)

    def unlock_hub(self, sealed: str) -> KeeperStatus:
        """Open with what the hub served, unless the box is open; as `unlock` otherwise.

        Raises:
            LockedError: box.toml wants a person to open it, or a person has locked it.
            WrongCodeError, SlotMissingError: it opens nothing here.
            VaultError, SnapshotError, StorageError: as `unlock`.

        """
        if self._snapshot.now is not None:
            return self.status()
        if not self._hours.hub_may_open:
            raise LockedError("the hub may not open this box now; a person may")
        return self._unlock(SlotKind.HUB, lambda: self._keys.open_hub(sealed))

    def unlock_recovery(self, identity: str) -> KeeperStatus:
        """Open with the municipality's offline key; as `unlock` otherwise.

        Raises:
            WrongCodeError, SlotMissingError: it opens nothing here.
            VaultError, SnapshotError, StorageError: as `unlock`.

        """
        return self._unlock(SlotKind.RECOVERY, lambda: self._keys.open_recovery(identity))

    def issue(self, kind: str) -> KeeperStatus:
        """Make a new key of a kind, in `issued` of what is returned; the box must be open.

        Raises:
            LockedError: the box is locked, and the device key is not in memory.
            VaultError, StorageError: as `KeyRing.issue`.

        """
        with self._while_open() as identity:
            issued = self._keys.issue(kind, identity)
        self._log.note(Action.KEY_ISSUED, issued.name)
        return replace(self.status(), issued=issued)

    def revoke(self, name: str) -> KeeperStatus:
        """Forget a key; also while the box is locked.

        Raises:
            VaultError, StorageError: as `KeyRing.revoke`.

        """
        with self._at_work:
            self._keys.revoke(name)
        self._log.note(Action.KEY_REVOKED, name)
        return self.status()

    def lock_when_over(self) -> None:
        """Lock the box if its time is up and nobody is at it; what fails is tried again."""
        if not self._hours.is_over() and self._is_wiped:
            return
        try:
            with self._at_work:
                self._lock_or_wipe_again()
        except StorageError as error:
            _LOG.warning("locking when time was up: %s", error.code)

    def refresh(self) -> KeeperStatus:
        """Open a newer snapshot if one was installed; whatever is wrong, the open one stays."""
        self._log.expect_installed(self._installed)
        with self._at_work:
            if self._identity is not None:
                self._snapshot.open_if_newer(self._identity)
                self._runners.look_again(self._identity)
                self._log.expect_after(self._snapshot.signed_at)
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
            self._snapshot.open_document(attachment_id)
        return self.status()

    def lock(self) -> KeeperStatus:
        """Forget the key and leave nothing in the RAM folder.

        Raises:
            StorageError: the kernel refused to delete; the key is forgotten all the same.

        """
        try:
            with self._at_work:
                self._hours.lock(by_person=True)
                self._lock()
        finally:
            self._log.note(Action.LOCK)
        return self.status()

    def log_entries(self, entries: Sequence[Entry], lost: int) -> KeeperStatus:
        """Enter what the web saw into the sealed log; never waits for an unlock."""
        if any(is_by_somebody_in(entry) for entry in entries):
            self._hours.use()
        self._log.take(entries, lost)
        return self.status()

    def keep_prints(self, prints: Sequence[PrintNote]) -> KeeperStatus:
        """Seal what came out on paper to the disk; also while the box is locked.

        Raises:
            StorageError: the disk refused.

        """
        with self._at_work:  # a lock must not leave them behind in the clear
            self._beside.keep_prints(prints, self._identity)
        return self.status()

    def note_in_journal(self, entries: Sequence[Entry]) -> KeeperStatus:
        """Seal notes of the care journal to the disk and show them beside the records.

        Raises:
            LockedError: the box is locked.
            VaultError: an entry is no note.
            LogNotKeptError: it is not surely on the disk; noting it again does no harm.

        """
        with self._while_open():
            self._hours.use()
            self._beside.note(entries)
        return self.status()

    def runner(self, request: Request) -> KeeperStatus:
        """Do what is asked about runner packs; a pack that came or went shows at once.

        Takes its turn only for what no lock may cut: a slow stick keeps nobody else waiting.

        Raises:
            LockedError: the box is locked.
            NodboksError: as `RunnerDesk.perform`.

        """
        packs = self._runners.perform(request, self._while_open)
        return replace(self.status(), runners=packs)

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

    def sign_beacon(self, text: str) -> KeeperStatus:
        """Sign what the box tells the others of itself, into `beacon` of what is returned.

        Raises:
            VaultError, ConfigError: as `KeeperLog.sign_beacon`.

        """
        return replace(self.status(), beacon=self._log.sign_beacon(text))

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
        self._snapshot.wait_for_search()

    def _unlock(self, kind: SlotKind, open_slot: Callable[[], OpenedSlot]) -> KeeperStatus:
        self._memory.refuse_unsafe()
        # Before its turn: a phone that guesses codes must not hold up whoever locks the box.
        found = self._opened_slot(open_slot, kind)
        with self._at_work:
            if self._is_closed:
                raise KeeperDownError("the keeper is stopping")
            was_open = self._identity is not None
            if found.slot.kind is SlotKind.HUB and not self._hours.hub_may_open:
                raise LockedError("a person has locked the box meanwhile")
            if not was_open:
                self._snapshot.open_newest_readable(found.device_key)
                self._log.expect_after(self._snapshot.signed_at)
                self._identity = found.device_key
                self._beside.give_back(found.device_key)
                self._runners.tidy()
                _LOG.info("unlocked")
            self._hours.open(found.slot.kind, was_open=was_open)
        self._log.note(Action.UNLOCK, found.slot.name)
        self._keys.note_use(found.slot)
        return self.status()

    @contextmanager
    def _while_open(self) -> Iterator[str]:
        """Lend the device key; while it is lent the box is neither locked nor opened."""
        with self._at_work:
            if self._identity is None:
                raise LockedError
            yield self._identity

    def _opened_slot(self, open_slot: Callable[[], OpenedSlot], kind: SlotKind) -> OpenedSlot:
        try:
            return open_slot()
        except WrongCodeError:
            self._log.note(Action.WRONG_CARD, kind.value)
            raise

    def _lock_or_wipe_again(self) -> None:
        """Lock if time is still up: a card may have been used since; or wipe what was left."""
        if self._hours.is_over():
            self._hours.lock(by_person=False)
            try:
                self._lock()
            finally:
                self._log.note(Action.LOCK, "time")
        elif not self._is_wiped and self._identity is None:
            self._lock()

    def _lock(self) -> None:
        self._identity = None
        self._is_wiped = False
        self._snapshot.close()
        self._is_wiped = True
        _LOG.info("locked")
