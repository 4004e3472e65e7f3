"""Read the care journal that the keeper put beside the open records, and tell what may go in.

In the clear in RAM only, one event on a line. Holds no key. Called by the screens, the sheets, the
protocol's two ends and the keeper.
"""

import logging
from collections.abc import Iterable
from pathlib import Path

from appliance.care_journal.events import JournalEvent
from appliance.care_journal.wire import JournalError, from_text
from appliance.errors import StorageError, VaultError
from appliance.files import explaining_disk_errors
from appliance.sealed_log.entry import Action, Entry

FILE = "journal.jsonl"
_LOG = logging.getLogger(__name__)


def read_journal(records_dir: Path) -> tuple[JournalEvent, ...]:
    """Return what was noted, in the order it was written down.

    Raises:
        StorageError: the box is locked, or the journal could not be read when it was opened.

    """
    try:
        with explaining_disk_errors("reading the care journal"):
            lines = (records_dir / FILE).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise StorageError("the care journal is no text") from error
    return tuple(event for line in lines if (event := event_of(line)))


def refuse_what_is_no_event(entries: Iterable[Entry]) -> None:
    """Stop what the journal could not be read again from.

    Raises:
        VaultError: an entry is of another kind, or its text is no event; it is not repeated.

    """
    for entry in entries:
        if entry.action is not Action.JOURNAL:
            raise VaultError("only entries of the care journal are noted there")
        try:
            event = from_text(entry.text)
        except JournalError as error:
            raise VaultError(f"an entry of the care journal: {error}") from error
        if entry.about != event.id:
            raise VaultError("an entry of the care journal under another id than its event's")


def event_of(line: str) -> JournalEvent | None:
    """Return the event of a line; None for one of another version, which the hub still gets."""
    try:
        return from_text(line)
    except JournalError as error:
        _LOG.warning("care journal: a line is left out: %s", error)
        return None
