"""Read what was noted of citizens in an outage, and note more: the screens' one way to do either.

An event is on the disk, sealed, before `write` returns; whoever was told that it is saved can rely
on it. The entry of the sealed log that holds it is the audit entry of the request as well. Decides
nothing about what may be noted. Called by the screens of the care journal and of the boards.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from flask import g

from appliance.care_journal.events import JournalEvent, What, new_event_id
from appliance.care_journal.state import Journal
from appliance.clock import JudgedClock, is_day_sure
from appliance.records.models import Citizen
from appliance.web import audit


@dataclass(frozen=True, slots=True)
class ToNote:
    """What is to be noted; `id` stands in the form, so that sending it twice is one event.

    Without a citizen it is about paper, about signing off, or about somebody who is not in the copy
    any more (`citizen_id`); `happened_at` defaults to now.
    """

    what: What = field(repr=False)
    by: str
    citizen: Citizen | None = field(default=None, repr=False)
    unit_id: str = ""
    citizen_id: str = ""
    id: str = field(default_factory=new_event_id)
    happened_at: datetime | None = None

    def event(self, now: datetime, *, is_drill: bool, is_clock_sure: bool) -> JournalEvent:
        """Return the event, written down now."""
        return JournalEvent(
            id=self.id,
            happened_at=self.happened_at or now,
            written_at=now,
            by=self.by,
            what=self.what,
            citizen_id=self.citizen.id if self.citizen else self.citizen_id,
            unit_id=self.unit_id or (self.citizen.unit_id if self.citizen else ""),
            is_drill=is_drill,
            is_clock_sure=is_clock_sure,
        )


def journal() -> Journal:
    """Return what counts now, of the whole box; whom the visitor may see is for the caller.

    Raises:
        LockedError: the box was locked meanwhile.
        JournalUnreadError: it could not be read when the box was opened. Noting works all the same.

    """
    found: Journal = g.services.journal.now(is_drill=is_drill())
    return found


def journal_if_read() -> Journal | None:
    """Return what counts now, or None where the box cannot show it: never an empty one instead."""
    found: Journal | None = g.services.journal.if_read(is_drill=is_drill())
    return found


def known_ids() -> frozenset[str]:
    """Return the ids of all entries, those of drills too: none may stand for anything else."""
    found: Journal | None = g.services.journal.if_read(is_drill=True)
    return frozenset(entry.event.id for entry in found.entries) if found else frozenset()


def is_drill() -> bool:
    """Tell whether a drill is on: then what is noted is practice, and what was practised shows."""
    return bool(g.services.outage.on_paper().is_drill)


def write(notes: Iterable[ToNote]) -> tuple[JournalEvent, ...]:
    """Note something; it is on the disk when this returns, or the error says that it may not be.

    Raises:
        JournalError: something does not fit; the error names the field, and nothing was noted.
        LockedError: the box was locked meanwhile.
        LogNotKeptError, KeeperDownError: nobody knows whether it is kept; the same id again does
            no harm.

    """
    clock: JudgedClock = g.services.clock
    now, wanted = clock.now(), list(notes)
    is_sure = is_day_sure(clock)
    # A note of a drill stays one: nobody can ask afterwards what was true of it.
    is_practice = is_drill()
    events = tuple(each.event(now, is_drill=is_practice, is_clock_sure=is_sure) for each in wanted)
    pairs = zip(events, wanted, strict=True)
    entries = [audit.entry_of_note(event, note.citizen) for event, note in pairs]
    g.services.keeper.note_in_journal(entries)
    g.is_entered = True  # the entries of the journal are those of this request
    return events
