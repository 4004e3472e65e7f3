"""Write down what leaders decided: the plan's questions, and whatever else. With names and time.

Called through the front screen.
"""

import secrets

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.outage.events import Happening, Kind
from appliance.outage.limits import NAME_LENGTH, TEXT_LENGTH
from appliance.outage.stages import is_open
from appliance.plan.models import Decision, ResponsePlan
from appliance.web import plan_forms, typed_forms
from appliance.web.errors import DECIDED_MEANWHILE, NOBODY_NAMED, NOTHING_CHOSEN, TIME_UNREAD
from appliance.web.guards import open_to_all
from appliance.web.outage_view import outage_view
from appliance.web.plan_forms import shown_again_by
from appliance.web.typed_forms import FormProblem
from appliance.words import Words

bp = Blueprint("decisions", __name__)
# A line to write a time on: on a screen it is a field.
_BLANK = "__"
_OTHER = "andet"


def page(problem: Words | None = None) -> str:
    """Return the questions, and what was decided."""
    view = outage_view()
    plan, outage = view.plan, view.lapse.outage
    asked = {decision.id for decision in plan.decisions}
    return render_template(
        "outage_decisions.html",
        view=view,
        problem=problem,
        questions=[(each, _made(each), is_open(each, view.lapse)) for each in plan.decisions],
        others=[each for each in outage.all_of(Kind.DECISION) if each.what.about not in asked],
        blank=_BLANK,
        longest=NAME_LENGTH,
        longest_text=TEXT_LENGTH,
        initials=typed_forms.known_initials(),
        typed=request.form,
        other=_OTHER,
        is_other_s=problem is DECIDED_MEANWHILE,
    )


@bp.get("/beslutninger")
@open_to_all
def show() -> str:
    """Show them."""
    return page()


@bp.post("/beslutninger")
@open_to_all
@shown_again_by(page)
def decide() -> Response:
    """Write down one decision."""
    by, asked = typed_forms.initials(), request.form.get("om", "")
    plan: ResponsePlan = g.services.plan
    decision = next((each for each in plan.decisions if each.id == asked), None)
    if decision is None and asked != _OTHER:
        raise FormProblem(NOTHING_CHOSEN)
    names = plan_forms.line("navne", NAME_LENGTH)
    if not names:
        raise FormProblem(NOBODY_NAMED)
    if decision is None:
        plan_forms.write(_other(by, names))
    else:
        plan_forms.answer(_of_plan(decision, by, names), f"set-{decision.id}")
    return redirect(request.path, 303)


def _of_plan(decision: Decision, by: str, names: str) -> Happening:
    """Return the answer to one of the plan's questions; put off, it says until when."""
    number = typed_forms.choice("valg", {str(each) for each in range(len(decision.options))})
    chosen = decision.options[int(number)]
    again = plan_forms.minutes_until("igen")
    if _BLANK in chosen:
        if again is None:
            raise FormProblem(TIME_UNREAD)
        chosen = f"{chosen.rstrip('_ ')} {request.form['igen'].strip().replace(':', '.')}"
    else:
        again = None
    return Happening(
        Kind.DECISION, by, decision.id, decision.question, chosen, names, minutes=again
    )


def _other(by: str, names: str) -> Happening:
    """Return a decision of another kind; each stands for itself."""
    what = plan_forms.needed_line("hvad", TEXT_LENGTH)
    return Happening(Kind.DECISION, by, f"{_OTHER}-{secrets.token_hex(4)}", "", what, names)


def _made(decision: Decision) -> object:
    return outage_view().lapse.outage.about(Kind.DECISION, decision.id)
