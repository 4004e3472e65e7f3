"""Entries of a night in the log of a box, and what the hub makes of them."""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from appliance.care_journal.events import JournalEvent, What
from appliance.care_journal.wire import to_text
from appliance.sealed_log.entry import Action, ClockTrust, Entry, When, Whom, new_whom
from provisioning.reconciliation.box_journal import BoxJournal, take_journal
from provisioning.sealed_log.reading import OpenedEntry, OpenedLog
from tests.appliance.care_journal.noted import noted

CPR = "0101301234"
WHOM = new_whom("c-1", CPR)


def sealed_note(event: JournalEvent, whom: tuple[Whom, ...] = (WHOM,)) -> Entry:
    """Return the log's entry round an event."""
    trust = ClockTrust.OK if event.is_clock_sure else ClockTrust.UNSURE
    when = When(event.written_at, 60.0, trust)
    return Entry(Action.JOURNAL, when, whom=whom, about=event.id, text=to_text(event))


def opened(*entries: Entry) -> OpenedLog:
    """Return a log that was opened, with these entries on its lines."""
    lines = (OpenedEntry("000001.log", line, one) for line, one in enumerate(entries, start=1))
    return OpenedLog(tuple(lines), ())


def box_of(*entries: Entry | What, box_id: str = "b1", is_whole: bool = True) -> BoxJournal:
    """Return the journal of a box; something noted gets its place as its number and its minute."""
    given = [
        one
        if isinstance(one, Entry)
        else sealed_note(noted(one, number, timedelta(minutes=number)))
        for number, one in enumerate(entries, start=1)
    ]
    return take_journal(box_id, opened(*given), is_whole=is_whole)


def resources(bundles: Iterable[Any]) -> list[dict[str, Any]]:
    """Return the resources of some Bundles, in their order."""
    return [entry["resource"] for one in bundles for entry in one.bundle["entry"]]


def write_bundles(folder: Path, bundles: Iterable[Any]) -> Path:
    """Write Bundles as an export of the care system would hold them."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in bundles:
        (folder / one.name).write_bytes(one.to_bytes())
    return folder
