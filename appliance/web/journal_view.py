"""Say what of the care journal a visitor may see, and how much of it waits for somebody.

An entry is for whoever may see its citizen now; of a citizen who is not in the copy any more, for
whoever may see the unit it was written on. What may not be seen does not exist. Called by the
screens of the care journal and by what every page says of it.
"""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from flask import Flask, abort, g, url_for

from appliance.care_journal import events, ticks, words
from appliance.care_journal.events import What
from appliance.care_journal.state import Entry
from appliance.clock import DANISH_TIME
from appliance.errors import LockedError
from appliance.policy import HANDED_OVER
from appliance.records.models import Citizen
from appliance.records.terms import CitizenId, UnitId
from appliance.web import audit, journal_desk, typed_forms
from appliance.web.guards import reading, visible_citizen, visitor
from appliance.web.journal_desk import ToNote

# In addresses: a medicine that is not on the citizen's list.
IN_WORDS = "andet"


@dataclass(frozen=True, slots=True)
class OfCitizen:
    """Some entries of one citizen; None for one who is not in the copy any more."""

    citizen_id: CitizenId
    citizen: Citizen | None = field(repr=False)
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits for somebody, among what the visitor may see."""

    effects: int
    to_enter: int


def visible(entries: Iterable[Entry]) -> list[Entry]:
    """Return those the visitor may see, in the order they came."""
    units = visitor().unit_ids
    if units is None:
        return list(entries)
    unit_of: dict[str, str] = {}
    found = []
    for entry in entries:
        citizen_id = entry.event.citizen_id
        if citizen_id not in unit_of:
            citizen = reading().store.citizen(citizen_id)
            unit_of[citizen_id] = citizen.unit_id if citizen else entry.event.unit_id
        if unit_of[citizen_id] in units:
            found.append(entry)
    return found


def visible_entry(event_id: str) -> Entry:
    """Return an entry the visitor may see and note whom it shows, or answer 404."""
    known = (entry for entry in journal_desk.journal().entries if entry.event.id == event_id)
    entry = next(known, None) or abort(404)
    if reading().store.citizen(entry.event.citizen_id) is not None:
        visible_citizen(entry.event.citizen_id)
    elif visitor().may_see_unit(UnitId(entry.event.unit_id)):
        g.seen_unit = entry.event.unit_id
    else:
        abort(404)
    audit.saw((), about=entry.event.id)
    return entry


def citizen_of(entry: Entry) -> Citizen | None:
    """Return whom an entry is about, as the copy has them now."""
    return reading().store.citizen(entry.event.citizen_id)


def note_of(entry: Entry, what: What, happened_at: datetime | None = None) -> None:
    """Note something of an entry: its effect, that it was wrong, that it was typed in.

    `happened_at` defaults to now.

    Raises:
        FormProblem: nobody has said who does.
        JournalError, LogNotKeptError, KeeperDownError: as `journal_desk.write` says.

    """
    event, by = entry.event, typed_forms.initials()
    note = ToNote(
        what, by, citizen_of(entry), event.unit_id, event.citizen_id, happened_at=happened_at
    )
    journal_desk.write([note])


def by_citizen(entries: Iterable[Entry]) -> list[OfCitizen]:
    """Return entries citizen by citizen, in the order of their dwellings, and note who is shown."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.event.citizen_id, []).append(entry)
    order = {citizen.id: place for place, citizen in enumerate(reading().store.citizens())}
    groups = [
        OfCitizen(CitizenId(each), reading().store.citizen(each), tuple(found[each]))
        for each in sorted(found, key=lambda each: order.get(CitizenId(each), len(order)))
    ]
    audit.saw(group.citizen for group in groups if group.citizen)
    return groups


def waiting() -> Waiting | None:
    """Return how much waits; None for whoever reads no records, or where nobody can tell."""
    if g.get("visitor") is None or not g.visitor.sees_citizens or g.reading is None:
        return None
    try:
        journal = journal_desk.journal_if_read()
        if journal is None:
            return None
        due = visible(journal.effects_due(g.services.clock.now()))
        return Waiting(len(due), len(visible(journal.to_enter)))
    except (LockedError, sqlite3.Error):  # locked meanwhile: the error page says it, and asks too
        return None


def noted_of(citizen: Citizen) -> list[Entry] | None:
    """Return what the journal has of a citizen, the newest first; None where nobody can tell."""
    journal = journal_desk.journal_if_read()
    found = journal.of_citizen(citizen.id) if journal else None
    return found if found is None else sorted(found, key=_happened_at, reverse=True)


def _happened_at(entry: Entry) -> datetime:
    return entry.event.happened_at


def lately_given(citizen: Citizen) -> list[Entry] | None:
    """Return the medicine the journal has for a citizen in the last day and night, newest first.

    None where the box cannot show the journal: nobody may take that for nothing given.
    """
    noted, since = noted_of(citizen), g.services.clock.now() - HANDED_OVER
    return noted and [
        each
        for each in noted
        if isinstance(each.event.what, events.MedicineGiven)
        and each.struck is None
        and each.event.is_since(since)
    ]


def mending_url(entry: Entry) -> str:
    """Return where an entry is put right: the form it was written in."""
    event = entry.event
    to = partial(url_for, citizen_id=event.citizen_id, ret=event.id)
    match event.what:
        case events.MedicineGiven(order_id=order_id):
            return to("journal.medicine.ask", order_id=order_id or IN_WORDS)
        case events.Observed():
            return to("journal.observation.ask")
        case _:
            return to("journal.note.ask")


def is_today(moment: datetime) -> bool:
    """Tell whether a moment is on the Danish day it is now."""
    today = g.services.clock.now().astimezone(DANISH_TIME).date()
    return bool(moment.astimezone(DANISH_TIME).date() == today)


def install(app: Flask) -> None:
    """Give the templates the words of the journal and how much of it waits."""
    filters: dict[str, Callable[..., Any]] = {
        "in_short": words.in_short,
        "entry_kind": words.kind_of,
        "entry_facts": words.facts_of,
        "mending_url": mending_url,
        "ticked": ticks.told,
        "is_today": is_today,
        "minutes_after": lambda later, moment: (later - moment) // timedelta(minutes=1),
    }
    app.jinja_env.filters.update(filters)
    app.jinja_env.globals.update(journal_waiting=waiting, journal_words=words)
