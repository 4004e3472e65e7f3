"""Show the units and what can be done for each. The front page of whoever is in.

Called through `create_app`.
"""

from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, render_template

from appliance.records.models import Flag, Unit
from appliance.records.terms import FlagKind
from appliance.web import audit
from appliance.web.guards import needs_unlock, open_over_http, reading, visitor

bp = Blueprint("units", __name__)


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
    """Show the visitor's units that have citizens."""
    return render_template("units.html", cards=visible_cards())


def visible_cards() -> list[UnitCard]:
    """Return the visitor's units that have citizens, by name."""
    store = reading().store
    per_unit = Counter(citizen.unit_id for citizen in store.citizens())
    return [
        UnitCard(unit, per_unit[unit.id], _count_life_critical(store.of_unit(Flag, unit.id)))
        for unit in store.units()
        if per_unit[unit.id] and visitor().may_see_unit(unit.id)
    ]


def _count_life_critical(flags: list[Flag]) -> int:
    return len({flag.citizen_id for flag in flags if flag.kind is FlagKind.LIFE_CRITICAL})
