"""Show what was noted of one citizen in the outage, the newest first; struck entries too.

Called through the front screen.
"""

from flask import Blueprint, g, render_template, request

from appliance.records.cave import CAVE_NONE, cave
from appliance.records.models import Citizen
from appliance.records.models import Warning as Cave
from appliance.records.terms import Section
from appliance.sealed_log.entry import Action
from appliance.web import audit, journal_desk, journal_view
from appliance.web.guards import needs_unlock, reading, visible_citizen

bp = Blueprint("citizen", __name__)


@bp.get("/borgere/<citizen_id>/journal")
@needs_unlock
@audit.entered_as(Action.VIEW_JOURNAL)
def show(citizen_id: str) -> str:
    """Show the entries, and what can be written."""
    citizen = visible_citizen(citizen_id)
    noted, kept = journal_view.noted_of(citizen), request.args.get("gemt", "")
    return render_template(
        "journal_citizen.html",
        citizen=citizen,
        unit=reading().store.unit(citizen.unit_id),
        is_read=noted is not None,
        entries=noted or [],
        kept=next((each for each in noted or [] if each.event.id == kept), None),
        was_kept=bool(kept),
        is_drill=journal_desk.is_drill(),
        now=g.services.clock.now(),
    )


def dangers(citizen: Citizen) -> dict[str, object]:
    """Return what stands above a form about medicine."""
    store = reading().store
    warnings = store.of_citizen(Cave, citizen.id)
    return {
        "cave": cave(warnings, store.section(citizen, Section.WARNINGS)),
        "cave_none": CAVE_NONE,
    }
