"""Show what can be done, and the units it can be done for. The front page of whoever is in.

A drivers' coordinator meets the tiles of what they may do, and no unit's card.

Called through `create_app`.
"""

from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appliance.errors import StorageError
from appliance.outage.events import Kind
from appliance.paper.unit_sheets.life_critical import cannot_wait
from appliance.paper.unit_sheets.unit_view import UnitPrint
from appliance.records.models import Unit
from appliance.web import audit
from appliance.web.guards import needs_routes, needs_unlock, open_over_http, reading, visitor
from appliance.web.home import Steps, tiles
from appliance.web.on_screen import screen_context
from appliance.web.outage_view import outage_view
from appliance.web.screens.citizens import forget_filter
from appliance.web.screens.shift_code import own_code

bp = Blueprint("units", __name__)
# So long after coming in the shift code lies open: that is when it is passed on.
_CODE_OPEN_S = 120


@dataclass(frozen=True, slots=True)
class UnitCard:
    """One unit: how many live there, whose needs cannot wait, and whose needs nobody knows."""

    unit: Unit
    citizens: int
    cannot_wait: int
    unknown: int


@bp.get("/afsnit")
@needs_routes
@open_over_http
@audit.shows_nobody
def list_units() -> str:
    """Show what somebody in the visitor's place may do, and their units that have citizens."""
    per_unit = Counter(citizen.unit_id for citizen in reading().store.citizens())
    lived_in = [unit for unit in reading().store.units() if per_unit[unit.id]]
    in_for_s = g.services.clock.monotonic() - visitor().session.started_s
    return render_template(
        "units.html",
        cards=[_card(unit, per_unit[unit.id]) for unit in lived_in if is_visible(unit)],
        others=[unit for unit in lived_in if not is_visible(unit) and visitor().may_break_glass],
        shift_code=own_code(),
        is_code_open=visitor().is_card_holder and in_for_s < _CODE_OPEN_S,
        breaks=_count_breaks(),
        tiles=tiles(visitor(), is_print_only=g.secure_way.is_print_only),
        steps=_steps(),
    )


@bp.get("/afsnit/vaelg")
@needs_unlock
@audit.shows_nobody
def choose_unit() -> Response | str:
    """Ask which unit's citizens are meant; a visitor of one unit goes straight to them."""
    forget_filter()
    shown = request.args.get("vis")
    lived_in = {citizen.unit_id for citizen in reading().store.citizens()}
    units = [unit for unit in reading().store.units() if unit.id in lived_in and is_visible(unit)]
    ways = [(unit, url_for("citizens.list_citizens", unit_id=unit.id, vis=shown)) for unit in units]
    if len(ways) == 1:
        return redirect(ways[0][1], 303)
    return render_template("choose_unit.html", ways=ways)


def is_visible(unit: Unit) -> bool:
    """Tell whether the visitor may see a unit's citizens."""
    return visitor().may_see_unit(unit.id)


def _card(unit: Unit, citizens: int) -> UnitCard:
    # Of the copy alone, and asked for all day: counted once, and forgotten with the copy.
    known = reading().needs
    if unit.id not in known:
        urgent, unknown = cannot_wait(UnitPrint(reading().store, unit, screen_context()))
        known[unit.id] = len(urgent), len(unknown)
    return UnitCard(unit, citizens, *known[unit.id])


def _steps() -> Steps | None:
    """Return how far the plan's checklist has come, or None: nothing is on, or nobody can tell."""
    try:
        view = outage_view()
    except StorageError:
        return None
    if not view.is_on:
        return None
    signed = [item for item in view.plan.checklist if view.lapse.outage.about(Kind.STEP, item.id)]
    return Steps(len(signed), len(view.plan.checklist))


def _count_breaks() -> int:
    """Return how often somebody broke the glass to or from a leader's units."""
    person = visitor().person
    return len(g.services.glass.concerning(person.unit_ids)) if visitor().is_leader else 0
