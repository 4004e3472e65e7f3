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
from datetime import date, datetime, time, timedelta
from functools import wraps
from typing import Any, TypeVar

from flask import abort, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from appliance.care_journal import events
from appliance.care_journal.events import Written, new_event_id
from appliance.care_journal.state import Entry, Journal
from appliance.care_journal.wire import LONGEST, JournalError
from appliance.clock import DANISH_TIME, JudgedClock, format_time
from appliance.errors import KeeperDownError, LogNotKeptError
from appliance.records.age import show_time
from appliance.records.models import Citizen
from appliance.sealed_log.entry import Action
from appliance.snapshot.hashing import sha256_hex
from appliance.web import audit, journal_desk, plan_forms
from appliance.web.errors import (
    NOT_HAPPENED_YET,
    NOTE_KEPT_BEFORE,
    NOTE_NOT_KEPT,
    NOTE_TOO_LONG,
    NOTHING_CHOSEN,
    STRUCK_BEFORE,
    TIME_UNREAD,
    TOO_LONG_AGO,
)
from appliance.web.guards import reading
from appliance.web.journal_desk import ToNote
from appliance.web.plan_forms import FormProblem
from appliance.words import Words

View = TypeVar("View", bound=Callable[..., Any])
_ID = re.compile(r"[0-9a-f]{16}")
_FORM_LENGTH = 8  # of an event's id: which form it came of
# On the number pad of a phone there is no full stop.
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[.:]?([0-5][0-9])")
_UNREADABLE = frozenset({"Cc", "Cs"})
_OLDEST = timedelta(days=2)  # yesterday, also in a form that lay open over midnight


def kept_by(page: Callable[..., str], not_kept: Words = NOTE_NOT_KEPT) -> Callable[[View], View]:
    """Have a form shown again with what was typed where it cannot be taken, or may not be kept.

    `not_kept` says so of a form with nothing typed in.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def taken(**ids: Any) -> Any:
            try:
                return view(**ids)
            except FormProblem as problem:
                return _again(page(problem=problem.words, **ids), 422)
            except JournalError:  # what is missing was refused before: it is too long
                return _again(page(problem=NOTE_TOO_LONG, **ids), 422)
            except (LogNotKeptError, KeeperDownError):
                return _again(page(problem=not_kept, **ids), 503)

        return taken  # type: ignore[return-value]

    return decorate


def _again(page: str, status: int) -> Response:
    # An error is no entry by itself, but this page shows the citizen once more.
    audit.enter(Action.VIEW_JOURNAL)
    return make_response(page, status)


def shown(
    citizen: Citizen, problem: Words | None, before: Mapping[str, str], old: Entry | None = None
) -> dict[str, Any]:
    """Return what every form of one citizen shows; `before` stands in fields nobody has typed in.

    `old` is the entry this one is written instead of.
    """
    clock: JudgedClock = g.services.clock
    now = old.event.happened_at if old else clock.now()
    is_sure = old is not None or clock.judged().is_trusted
    today, then = _day_of(clock.now()), _day_of(now)
    fields = {
        "nr": new_event_id(),
        # Nobody vouches for the box's clock: it is read off a watch.
        "kl": show_time(now) if is_sure else "",
        "dag": then.isoformat(),
        **before,
        **(request.form.to_dict() if problem else {}),
    }
    if problem is NOTE_KEPT_BEFORE:
        fields["nr"] = new_event_id()
    return {
        "citizen": citizen,
        "unit": reading().store.unit(citizen.unit_id),
        "problem": problem,
        "initials": plan_forms.known_initials(),
        "typed": fields,
        "old": old,
        "days": sorted({today, today - timedelta(days=1), then}, reverse=True),
        "today": today,
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
    by = plan_forms.initials()
    when = happened_at(old)
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


def needed_line(name: str) -> str:
    """Return what was typed on one line.

    Raises:
        FormProblem: nothing was.

    """
    return line(name) or _missing()


def _missing() -> str:
    raise FormProblem(NOTHING_CHOSEN)


def happened_at(old: Entry | None = None) -> datetime:
    """Return when it happened: today or yesterday, and not later than now.

    With a clock nobody vouches for, what was read off a watch is taken as it is. What is put right
    may stay on the day of the `old` entry, however long ago that is.

    Raises:
        FormProblem: it is no time, in the future, or too long ago.

    """
    clock: JudgedClock = g.services.clock
    now, moment = clock.now(), _typed_time(clock.now())
    if not clock.judged().is_trusted:
        return moment
    if moment > now:
        raise FormProblem(NOT_HAPPENED_YET)
    is_day_of_old = old is not None and _day_of(moment) == _day_of(old.event.happened_at)
    if _day_of(moment) < _day_of(now) - _OLDEST and not is_day_of_old:
        raise FormProblem(TOO_LONG_AGO)
    return moment


def _typed_time(now: datetime) -> datetime:
    found = _TIME.fullmatch(request.form.get("kl", "").strip())
    try:
        day = date.fromisoformat(request.form.get("dag", ""))
    except ValueError:
        day = None
    if found is None or day is None:
        raise FormProblem(TIME_UNREAD)
    return danish_moment(day, time(int(found[1]), int(found[2])), now)


def danish_moment(day: date, at: time, now: datetime) -> datetime:
    """Return a Danish clock time as a moment; of the hour that comes twice, the last one passed."""
    first, second = (
        datetime.combine(day, at.replace(fold=fold), DANISH_TIME).astimezone(now.tzinfo)
        for fold in (0, 1)
    )
    return second if first < second <= now else first


def _day_of(moment: datetime) -> date:
    return moment.astimezone(DANISH_TIME).date()
