"""List what must be typed into the care system, show one entry to copy from, and count to zero.

In the care system's order: whom, when, what, by whom. What was struck, or got its effect, after it
was typed in comes back and says so. Called through the front screen.
"""

from flask import Blueprint, abort, g, redirect, render_template, url_for
from werkzeug.wrappers import Response

from appliance.care_journal import words as journal_words
from appliance.care_journal.events import Entered, Struck, What
from appliance.care_journal.state import Entry
from appliance.records.models import Unit
from appliance.sealed_log.entry import Action
from appliance.web import (
    audit,
    journal_desk,
    journal_view,
    paper_view,
    signing_off,
    typed_forms,
)
from appliance.web.guards import needs_unlock, reading, visitor
from appliance.web.journal_forms import kept_by
from appliance.web.notes import CPR_SHOWN_S
from appliance.words import Words

bp = Blueprint("entering", __name__)
_LIST = "/noedjournal/tastes-ind"


def list_page(problem: Words | None = None) -> str:
    """Return the list: what is to be entered citizen by citizen, and what has been."""
    journal = journal_desk.journal()
    to_enter = journal_view.visible(journal.to_enter)
    entered = [each for each in journal.entries if each.entered and not each.needs_entering]
    return render_template(
        "journal_to_enter.html",
        to_enter=journal_view.by_citizen(sorted(to_enter, key=_oldest_first)),
        entered=journal_view.by_citizen(journal_view.visible(entered)),
        count=len(to_enter),
        units=_units_of(to_enter),
        elsewhere=len(journal.to_enter) - len(to_enter),
        is_empty=not journal.entries,
        standing=signing_off.standing(journal, paper_view.everything(journal)),
        problem=problem,
        initials=typed_forms.known_initials(),
    )


def _units_of(entries: list[Entry]) -> list[Unit]:
    """Return the units whose list somebody may want on paper: where the citizens live now."""
    citizens = (journal_view.citizen_of(each) for each in entries)
    lived_in = {
        citizen.unit_id if citizen else each.event.unit_id
        for citizen, each in zip(citizens, entries, strict=True)
    }
    return [unit for unit in reading().store.units() if unit.id in lived_in]


def _oldest_first(entry: Entry) -> float:
    return entry.event.happened_at.timestamp()


def page(event_id: str, problem: Words | None = None) -> str:
    """Return one entry, to be copied from."""
    entry = journal_view.visible_entry(event_id)
    citizen = journal_view.citizen_of(entry)
    token = visitor().session.token
    to_enter = journal_view.visible(journal_desk.journal().to_enter)
    return render_template(
        "journal_copy.html",
        entry=entry,
        citizen=citizen,
        unit=reading().store.unit(entry.event.unit_id),
        is_cpr_shown=citizen is not None and g.services.notes.is_cpr_shown(token, citizen.id),
        cpr_shown_s=CPR_SHOWN_S,
        count=len(to_enter),
        words=journal_words,
        problem=problem,
        initials=typed_forms.known_initials(),
    )


@bp.get(_LIST)
@needs_unlock
@audit.entered_as(Action.VIEW_JOURNAL)
def show_list() -> str:
    """Show the list."""
    return list_page()


@bp.get(f"{_LIST}/<event_id>")
@needs_unlock
@audit.entered_as(Action.VIEW_JOURNAL)
def show(event_id: str) -> str:
    """Show one entry."""
    return page(event_id)


@bp.post(f"{_LIST}/<event_id>/cpr")
@needs_unlock
@audit.entered_as(Action.SHOW_CPR)
def show_cpr(event_id: str) -> Response:
    """Show the whole CPR for some seconds."""
    citizen = journal_view.citizen_of(journal_view.visible_entry(event_id)) or abort(404)
    g.services.notes.show_cpr(visitor().session.token, citizen.id)
    return redirect(url_for(".show", event_id=event_id), 303)


@bp.post(f"{_LIST}/<event_id>")
@needs_unlock
@audit.entered_as(Action.JOURNAL)
@kept_by(page)
def enter(event_id: str) -> Response:
    """Note that it was typed in, and go on with the next of the list."""
    entry = journal_view.visible_entry(event_id)
    _note(entry, Entered(entry.event.id) if entry.needs_entering else None)
    left = journal_view.visible(journal_desk.journal().to_enter)
    groups = [each for each in left if each.event.citizen_id == entry.event.citizen_id] or left
    following = min(groups, key=_oldest_first, default=None)
    return redirect(url_for(".show", event_id=following.event.id) if following else _LIST, 303)


@bp.post(f"{_LIST}/<event_id>/fortryd")
@needs_unlock
@audit.entered_as(Action.JOURNAL)
@kept_by(page)
def undo(event_id: str) -> Response:
    """Take back that it was typed in."""
    entry = journal_view.visible_entry(event_id)
    _note(entry, Struck(entry.entered.id) if entry.entered else None)
    return redirect(url_for(".show", event_id=event_id), 303)


def _note(entry: Entry, what: What | None) -> None:
    """Note something of an entry; nothing where somebody else was quicker."""
    if what is None:
        audit.enter(Action.VIEW_JOURNAL)
        return
    journal_view.note_of(entry, what)


@bp.post(f"{_LIST}/afslut")
@needs_unlock
@audit.entered_as(Action.JOURNAL)
@kept_by(list_page)
def sign_off() -> Response:
    """Vouch for it that everything is in the care system; refused while anything is not."""
    signing_off.sign_off()
    return redirect(_LIST, 303)
