"""Make the dispensing sheet: what goes into the box for one day and night, part by part.

Only what can lie in a box stands in its table, with a tick for each dose and a sum to count after.
What comes in a dose bag, what is given from its package and what nobody can tell stand apart, each
with why: one tablet too many is as bad as one too few. Called by the registry.
"""

import re
from collections.abc import Iterable

from appliance.paper import frame
from appliance.paper.citizen_sheets.citizen_sheet import (
    Asked,
    Body,
    citizen_kind,
    citizen_view,
    copy_notices,
    medication_alert,
)
from appliance.paper.citizen_sheets.dose_grid import (
    PRODUCT_HEAD,
    Grid,
    dose_line,
    grid_section,
    part_head,
)
from appliance.paper.citizen_sheets.leftovers import leftover_sections
from appliance.paper.citizen_sheets.product import Medicine, dosage_words, use_text
from appliance.paper.document import View
from appliance.paper.listing import Column, Style, listing, said
from appliance.paper.sheet_kind import Design
from appliance.records.day_parts import Span, SpanDoses, box_from, doses_between
from appliance.records.models import MedicationOrder
from appliance.records.quantities import amount_of
from appliance.records.shifts import TimedDose
from appliance.records.terms import Section

DESIGN = Design("dispensing_sheet", "Dispensering – ét døgn", "dose_grid.typ")
IN_BOX = "Læg i æsken"
IN_BAG = "Ligger i dosispose – hæld ikke op"
NOT_IN_BOX = "Lægges ikke i æsken"
COUNT_BOX = "Tæl efter: i alt i æsken"
COUNT_BAG = "I alt i poserne"
NOTHING_IN_BOX = "Der er intet at hælde op i æsken i dette døgn."
STEPS = "Sæt kryds for hver dosis, du lægger i. Tæl efter, og skriv under nederst."
WRITE_DAYS = "Uret er usikkert. Skriv dato i hver kolonne, før du hælder op."
AS_NEEDED_WHY = "PN: gives kun efter behov."
FORM_WHY = "Formen lægges ikke i æske. Gives fra pakningen."
NO_FORM_WHY = "Kilden siger ikke, hvilken form det er. Se på pakningen."
UNIT_WHY = "Lægges ikke i æsken: dosis er ikke et antal."
RANGE_WHY = "Dosis er ikke ét tal. Den afgøres, når den gives."
SIGNED = "Underskrift"
# Swallowed whole and stable outside its package; all else is given from the package.
_SOLID = re.compile(r"tablet|kaps", re.IGNORECASE)
_NOT_KEPT_OUT = re.compile(
    r"bruse|smelte|resori|sublingval|vaginal|opløsn|injektion|inhal"
    r"|buk|tyggegummi|sugetablet|lyofil",
    re.IGNORECASE,
)
# What can be counted in a box; milligrams cannot, and must never be added to tablets.
_COUNTED = re.compile(
    r"(?:[a-zæøå ]*tablet(?:ten|ter)?|tabl?\.?|[a-zæøå ]*kaps(?:el|ler|len)|stk\.?)", re.IGNORECASE
)
_APART_COLUMNS = (
    Column("product", PRODUCT_HEAD, 76, Style.NAME),
    Column("dosage", "Dosering", 84, Style.BOLD),
    Column("why", "Hvorfor"),
)
_SIGN_COLUMNS = (
    Column("dispensed", "Hældt op af: navn, dato, kl.", None, Style.WRITE),
    Column("checked", "Kontrolleret af: navn, dato, kl.", 136.5, Style.WRITE),
)
_BOX = Grid("boxed", IN_BOX, write="[  ]", total_head=COUNT_BOX)
# No ticks here: nothing is to be done but to see that the bags are there.
_BAG = Grid("bagged", IN_BAG, write="", total_head=COUNT_BAG)
_ROWS_PER_PAGE = 8


def view(asked: Asked) -> View:
    """Return everything that stands on the sheet, in order."""
    listed, state = asked.medicine(), asked.state(Section.MEDICATION)
    context = asked.context
    span = box_from(context.printed_at, is_clock_trusted=context.is_clock_trusted)
    found = doses_between(listed.orders, span)
    sections = _sections(listed, found, span) if state.is_delivered else []
    body = Body(
        notices=[*copy_notices(listed.groups, state), box_notice(span), STEPS],
        sections=sections,
        ending=_ending(found, sections) if state.is_delivered else [],
        alerts=[medication_alert(state)],
        is_landscape=True,
        likely_pages=1 + len(listed.orders) // _ROWS_PER_PAGE,
    )
    return citizen_view(DESIGN.title, asked, (Section.MEDICATION,), body)


def box_notice(span: Span) -> str:
    """Return which parts of which days the box is for."""
    if not span.is_dated:
        return WRITE_DAYS
    return f"Æsken er til: {', '.join(part_head(part, span) for part in span.parts)}"


def _place(order: MedicationOrder, doses: Iterable[TimedDose]) -> str:
    if order.is_dose_dispensed:
        return IN_BAG
    return NOT_IN_BOX if _why_not(order, doses) else IN_BOX


def _why_not(order: MedicationOrder, doses: Iterable[TimedDose]) -> str | None:
    """Return why a medicine does not lie in a box; None when it does."""
    form = (order.form or "").strip()
    if order.is_as_needed:
        return AS_NEEDED_WHY
    if not form:
        return NO_FORM_WHY
    if not _SOLID.search(form) or _NOT_KEPT_OUT.search(form):
        return FORM_WHY
    given = [dose.due.dose for dose in doses]
    if not all(_COUNTED.fullmatch(dose.unit.strip()) for dose in given):
        return UNIT_WHY
    return None if all(amount_of(dose.amount) for dose in given) else RANGE_WHY


def _sections(listed: Medicine, found: SpanDoses, span: Span) -> list[View]:
    def table(grid: Grid) -> list[View]:
        rows = [one for one in found.due if _place(*one) == grid.title]
        return [grid_section(listed, span, rows, grid)] if rows else []

    return [
        *(table(_BOX) or [said(IN_BOX, NOTHING_IN_BOX)]),
        *table(_BAG),
        *_apart(listed, found, span),
        *leftover_sections(listed, found, span, has_room=False),
        listing(SIGNED, _SIGN_COLUMNS, [{}], row_mm=14),
    ]


def _apart(listed: Medicine, found: SpanDoses, span: Span) -> list[View]:
    """Return what is given some other way than from the box, and why."""
    due = [one for one in found.due if _place(*one) == NOT_IN_BOX]
    as_needed = [(order, ()) for order in listed.groups.as_needed]
    rows = [
        {
            **listed.row(order, use_text(order)),
            "dosage": [*(dose_line(dose, span) for dose in doses)] or dosage_words(order),
            "why": _why_not(order, doses) or "",
        }
        for order, doses in (*due, *as_needed)
    ]
    return [listing(f"{NOT_IN_BOX} ({len(rows)})", _APART_COLUMNS, rows)] if rows else []


def _ending(found: SpanDoses, sections: Iterable[View]) -> list[str]:
    in_box = [one for one in found.due if _place(*one) == IN_BOX]
    doses = sum(len(doses) for _, doses in in_box)
    counted = (
        frame.count(len(in_box), "præparat", "præparater"),
        f"{frame.count(doses, 'dosis', 'doser')} i æsken",
    )
    return [f"Slut på arket: {', '.join(counted)}", *map(_totals_text, sections)]


def _totals_text(section: View) -> str:
    """Return the sums of a table in words; nothing for a table without."""
    if not section.get("totals"):
        return ""
    heads = (f"{head['head']} {head['day']}" for head in section["parts"])
    sums = (f"{head}: {total}" for head, total in zip(heads, section["totals"], strict=True))
    return f"{section['total_head']}: {' · '.join(sums)}"


KIND = citizen_kind(DESIGN, view)
