"""Tell of the medicine that is not in the grid of doses, and why. Pure.

What somebody must decide, what rests and what must not be given have a table each, so that no
medicine is missing without a word. What can be read on the sheet is read there; a doctor is asked
only where reading does not help. Called by the sheets on which medicine is given or dispensed.
"""

from collections.abc import Sequence

from appliance.paper.citizen_sheets.dose_grid import PRODUCT_HEAD, timed_marks
from appliance.paper.citizen_sheets.product import Medicine, dosage_words, use_text
from appliance.paper.document import View
from appliance.paper.listing import Column, Style, listing
from appliance.records import medicine
from appliance.records.age import show_short_day
from appliance.records.day_parts import Span, SpanDoses, next_due
from appliance.records.due_words import can_be_read, why_unknown
from appliance.records.models import MedicationOrder

READABLE = "Læs teksten – er den ikke klar, så ring til lægen"
UNTELLABLE = "Kan ikke afgøres – spørg lægen"
RESTING = "Gives ikke i dette døgn"
NEVER_SOON = "Ingen dosis de næste 90 dage"
GIVES_NOT = "GIVES IKKE: "
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


def leftover_sections(
    listed: Medicine, found: SpanDoses, span: Span, *, has_room: bool
) -> list[View]:
    """Return the tables of what is not in the grid, with why; those with nothing are left out.

    `has_room` gives room to sign for what is given after all, once somebody has been asked.
    """
    columns = _UNTELLABLE_COLUMNS if has_room else _UNTELLABLE_COLUMNS[:-1]
    unknown = sorted(found.unknown, key=lambda one: not one[0].is_time_critical)
    readable = [_untellable(listed, *one) for one in unknown if can_be_read(one[1])]
    asked = [_untellable(listed, *one) for one in unknown if not can_be_read(one[1])]
    asked_about = {order.id for order, _ in found.unknown}
    ended = [order for order in listed.groups.not_to_give if order.id not in asked_about]
    tables = (
        (READABLE, columns, readable, 20 * has_room),
        (UNTELLABLE, columns, asked, 20 * has_room),
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


def _untellable(listed: Medicine, order: MedicationOrder, reason: str) -> View:
    row = _other_row(listed, order)
    return {**row, "marks": timed_marks(order, row), "why": why_unknown(reason)}


def _resting(listed: Medicine, order: MedicationOrder, span: Span) -> View:
    day = next_due(order, span.ends_at.date())
    return {**_other_row(listed, order), "next": show_short_day(day) if day else NEVER_SOON}


def _ended(listed: Medicine, order: MedicationOrder) -> View:
    return {**_other_row(listed, order), "ended": medicine.ended_text(order), "marks": []}


def _other_row(listed: Medicine, order: MedicationOrder) -> View:
    return {**listed.row(order, use_text(order)), "dosage": dosage_words(order)}
