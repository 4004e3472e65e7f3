"""Make the administration record: what is given in the next twenty-four hours, and room to sign.

Every fixed order has a cell for each dose that is due, under its part of the day; PN has room for
three times. Refuses to leave out a medicine: what nobody can tell stands apart with why, and so do
what rests and what must not be given. Called by the registry.
"""

from appliance.paper import frame
from appliance.paper.citizen_sheets.as_needed_form import COUNT_EARLIER
from appliance.paper.citizen_sheets.citizen_sheet import (
    GROUP,
    Asked,
    Body,
    builder,
    citizen_view,
    copy_notices,
    medication_alert,
)
from appliance.paper.citizen_sheets.dose_grid import (
    PRODUCT_HEAD,
    Grid,
    grid_section,
    leftover_sections,
)
from appliance.paper.citizen_sheets.medication_list import CHANGES
from appliance.paper.citizen_sheets.product import Medicine, use_text
from appliance.paper.document import View
from appliance.paper.listing import is_long
from appliance.paper.sheet_kind import Design, SheetKind, Subject
from appliance.records import medicine
from appliance.records.age import show_date_time
from appliance.records.checklist import ChecklistKey, checklist
from appliance.records.day_parts import Span, SpanDoses, doses_between, hours_from
from appliance.records.models import MedicationOrder
from appliance.records.terms import Section

DESIGN = Design("administration_grid", "Medicinskema – 24 timer", "dose_grid.typ")
CODES = (
    "Ikke givet? Skriv kode: 1 ville ikke · 2 sov · 3 var ikke hjemme · 4 kastede op"
    " · 5 kunne ikke synke · 6 medicin mangler · 7 lægen har sagt nej · 8 andet (skriv på bagsiden)"
)
WRITE_DAYS = "Uret er usikkert. Skriv dato i hver kolonne. Skemaet gælder ét døgn."
NOT_BEFORE = "Medicin, der skulle gives før, står ikke her."
_AS_NEEDED_HEADS = (PRODUCT_HEAD, "Enkeltdosis, højst pr. døgn", "Behandles for")
_GIVEN = tuple(f"Givet {number}. gang" for number in (1, 2, 3))
_WRITE_GIVEN = "kl. ______ init. ______ kode ____"
_WRITE_EFFECT = "kl. ______ dosis ______ virkning ____________ init. ______"
_ROWS_PER_PAGE = 6


def view(asked: Asked) -> View:
    """Return everything that stands on the record, in order."""
    listed, state = asked.medicine(), asked.state(Section.MEDICATION)
    context = asked.context
    span = hours_from(context.printed_at, is_clock_trusted=context.is_clock_trusted)
    found = doses_between(listed.orders, span)
    body = Body(
        notices=[*copy_notices(listed.groups, state), hours_notice(span)],
        sections=_sections(listed, found, span),
        ending=[*_ending(listed, found), CHANGES] if state.is_delivered else [],
        alerts=[medication_alert(state)],
        likely_pages=1 + len(listed.orders) // _ROWS_PER_PAGE,
    )
    whole = citizen_view(DESIGN.title, asked, (Section.MEDICATION,), body)
    return {**whole, "is_landscape": True}


def hours_notice(span: Span) -> str:
    """Return from when to when the sheet holds; with a doubtful clock, that a person must say."""
    if not span.is_dated:
        return WRITE_DAYS
    hours = f"{show_date_time(span.starts_at)} til {show_date_time(span.ends_at)}"
    return f"Gælder fra {hours}. {NOT_BEFORE}"


def _sections(listed: Medicine, found: SpanDoses, span: Span) -> list[View]:
    grid = Grid("given", medicine.FIXED, _WRITE_GIVEN, CODES)
    return [
        *([grid_section(listed, span, found.due, grid)] if found.due else []),
        *_as_needed(listed),
        *leftover_sections(listed, found, span, has_room=True),
    ]


def _as_needed(listed: Medicine) -> list[View]:
    orders = listed.groups.as_needed
    if not orders:
        return []
    section = {
        "kind": "as_needed",
        "title": f"{medicine.AS_NEEDED} ({len(orders)})",
        "before": "",
        "legend": COUNT_EARLIER,
        "heads": [*_AS_NEEDED_HEADS, *_GIVEN],
        "rows": [_as_needed_row(listed, order) for order in orders],
    }
    return [section]


def _as_needed_row(listed: Medicine, order: MedicationOrder) -> View:
    field = {item.key: item.value for item in checklist(order)}
    single, text = medicine.single_dose(order), medicine.dosage_text(order)
    row = {
        **listed.row(order, use_text(order)),
        "single": single,
        "most": f"Højst {medicine.max_daily_dose(order)} pr. døgn",
        "dosage": "" if text == single else text,
        "indication": field[ChecklistKey.INDICATION],
        "given": [_WRITE_EFFECT] * len(_GIVEN),
    }
    return {**row, "is_long": is_long(row)}


def _ending(listed: Medicine, found: SpanDoses) -> list[str]:
    doses = sum(len(doses) for _, doses in found.due)
    return [medicine.end_mark(listed.groups), f"Felter til {frame.count(doses, 'dosis', 'doser')}."]


KIND = SheetKind(
    name=DESIGN.name,
    title=DESIGN.title,
    subjects=(Subject.CITIZEN,),
    build=builder(DESIGN, view),
    group=GROUP,
)
