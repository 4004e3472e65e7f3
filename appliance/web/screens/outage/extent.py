"""Show how large the outage is: what the box sees, what people say is down, who else is hit.

Called through the front screen.
"""

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.outage.events import Happening, Kind
from appliance.web import plan_forms, typed_forms
from appliance.web.guards import open_to_all
from appliance.web.outage_view import outage_view
from appliance.web.outage_words import PROBED, ROUND
from appliance.web.plan_forms import shown_again_by
from appliance.web.screens.outage.begin import chosen_systems
from appliance.web.screens.outage.contact_round import counts_of, hit_by_box, rows_of
from appliance.words import Words

bp = Blueprint("extent", __name__)


def page(problem: Words | None = None) -> str:
    """Return the overview."""
    view = outage_view()
    rows = rows_of(view)
    return render_template(
        "outage_extent.html",
        view=view,
        problem=problem,
        suspicion=g.services.suspicion(),
        probed=PROBED,
        systems=view.plan.systems,
        counts=counts_of(rows),
        hit_by_box=hit_by_box(rows),
        answers=ROUND,
        initials=typed_forms.known_initials(),
    )


@bp.get("/omfang")
@open_to_all
def show() -> str:
    """Show it."""
    return page()


@bp.post("/omfang")
@open_to_all
@shown_again_by(page)
def note() -> Response:
    """Note what is down now."""
    plan_forms.write(Happening(Kind.DOWN, typed_forms.initials(), items=chosen_systems()))
    return redirect(request.path, 303)
