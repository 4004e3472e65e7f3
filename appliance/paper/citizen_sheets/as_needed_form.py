"""Make the PN form: what a citizen may have when needed, and lines for each time it is given.

The five things to write are why, what and how much, when, by whom, and whether it helped. Refuses
to look as if nothing had been given before: what was given earlier is not in the copy, and the
form says to ask. Blank, it is made from no record. Called by the registry.
"""

from collections.abc import Iterable, Iterator, Sequence

from appliance.paper.citizen_sheets.citizen_sheet import (
    Asked,
    Body,
    builder,
    citizen_view,
    copy_notices,
    medication_alert,
)
from appliance.paper.citizen_sheets.dose_grid import PRODUCT_HEAD
from appliance.paper.citizen_sheets.leftovers import ended_section
from appliance.paper.citizen_sheets.product import Medicine, use_text
from appliance.paper.document import Document, PrintContext, View
from appliance.paper.forms.form import GROUP, TEMPLATE, Form, Grid, blank_view
from appliance.paper.listing import Column, Style, listing, said
from appliance.paper.sheet_kind import Design, Material, SheetKind, Subject, Wanted
from appliance.records import medicine
from appliance.records.checklist import ChecklistKey, checklist
from appliance.records.models import MedicationOrder, SectionState
from appliance.records.terms import Section

DESIGN = Design("as_needed_form", "PN-skema", "citizen_list.typ")
COUNT_EARLIER = "Spørg, hvad der er givet det sidste døgn, og tæl det med."
STEPS = "Skriv, hver gang du giver PN. Tjek virkningen inden 2 timer, og skriv den på samme linje."
FIND_ORDER = "Find dosis og højst pr. døgn på medicinlisten, før du giver noget."
NOBODY_ORDERED = "Ingen PN-medicin registreret. Spørg lægen, før du giver noget."
GIVEN = "Givet PN"
# Each line has the five things that must be written.
LINES = (
    Column("given_at", "Dato og kl.", 25, Style.WRITE),
    Column("reason", "Hvorfor", 39, Style.WRITE),
    Column("what", "Præparat og dosis", None, Style.WRITE),
    Column("by", "Init.", 15, Style.WRITE),
    Column("check_at", "Tjek virkning senest kl.", 21, Style.WRITE),
    Column("effect", "Virkning, kl. og init.", 36, Style.WRITE),
)
LINE_MM = 12
# How much of the first page is free for orders and lines, and what they take of it: the lines fill
# the page, or go on and fill the next.
_FREE_MM, _TABLE_MM, _ORDER_MM = 170, 16, 20
_FEWEST_LINES, _LINES_OF_A_PAGE = 6, 13
# Nobody's orders are known on a blank form: it says to have them from the medication list.
BLANK = Form(
    DESIGN.name,
    DESIGN.title,
    (STEPS, COUNT_EARLIER, FIND_ORDER),
    (Grid(GIVEN, LINES, rows=12, row_mm=LINE_MM),),
)
_BLANK_DESIGN = Design(DESIGN.name, DESIGN.title, TEMPLATE)
ORDERS = (
    Column("product", PRODUCT_HEAD, 64, Style.NAME),
    Column("single", "Enkeltdosis", 36, Style.BIG),
    Column("most", "Højst pr. døgn", 36, Style.BOLD),
    Column("indication", "Behandles for"),
)
_ORDERS_PER_PAGE = 8


def view(asked: Asked) -> View:
    """Return everything that stands on a citizen's form."""
    listed, state = asked.medicine(), asked.state(Section.MEDICATION)
    orders = _orders(listed, state)
    lines = _line_count(orders)
    body = Body(
        notices=[*copy_notices(listed.groups, state), STEPS, COUNT_EARLIER],
        sections=[*orders, lines_section(lines)],
        ending=[_ending(listed, state, lines)],
        alerts=[medication_alert(state)],
        likely_pages=1 + len(listed.groups.as_needed) // _ORDERS_PER_PAGE,
    )
    return citizen_view(DESIGN.title, asked, (Section.MEDICATION,), body)


def lines_section(count: int) -> View:
    """Return empty lines to write on."""
    rows: list[View] = [{} for _ in range(count)]
    return listing(GIVEN, LINES, rows, row_mm=LINE_MM)


def _orders(listed: Medicine, state: SectionState) -> list[View]:
    if not state.is_delivered:
        return []
    groups = listed.groups
    unknown = [order for order in groups.unknown if order.is_as_needed]
    ended = [order for order in groups.not_to_give if order.is_as_needed]
    is_none = state.is_complete and not (groups.as_needed or unknown)
    return [
        *([said(medicine.AS_NEEDED, NOBODY_ORDERED)] if is_none else []),
        *_table(listed, medicine.AS_NEEDED, groups.as_needed),
        *_table(listed, medicine.STATUS_UNKNOWN, unknown),
        *ended_section(listed, ended),
    ]


def _table(listed: Medicine, title: str, orders: Iterable[MedicationOrder]) -> list[View]:
    rows = [_row(listed, order) for order in orders]
    return [listing(f"{title} ({len(rows)})", ORDERS, rows)] if rows else []


def _row(listed: Medicine, order: MedicationOrder) -> View:
    field = {item.key: item.value for item in checklist(order)}
    single, text = medicine.single_dose(order), medicine.dosage_text(order)
    dosage = "" if text == single else f"Dosis: {text}"
    return {
        **listed.row(order, dosage, use_text(order)),
        "single": single,
        "most": medicine.max_daily_dose(order),
        "indication": field[ChecklistKey.INDICATION],
    }


def _line_count(tables: Sequence[View]) -> int:
    """Return how many lines fill what the orders leave of a page."""
    taken = sum(_TABLE_MM + _ORDER_MM * len(table["rows"]) for table in tables)
    fitting = (_FREE_MM - taken) // LINE_MM
    return fitting if fitting >= _FEWEST_LINES else _LINES_OF_A_PAGE


def _ending(listed: Medicine, state: SectionState, lines: int) -> str:
    count = len(listed.groups.as_needed)
    known = [f"{count} PN"] if state.is_delivered else []
    return f"Slut på skemaet: {' · '.join([*known, f'{lines} linjer'])}"


def _build(material: Material, wanted: Wanted, context: PrintContext) -> Iterator[Document]:
    if wanted.subject is Subject.NOBODY:
        for serial in context.serials.take(wanted.copies):
            yield _BLANK_DESIGN.document(blank_view(BLANK, context, serial), context)
    else:
        yield from builder(DESIGN, view)(material, wanted, context)


KIND = SheetKind(
    name=DESIGN.name,
    title=DESIGN.title,
    subjects=(Subject.CITIZEN, Subject.NOBODY),
    build=_build,
    group=GROUP,
    has_copies=True,
    is_bilingual=True,
)
