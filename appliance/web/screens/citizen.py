"""Show the citizen's folder: whom to phone, what limits treatment, how the day goes.

What stands on it is decided by `paper/citizen_sheets/folder.py`, the same for screen and paper. The
CPR is masked, as on every screen. Called through `create_app`.
"""

import re

from flask import Blueprint, g, render_template

from appliance.paper import frame
from appliance.paper.citizen_sheets import folder
from appliance.paper.citizen_sheets.citizen_sheet import Asked
from appliance.paper.document import View
from appliance.records.cave import CAVE_NONE
from appliance.records.models import Attachment, Observation
from appliance.records.terms import Section
from appliance.sealed_log.entry import Action
from appliance.web import audit, journal_view
from appliance.web.guards import needs_unlock, reading, visible_citizen
from appliance.web.on_screen import screen_context
from appliance.web.trends import HEIGHT, WIDTH, trends

bp = Blueprint("citizen", __name__)
_NUMBER = re.compile(r"\+?[0-9][0-9 \u00a0]{6,}[0-9]")


@bp.get("/borgere/<citizen_id>")
@needs_unlock
@audit.entered_as(Action.VIEW_CITIZEN)
def show_folder(citizen_id: str) -> str:
    """Show the folder."""
    citizen = visible_citizen(citizen_id)
    store = reading().store
    state = store.section(citizen, Section.CITIZENS)
    g.as_of = state.as_of if state.is_delivered else None
    who = frame.read_identity(store, citizen.id)
    return render_template(
        "citizen.html",
        citizen=citizen,
        unit=store.unit(citizen.unit_id),
        view=_view(who),
        cave=who.cave,
        cave_none=CAVE_NONE,
        trends=trends(store.of_citizen(Observation, citizen.id)),
        trend_size=(WIDTH, HEIGHT),
        documents=len(store.of_citizen(Attachment, citizen.id)),
        noted=journal_view.noted_of(citizen),
    )


def phone_number(text: str) -> str | None:
    """Return the number to dial where a text is a telephone number, else None. Pure."""
    found = _NUMBER.fullmatch(text.strip())
    return re.sub(r"[^0-9+]", "", found[0]) if found else None


def _view(who: frame.Identity) -> View:
    return folder.view(Asked(reading().store, who, screen_context(), ""))
