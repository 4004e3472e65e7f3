"""List the doses given as needed whose effect is to be looked at, and take what was seen.

Those that are due first, then those that will be. Called through the front screen.
"""

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.care_journal.events import EffectSeen
from appliance.care_journal.state import Entry
from appliance.care_journal.wire import LONGEST
from appliance.policy import EFFECT_DUE_AFTER
from appliance.sealed_log.entry import Action
from appliance.web import audit, journal_desk, journal_view, plan_forms
from appliance.web.errors import EFFECT_KNOWN
from appliance.web.guards import needs_unlock
from appliance.web.journal_forms import kept_by, needed_line
from appliance.web.plan_forms import FormProblem
from appliance.words import Words

bp = Blueprint("effects", __name__)


def page(event_id: str = "", problem: Words | None = None) -> str:
    """Return the list; where something was wrong, with what was typed at that dose."""
    now = g.services.clock.now()
    waiting = journal_view.visible(journal_desk.journal().effects_due(now, EFFECT_DUE_AFTER))
    audit.saw(citizen for each in waiting if (citizen := journal_view.citizen_of(each)))
    return render_template(
        "journal_effects.html",
        waiting=[(each, journal_view.citizen_of(each), _is_due(each)) for each in waiting],
        problem=problem,
        wrong=event_id,
        initials=plan_forms.known_initials(),
        typed=request.form,
        longest=LONGEST,
    )


def _is_due(entry: Entry) -> bool:
    return entry.effect_due_at is not None and entry.effect_due_at <= g.services.clock.now()


@bp.get("/noedjournal/effekt")
@needs_unlock
@audit.entered_as(Action.VIEW_JOURNAL)
def show() -> str:
    """Show the list."""
    return page()


@bp.post("/noedjournal/<event_id>/effekt")
@needs_unlock
@audit.entered_as(Action.JOURNAL)
@kept_by(page)
def note(event_id: str) -> Response:
    """Save what was seen."""
    entry = journal_view.visible_entry(event_id)
    text = needed_line("effekt")
    if entry.effect is not None or entry.struck is not None:
        is_same = entry.effect is not None and entry.effect.what == EffectSeen(event_id, text)
        if not is_same:
            raise FormProblem(EFFECT_KNOWN)
    journal_view.note_of(entry, EffectSeen(event_id, text))
    return redirect("/noedjournal/effekt", 303)
