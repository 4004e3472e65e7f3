"""Let a nurse past the bounds of her units in an emergency, and show the leaders who went.

Says first what it means, asks why, and enters the reason into the sealed log before the access is
given; a log that cannot be written stops nobody. Called through `create_app`.
"""

from flask import Blueprint, abort, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appliance.records.models import Unit
from appliance.sealed_log.entry import Action
from appliance.web import audit
from appliance.web.errors import NO_REASON
from appliance.web.guards import needs_unlock, unit_behind_glass, visitor
from appliance.words import Words

bp = Blueprint("glass", __name__)
# In Danish whatever the screen's language: the log and the leader read them.
REASONS = {
    "vagt": "Jeg dækker afsnittet i denne vagt.",
    "akut": "En borger har akut brug for hjælp.",
    "kollega": "En kollega på afsnittet har bedt om hjælp.",
}
FEWEST_LETTERS = 10
LONGEST_REASON = 200


@bp.get("/afsnit/<unit_id>/brudt-glas")
@needs_unlock
@audit.shows_nobody
def ask(unit_id: str) -> Response:
    """Say what breaking the glass means, and ask why."""
    unit = unit_behind_glass(unit_id)
    return _to_unit(unit) if visitor().may_see_unit(unit.id) else _page(unit)


@bp.post("/afsnit/<unit_id>/brudt-glas")
@needs_unlock
@audit.entered_as(Action.BREAK_GLASS)
def break_glass(unit_id: str) -> Response:
    """Give access to one more unit, after the reason was entered."""
    unit = unit_behind_glass(unit_id)
    if visitor().may_see_unit(unit.id):
        return _to_unit(unit)  # tapped twice
    choice, typed = request.form.get("grund", ""), request.form.get("tekst", "")
    reason = reason_of(choice, typed)
    if not reason:
        return _page(unit, NO_REASON, typed)
    audit.enter(Action.BREAK_GLASS, text=reason)
    g.services.glass.break_for(visitor().session, unit.id, unit.name, reason)
    return _to_unit(unit)


@bp.post("/afsnit/<unit_id>/brudt-glas/afslut")
@needs_unlock
@audit.entered_as(Action.GLASS_ENDED)
def end(unit_id: str) -> Response:
    """Give the access back before its time."""
    for each in visitor().broken:
        if each.unit_id == unit_id:
            g.seen_unit = each.unit_id
            audit.enter(Action.GLASS_ENDED)
            g.services.glass.end(each.token, each.unit_id)
    return redirect("/afsnit", 303)


@bp.get("/brudt-glas")
@needs_unlock
@audit.shows_nobody
def list_breaks() -> str:
    """Show a leader who broke the glass to or from their units since the box was opened."""
    if not visitor().is_leader:
        abort(403)
    breaks = g.services.glass.concerning(visitor().person.unit_ids)
    now_s = g.services.clock.monotonic()
    return render_template("broken_glass.html", breaks=breaks, now_s=now_s)


def reason_of(choice: str, typed: str) -> str:
    """Return the reason as it is entered, or nothing if it is too little of one. Pure."""
    chosen = REASONS.get(choice, "")
    written = " ".join(typed.split())[:LONGEST_REASON]
    letters = sum(character.isalpha() for character in written)
    return f"{chosen} {written}".strip() if chosen or letters >= FEWEST_LETTERS else ""


def _page(unit: Unit, problem: Words | None = None, typed: str = "") -> Response:
    page = render_template(
        "break_glass.html",
        unit=unit,
        reasons=REASONS,
        longest=LONGEST_REASON,
        problem=problem,
        typed=typed[:LONGEST_REASON],
    )
    return make_response(page, 422 if problem else 200)


def _to_unit(unit: Unit) -> Response:
    return redirect(url_for("citizens.list_citizens", unit_id=unit.id), 303)
