"""Make the list of a unit's citizens whose needs cannot wait: whom to look to first.

Electricity, oxygen, insulin: whoever the record marks as life-critical or dependent on power, with
whom to phone; then by name whoever's needs the copy does not know. Refuses to pass an empty list
for a good sign. Called by the registry and the pack.
"""

from dataclasses import replace

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
)
from appliance.paper.unit_sheets.urgency import Urgency, urgency_of
from appliance.records.alerts import need_sentences, needs_gap
from appliance.records.models import Citizen, Flag, Relative
from appliance.records.terms import Section

DESIGN = Design("life_critical", "Livsnødvendige behov", "unit_list.typ")
NOBODY_MARKED = "Ingen borgere er markeret med livsnødvendige behov i kopien."
STEPS = "Se til disse borgere først. Skriv kl. og initialer, hver gang nogen er set til."
FIRST = "Se til dem først"
# Said with the same number on the home page, the board and the cover of the pack.
NUMBER = "{number} med behov, der ikke kan vente"
NONE = "ingen med behov, der ikke kan vente"
NUMBER_UNKNOWN = "ukendt antal med behov, der ikke kan vente"
MAY_BE = "Behov mangler eller kan mangle i kopien – de kan være livsnødvendige"
_COLUMNS = (
    Column("dwelling", "Bolig", 18, Style.BOLD),
    Column("name", "Borger", 42, Style.NAME),
    Column("needs", "Behov"),
    Column("phones", "Telefon", 38, Style.SMALL),
    Column("seen", "Set til: kl., init.", 34, Style.WRITE),
)
_ROWS_PER_PAGE = 8


def view(about: UnitPrint, serial: str) -> View:
    """Return everything that stands on the list."""
    urgent, unknown = cannot_wait(about)
    number = len(urgent) + len(unknown)
    is_good_news = not number and about.is_whole(Section.FLAGS)
    body = Body(
        notices=[STEPS] if number else [NOBODY_MARKED] if is_good_news else [],
        sections=[
            *_table(about, FIRST, urgent, row_mm=16),
            # This may be everybody: a row is no higher than a pen needs.
            *_table(about, MAY_BE, unknown, row_mm=9),
        ],
        ending=[_ending(len(urgent), len(unknown))],
        likely_pages=1 + number // _ROWS_PER_PAGE,
    )
    return unit_view(DESIGN, about, serial, (Section.FLAGS,), body)


def cannot_wait(about: UnitPrint) -> tuple[list[Citizen], list[Citizen]]:
    """Return who is to be looked to first, and whoever's needs nobody knows; by dwelling."""
    judged = [(urgency_of(about.store, citizen), citizen) for citizen in about.citizens]
    urgent = [citizen for urgency, citizen in judged if urgency is Urgency.URGENT]
    unknown = [citizen for urgency, citizen in judged if urgency is Urgency.UNKNOWN]
    return urgent, unknown


def needs_told(about: UnitPrint, citizen: Citizen) -> list[str]:
    """Return a citizen's needs in words, and that nobody knows all of them."""
    flags = about.store.of_citizen(Flag, citizen.id)
    state = about.store.section(citizen, Section.FLAGS)
    # That the section lacks is said in full above the list.
    known = need_sentences(flags, replace(state, is_delivered=True, is_complete=True))
    told = [*known, *filter(None, [needs_gap(state)])]
    return cells.without_key_codes(about, citizen, told)


def _table(about: UnitPrint, title: str, citizens: list[Citizen], *, row_mm: int) -> list[View]:
    rows = citizen_rows(citizens, _COLUMNS, lambda citizen: _row(about, citizen))
    return [listing(f"{title} ({len(rows)})", _COLUMNS, rows, row_mm=row_mm)] if rows else []


def _ending(urgent: int, unknown: int) -> str:
    known = frame.count(urgent, "borger", "borgere")
    return f"Slut på listen: {known}" + (f" · {unknown} med ukendte behov" if unknown else "")


def _row(about: UnitPrint, citizen: Citizen) -> View:
    called = phones(about.store.of_citizen(Relative, citizen.id), citizen)
    return {
        "dwelling": frame.dwelling(citizen),
        "name": [*frame.name_lines(citizen), *cells.home_of(citizen)],
        "marks": frame.doubt_marks(citizen),
        "needs": needs_told(about, citizen),
        "phones": cells.without_key_codes(about, citizen, called),
    }


def phones(relatives: list[Relative], citizen: Citizen) -> list[str]:
    """Return whom to phone about a citizen: the primary relative first, then the GP."""
    known = sorted((one for one in relatives if one.phone), key=lambda one: not one.is_primary)
    lines = [
        ": ".join(filter(None, (frame.one_line(one.relation or one.name), one.phone)))
        for one in known
    ]
    return [*lines, *([f"Egen læge: {citizen.gp_phone}"] if citizen.gp_phone else [])] or ["–"]


KIND = care_list(DESIGN, view, is_bilingual=True)
