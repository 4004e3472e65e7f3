"""Note who was asked to come in, what they answered and when they arrive. By initials only.

Names and numbers of staff belong on the printed list: everybody on the network reads this one.
Called through the front screen.
"""

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.outage.events import Happening, Kind
from appliance.web import plan_forms, typed_forms
from appliance.web.errors import NOTHING_CHOSEN
from appliance.web.guards import open_to_all
from appliance.web.outage_view import outage_view
from appliance.web.outage_words import CALL_IN
from appliance.web.plan_forms import shown_again_by
from appliance.web.screens.locked import clean_initials
from appliance.web.typed_forms import FormProblem
from appliance.words import Words

bp = Blueprint("call_in", __name__)


def page(problem: Words | None = None) -> str:
    """Return the list."""
    view = outage_view()
    return render_template(
        "outage_call_in.html",
        view=view,
        problem=problem,
        called=view.lapse.outage.all_of(Kind.CALL_IN),
        answers=CALL_IN,
        initials=typed_forms.known_initials(),
        typed=request.form,
    )


@bp.get("/tilkald")
@open_to_all
def show() -> str:
    """Show who was asked."""
    return page()


@bp.post("/tilkald")
@open_to_all
@shown_again_by(page)
def note() -> Response:
    """Note an answer; a newer one of the same colleague takes its place."""
    by, who = typed_forms.initials(), clean_initials(request.form.get("hvem", ""))
    if not who:
        raise FormProblem(NOTHING_CHOSEN)
    answer = typed_forms.choice("svar", CALL_IN)
    arrives = plan_forms.minutes_until("kommer")
    plan_forms.write(Happening(Kind.CALL_IN, by, who, who, answer, minutes=arrives))
    return redirect(request.path, 303)
