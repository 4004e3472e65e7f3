"""Stand in for the keeper where people practise: no key, no disk, nothing that is kept.

Opens the invented copy for whoever comes, shows what is noted beside it for as long as the practice
lasts, and forgets what the sealed log would be told. Refuses what is about the real box: its clock,
its runner packs. Called by the screens of a practice through `Services`.
"""

import sqlite3
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from appliance.clock import JudgedClock
from appliance.errors import (
    DocumentLostError,
    LockedError,
    SlotMissingError,
    StorageError,
    VaultError,
)
from appliance.files import write_atomically
from appliance.paper.drill_pack import write_records
from appliance.records.search import build_search
from appliance.sealed_log.entry import Entry
from appliance.vault.journal_note import FILE, refuse_what_is_no_event
from appliance.vault.opened import POINTER, Opened, publish
from appliance.vault.print_note import PrintNote
from appliance.vault.protocol import KeeperStatus, RunnerStatus
from appliance.web.practice import people


class PracticeKeeper:
    """The keeper of the invented copy in a folder of its own."""

    def __init__(self, folder: Path, clock: JudgedClock) -> None:
        self._folder = folder
        self._clock = clock
        self._changing = threading.Lock()

    def open(self) -> KeeperStatus:
        """Invent the copy and let readers find it, unless it is open.

        Raises:
            StorageError: the RAM folder is full.

        """
        with self._changing:
            if not self._is_open():
                self._invent()
        return self.status()

    def _invent(self) -> None:
        now = self._clock.now()
        records, search = self._folder / "records.db", self._folder / "search.db"
        for path in (records, search):
            path.unlink(missing_ok=True)
        write_records(records, people.records(now))
        try:
            build_search(records, search)
        except sqlite3.Error as error:
            raise StorageError(f"the search of a practice: {error}") from error
        write_atomically(self._folder / FILE, b"")
        publish(Opened(1, records, search, now, now))

    def status(self) -> KeeperStatus:
        """Tell whether the invented copy is open."""
        level = self._clock.judged().level
        return KeeperStatus(not self._is_open(), "none", clock=level)

    def unlock(self, _code: str) -> KeeperStatus:
        """Open it with any code: nobody should need the real card to practise."""
        return self.open()

    def unlock_usb(self) -> KeeperStatus:
        """Open it without a stick."""
        return self.open()

    def open_document(self, attachment_id: str) -> KeeperStatus:
        """Refuse: the invented citizens have none.

        Raises:
            DocumentLostError: always.

        """
        raise DocumentLostError(attachment_id)

    def log(self, _entries: Sequence[Entry], _lost: int = 0) -> KeeperStatus:
        """Forget it: it is about nobody."""
        return self.status()

    def note_in_journal(self, entries: Sequence[Entry]) -> KeeperStatus:
        """Show notes beside the invented copy.

        Raises:
            LockedError: it is closed.
            VaultError: an entry is no note.
            StorageError: the RAM folder is full.

        """
        refuse_what_is_no_event(entries)
        with self._changing:
            if not self._is_open():
                raise LockedError
            path = self._folder / FILE
            lines = "".join(f"{entry.text}\n" for entry in entries)
            write_atomically(path, path.read_bytes() + lines.encode())
        return self.status()

    def keep_prints(self, _prints: Sequence[PrintNote]) -> KeeperStatus:
        """Forget it: paper of a drill is shredded after it."""
        return self.status()

    def set_clock(self, _moment: datetime, _entry: Entry) -> KeeperStatus:
        """Refuse: the clock is the real one.

        Raises:
            VaultError: always.

        """
        raise VaultError("the clock is not set in a practice")

    def runners(self) -> tuple[RunnerStatus, ...]:
        """Return none."""
        return ()

    def make_runner(self, _unit_id: str, _to_box: str, _entry: Entry) -> RunnerStatus:
        """Refuse: no stick is written in a practice.

        Raises:
            SlotMissingError: always.

        """
        raise SlotMissingError("no stick in a practice")

    def take_runner(self, _file: str, _entry: Entry) -> RunnerStatus:
        """Refuse: no stick is read in a practice.

        Raises:
            SlotMissingError: always.

        """
        raise SlotMissingError("no stick in a practice")

    def drop_runner(self, _key: str, _entry: Entry) -> None:
        """Refuse: there is none.

        Raises:
            VaultError: always.

        """
        raise VaultError("no runner pack in a practice")

    def lock(self) -> KeeperStatus:
        """Close the invented copy for everybody who practises, and drop what was noted."""
        with self._changing:
            (self._folder / POINTER).unlink(missing_ok=True)
            (self._folder / FILE).unlink(missing_ok=True)
        return self.status()

    def _is_open(self) -> bool:
        return (self._folder / POINTER).exists()
