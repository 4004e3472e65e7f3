"""Make a citizen's medication list: the sheet the night is about.

`view` decides what stands where (pure once the records are read); the template only sets it.
Refuses to drop or shorten a line: what does not fit the four columns is written out across them,
what the source left out is named, what must not be given stands apart. Called by the registry,
the web and the pack.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from appliance.clock import DANISH_TIME
from appliance.paper import frame
from appliance.paper.citizen_sheets.citizen_sheet import GROUP, copy_notices, medication_alert
from appliance.paper.citizen_sheets.product import (
    boxed_words,
    brand_of,
    clock_times,
    dosage_words,
    labelled,
    strength_text,
    twice_on_the_list,
)
from appliance.paper.document import Document, PrintContext, View
from appliance.paper.listing import height_of, height_of_marks, is_tall
from appliance.paper.sheet_kind import Design, Material, SheetKind, Subject, Wanted
from appliance.paper.signing import SIGN_ELSEWHERE
from appliance.policy import STOPPED_SHOWN
from appliance.records import medicine
from appliance.records.checklist import ChecklistKey, checklist
from appliance.records.models import MedicationOrder, SectionState
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId, Section

DESIGN = Design("medication_list", medicine.TITLE, "medication_list.typ")
CHANGES = (
    "Ændringer i hånden: skriv dato, kl., lægens navn og dine initialer."
    " De skal tastes ind i omsorgssystemet, når det virker igen."
)
# How wide the template makes the columns at least, in millimetres.
_PRODUCT_MM, _DOSE_MM, _MOST_MM, _REMARK_MM, _REASON_MM = 46.0, 44.0, 24.0, 32.0, 40.0
_ROWS_PER_PAGE = 6
_DIGEST_LENGTH = 32


def render_medication_list(
    store: RecordStore, citizen_id: CitizenId, context: PrintContext
) -> Document:
    """Return one citizen's medication list, with a serial number of its own.

    Raises:
        PaperError: there is no such citizen in the copy.
        StorageError: no serial number could be taken.

    """
    who = frame.read_identity(store, citizen_id)
    (serial,) = context.serials.take()
    return typeset_list(store, who, context, serial)


def typeset_list(
    store: RecordStore, who: frame.Identity, context: PrintContext, serial: str
) -> Document:
    """Return the list under a serial number already taken (a pack takes its numbers at once)."""
    orders = store.of_citizen(MedicationOrder, who.citizen.id)
    state = store.section(who.citizen, Section.MEDICATION)
    shown = view(who, orders, state, (context, serial))
    document = DESIGN.document(shown, context, who.citizen.id)
    return replace(document, digest=digest_of(shown, state))


def list_digest(store: RecordStore, citizen_id: CitizenId, context: PrintContext) -> str:
    """Return what a list printed now would say, as `Document.digest` does, without printing it.

    Raises:
        PaperError: there is no such citizen in the copy.

    """
    who = frame.read_identity(store, citizen_id)
    orders = store.of_citizen(MedicationOrder, citizen_id)
    state = store.section(who.citizen, Section.MEDICATION)
    return digest_of(view(who, orders, state, (context, "")), state)


def digest_of(shown: View, state: SectionState) -> str:
    """Return a digest of the medicine, the CAVE and the needs as they stand on the list.

    Not of its number, its time or the age of its data: a list that says the same is still good.
    """
    whole = (state.is_delivered, state.is_complete, state.reason)
    told = (shown["sections"], shown["header"]["cave"], shown["needs"], whole)
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:_DIGEST_LENGTH]


def view(
    who: frame.Identity,
    orders: list[MedicationOrder],
    state: SectionState,
    how: tuple[PrintContext, str],
) -> View:
    """Return everything that stands on the list, in order."""
    context, serial = how
    today = context.printed_at.astimezone(DANISH_TIME).date()
    groups = medicine.sort_medication(orders, today)
    sections = (("Medicin", state), ("CAVE", who.cave_state), ("Behov", who.needs_state))
    alerts = [
        medication_alert(state),
        *(frame.section_alert(name, each, context) for name, each in sections),
        frame.clock_alert(context),
    ]
    return {
        **frame.basic_view(medicine.TITLE, context),
        "header": frame.citizen_header(who, filter(None, alerts)),
        "footer": frame.footer(context, serial, sections),
        "needs": [frame.one_line(need) for need in who.needs],
        "notices": copy_notices(groups, state),
        "sections": _sections(groups, today),
        "ending": _ending(groups, state),
        "likely_pages": 1 + groups.shown // _ROWS_PER_PAGE,
    }


def _sections(groups: medicine.MedicationGroups, today: date) -> list[View]:
    twice = twice_on_the_list(groups)

    def section(
        kind: str, title: str, orders: tuple[MedicationOrder, ...], row: _RowMaker
    ) -> View | None:
        if not orders:
            return None
        rows = [row(order, today, _notice_words(order, today, twice)) for order in orders]
        before = "GIVES IKKE: " if kind == "ended" else ""
        return {"kind": kind, "title": f"{title} ({len(rows)})", "before": before, "rows": rows}

    found = (
        section("fixed", medicine.FIXED, groups.fixed, _fixed_row),
        section("as_needed", medicine.AS_NEEDED, groups.as_needed, _as_needed_row),
        section("fixed", medicine.STATUS_UNKNOWN, groups.unknown, _fixed_row),
        section("ended", medicine.NOT_TO_GIVE, groups.not_to_give, _ended_row),
    )
    return [part for part in found if part]


_RowMaker = Callable[[MedicationOrder, date, list[str]], View]


def _notice_words(order: MedicationOrder, today: date, twice: Mapping[str, str]) -> list[str]:
    """Return the words in boxes; "KUN MANDAG" has a louder place beside the dose."""
    beside_dose = medicine.dose_notices(order, today)
    return [word for word in boxed_words(order, today, twice) if word not in beside_dose]


def _beside_dose(order: MedicationOrder, today: date) -> str:
    return "\n".join(medicine.dose_notices(order, today))


def _row(order: MedicationOrder, notices: list[str], **own: object) -> View:
    """Return a row: which medicine, then what is particular to its section, then why.

    The order of the keys is the order in which the plain renderer prints them.
    """
    field = {item.key: item.value for item in checklist(order)}
    brand = brand_of(order)
    row: View = {
        "brand": brand,
        "strength": strength_text(field[ChecklistKey.STRENGTH]),
        "generic": order.generic if order.generic and order.generic != brand else "",
        "form": labelled("Form", field[ChecklistKey.FORM]),
        "route": order.route or "",
        "notices": notices,
        **own,
        "instruction": labelled("Brug", medicine.instruction_text(order)),
        "indication": field[ChecklistKey.INDICATION],
        "ordered": f"{field[ChecklistKey.ORDERED_ON]} af {field[ChecklistKey.PRESCRIBER]}",
        "ends": medicine.end_date_text(order, field[ChecklistKey.STOPS_ON]),
    }
    return {**row, "is_long": is_tall(_heights(row))}


def _heights(row: View) -> tuple[float, ...]:
    """Return how tall the cells of a row are at most."""

    def height(width_mm: float, *keys: str) -> float:
        return height_of([row[key] for key in keys if row.get(key)], width_mm)

    remark = ("times", "instruction", "daily", "ends")
    name = height(_PRODUCT_MM, "brand", "strength", "generic", "form", "route")
    marks = height_of_marks({"marks": row["notices"]}, _PRODUCT_MM)
    return (
        name + marks,
        height(_DOSE_MM, "weekday", "single", "dosage", "ended") + height(_DOSE_MM, *remark),
        height(_MOST_MM, "most"),
        height(_REMARK_MM, *remark),
        height(_REASON_MM, "indication", "ordered"),
    )


def _fixed_row(order: MedicationOrder, today: date, notices: list[str]) -> View:
    # A PN medicine of unknown status must not look as if it were given four times a day.
    cells = None if order.is_as_needed else medicine.dose_cells(order, today)
    grid = order.dosage.grid
    return _row(
        order,
        notices,
        weekday=_beside_dose(order, today),
        doses=[{"amount": cell.amount, "unit": cell.unit} for cell in cells or ()],
        dosage=medicine.grid_in_words(grid) if cells and grid else dosage_words(order),
        times=clock_times(order),
        daily=medicine.daily_dose(order) or "",
    )


def _as_needed_row(order: MedicationOrder, today: date, notices: list[str]) -> View:
    single, text = medicine.single_dose(order), medicine.dosage_text(order)
    return _row(
        order,
        notices,
        weekday=_beside_dose(order, today),
        single=single,
        most=medicine.max_daily_dose(order),
        dosage="" if text == single else text,
    )


def _ended_row(order: MedicationOrder, _today: date, _notices: list[str]) -> View:
    ended, dosage = medicine.ended_text(order), medicine.dosage_text(order)
    return _row(order, [], ended=ended, dosage=dosage)


def _ending(groups: medicine.MedicationGroups, state: SectionState) -> list[str]:
    if not state.is_delivered:
        return []
    older = groups.older_stopped
    hidden = (
        f"{older} seponeret for mere end {STOPPED_SHOWN.days} dage siden er ikke vist."
        if older
        else ""
    )
    return [text for text in (medicine.end_mark(groups), hidden, SIGN_ELSEWHERE, CHANGES) if text]


def _build(material: Material, wanted: Wanted, context: PrintContext) -> Iterator[Document]:
    yield render_medication_list(material.store(), CitizenId(wanted.id), context)


KIND = SheetKind(
    name=DESIGN.name,
    title=DESIGN.title,
    subjects=(Subject.CITIZEN,),
    build=_build,
    group=GROUP,
)
