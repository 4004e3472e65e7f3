"""Show what happened, line by line, and the report of it; take a line of text for the log.

Nothing in it can be changed afterwards: what was taken back stands struck through. Called through
the front screen.
"""

from flask import Blueprint, abort, g, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.outage.events import Happening, Kind
from appliance.outage.limits import TEXT_LENGTH
from appliance.outage.report import report_of
from appliance.outage.stages import due_of
from appliance.web import plan_forms, typed_forms
from appliance.web.errors import NOTHING_CHOSEN
from appliance.web.guards import open_to_all
from appliance.web.outage_view import OutageView, outage_view
from appliance.web.outage_words import CALL_IN, ROUND
from appliance.web.plan_forms import shown_again_by
from appliance.web.typed_forms import FormProblem
from appliance.words import Words

bp = Blueprint("log", __name__)


def page(problem: Words | None = None) -> str:
    """Return the log of the present outage, or of the last one."""
    return _page(outage_view(), problem, g.services.outage.kept()[1:])


@bp.get("/log")
@open_to_all
def show() -> str:
    """Show it."""
    return page()


@bp.post("/log")
@open_to_all
@shown_again_by(page)
def note() -> Response:
    """Add a line."""
    by, text = typed_forms.initials(), plan_forms.line("tekst")
    if not text:
        raise FormProblem(NOTHING_CHOSEN)
    plan_forms.write(Happening(Kind.NOTE, by, text=text))
    return redirect(request.path, 303)


@bp.get("/log/<int:number>")
@open_to_all
def show_earlier(number: int) -> str:
    """Show one that is over."""
    lapse = g.services.outage.lapse_of(number)
    if lapse is None or lapse.outage.start is None:
        abort(404)
    plan = g.services.plan
    view = OutageView(plan, lapse, due_of(plan, lapse), g.services.clock.now())
    return _page(view, None, [], is_earlier=True)


def _page(
    view: OutageView, problem: Words | None, earlier: list[object], *, is_earlier: bool = False
) -> str:
    return render_template(
        "outage_log.html",
        view=view,
        problem=problem,
        report=report_of(view.plan, view.lapse) if view.lapse.outage.start else None,
        earlier=earlier,
        is_earlier=is_earlier,
        answers=CALL_IN | ROUND,
        longest=TEXT_LENGTH,
        initials=typed_forms.known_initials(),
        typed=request.form,
    )
