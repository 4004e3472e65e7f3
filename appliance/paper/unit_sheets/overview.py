"""Make the overview of a unit: everybody, with CAVE, what must not fail and whom to phone.

The sheet to hang in the office when the screens are dark. Called by the registry.
"""

from appliance.paper import frame
from appliance.paper.document import View
from appliance.paper.listing import Column, Style, listing
from appliance.paper.sheet_kind import Design
from appliance.paper.unit_sheets import cells
from appliance.paper.unit_sheets.unit_view import (
    Body,
    UnitPrint,
    care_list,
    citizen_rows,
    unit_view,
    whole,
)
from appliance.records.models import Citizen, Flag, Relative
from appliance.records.quantities import NBSP
from appliance.records.terms import Section

DESIGN = Design("overview", "Afsnitsoversigt", "unit_list.typ")
NOBODY_HERE = "Der er ingen borgere i kopien for dette afsnit."
NO_RELATIVE = "Ingen pårørende i kopien"
_PARTS = (Section.CITIZENS, Section.WARNINGS, Section.FLAGS, Section.RELATIVES)
_COLUMNS = (
    Column("dwelling", "Bolig", 20, Style.BOLD),
    Column("name", "Borger", 52, Style.NAME),
    Column("cave", "CAVE", 56),
    Column("needs", "Behov og fravalg"),
    Column("relatives", "Pårørende", 58, Style.SMALL),
    Column("gp", "Egen læge", 30, Style.SMALL),
)
_ROWS_PER_PAGE = 7


def view(about: UnitPrint, serial: str) -> View:
    """Return everything that stands on the overview."""
    citizens = about.citizens
    rows = citizen_rows(citizens, _COLUMNS, lambda citizen: _row(about, citizen))
    is_empty = not rows and about.is_whole(Section.CITIZENS)
    body = Body(
        notices=[NOBODY_HERE] if is_empty else [],
        sections=[listing(f"Borgere ({len(rows)})", _COLUMNS, rows)] if rows else [],
        ending=[f"Slut på oversigten: {frame.count(len(rows), 'borger', 'borgere')}"],
        is_landscape=True,
        likely_pages=1 + len(rows) // _ROWS_PER_PAGE,
    )
    return unit_view(DESIGN, about, serial, _PARTS, body)


def _row(about: UnitPrint, citizen: Citizen) -> View:
    flags = about.store.of_citizen(Flag, citizen.id)
    told = cells.needs_of(flags, about.store.section(citizen, Section.FLAGS))
    needs = cells.without_key_codes(about, citizen, told)
    cave = cells.cave_of(about, citizen)
    return {
        "dwelling": cells.dwelling(citizen),
        "name": [*frame.name_lines(citizen), cells.born(citizen), *cells.home_of(citizen)],
        "first_marks": cells.first_mark(flags),
        "marks": frame.doubt_marks(citizen),
        "cave": cave,
        "needs": needs or ["–"],
        "loud": cells.loud(cave, needs),
        "relatives": cells.without_key_codes(about, citizen, _relatives(about, citizen)),
        "gp": _gp(citizen),
    }


def _relatives(about: UnitPrint, citizen: Citizen) -> list[str]:
    """Return whom to phone, the primary first; also those without a number: they exist."""
    known = about.store.of_citizen(Relative, citizen.id)
    ranked = sorted(known, key=lambda one: (not one.is_primary, not one.phone))
    lines = [_relative(one, is_first=one.is_primary and len(known) > 1) for one in ranked]
    is_whole = whole(about.store.section(citizen, Section.RELATIVES))
    return lines or [NO_RELATIVE if is_whole else "–"]


def _relative(one: Relative, *, is_first: bool) -> str:
    who = ", ".join(filter(None, (one.relation, one.name)))
    first = frame.CALL_FIRST.replace(" ", NBSP) if is_first else ""
    remarks = [part for part in (first, frame.one_line(one.note)) if part]
    number = cells.phone(one.phone) if one.phone else "intet nummer i kopien"
    line = f"{frame.one_line(who)}: {number}"
    return f"{line} ({'; '.join(remarks)})" if remarks else line


def _gp(citizen: Citizen) -> list[str]:
    name, number = frame.one_line(citizen.gp_name), cells.phone(citizen.gp_phone)
    return [name, number] if name else [number]


KIND = care_list(DESIGN, view)
