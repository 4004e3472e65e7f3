"""Keep what this box itself knows of citizens beside the open records: prints and the care journal.

Both are sealed on the disk and in the clear in RAM only, from unlock to lock. Refuses to say that a
note is kept before it is on the disk. Called by the keeper's service, which lets one at a time in.
"""

import logging
from collections.abc import Callable, Sequence

from appliance.care_journal.letting_go import let_go
from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.errors import StorageError
from appliance.files import write_atomically
from appliance.sealed_log.entry import Entry
from appliance.vault.enrolment import recipient_of_box
from appliance.vault.journal_note import FILE, event_of, refuse_what_is_no_event
from appliance.vault.keeper_log import KeeperLog
from appliance.vault.print_note import PrintNote
from appliance.vault.print_notes import PrintNotes

_LOG = logging.getLogger(__name__)
_FOR_READERS = 0o440


class BesideRecords:
    """The notes of one box."""

    def __init__(self, config: BoxConfig, log: KeeperLog, clock: JudgedClock) -> None:
        state_dir = config.box.state_dir
        self._records_dir = config.records_dir
        self._log = log
        self._clock = clock
        self._prints = PrintNotes(state_dir / "prints", lambda: recipient_of_box(state_dir), clock)

    def give_back(self, identity: str) -> None:
        """Put both beside the records; without them the records are still worth opening."""
        for what, give in (
            ("print notes", lambda: self._prints.give_back(identity, self._records_dir)),
            ("care journal", lambda: self._copy(self._wanted(self._log.journal(identity)), b"")),
        ):
            self._try(what, give)

    def keep_prints(self, prints: Sequence[PrintNote], identity: str | None) -> None:
        """Seal what came out on paper; also while the box is locked, without a key.

        Raises:
            StorageError: the disk refused.

        """
        self._prints.keep(prints, identity, self._records_dir)

    def note(self, entries: Sequence[Entry]) -> None:
        """Enter notes of the care journal into the sealed log, and show them beside the records.

        Raises:
            VaultError: an entry is no note.
            LogNotKeptError: it is not surely on the disk; noting it again does no harm.

        """
        refuse_what_is_no_event(entries)
        self._log.keep(entries)
        self._try("care journal", lambda: self._add(entries))

    def _add(self, entries: Sequence[Entry]) -> None:
        path = self._records_dir / FILE
        try:
            before = path.read_bytes()
        except FileNotFoundError:  # it could not be read at unlock: nobody may take this for all
            return
        try:
            self._copy(entries, before)
        except StorageError:  # the copy lacks a note now, and must not be taken for all either
            path.unlink(missing_ok=True)
            raise

    def _wanted(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        """Leave out what was signed off long ago; with an unsure clock nobody knows what is."""
        if not self._clock.judged().is_trusted:
            return entries
        events = (event_of(entry.text) for entry in entries)
        gone = let_go([event for event in events if event is not None], self._clock.now())
        return [entry for entry in entries if entry.about not in gone]

    def _copy(self, entries: Sequence[Entry], before: bytes) -> None:
        lines = b"".join(_line(entry) for entry in entries)
        write_atomically(self._records_dir / FILE, before + lines, mode=_FOR_READERS)

    def _try(self, what: str, give: Callable[[], None]) -> None:
        try:
            give()
        except StorageError as error:
            _LOG.warning("%s: %s %s", what, error.code, error.detail)


def _line(entry: Entry) -> bytes:
    """Return an event, or whatever an older box noted, on a line of its own."""
    return " ".join(entry.text.splitlines()).encode() + b"\n"
