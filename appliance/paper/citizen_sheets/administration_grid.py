"""Make the administration record: what is given in the next twenty-four hours, and room to sign.

Every fixed order has a cell for each dose that is due, under its part of the day; PN has room for
three times. Refuses to leave out a medicine: what nobody can tell stands apart with why, and so do
what rests and what must not be given. Called by the registry.
"""

from collections.abc import Sequence
from dataclasses import replace

from appliance.paper import frame
from appliance.paper.citizen_sheets.as_needed_form import COUNT_EARLIER
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
    OrderDoses,
    grid_section,
    ordered_times,
    product_height,
)
from appliance.paper.citizen_sheets.leftovers import leftover_sections
from appliance.paper.citizen_sheets.medication_list import CHANGES
from appliance.paper.citizen_sheets.product import Medicine, most_words, use_text
from appliance.paper.document import View
from appliance.paper.listing import Column, Style, height_of, is_tall, listing
from appliance.paper.sheet_kind import Design
from appliance.paper.signing import SIGN_ONCE
from appliance.records import medicine
from appliance.records.age import show_date_time
from appliance.records.checklist import ChecklistKey, checklist
from appliance.records.day_parts import Span, SpanDoses, doses_between, hours_from
from appliance.records.due_words import is_only_text
from appliance.records.models import MedicationOrder
from appliance.records.quantities import NBSP
from appliance.records.terms import Section

DESIGN = Design("administration_grid", "Medicinskema – 24 timer", "dose_grid.typ")
_REASONS = (
    "1 ville ikke", "2 sov", "3 var ikke hjemme", "4 kastede op", "5 kunne ikke synke",
    "6 medicin mangler", "7 lægen har sagt nej", "8 andet (skriv under Bemærkninger)",
)  # fmt: skip
# A number at the end of one line with its reason on the next would be written for another reason.
CODES = "Ikke givet? Skriv kode: " + f"{NBSP}· ".join(
    reason.replace(" ", NBSP) for reason in _REASONS
)
WRITE_DAYS = "Uret er usikkert. Skriv dato i hver kolonne. Skemaet gælder ét døgn."
NOT_BEFORE = "Medicin, der skulle gives før, står ikke her."
REMARKS = "Bemærkninger"
_REMARK_COLUMNS = (
    Column("at", "Kl.", 24, Style.WRITE),
    Column("product", "Præparat", 70, Style.WRITE),
    Column("remark", "Bemærkning", None, Style.WRITE),
    Column("initials", "Init.", 24, Style.WRITE),
)
_REMARK_LINES, _REMARK_MM = 3, 9
TIMED = "Klokkeslæt fra kilden – læs dosis i teksten"
_AS_NEEDED_HEADS = (PRODUCT_HEAD, "Enkeltdosis, højst pr. døgn", "Behandles for")
_GIVEN = tuple(f"Givet {number}. gang" for number in (1, 2, 3))
_WRITE_GIVEN = "kl. ______ init. ______ kode ____"
_WRITE_EFFECT = "kl. ______ dosis ______ virkning ____________ init. ______"
_ROWS_PER_PAGE = 6
# How wide the template makes the columns of PN, in millimetres.
_PRODUCT_MM, _DOSE_MM, _REASON_MM = 66.0, 42.0, 35.0


def view(asked: Asked) -> View:
    """Return everything that stands on the record, in order."""
    listed, state = asked.medicine(), asked.state(Section.MEDICATION)
    context = asked.context
    span = hours_from(context.printed_at, is_clock_trusted=context.is_clock_trusted)
    found = doses_between(listed.orders, span)
    body = Body(
        notices=[*copy_notices(listed.groups, state), hours_notice(span), SIGN_ONCE],
        sections=_sections(listed, found, span),
        ending=[*_ending(listed, found, span), CHANGES] if state.is_delivered else [],
        alerts=[medication_alert(state)],
        is_landscape=True,
        likely_pages=1 + len(listed.orders) // _ROWS_PER_PAGE,
    )
    return citizen_view(DESIGN.title, asked, (Section.MEDICATION,), body)


def hours_notice(span: Span) -> str:
    """Return from when to when the sheet holds; with a doubtful clock, that a person must say."""
    if not span.is_dated:
        return WRITE_DAYS
    hours = f"{show_date_time(span.starts_at)} til {show_date_time(span.ends_at)}"
    return f"Gælder fra {hours}. {NOT_BEFORE}"


def _sections(listed: Medicine, found: SpanDoses, span: Span) -> list[View]:
    """Return the tables; what must be given on the minute is never the last thing to be seen."""
    timed = _timed_by_text(found, span)
    told = {order.id for order, _ in timed}
    rest = replace(found, unknown=tuple(one for one in found.unknown if one[0].id not in told))
    return [
        *_grid(listed, span, timed, TIMED),
        *_grid(listed, span, found.due, medicine.FIXED),
        *_as_needed(listed),
        *leftover_sections(listed, rest, span, has_room=True),
        *([_remarks()] if timed or found.due else []),
    ]


def _remarks() -> View:
    """Return the lines that a code of "other" sends the writer to."""
    rows: list[View] = [{} for _ in range(_REMARK_LINES)]
    return listing(REMARKS, _REMARK_COLUMNS, rows, row_mm=_REMARK_MM)


def _grid(listed: Medicine, span: Span, rows: Sequence[OrderDoses], title: str) -> list[View]:
    grid = Grid("given", title, _WRITE_GIVEN, CODES)
    ranked = sorted(rows, key=lambda one: not one[0].is_time_critical)
    return [grid_section(listed, span, ranked, grid)] if ranked else []


def _timed_by_text(found: SpanDoses, span: Span) -> list[OrderDoses]:
    """Return what has ordered times and a dosage to be read: a strip for each of the times."""
    return [
        (order, ordered_times(order, span))
        for order, reason in found.unknown
        if order.dosage.times and is_only_text(reason)
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
        "most": most_words(order),
        "dosage": "" if text == single else text,
        "indication": field[ChecklistKey.INDICATION],
        "given": [_WRITE_EFFECT] * len(_GIVEN),
    }
    dose = [row["single"], row["most"], row["dosage"]]
    heights = (
        product_height(row, _PRODUCT_MM),
        height_of(dose, _DOSE_MM),
        height_of([row["indication"]], _REASON_MM),
    )
    return {**row, "is_long": is_tall(heights)}


def _ending(listed: Medicine, found: SpanDoses, span: Span) -> list[str]:
    doses = sum(len(doses) for _, doses in (*found.due, *_timed_by_text(found, span)))
    return [medicine.end_mark(listed.groups), f"Felter til {frame.count(doses, 'dosis', 'doser')}."]


KIND = citizen_kind(DESIGN, view)
