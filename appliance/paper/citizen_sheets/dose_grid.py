"""Lay doses out by part of the day: one row per medicine, one column per part. Pure.

A dose at a clock time stands under the part of the day it falls in, with its time; a dose for any
time has a column of its own. What nobody can tell, what rests and what must not be given get
tables of their own, with why, so that no medicine is missing without a word. Called by the sheets
on which medicine is given or dispensed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from appliance.paper.citizen_sheets.product import Medicine, clock_times, dosage_words, use_text
from appliance.paper.document import View
from appliance.paper.listing import Column, Style, is_long, listing
from appliance.records import medicine
from appliance.records.age import show_short_day
from appliance.records.day_parts import DayPart, Span, SpanDoses, next_due, part_of
from appliance.records.due import PARTS_OF_DAY
from appliance.records.due_words import why_unknown
from appliance.records.models import MedicationOrder
from appliance.records.quantities import amount_of, format_amount
from appliance.records.shifts import TimedDose

PRODUCT_HEAD = "Præparat, styrke, form"
UNTELLABLE = "Kan ikke afgøres – læs dosis, og spørg lægen"
RESTING = "Gives ikke i dette døgn"
ANY_TIME = "Uden tidspunkt"
MAYBE_GIVEN = "I gang: tjek, om den er givet"
NEVER_SOON = "Ingen dosis de næste 90 dage"
GIVES_NOT = "GIVES IKKE: "
_NOON = PARTS_OF_DAY[1]
_WRITE_DAY = "dato: __________"
_PRODUCT = Column("product", PRODUCT_HEAD, 66, Style.NAME)
_UNTELLABLE_COLUMNS = (
    _PRODUCT,
    Column("dosage", "Dosering", 76, Style.BOLD),
    Column("why", "Hvorfor"),
    Column("given", "Givet: kl., dosis, init.", 60, Style.WRITE),
)
_RESTING_COLUMNS = (
    _PRODUCT,
    Column("dosage", "Dosering"),
    Column("next", "Næste gang", 60, Style.BOLD),
)
ENDED_COLUMNS = (
    _PRODUCT,
    Column("ended", "Må IKKE gives", 62, Style.BOLD),
    Column("dosage", "Tidligere dosering"),
)
OrderDoses = tuple[MedicationOrder, tuple[TimedDose, ...]]


@dataclass(frozen=True, slots=True)
class Grid:
    """How a table of doses is called and read.

    `kind` is the cell of the template; `legend` stands beside the title on every page; `write` is
    what the plain renderer prints after each dose, where the template has boxes. With a
    `total_head` each column is summed up.
    """

    kind: str
    title: str
    write: str
    legend: str = ""
    total_head: str = ""


def grid_section(listed: Medicine, span: Span, rows: Sequence[OrderDoses], grid: Grid) -> View:
    """Return the table of doses."""
    columns = _columns(span, rows)
    return {
        "kind": grid.kind,
        "title": f"{grid.title} ({len(rows)})",
        "before": "",
        "legend": grid.legend,
        "product_head": PRODUCT_HEAD,
        "parts": [_head(part, span) for part in columns],
        "rows": [
            _fixed_row(listed, order) | _doses(doses, span, columns, grid.write)
            for order, doses in rows
        ],
        "totals": [_total(rows, column, span) for column in columns] if grid.total_head else [],
        "total_head": grid.total_head,
    }


def leftover_sections(
    listed: Medicine, found: SpanDoses, span: Span, *, has_room: bool
) -> list[View]:
    """Return the tables of what is not in the grid, with why; those with nothing are left out.

    `has_room` gives room to sign for what is given after all, once somebody has been asked.
    """
    columns = _UNTELLABLE_COLUMNS if has_room else _UNTELLABLE_COLUMNS[:-1]
    asked_about = {order.id for order, _ in found.unknown}
    ended = [order for order in listed.groups.not_to_give if order.id not in asked_about]
    tables = (
        (UNTELLABLE, columns, [_untellable(listed, *one) for one in found.unknown], 20 * has_room),
        (RESTING, _RESTING_COLUMNS, [_resting(listed, one, span) for one in found.resting], 0),
    )
    sections = [
        listing(f"{title} ({len(rows)})", heads, rows, row_mm=row_mm)
        for title, heads, rows, row_mm in tables
        if rows
    ]
    return [*sections, *ended_section(listed, ended)]


def ended_section(listed: Medicine, orders: Sequence[MedicationOrder]) -> list[View]:
    """Return the table of what must not be given; nothing when there is nothing to say."""
    if not orders:
        return []
    rows = [_ended(listed, order) for order in orders]
    table = listing(f"{medicine.NOT_TO_GIVE} ({len(rows)})", ENDED_COLUMNS, rows)
    return [{**table, "before": GIVES_NOT}]


def dose_line(dose: TimedDose, span: Span) -> str:
    """Return a dose in words: "Morgen man. 23. nov.: kl. 08.00 10 enheder"."""
    part = part_of(dose, span)
    head = part_head(part, span) if part else ANY_TIME
    return f"{head}: {' '.join(filter(None, (_when(dose), _dose_text(dose))))}"


def _dose_text(dose: TimedDose) -> str:
    return format_amount(dose.due.dose.amount, dose.due.dose.unit)


def part_head(part: DayPart, span: Span) -> str:
    """Return a part of a day in words: "Morgen man. 23. nov."."""
    return f"{part.name.capitalize()} {_day(part, span)}"


def _total(rows: Iterable[OrderDoses], column: DayPart | None, span: Span) -> str:
    amounts = (
        amount_of(dose.due.dose.amount) or Decimal(0)
        for _, doses in rows
        for dose in doses
        if part_of(dose, span) == column
    )
    total = format(sum(amounts, Decimal(0)).normalize(), "f")
    return format_amount(total.replace(".", ","))


def _columns(span: Span, rows: Iterable[OrderDoses]) -> tuple[DayPart | None, ...]:
    """Return the parts of the day, and None for any time when some dose has none."""
    has_untimed = any(part_of(dose, span) is None for _, doses in rows for dose in doses)
    return (*span.parts, *((None,) if has_untimed else ()))


def _head(part: DayPart | None, span: Span) -> View:
    if part is None:
        noon = next(each for each in span.parts if each.name == _NOON)
        return {"head": ANY_TIME, "day": _day(noon, span), "note": ""}
    note = MAYBE_GIVEN if span.has_begun(part) else ""
    return {"head": part.name.capitalize(), "day": _day(part, span), "note": note}


def _day(part: DayPart, span: Span) -> str:
    """Return which day a part is of; of a night, to which day it leads."""
    if not span.is_dated:
        return _WRITE_DAY
    ends_on = part.ends_at.date()
    return show_short_day(part.day) if ends_on == part.day else f"til {show_short_day(ends_on)}"


def _fixed_row(listed: Medicine, order: MedicationOrder) -> View:
    dosage = f"Dosis: {medicine.dosage_text(order)}"
    row = listed.row(order, dosage, use_text(order))
    return {**row, "marks": _timed_marks(order, row), "is_long": is_long(row)}


def _timed_marks(order: MedicationOrder, row: View) -> list[str]:
    """Return the words in boxes, ordered clock times first: a part of the day may not say them."""
    return [*filter(None, [clock_times(order)]), *row["marks"]]


def _doses(
    doses: Iterable[TimedDose], span: Span, columns: Sequence[DayPart | None], write: str
) -> View:
    placed = [(part_of(dose, span), dose) for dose in doses]
    cells = [
        [{"when": _when(dose), "dose": _dose_text(dose)} for part, dose in placed if part == column]
        for column in columns
    ]
    in_words = [f"{dose_line(dose, span)} {write}".strip() for _, dose in placed]
    return {"cells": cells, "given": in_words}


def _when(dose: TimedDose) -> str:
    """Return the time of a dose where the column does not say it, as the record has it."""
    if dose.at is not None:
        return f"kl. {dose.when}"
    return "" if dose.when in PARTS_OF_DAY else dose.when


def _untellable(listed: Medicine, order: MedicationOrder, reason: str) -> View:
    row = _other_row(listed, order)
    return {**row, "marks": _timed_marks(order, row), "why": why_unknown(reason)}


def _resting(listed: Medicine, order: MedicationOrder, span: Span) -> View:
    day = next_due(order, span.ends_at.date())
    return {**_other_row(listed, order), "next": show_short_day(day) if day else NEVER_SOON}


def _ended(listed: Medicine, order: MedicationOrder) -> View:
    return {**_other_row(listed, order), "ended": medicine.ended_text(order), "marks": []}


def _other_row(listed: Medicine, order: MedicationOrder) -> View:
    return {**listed.row(order, use_text(order)), "dosage": dosage_words(order)}
