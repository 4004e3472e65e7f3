"""Make the list of a unit's citizens whose needs cannot wait: whom to look to first.

Electricity, oxygen, insulin: whoever the record marks as life-critical or dependent on power, with
whom to phone. Refuses to pass an empty list for a good sign: a unit whose needs were not delivered
says so. Called by the registry and the pack.
"""

from collections.abc import Iterator
from functools import partial

from appliance.paper import frame
from appliance.paper.document import Document, PrintContext, View
from appliance.paper.fallback import or_else
from appliance.paper.listing import Column, Style, listing
from appliance.paper.sheet_kind import UNIT_LISTS, Design, Material, SheetKind, Subject, Wanted
from appliance.paper.unit_sheets import cells
from appliance.paper.unit_sheets.unit_view import citizen_rows
from appliance.records.alerts import NEEDS_INCOMPLETE, NEEDS_UNKNOWN, need_sentences
from appliance.records.models import Citizen, Flag, Relative, SectionState, Unit, has_flag
from appliance.records.store import RecordStore
from appliance.records.terms import FlagKind, Section

DESIGN = Design("life_critical", "Livsnødvendige behov", "unit_list.typ")
NOBODY_MARKED = "Ingen borgere er markeret med livsnødvendige behov i kopien."
STEPS = "Se til disse borgere først. Skriv kl. og initialer, hver gang nogen er set til."
_URGENT = (FlagKind.LIFE_CRITICAL, FlagKind.ELECTRICITY_DEPENDENT)
_COLUMNS = (
    Column("dwelling", "Bolig", 18, Style.BOLD),
    Column("name", "Borger", 42, Style.NAME),
    Column("needs", "Behov"),
    Column("phones", "Telefon", 38, Style.SMALL),
    Column("seen", "Set til: kl., init.", 34, Style.WRITE),
)
_ROWS_PER_PAGE = 8


def render_life_critical(
    material: Material, wanted: Wanted, context: PrintContext
) -> Iterator[Document]:
    """Return the list of one unit.

    Raises:
        LockedError: the box is locked.
        PaperError: there is no such unit in the copy.
        StorageError: no serial number could be taken.

    """
    unit = material.unit(wanted.id)
    (serial,) = context.serials.take()
    yield DESIGN.document(view(material.store(), unit, context, serial), context)


def view(store: RecordStore, unit: Unit, context: PrintContext, serial: str) -> View:
    """Return everything that stands on the list."""
    state = store.unit_section(unit.id, Section.FLAGS)
    sections = (("Behov", state),)
    urgent = in_urgent_need(store, unit)
    rows = citizen_rows(urgent, _COLUMNS, lambda citizen: _row(store, citizen, state))
    alerts = [_delivery_alert(state), frame.section_alert("Behov", state, context)]
    return {
        **frame.basic_view(DESIGN.title, context),
        "header": frame.unit_header(unit, context, [*alerts, frame.clock_alert(context)]),
        "footer": frame.footer(context, serial, sections),
        "notices": [STEPS] if rows else [NOBODY_MARKED] if _is_whole(state) else [],
        "sections": [listing(f"Se til dem først ({len(rows)})", _COLUMNS, rows, row_mm=16)]
        if rows
        else [],
        "ending": [f"Slut på listen: {frame.count(len(rows), 'borger', 'borgere')}"],
        "likely_pages": 1 + len(rows) // _ROWS_PER_PAGE,
    }


def in_urgent_need(store: RecordStore, unit: Unit) -> list[Citizen]:
    """Return the citizens with a need that cannot wait, by dwelling.

    Whoever has flags that nobody can read is among them: somebody must go and see.
    """
    return [
        citizen
        for citizen in store.citizens(unit.id)
        if or_else(partial(_is_urgent, store, citizen), lambda: True, "a need")
    ]


def _is_urgent(store: RecordStore, citizen: Citizen) -> bool:
    flags = store.of_citizen(Flag, citizen.id)
    return any(has_flag(flags, kind) for kind in _URGENT)


def _row(store: RecordStore, citizen: Citizen, state: SectionState) -> View:
    flags = store.of_citizen(Flag, citizen.id)
    return {
        "dwelling": frame.one_line(citizen.dwelling) or "–",
        "name": [*frame.name_lines(citizen), *cells.home_of(citizen)],
        "marks": frame.doubt_marks(citizen),
        "needs": list(need_sentences(flags, state)),
        "phones": phones(store.of_citizen(Relative, citizen.id), citizen),
    }


def phones(relatives: list[Relative], citizen: Citizen) -> list[str]:
    """Return whom to phone about a citizen: the primary relative first, then the GP."""
    known = sorted((one for one in relatives if one.phone), key=lambda one: not one.is_primary)
    lines = [
        ": ".join(filter(None, (frame.one_line(one.relation or one.name), one.phone)))
        for one in known
    ]
    return [*lines, *([f"Egen læge: {citizen.gp_phone}"] if citizen.gp_phone else [])] or ["–"]


def _delivery_alert(state: SectionState) -> str | None:
    if not state.is_delivered:
        return NEEDS_UNKNOWN
    return None if state.is_complete else NEEDS_INCOMPLETE


def _is_whole(state: SectionState) -> bool:
    return state.is_delivered and state.is_complete


KIND = SheetKind(
    name=DESIGN.name,
    title=DESIGN.title,
    subjects=(Subject.UNIT,),
    build=render_life_critical,
    group=UNIT_LISTS,
    is_bilingual=True,
)
