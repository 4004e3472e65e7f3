"""List the doses given as needed whose effect is to be looked at, and take what was seen.

Those that are due first, then those that will be. Called through the front screen.
"""

from datetime import datetime

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.care_journal.events import EffectSeen
from appliance.care_journal.state import Entry
from appliance.care_journal.wire import LONGEST
from appliance.sealed_log.entry import Action
from appliance.web import audit, journal_desk, journal_times, journal_view, typed_forms
from appliance.web.errors import BEFORE_THE_DOSE, EFFECT_KNOWN
from appliance.web.guards import needs_unlock
from appliance.web.journal_forms import kept_by, needed_line
from appliance.web.typed_forms import FormProblem
from appliance.words import Words

bp = Blueprint("effects", __name__)


def page(event_id: str = "", problem: Words | None = None) -> str:
    """Return the list; where something was wrong, with what was typed at that dose."""
    now = g.services.clock.now()
    awaited = journal_view.visible(journal_desk.journal().effects_awaited)
    audit.saw(citizen for each in awaited if (citizen := journal_view.citizen_of(each)))
    waiting = [(each, journal_view.citizen_of(each), each.is_effect_due(now)) for each in awaited]
    times = journal_times.asked()
    return render_template(
        "journal_effects.html",
        waiting=sorted(waiting, key=lambda row: not row[2]),
        problem=problem,
        wrong=event_id,
        initials=typed_forms.known_initials(),
        typed={**times["when"], **(request.form.to_dict() if problem else {})},
        untyped=times["when"],
        days=times["days"],
        today=times["today"],
        longest=LONGEST,
    )


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
    if entry.effect is not None and entry.effect.what == EffectSeen(event_id, text):
        audit.enter(Action.VIEW_JOURNAL)  # a second tap
        return redirect("/noedjournal/effekt", 303)
    if entry.effect is not None or entry.struck is not None:
        raise FormProblem(EFFECT_KNOWN)
    journal_view.note_of(entry, EffectSeen(event_id, text), _seen_at(entry))
    return redirect("/noedjournal/effekt", 303)


def _seen_at(entry: Entry) -> datetime:
    """Return when somebody looked; not before the dose, unless a clock was unsure then or is now.

    Raises:
        FormProblem: it is no time, in the future, too long ago, or before the dose.

    """
    seen_at = journal_times.taken()
    is_sure = entry.event.is_clock_sure and g.services.clock.judged().is_trusted
    if is_sure and seen_at < entry.event.happened_at.replace(second=0, microsecond=0):
        raise FormProblem(BEFORE_THE_DOSE)
    return seen_at
