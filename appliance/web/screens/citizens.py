"""List the citizens of a unit: where they live, and what to know before opening the door.

The words of the filter are posted and kept on the server: a name must not stand in an address.
Called through `create_app`.
"""

from collections import defaultdict
from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appliance.records.folding import filter_text, fits, is_personal_number
from appliance.records.models import (
    Citizen,
    Flag,
    Unit,
    Warning,  # noqa: A004  (the glossary's word for CAVE)
)
from appliance.records.terms import CitizenId, FlagKind, Section
from appliance.sealed_log.entry import Action
from appliance.web import audit
from appliance.web.guards import needs_unlock, reading, visible_unit, visitor
from appliance.web.typed import whole_number

bp = Blueprint("citizens", __name__)
_SCREEN = "citizens"
LONGEST_WORDS = 100
# A page of so many is small enough for the slowest phone on a full hotspot.
PAGE = 100
# What a row opens: the medication list, or the folder for whoever came to look at the citizen.
_OPENS = {False: "medication.show_medication", True: "citizen.show_folder"}
# First what decides over life tonight, then what limits help, then everybody by dwelling.
_IMPORTANT = (FlagKind.LIFE_CRITICAL, FlagKind.ELECTRICITY_DEPENDENT, FlagKind.TREATMENT_LIMIT)


@dataclass(frozen=True, slots=True)
class CitizenRow:
    """One citizen as the list shows them."""

    citizen: Citizen
    kinds: frozenset[FlagKind]
    has_cave: bool

    def is_life_critical(self) -> bool:
        """Tell whether the citizen depends on help tonight."""
        return FlagKind.LIFE_CRITICAL in self.kinds

    @property
    def filtered_by(self) -> str:
        """Return what the filter looks in, here and in the page's script."""
        return filter_text(self.citizen.name, self.citizen.dwelling or "")

    def fits(self, words: str) -> bool:
        """Tell whether every word is in the name or the dwelling."""
        return fits(self.filtered_by, words)


@bp.get("/afsnit/<unit_id>/borgere")
@needs_unlock
@audit.entered_as(Action.VIEW_UNIT)
def list_citizens(unit_id: str) -> str:
    """Show the citizens of a unit, by dwelling or the most important first."""
    unit = visible_unit(unit_id)
    g.as_of, g.as_of_section = reading().oldest_medication([unit.id]), Section.MEDICATION
    words = g.services.notes.words(visitor().session.token, _screen_of(unit))
    is_important_first = request.args.get("orden") == "vigtigst"
    rows = _rows(unit)
    found = [row for row in rows if row.fits(words)]
    if is_important_first:
        found.sort(key=_importance)
    page = _page(len(found))
    shown = found[(page - 1) * PAGE : page * PAGE]
    audit.saw(row.citizen for row in shown)
    return render_template(
        "citizens.html",
        unit=unit,
        rows=shown,
        first=(page - 1) * PAGE + 1,
        page=page,
        found=len(found),
        total=len(rows),
        opens=_OPENS[request.args.get("vis") == "mappe"],
        words=words,
        is_number=is_personal_number(words),
        is_important_first=is_important_first,
        is_cave_delivered=_is_cave_delivered(unit),
        documents=len(reading().store.attachments_of_unit(unit.id)),
    )


@bp.post("/afsnit/<unit_id>/borgere")
@needs_unlock
@audit.shows_nobody
def filter_citizens(unit_id: str) -> Response:
    """Keep the words of the filter and show the list again."""
    unit = visible_unit(unit_id)
    words = request.form.get("find", "").strip()[:LONGEST_WORDS]
    g.services.notes.keep_words(visitor().session.token, _screen_of(unit), words)
    return redirect(url_for(".list_citizens", unit_id=unit.id, vis=request.args.get("vis")), 303)


def _page(found: int) -> int:
    """Return which page is asked for, brought within what there is."""
    wanted = whole_number(request.args.get("side", "")) or 1
    return min(wanted, max(-(-found // PAGE), 1))


def forget_filter() -> None:
    """Drop the words of every unit's filter: whoever comes from the front page means everybody."""
    for unit in reading().store.units():
        g.services.notes.keep_words(visitor().session.token, _screen_of(unit), "")


def _screen_of(unit: Unit) -> str:
    return f"{_SCREEN}/{unit.id}"


def _rows(unit: Unit) -> list[CitizenRow]:
    store = reading().store
    kinds: dict[CitizenId, set[FlagKind]] = defaultdict(set)
    for flag in store.of_unit(Flag, unit.id):
        kinds[flag.citizen_id].add(flag.kind)
    warnings = store.of_unit(Warning, unit.id)
    with_cave = {warning.citizen_id for warning in warnings if not warning.is_refuted}
    return [
        CitizenRow(citizen, frozenset(kinds[citizen.id]), citizen.id in with_cave)
        for citizen in store.citizens(unit.id)
    ]


def _importance(row: CitizenRow) -> tuple[bool, ...]:
    """Sort key; the sort is stable, so equals stay in the order of their dwellings."""
    return (*(kind not in row.kinds for kind in _IMPORTANT), not row.has_cave)


def _is_cave_delivered(unit: Unit) -> bool:
    state = reading().store.unit_section(unit.id, Section.WARNINGS)
    return state.is_delivered and state.is_complete
