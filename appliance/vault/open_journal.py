"""Keep the care journal folded for as long as the keeper leaves it beside the open records.

Looks at the file at each question (a `stat` in RAM) and reads it anew only when it is another one.
Lets go of it once it is gone. Holds no key. Called by the screens and by what makes sheets.
"""

from pathlib import Path

from appliance.care_journal.state import Journal, fold
from appliance.errors import JournalUnreadError, LockedError, StorageError
from appliance.vault.journal_note import FILE, read_journal
from appliance.vault.opened import POINTER

_FileKey = tuple[int, int, int]


class OpenJournal:
    """What has been noted of citizens, as it counts now."""

    def __init__(self, records_dir: Path) -> None:
        self._records_dir = records_dir
        self._known: tuple[tuple[_FileKey, bool], Journal] | None = None

    def now(self, *, is_drill: bool = False) -> Journal:
        """Return what counts; what was noted in a drill counts only for whoever asks in one.

        Raises:
            LockedError: the box is locked.
            JournalUnreadError: the box is open, but the journal could not be read when it was.

        """
        key = (self._key(), is_drill)
        known = self._known
        if known is None or known[0] != key:
            known = self._known = (key, self._read(is_drill=is_drill))
        return known[1]

    def if_read(self, *, is_drill: bool = False) -> Journal | None:
        """Return the same, or None where nobody can tell: never an empty one instead.

        Raises:
            LockedError: the box is locked.

        """
        try:
            return self.now(is_drill=is_drill)
        except JournalUnreadError:
            return None

    def forget(self) -> None:
        """Let go of what was read: the box was locked."""
        self._known = None

    def _key(self) -> _FileKey:
        try:
            found = (self._records_dir / FILE).stat()
        except FileNotFoundError:
            self.forget()
            raise self._why_missing() from None
        return (found.st_ino, found.st_mtime_ns, found.st_size)

    def _read(self, *, is_drill: bool) -> Journal:
        try:
            return fold(read_journal(self._records_dir), is_drill=is_drill)
        except StorageError as error:
            raise self._why_missing() from error

    def _why_missing(self) -> LockedError | JournalUnreadError:
        is_open = (self._records_dir / POINTER).exists()
        return JournalUnreadError("not beside the records") if is_open else LockedError()
