"""Show the citizen's folder: whom to phone, what limits treatment, how the day goes.

What stands on it is decided by `paper/citizen_sheets/folder.py`, the same for screen and paper. The
CPR is masked, as on every screen. Called through `create_app`.
"""

import re
from dataclasses import dataclass

from flask import Blueprint, g, render_template

from appliance.clock import is_day_sure, reckoned_now
from appliance.errors import PaperError
from appliance.paper import frame
from appliance.paper.citizen_sheets import folder
from appliance.paper.citizen_sheets.citizen_sheet import Asked
from appliance.paper.document import PrintContext, View
from appliance.records.cave import CAVE_NONE
from appliance.records.models import Attachment, Observation
from appliance.records.terms import Section
from appliance.sealed_log.entry import Action
from appliance.web import audit, journal_view
from appliance.web.guards import needs_unlock, reading, visible_citizen
from appliance.web.trends import HEIGHT, WIDTH, trends

bp = Blueprint("citizen", __name__)
_NUMBER = re.compile(r"\+?[0-9][0-9 \u00a0]{6,}[0-9]")


@dataclass(frozen=True, slots=True)
class _NoPaper:
    """A screen takes no serial numbers."""

    def take(self, count: int = 1) -> list[str]:
        """Refuse.

        Raises:
            PaperError: always.

        """
        raise PaperError(f"{count} serial numbers for a screen")


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
    is_known = who.cave.sentence in (None, CAVE_NONE)
    return render_template(
        "citizen.html",
        citizen=citizen,
        unit=store.unit(citizen.unit_id),
        view=_view(who),
        cave_tone="danger" if who.cave.entries else "" if is_known else "warn",
        trends=trends(store.of_citizen(Observation, citizen.id)),
        trend_size=(WIDTH, HEIGHT),
        documents=len(store.of_citizen(Attachment, citizen.id)),
        noted=journal_view.noted_of(citizen),
    )


def phone_number(text: str) -> str | None:
    """Return the number to dial where a text is a telephone number, else None. Pure."""
    found = _NUMBER.fullmatch(text.strip())
    return re.sub(r"[^0-9+]", "", found[0]) if found else None


def on_screen() -> PrintContext:
    """Return what sheets are made with, for a screen that shows what stands on one."""
    clock = g.services.clock
    return PrintContext(
        printed_by="",
        printed_at=reckoned_now(clock),
        box_name=g.config.box.name,
        serials=_NoPaper(),
        is_clock_trusted=is_day_sure(clock),
    )


def _view(who: frame.Identity) -> View:
    return folder.view(Asked(reading().store, who, on_screen(), ""))
