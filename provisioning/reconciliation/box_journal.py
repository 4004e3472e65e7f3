"""Take the care journal of one box out of its opened log, and keep what only the log knows.

The CPR number, and whether the box's clock could be trusted, stand in the entry round the event. An
event that cannot be read is named, and makes the log not whole: it may strike any other. Pure.
Called by the commands.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from appliance.care_journal.events import JournalEvent
from appliance.care_journal.state import Entry, Journal, fold
from appliance.care_journal.wire import JournalError, from_text
from appliance.sealed_log.entry import Action, ClockTrust
from provisioning.sealed_log.findings import Finding, Kind
from provisioning.sealed_log.reading import OpenedEntry, OpenedLog


@dataclass(frozen=True, slots=True)
class SealedAs:
    """What the log says of an event: of whom it is, and by which clock."""

    cpr: str = field(repr=False)
    is_clock_sure: bool


@dataclass(frozen=True, slots=True)
class BoxJournal:
    """What counts on one box; `is_whole` says that its log may be believed to the last line.

    `named` are the CPR numbers and ids of everybody the log names, also of whom nothing was noted;
    `practised` was noted in drills.
    """

    box_id: str
    journal: Journal
    sealed: Mapping[str, SealedAs]
    is_whole: bool
    unread: tuple[Finding, ...] = ()
    named: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)
    practised: tuple[Entry, ...] = field(default=(), repr=False)

    def cpr_of(self, entry: Entry) -> str:
        """Return the CPR number of the citizen an entry is about, or nothing."""
        return self.sealed[entry.event.id].cpr

    def is_clock_sure(self, entry: Entry) -> bool:
        """Tell whether the times of an entry and of its effect were by a clock to be trusted."""
        told = [entry.event, *([entry.effect] if entry.effect else [])]
        return all(self.sealed[event.id].is_clock_sure for event in told)


def take_journal(box_id: str, opened: OpenedLog, *, is_whole: bool) -> BoxJournal:
    """Return what was noted on a box, in the order it was written down."""
    events: dict[str, JournalEvent] = {}
    sealed: dict[str, SealedAs] = {}
    unread: list[Finding] = []
    for one in opened.entries:
        if one.entry.action is not Action.JOURNAL:
            continue
        try:
            event = _read(one, events)
        except JournalError as error:
            unread.append(Finding(Kind.UNREAD, one.segment, f"line {one.number}: {error}"))
        else:
            events.setdefault(event.id, event)
            sealed.setdefault(event.id, _sealed_as(one, event))
    journal, in_drills = fold(events.values()), fold(events.values(), is_drill=True)
    practised = tuple(entry for entry in in_drills.entries if entry.event.is_drill)
    whom = (whom for one in opened.entries for whom in one.entry.whom if whom.cpr)
    named = frozenset((one.cpr, one.citizen_id) for one in whom)
    is_whole = is_whole and not unread
    return BoxJournal(box_id, journal, sealed, is_whole, tuple(unread), named, practised)


def _read(one: OpenedEntry, before: Mapping[str, JournalEvent]) -> JournalEvent:
    """Return the event of an entry; one that came before may come again, word for word.

    Raises:
        JournalError: it is none of this version, or the entry is about something else.

    """
    event = from_text(one.entry.text)
    if one.entry.about != event.id:
        raise JournalError("an event under another id than the entry's", "id")
    named = {whom.citizen_id for whom in one.entry.whom}
    if event.citizen_id and event.citizen_id not in named:
        raise JournalError("an event about another citizen than the entry", "citizen")
    if before.get(event.id, event) != event:
        raise JournalError("another event under an id that stood before", "id")
    return event


def _sealed_as(one: OpenedEntry, event: JournalEvent) -> SealedAs:
    cpr = {whom.citizen_id: whom.cpr for whom in one.entry.whom}.get(event.citizen_id, "")
    return SealedAs(cpr, one.entry.when.clock is ClockTrust.OK)
