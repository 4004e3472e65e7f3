"""Begin and end an outage or a drill, each after a second look. Called through the front screen."""

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.outage.journal import Beginning
from appliance.web import plan_forms, typed_forms
from appliance.web.errors import NOTHING_UNDER_WAY
from appliance.web.guards import open_to_all
from appliance.web.outage_view import outage_view
from appliance.web.outage_words import AGO, PROBED
from appliance.web.plan_forms import shown_again_by
from appliance.web.typed_forms import FormProblem
from appliance.words import Words

bp = Blueprint("begin", __name__)
_HOME = "/indsatsplan"


def outage_page(problem: Words | None = None) -> str:
    """Return the question before an outage."""
    return _page(problem, is_drill=False)


def drill_page(problem: Words | None = None) -> str:
    """Return the question before a drill."""
    return _page(problem, is_drill=True)


def end_page(problem: Words | None = None) -> str:
    """Return the question before the end."""
    initials = typed_forms.known_initials()
    return render_template(
        "outage_end.html", view=outage_view(), problem=problem, initials=initials
    )


@bp.get("/start")
@open_to_all
def ask_outage() -> Response | str:
    """Ask what is down and since when."""
    view = outage_view()
    return redirect(_HOME, 303) if view.is_on and not view.is_drill else outage_page()


@bp.post("/start")
@open_to_all
@shown_again_by(outage_page)
def begin_outage() -> Response:
    """Begin; an outage that is on stays the one it is."""
    ago = request.form.get("siden", "0")
    minutes = int(ago) if ago in {str(each) for each in AGO} else 0
    down = chosen_systems()
    g.services.outage.begin(Beginning(typed_forms.initials(), minutes, down))
    return redirect(_HOME, 303)


@bp.get("/oevelse")
@open_to_all
def ask_drill() -> Response | str:
    """Say what a drill is."""
    return redirect(_HOME, 303) if outage_view().is_on else drill_page()


@bp.post("/oevelse")
@open_to_all
@shown_again_by(drill_page)
def begin_drill() -> Response:
    """Begin a drill, unless something is on."""
    g.services.outage.begin(Beginning(typed_forms.initials(), is_drill=True))
    return redirect(_HOME, 303)


@bp.get("/slut")
@open_to_all
def ask_end() -> Response | str:
    """Ask whether it is over."""
    return end_page() if outage_view().is_on else redirect(_HOME, 303)


@bp.post("/slut")
@open_to_all
@shown_again_by(end_page)
def end() -> Response:
    """End it, and show what came of it: of a drill its report, which is what it was held for."""
    is_drill = outage_view().is_drill
    if not g.services.outage.end(typed_forms.initials(), plan_forms.client()):
        raise FormProblem(NOTHING_UNDER_WAY)
    return redirect(f"{_HOME}/{'rapport' if is_drill else 'log'}", 303)


def chosen_systems() -> tuple[str, ...]:
    """Return what was ticked as down, of what the plan lists."""
    ticked = set(request.form.getlist("nede"))
    return tuple(system for system in g.services.plan.systems if system in ticked)


def _page(problem: Words | None, *, is_drill: bool) -> str:
    return render_template(
        "outage_begin.html",
        view=outage_view(),
        problem=problem,
        is_drill=is_drill,
        ago=AGO,
        systems=g.services.plan.systems,
        ticked=set(request.form.getlist("nede")),
        suspicion=g.services.suspicion(),
        probed=PROBED,
        initials=typed_forms.known_initials(),
    )
