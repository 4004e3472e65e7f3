"""Show how the outage stands: the clock, what must be decided, what to do now. Sign and undo.

The blueprint of all screens of the plan; each of the others is a file of its own beside this one.
Called through `create_app`.
"""

from flask import Blueprint, abort, g, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.outage.events import Happening, Kind
from appliance.outage.stages import to_do
from appliance.web import plan_forms, typed_forms
from appliance.web.errors import NOTHING_CHOSEN
from appliance.web.guards import open_to_all
from appliance.web.outage_view import outage_view
from appliance.web.outage_words import PROBED
from appliance.web.plan_forms import shown_again_by
from appliance.web.screens.outage import (
    begin,
    call_in,
    contact_round,
    decisions,
    extent,
    letters,
    log,
    reading,
    report,
)
from appliance.web.screens.preferences import safe_path
from appliance.web.typed_forms import FormProblem
from appliance.words import Words

HOME = "/indsatsplan"
bp = Blueprint("outage", __name__, url_prefix=HOME)
for _screen in (begin, contact_round, call_in, decisions, extent, letters, log, reading, report):
    bp.register_blueprint(_screen.bp)


def page(problem: Words | None = None) -> str:
    """Return the page."""
    view = outage_view()
    return render_template(
        "outage_front.html",
        view=view,
        problem=problem,
        to_do=to_do(view.plan, view.lapse, view.due) if view.is_on else (),
        suspicion=g.services.suspicion(),
        probed=PROBED,
        initials=typed_forms.known_initials(),
    )


@bp.get("")
@open_to_all
def show() -> str:
    """Show how it stands."""
    return page()


@bp.post("/gjort")
@open_to_all
@shown_again_by(page)
def sign() -> Response:
    """Note that a point of the checklist is done; one that was signed for stays as it is."""
    by, chosen = typed_forms.initials(), request.form.get("trin", "")
    item = next((each for each in g.services.plan.checklist if each.id == chosen), None)
    if item is None:
        raise FormProblem(NOTHING_CHOSEN)
    if g.services.outage.outage().about(Kind.STEP, item.id) is None:
        plan_forms.write(Happening(Kind.STEP, by, about=item.id, name=item.text))
    return redirect(HOME, 303)


@bp.post("/fortryd")
@open_to_all
@shown_again_by(page)
def undo() -> Response:
    """Take back one event; what was taken back already stays so."""
    by, number = typed_forms.initials(), request.form.get("nr", "")
    if not number.isascii() or not number.isdecimal() or len(number) > 8:  # noqa: PLR2004
        abort(400)
    g.services.outage.undo(int(number), by, plan_forms.client())
    return redirect(safe_path(request.form.get("tilbage", HOME)), 303)


@bp.post("/genoptag")
@open_to_all
@shown_again_by(page)
def resume() -> Response:
    """Go on with what was ended by mistake."""
    g.services.outage.resume(typed_forms.initials(), plan_forms.client())
    return redirect(HOME, 303)


@bp.post("/hvem")
@open_to_all
def change_person() -> Response:
    """Let somebody else sign at this browser."""
    typed_forms.forget_initials()
    return redirect(safe_path(request.form.get("tilbage", HOME)), 303)
