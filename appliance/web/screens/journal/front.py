"""Show what waits in the care journal and whom one can write of.

The blueprint of all its screens; each of the others is a file of its own beside this one. Called
through `create_app`.
"""

from flask import Blueprint, render_template

from appliance.records.folding import filter_text
from appliance.sealed_log.entry import Action
from appliance.web import audit, journal_view
from appliance.web.guards import needs_unlock, reading, visible_unit
from appliance.web.screens.journal import (
    citizen,
    correcting,
    effects,
    entering,
    medicine,
    note,
    observation,
)
from appliance.web.screens.units import is_visible

bp = Blueprint("journal", __name__)
for _screen in (citizen, note, medicine, observation, correcting, effects, entering):
    bp.register_blueprint(_screen.bp)


@bp.get("/noedjournal")
@needs_unlock
@audit.shows_nobody
def show() -> str:
    """Show what waits, and the visitor's units."""
    lived_in = {citizen.unit_id for citizen in reading().store.citizens()}
    units = [unit for unit in reading().store.units() if unit.id in lived_in and is_visible(unit)]
    return render_template("journal_front.html", waiting=journal_view.waiting(), units=units)


@bp.get("/noedjournal/afsnit/<unit_id>")
@needs_unlock
@audit.entered_as(Action.VIEW_UNIT)
def choose(unit_id: str) -> str:
    """Show the citizens of a unit, to write of one."""
    unit = visible_unit(unit_id)
    citizens = reading().store.citizens(unit.id)
    audit.saw(citizens)
    return render_template(
        "journal_choose.html", unit=unit, citizens=citizens, filter_text=filter_text
    )
