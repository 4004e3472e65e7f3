"""Ring the others: who is hit, who is not, who does not answer, and when to ring again.

The plan's contacts, and the units of the copy while the box is open; others can be added. Called
through the front screen.
"""

from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.outage.events import Event, Happening, Kind, place_key
from appliance.outage.limits import NAME_LENGTH
from appliance.paper.plan_sheets.from_record import Called, round_of
from appliance.web import plan_forms
from appliance.web.guards import open_to_all
from appliance.web.outage_view import OutageView, outage_view
from appliance.web.outage_words import ROUND
from appliance.web.plan_forms import shown_again_by
from appliance.web.plan_text import dial_number
from appliance.words import Words

bp = Blueprint("round", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody to ring, and what they answered last."""

    key: str
    called: Called
    answer: Event | None

    @property
    def dial(self) -> str:
        """Return the number as a phone dials it."""
        return dial_number(self.called.phone)


def page(problem: Words | None = None) -> str:
    """Return the round."""
    view = outage_view()
    rows = rows_of(view)
    return render_template(
        "outage_round.html",
        view=view,
        problem=problem,
        rows=rows,
        answers=ROUND,
        counts=counts_of(rows),
        longest=NAME_LENGTH,
        initials=plan_forms.known_initials(),
        typed=request.form,
    )


@bp.get("/kontaktrunde")
@open_to_all
def show() -> str:
    """Show the round."""
    return page()


@bp.post("/kontaktrunde")
@open_to_all
@shown_again_by(page)
def note() -> Response:
    """Note what somebody answered."""
    by = plan_forms.initials()
    names = {row.key: row.called.name for row in rows_of(outage_view())}
    name = names.get(request.form.get("hvem", "")) or plan_forms.needed_line("navn")
    answer = plan_forms.choice("svar", ROUND)
    again = plan_forms.minutes_until("igen")
    what = Happening(Kind.ROUND, by, about=place_key(name), name=name, answer=answer, minutes=again)
    plan_forms.write(what)
    return redirect(request.path, 303)


def rows_of(view: OutageView) -> list[Row]:
    """Return whom to ring: the plan's, the copy's, and whoever was added."""
    store = g.reading.store if g.reading is not None else None
    outage = view.lapse.outage
    known = {place_key(each.name): each for each in round_of(view.plan, store)}
    for event in outage.all_of(Kind.ROUND):
        known.setdefault(event.what.about, Called(event.what.name, "", ""))
    return [Row(key, called, outage.about(Kind.ROUND, key)) for key, called in known.items()]


def counts_of(rows: list[Row]) -> dict[str, int]:
    """Return how many gave each answer; those not rung yet under no answer at all."""
    given = [row.answer.what.answer if row.answer else "" for row in rows]
    return {answer: given.count(answer) for answer in ("", *ROUND)}
