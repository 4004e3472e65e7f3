"""Show the plan as it is written: all of it, and each action card. Works whatever else does not.

Called through the front screen.
"""

from flask import Blueprint, abort, g, render_template

from appliance.clock import DANISH_TIME
from appliance.errors import PlanError
from appliance.plan.models import ResponsePlan
from appliance.web.guards import open_to_all
from appliance.web.plan_text import dial_number, passages_of

bp = Blueprint("reading", __name__)


@bp.get("/plan")
@open_to_all
def show_plan() -> str:
    """Show the whole plan."""
    plan: ResponsePlan = g.services.plan
    chapters = [(each.title, passages_of(each, plan)) for each in plan.chapters]
    contacts = [(each.title, plan.contacts_of(each.id)) for each in plan.contact_types]
    today = g.services.clock.now().astimezone(DANISH_TIME).date()
    return render_template(
        "outage_plan.html",
        plan=plan,
        chapters=chapters,
        contacts=contacts,
        dial=dial_number,
        stand_in=PlanError.sentence,
        is_overdue=plan.responsibility.is_review_overdue(today),
    )


@bp.get("/kort/<card_id>")
@open_to_all
def show_card(card_id: str) -> str:
    """Show one action card."""
    plan: ResponsePlan = g.services.plan
    card = next((each for each in plan.cards if each.id == card_id), None)
    if card is None:
        abort(404)
    return render_template("outage_card.html", card=card, passages=passages_of(card, plan))
