"""Show the plan's letters, filled in, and note who was told, when and by whom.

Called through the front screen.
"""

from flask import Blueprint, abort, g, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.clock import DANISH_TIME, is_day_sure
from appliance.outage.events import Happening, Kind
from appliance.outage.limits import NAME_LENGTH
from appliance.paper.plan_sheets.from_record import centre
from appliance.plan.models import ResponsePlan, Text
from appliance.records.age import show_date_time
from appliance.records.medicine import show_date
from appliance.web import plan_forms, typed_forms
from appliance.web.guards import open_to_all
from appliance.web.outage_view import outage_view
from appliance.web.plan_forms import shown_again_by
from appliance.web.plan_text import passages_of
from appliance.words import Words

bp = Blueprint("letters", __name__)


@bp.get("/breve")
@open_to_all
def list_letters() -> str:
    """Show every letter, and whom it was given to."""
    view = outage_view()
    told = view.lapse.outage.letters
    return render_template("outage_letters.html", view=view, letters=view.plan.letters, told=told)


def page(letter_id: str, problem: Words | None = None) -> str:
    """Return one letter."""
    view = outage_view()
    letter = _letter(letter_id)
    return render_template(
        "outage_letter.html",
        view=view,
        letter=letter,
        passages=passages_of(letter, view.plan, _values()),
        told=[each for each in view.lapse.outage.letters if each.what.about == letter.id],
        problem=problem,
        longest=NAME_LENGTH,
        initials=typed_forms.known_initials(),
        typed=request.form,
    )


@bp.get("/breve/<letter_id>")
@open_to_all
def show(letter_id: str) -> str:
    """Show one letter."""
    return page(letter_id)


@bp.post("/breve/<letter_id>")
@open_to_all
@shown_again_by(page)
def note(letter_id: str) -> Response:
    """Note who was told."""
    letter = _letter(letter_id)
    by, told = typed_forms.initials(), plan_forms.needed_line("hvem")
    plan_forms.write(Happening(Kind.LETTER, by, letter.id, letter.title, text=told))
    return redirect(request.path, 303)


def _letter(letter_id: str) -> Text:
    plan: ResponsePlan = g.services.plan
    found = next((each for each in plan.letters if each.id == letter_id), None)
    if found is None:
        abort(404)
    return found


def _values() -> dict[str, str]:
    """Return what the box knows, as on paper; a clock nobody trusts dates no letter."""
    view, clock = outage_view(), g.services.clock
    began = view.lapse.began_at if view.is_on and view.is_beginning_sure else None
    today = clock.now().astimezone(DANISH_TIME).date()
    return {
        "startet": show_date_time(began) if began else "",
        "telefon": view.plan.reply_phone,
        "sted": centre(g.reading.store) if g.reading is not None else "",
        "kommune": view.plan.municipality,
        "dato": show_date(today) if is_day_sure(clock) else "",
    }
