"""Ring the others: who is hit, who is not, who does not answer, and when to ring again.

The plan's contacts, and the units of the copy while the box is open; others can be added. Called
through the front screen.
"""

from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.beacon.told import Told, in_danish
from appliance.outage.events import Event, Happening, Kind
from appliance.outage.limits import NAME_LENGTH
from appliance.paper.plan_sheets.from_record import Called, round_of
from appliance.plan.models import place_key
from appliance.web import plan_forms, typed_forms
from appliance.web.guards import open_to_all
from appliance.web.i18n import DANISH, day_and_time, language, translate
from appliance.web.outage_view import OutageView, outage_view
from appliance.web.outage_words import PROBED, ROUND
from appliance.web.plan_forms import shown_again_by
from appliance.web.plan_text import dial_number
from appliance.words import Words

bp = Blueprint("round", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody to ring, what they answered last, and what a box there says by itself.

    What people noted counts more: the box's word stands beside it.
    """

    key: str
    called: Called
    answer: Event | None
    told: Told | None = None

    @property
    def dial(self) -> str:
        """Return the number as a phone dials it."""
        return dial_number(self.called.phone)

    @property
    def told_words(self) -> str:
        """Return what the box says, in the language of the page; nothing where none speaks."""
        if self.told is None:
            return ""
        if language() == DANISH:
            return in_danish(self.told, g.services.clock.now())
        heard, since = day_and_time(self.told.heard_at), day_and_time(self.told.since)
        return translate(self.told.sentence).format(heard=heard, since=since)

    @property
    def is_hit_by_box(self) -> bool:
        """Tell whether only a box says that they are hit: nobody has rung yet."""
        return self.answer is None and self.told is not None and self.told.is_hit


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
        probed=PROBED,
        counts=counts_of(rows),
        hit_by_box=hit_by_box(rows),
        longest=NAME_LENGTH,
        initials=typed_forms.known_initials(),
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
    by = typed_forms.initials()
    names = {row.key: row.called.name for row in rows_of(outage_view())}
    name = names.get(request.form.get("hvem", "")) or plan_forms.needed_line("navn")
    answer = typed_forms.choice("svar", ROUND)
    again = plan_forms.minutes_until("igen")
    what = Happening(Kind.ROUND, by, about=place_key(name), name=name, answer=answer, minutes=again)
    plan_forms.write(what)
    return redirect(request.path, 303)


def rows_of(view: OutageView) -> list[Row]:
    """Return whom to ring: the plan's, the copy's, and whoever was added."""
    store = g.reading.store if g.reading is not None else None
    outage = view.lapse.outage
    known = {place_key(each.name): each for each in round_of(view.plan, store, outage)}
    told = g.services.told
    return [
        Row(key, each, outage.about(Kind.ROUND, key), told(each.box, each.name))
        for key, each in known.items()
    ]


def counts_of(rows: list[Row]) -> dict[str, int]:
    """Return how many gave each answer; those not rung yet under no answer at all."""
    given = [row.answer.what.answer if row.answer else "" for row in rows]
    return {answer: given.count(answer) for answer in ("", *ROUND)}


def hit_by_box(rows: list[Row]) -> int:
    """Return how many are hit by the word of their box alone."""
    return sum(row.is_hit_by_box for row in rows)
