"""Take what people type into the forms of the care journal, and lose none of it.

The form carries the id of the event it will become, so that sending it twice is one entry. What
does not fit, or is not surely on the disk, comes back in the form with what is wrong. The server
keeps no draft; how the words survive a lost connection is told in `README.md`. Called by the
screens of the care journal.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from appliance.care_journal import events
from appliance.care_journal.events import Written, new_event_id
from appliance.care_journal.state import Entry, Journal
from appliance.care_journal.wire import LONGEST, JournalError
from appliance.clock import format_time
from appliance.errors import KeeperDownError, LogNotKeptError
from appliance.records.models import Citizen
from appliance.sealed_log.entry import Action
from appliance.snapshot.hashing import sha256_hex
from appliance.web import audit, journal_desk, journal_times, typed_forms
from appliance.web.errors import (
    NOTE_KEPT_BEFORE,
    NOTE_NOT_KEPT,
    NOTE_TOO_LONG,
    NOTHING_CHOSEN,
    STRUCK_BEFORE,
)
from appliance.web.guards import reading
from appliance.web.journal_desk import ToNote
from appliance.web.typed_forms import FormProblem, Refusal, View
from appliance.words import Words

_ID = re.compile(r"[0-9a-f]{16}")
_FORM_LENGTH = 8  # of an event's id: which form it came of
_UNREADABLE = frozenset({"Cc", "Cs"})


def kept_by(page: Callable[..., str], not_kept: Words = NOTE_NOT_KEPT) -> Callable[[View], View]:
    """Have a form shown again with what was typed where it cannot be taken, or may not be kept.

    `not_kept` says so of a form with nothing typed in.
    """
    return typed_forms.shown_again_by(
        page,
        (
            # What is missing was refused before: it is too long.
            Refusal((JournalError,), 422, lambda _: NOTE_TOO_LONG),
            Refusal((LogNotKeptError, KeeperDownError), 503, lambda _: not_kept),
        ),
        # An error is no entry by itself, but this page shows the citizen once more.
        lambda: audit.enter(Action.VIEW_JOURNAL),
    )


def shown(
    citizen: Citizen, problem: Words | None, before: Mapping[str, str], old: Entry | None = None
) -> dict[str, Any]:
    """Return what every form of one citizen shows; `before` stands in fields nobody has typed in.

    `old` is the entry this one is written instead of.
    """
    times = journal_times.asked(old.event.happened_at if old else None)
    fields = {
        "nr": new_event_id(),
        **times["when"],
        **before,
        **(request.form.to_dict() if problem else {}),
    }
    if problem is NOTE_KEPT_BEFORE:
        fields["nr"] = new_event_id()
    return {
        "citizen": citizen,
        "unit": reading().store.unit(citizen.unit_id),
        "problem": problem,
        "initials": typed_forms.known_initials(),
        "typed": fields,
        "old": old,
        "days": times["days"],
        "today": times["today"],
        "longest": LONGEST,
    }


def old_entry(citizen: Citizen, kind: type[Written]) -> Entry | None:
    """Return the entry that is to be put right, if the address or the form names one; else 404."""
    wanted = request.values.get("ret", "")
    if not wanted:
        return None
    entries = journal_desk.journal().of_citizen(citizen.id)
    found = next((each for each in entries if each.event.id == wanted), None)
    return found if found and isinstance(found.event.what, kind) else abort(404)


def save(citizen: Citizen, what: Written, old: Entry | None = None) -> Response:
    """Note what was typed, strike what it stands instead of, and show the citizen's journal.

    Raises:
        FormProblem: initials or a time are missing, or the form was saved with other words.
        JournalError, LogNotKeptError, KeeperDownError: as `journal_desk.write` says.

    """
    by = typed_forms.initials()
    when = journal_times.taken(old.event.happened_at if old else None)
    note = ToNote(what, by, citizen, id=event_id(citizen, what, when), happened_at=when)
    if not _is_kept(note):
        journal_desk.write([*_strike(citizen, by, old), note])
    else:
        audit.enter(Action.VIEW_JOURNAL)
    address = url_for("journal.citizen.show", citizen_id=citizen.id, gemt=note.id)
    return redirect(address, 303)


def _is_kept(note: ToNote) -> bool:
    """Tell whether exactly this was saved before; a journal nobody can show tells nothing.

    What was saved in a drill was not saved for real.
    """
    journal: Journal | None = journal_desk.journal_if_read()
    known = {each.event.id for each in journal.entries} if journal else set()
    if note.id in known:
        return True
    if any(each[:_FORM_LENGTH] == note.id[:_FORM_LENGTH] for each in journal_desk.known_ids()):
        raise FormProblem(NOTE_KEPT_BEFORE)
    return False


def _strike(citizen: Citizen, by: str, old: Entry | None) -> list[ToNote]:
    if old is None:
        return []
    if old.struck is not None:
        raise FormProblem(STRUCK_BEFORE)
    return [ToNote(events.Struck(old.event.id, needed_line("grund")), by, citizen)]


def event_id(citizen: Citizen, what: Written, when: datetime) -> str:
    """Return the id of the event this form becomes; 400 to a form that has none.

    Half of it is the form's, half comes of what is said in it: the same words twice are one event,
    and other words are never taken for those of a first try that may be on the disk after all.
    """
    typed = request.form.get("nr", "")
    if not _ID.fullmatch(typed):
        abort(400)
    said = repr((citizen.id, type(what).__name__, asdict(what), format_time(when)))
    return typed[:_FORM_LENGTH] + sha256_hex(said.encode())[: len(typed) - _FORM_LENGTH]


def words(name: str) -> str:
    """Return what was typed, with its lines; characters nobody can read are left out."""
    text = request.form.get(name, "").replace("\r\n", "\n").replace("\t", " ")
    kept = (one for one in text if one == "\n" or unicodedata.category(one) not in _UNREADABLE)
    return "".join(kept).strip()


def line(name: str) -> str:
    """Return what was typed on one line."""
    return " ".join(words(name).split())


def needed(name: str) -> str:
    """Return what was typed.

    Raises:
        FormProblem: nothing was.

    """
    return words(name) or _missing()


def needed_line(name: str, lacking: Words = NOTHING_CHOSEN) -> str:
    """Return what was typed on one line.

    Raises:
        FormProblem: nothing was; `lacking` says what.

    """
    return line(name) or _missing(lacking)


def _missing(lacking: Words = NOTHING_CHOSEN) -> str:
    raise FormProblem(lacking)
