"""Show card holders and leaders the code that lets colleagues in, and make a new one.

A card holder's code is made when they come in; a leader's when they ask, for the leader's own
units. Nobody else ever sees one. Called through `create_app`, and by the door.
"""

from flask import Blueprint, abort, g, redirect, render_template
from werkzeug.wrappers import Response

from appliance.sealed_log.entry import Action
from appliance.vault.sessions import Person
from appliance.vault.shift_codes import ShiftCode
from appliance.web import audit
from appliance.web.guards import needs_unlock, reading, visitor

bp = Blueprint("shift_code", __name__)


@bp.get("/vagtkode")
@needs_unlock
@audit.shows_nobody
def show() -> str:
    """Show the code, for whom it opens what, and how to make a new one."""
    _refuse_others()
    units = [unit.name for unit in reading().store.units() if visitor().may_see_unit(unit.id)]
    return render_template("shift_code.html", shift_code=own_code(), units=units)


@bp.post("/vagtkode")
@needs_unlock
@audit.entered_as(Action.SHIFT_CODE_MADE)
def renew() -> Response:
    """Make a new code; the old one ends, and so do the sessions begun with it."""
    _refuse_others()
    made = g.services.shift_codes.renew(visitor().person)
    audit.enter(Action.SHIFT_CODE_MADE, about=made.id)
    return redirect("/vagtkode", 303)


def offer(holder: Person) -> None:
    """Make sure there is a code for whoever came in with the card."""
    if g.services.shift_codes.of(holder) is None:
        made = g.services.shift_codes.make(holder)
        audit.enter_person(Action.SHIFT_CODE_MADE, holder, about=made.id)


def own_code() -> ShiftCode | None:
    """Return the code the visitor may tell colleagues, or None."""
    if not visitor().may_make_shift_code:
        return None
    found: ShiftCode | None = g.services.shift_codes.of(visitor().person)
    return found


def _refuse_others() -> None:
    if not visitor().may_make_shift_code:
        abort(403)
