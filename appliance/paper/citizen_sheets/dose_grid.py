"""Lay doses out by part of the day: one row per medicine, one column per part. Pure.

A dose at a clock time stands under the part of the day it falls in, with its time; a dose for any
time has a column of its own. A medicine with more doses than one row has room for goes on in a row
with its own name: no dose stands far from what it is a dose of. What is not in the grid is told by
`leftovers.py`. Called by the sheets on which medicine is given or dispensed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from appliance.clock import DANISH_TIME
from appliance.paper.citizen_sheets.product import Medicine, clock_times, use_text
from appliance.paper.document import View
from appliance.paper.listing import height_of, height_of_marks, is_tall
from appliance.records import medicine
from appliance.records.age import show_short_day
from appliance.records.day_parts import DayPart, Span, part_of
from appliance.records.dosage import ScheduledDose
from appliance.records.due import PARTS_OF_DAY
from appliance.records.models import MedicationOrder
from appliance.records.quantities import amount_of, format_amount
from appliance.records.shifts import TimedDose, timed

PRODUCT_HEAD = "Præparat, styrke, form"
ANY_TIME = "Uden tidspunkt"
MAYBE_GIVEN = "I gang: tjek, om den er givet"
CHECK_GIVEN = "Tjek, om den er givet"
READ_DOSE = "læs dosis"
CONTINUED = "Fortsat: flere doser"
_NOON = time(12)
# Millimetres: the narrowest that the template makes a medicine and a part of the day, and a dose
# with its strip to sign on.
_WIDTH_MM = 273.0
_PRODUCT_MM, _PART_MM, _DOSE_MM = 68.0, 38.0, 8.0
# What stands in one row of a part of the day, and with its strips fits on any page.
_DOSES_PER_ROW = 6
_WRITE_DAY = "dato: __________"
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
        "rows": [row for one in rows for row in _rows(listed, one, span, (columns, grid.write))],
        "totals": [_total(rows, column, span) for column in columns] if grid.total_head else [],
        "total_head": grid.total_head,
    }


def ordered_times(order: MedicationOrder, span: Span) -> tuple[TimedDose, ...]:
    """Return the times a source orders without saying how much: a dose of no amount at each."""
    doses = (
        timed(order, ScheduledDose(when, ""), day)
        for day in span.days
        for when in order.dosage.times
    )
    found = [dose for dose in doses if _is_within(dose, span)]
    return tuple(sorted(found, key=lambda dose: dose.at or span.ends_at))


def _is_within(dose: TimedDose, span: Span) -> bool:
    """Tell whether a time lies in the span; one that is no clock time is told once."""
    if dose.at is None:
        return dose.day == span.starts_at.date()
    return span.starts_at <= dose.at < span.ends_at


def dose_line(dose: TimedDose, span: Span) -> str:
    """Return a dose in words: "Morgen man. 23. nov.: kl. 08.00 10 enheder"."""
    part = part_of(dose, span)
    head = part_head(part, span) if part else ANY_TIME
    return f"{head}: {' '.join(filter(None, (_when(dose), _dose_text(dose))))}"


def _dose_text(dose: TimedDose) -> str:
    if not dose.due.dose.amount:
        return READ_DOSE
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
        return _any_time_head(span)
    note = MAYBE_GIVEN if span.has_begun(part) else ""
    return {"head": part.name.capitalize(), "day": _day(part, span), "note": note}


def _any_time_head(span: Span) -> View:
    """Return the head of doses that belong to the day whose noon lies in the span.

    On that day such a dose may have been given at any hour before the print.
    """
    noons = (datetime.combine(day, _NOON, DANISH_TIME) for day in span.days)
    noon = next(noon for noon in noons if span.starts_at <= noon < span.ends_at)
    has_begun = not span.is_dated or noon.date() == span.starts_at.date()
    return {
        "head": ANY_TIME,
        "day": show_short_day(noon.date()) if span.is_dated else _WRITE_DAY,
        "note": CHECK_GIVEN if has_begun else "",
    }


def _day(part: DayPart, span: Span) -> str:
    """Return which day a part is of; of a night, to which day it leads."""
    if not span.is_dated:
        return _WRITE_DAY
    ends_on = part.ends_at.date()
    return show_short_day(part.day) if ends_on == part.day else f"til {show_short_day(ends_on)}"


def _rows(
    listed: Medicine, one: OrderDoses, span: Span, how: tuple[Sequence[DayPart | None], str]
) -> Iterator[View]:
    """Yield a medicine's row, and more of them when a part of the day has many doses."""
    _, doses = one
    columns, write = how
    cells = [[dose for dose in doses if part_of(dose, span) == column] for column in columns]
    first = _fixed_row(listed, one)
    for start in range(0, max(map(len, cells), default=0), _DOSES_PER_ROW):
        some = [cell[start : start + _DOSES_PER_ROW] for cell in cells]
        again = {**first, "product": [first["product"][0], CONTINUED], "marks": [], "loud": []}
        row = first if start == 0 else again
        yield _with_length(row | _doses(some, span, write))


def _fixed_row(listed: Medicine, one: OrderDoses) -> View:
    order, doses = one
    dosage = f"Dosis: {medicine.dosage_text(order)}"
    row = listed.row(order, dosage, use_text(order))
    # Without an amount in the columns the dose is read here.
    loud = [] if all(dose.due.dose.amount for dose in doses) else [dosage]
    return {**row, "marks": timed_marks(order, row), "loud": loud}


def _with_length(row: View) -> View:
    """Return a row that says whether it is too tall to stand whole on any page."""
    width = min(_PART_MM, (_WIDTH_MM - _PRODUCT_MM) / len(row["cells"]))
    cells = [
        sum(_DOSE_MM + height_of([f"{dose['when']} {dose['dose']}"], width) for dose in doses)
        for doses in row["cells"]
    ]
    product = product_height(row, _PRODUCT_MM)
    return {**row, "is_long": is_tall([product, *cells])}


def product_height(row: View, width_mm: float) -> float:
    """Return how much paper the cell takes that says which medicine a row is about."""
    return height_of(row["product"], width_mm) + height_of_marks(row, width_mm)


def timed_marks(order: MedicationOrder, row: View) -> list[str]:
    """Return the words in boxes, ordered clock times first: a part of the day may not say them."""
    return [*filter(None, [clock_times(order)]), *row["marks"]]


def _doses(cells: Sequence[Sequence[TimedDose]], span: Span, write: str) -> View:
    return {
        "cells": [
            [{"when": _when(dose), "dose": _dose_text(dose)} for dose in doses] for doses in cells
        ],
        "given": [f"{dose_line(dose, span)} {write}".strip() for doses in cells for dose in doses],
    }


def _when(dose: TimedDose) -> str:
    """Return the time of a dose where the column does not say it, as the record has it."""
    if dose.at is not None:
        return f"kl. {dose.when}"
    return "" if dose.when in PARTS_OF_DAY else dose.when
