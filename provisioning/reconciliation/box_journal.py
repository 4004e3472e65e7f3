"""Take the care journal of one box out of its opened log, and keep what only the log knows.

The CPR number stands in the entry round the event. An event that cannot be read is named, and makes
the log not whole: it may strike any other. Pure. Called by the commands.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from appliance.care_journal.events import EffectSeen, JournalEvent, Struck
from appliance.care_journal.state import Entry, Journal, fold, without_drills
from appliance.care_journal.wire import JournalError, from_text
from appliance.sealed_log.entry import Action
from provisioning.sealed_log.findings import Finding, Kind
from provisioning.sealed_log.reading import OpenedEntry, OpenedLog


@dataclass(frozen=True, slots=True)
class BoxJournal:
    """What counts on one box; `is_whole` says that its log may be believed to the last line.

    `cprs` are by event: the CPR number of the citizen it is about, or nothing. `taken_back` are the
    entries with an effect that counts no more, and what struck it: the care system may have it from
    before. `named` are the CPR numbers and ids of everybody the log names, also of whom nothing was
    noted; `practised` was noted in drills.
    """

    box_id: str
    journal: Journal
    cprs: Mapping[str, str] = field(repr=False)
    is_whole: bool
    taken_back: tuple[Entry, ...] = ()
    unread: tuple[Finding, ...] = ()
    named: frozenset[tuple[str, str]] = field(default=frozenset(), repr=False)
    practised: tuple[Entry, ...] = field(default=(), repr=False)

    def cpr_of(self, entry: Entry) -> str:
        """Return the CPR number of the citizen an entry is about, or nothing."""
        return self.cprs[entry.event.id]


def take_journal(box_id: str, opened: OpenedLog, *, is_whole: bool) -> BoxJournal:
    """Return what was noted on a box, in the order it was written down."""
    events: dict[str, JournalEvent] = {}
    cprs: dict[str, str] = {}
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
            cprs.setdefault(event.id, _cpr_of(one, event))
    journal, in_drills = fold(events.values()), fold(events.values(), is_drill=True)
    whom = (whom for one in opened.entries for whom in one.entry.whom if whom.cpr)
    return BoxJournal(
        box_id,
        journal,
        cprs,
        is_whole and not unread,
        tuple(_taken_back(tuple(without_drills(events.values())), journal)),
        tuple(unread),
        frozenset((one.cpr, one.citizen_id) for one in whom),
        tuple(entry for entry in in_drills.entries if entry.event.is_drill),
    )


def _read(one: OpenedEntry, before: Mapping[str, JournalEvent]) -> JournalEvent:
    """Return the event of an entry; one that came before may come again, later and by another.

    A box that could not say in time that a note is kept lets it be noted once more: then both are
    in its log. The first counts, as on the box.

    Raises:
        JournalError: it is none of this version, or the entry is about something else.

    """
    event = from_text(one.entry.text)
    if one.entry.about != event.id:
        raise JournalError("an event under another id than the entry's", "id")
    named = {whom.citizen_id for whom in one.entry.whom}
    if event.citizen_id and event.citizen_id not in named:
        raise JournalError("an event about another citizen than the entry", "citizen")
    first = before.get(event.id, event)
    if _as_noted_first(event, first) != first:
        raise JournalError("another event under an id that stood before", "id")
    return event


def _as_noted_first(event: JournalEvent, first: JournalEvent) -> JournalEvent:
    """Return an event as if it was written down together with the first under its id."""
    return replace(
        event,
        written_at=first.written_at,
        by=first.by,
        is_clock_sure=first.is_clock_sure,
    )


def _taken_back(happened: Collection[JournalEvent], journal: Journal) -> Iterator[Entry]:
    """Yield each effect that was struck, or whose dose was, in the entry as it stood with it.

    What happened in a drill strikes nothing that is true.
    """
    entries = {entry.event.id: entry for entry in journal.entries}
    strikes = {event.what.of: event for event in happened if isinstance(event.what, Struck)}
    for event in happened:
        entry = entries.get(event.what.of) if isinstance(event.what, EffectSeen) else None
        if entry is None or event == entry.effect:
            continue
        struck = strikes.get(event.id, entry.struck)
        if struck is not None:
            yield replace(entry, effect=event, struck=struck)


def _cpr_of(one: OpenedEntry, event: JournalEvent) -> str:
    return {whom.citizen_id: whom.cpr for whom in one.entry.whom}.get(event.citizen_id, "")
