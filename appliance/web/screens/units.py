"""Show the units and what can be done for each. The front page of whoever is in.

Called through `create_app`.
"""

from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, g, render_template

from appliance.records.models import Flag, Unit
from appliance.records.terms import FlagKind
from appliance.web import audit
from appliance.web.guards import needs_unlock, open_over_http, reading, visitor
from appliance.web.screens.shift_code import own_code

bp = Blueprint("units", __name__)
# So long after coming in the shift code lies open: that is when it is passed on.
_CODE_OPEN_S = 120


@dataclass(frozen=True, slots=True)
class UnitCard:
    """One unit with how many live there and how many depend on us tonight."""

    unit: Unit
    citizens: int
    life_critical: int


@bp.get("/afsnit")
@needs_unlock
@open_over_http
@audit.shows_nobody
def list_units() -> str:
    """Show the visitor's units that have citizens, and what else somebody in their place may do."""
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
    )


def is_visible(unit: Unit) -> bool:
    """Tell whether the visitor may see a unit's citizens."""
    return visitor().may_see_unit(unit.id)


def _card(unit: Unit, citizens: int) -> UnitCard:
    return UnitCard(unit, citizens, _count_life_critical(reading().store.of_unit(Flag, unit.id)))


def _count_breaks() -> int:
    """Return how often somebody broke the glass to or from a leader's units."""
    person = visitor().person
    return len(g.services.glass.concerning(person.unit_ids)) if visitor().is_leader else 0


def _count_life_critical(flags: list[Flag]) -> int:
    return len({flag.citizen_id for flag in flags if flag.kind is FlagKind.LIFE_CRITICAL})
