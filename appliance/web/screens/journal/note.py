"""Write a note of a citizen in words. Called through the front screen."""

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from appliance.care_journal.events import Noted
from appliance.sealed_log.entry import Action
from appliance.web import audit, journal_forms
from appliance.web.guards import needs_unlock, visible_citizen
from appliance.web.journal_forms import kept_by
from appliance.words import Words

bp = Blueprint("note", __name__)


def page(citizen_id: str, problem: Words | None = None) -> str:
    """Return the form."""
    citizen = visible_citizen(citizen_id)
    old = journal_forms.old_entry(citizen, Noted)
    before = {"tekst": old.event.what.text} if old and isinstance(old.event.what, Noted) else {}
    audit.saw(())
    return render_template(
        "journal_note.html", **journal_forms.shown(citizen, problem, before, old)
    )


@bp.get("/borgere/<citizen_id>/journal/notat")
@needs_unlock
@audit.entered_as(Action.VIEW_JOURNAL)
def ask(citizen_id: str) -> str:
    """Show the form."""
    return page(citizen_id)


@bp.post("/borgere/<citizen_id>/journal/notat")
@needs_unlock
@audit.entered_as(Action.JOURNAL)
@kept_by(page)
def write(citizen_id: str) -> Response:
    """Save the note."""
    citizen = visible_citizen(citizen_id)
    old = journal_forms.old_entry(citizen, Noted)
    return journal_forms.save(citizen, Noted(journal_forms.needed("tekst")), old)
