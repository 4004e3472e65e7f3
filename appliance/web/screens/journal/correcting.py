"""Strike an entry that is wrong, saying why; it stays readable. Called through the front screen.

Putting it right is one form for both (`journal_forms.save`): the old one is never struck without
the new one being there.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appliance.care_journal.events import Struck
from appliance.care_journal.wire import LONGEST
from appliance.sealed_log.entry import Action
from appliance.web import audit, journal_view, typed_forms
from appliance.web.errors import STRUCK_BEFORE
from appliance.web.guards import needs_unlock
from appliance.web.journal_forms import kept_by, needed_line
from appliance.web.typed_forms import FormProblem
from appliance.words import Words

bp = Blueprint("correcting", __name__)


def page(event_id: str, problem: Words | None = None) -> str:
    """Return the form."""
    entry = journal_view.visible_entry(event_id)
    return render_template(
        "journal_strike.html",
        entry=entry,
        citizen=journal_view.citizen_of(entry),
        problem=problem,
        initials=typed_forms.known_initials(),
        typed=request.form,
        longest=LONGEST,
    )


@bp.get("/noedjournal/<event_id>/stregning")
@needs_unlock
@audit.entered_as(Action.VIEW_JOURNAL)
def ask(event_id: str) -> str:
    """Show the entry, and ask why."""
    return page(event_id)


@bp.post("/noedjournal/<event_id>/stregning")
@needs_unlock
@audit.entered_as(Action.JOURNAL)
@kept_by(page)
def strike(event_id: str) -> Response:
    """Strike it."""
    entry = journal_view.visible_entry(event_id)
    citizen = journal_view.citizen_of(entry)
    if entry.struck is not None:
        raise FormProblem(STRUCK_BEFORE)
    journal_view.note_of(entry, Struck(entry.event.id, needed_line("grund")))
    if citizen is None:
        return redirect(url_for("journal.entering.show_list"), 303)
    return redirect(url_for("journal.citizen.show", citizen_id=citizen.id), 303)
