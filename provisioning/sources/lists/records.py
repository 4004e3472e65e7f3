"""Build one record of each kind of list from one row.

What a vendor leaves empty is None; what cannot be read is None and in the report. People and
units are read in `party`, medicine in `medicine`. Called by `delivery`.
"""

from collections.abc import Callable
from datetime import datetime

from appliance.records.models import (
    CareInstruction,
    Condition,
    Flag,
    KeyBox,
    Note,
    Observation,
    OrderItem,
    PlanDocument,
    PlannedIntervention,
    Record,
    ServiceOrder,
    Visit,
    Warning,  # noqa: A004  (the glossary's word for CAVE; nobody here needs the builtin)
)
from appliance.records.terms import FlagKind, ServiceLine
from provisioning.sources.lists import values as cell
from provisioning.sources.lists.medicine import build_order
from provisioning.sources.lists.party import (
    Place,
    build_contact,
    build_relative,
    build_staff_member,
    unit_named,
)
from provisioning.sources.lists.rows import RowReader

Builder = Callable[[RowReader, Place], Record]


def _warning(row: RowReader, at: Place) -> Warning:
    return Warning(
        at.record_id,
        at.citizen_id,
        row.owed("substance"),
        row.text("reaction"),
        row.word("severity"),
        row.day("registered_on"),
        row.yes_no("is_refuted") is True,
    )


def _condition(row: RowReader, at: Place) -> Condition:
    return Condition(
        at.record_id,
        at.citizen_id,
        row.owed("title"),
        row.text("code"),
        row.word("status"),
        row.day("since"),
        row.text("note"),
    )


def _care_instruction(row: RowReader, at: Place) -> CareInstruction:
    return CareInstruction(
        at.record_id,
        at.citizen_id,
        row.owed("title"),
        row.text("text"),
        row.word("kind"),
        row.word("status"),
        row.day("since"),
    )


def _observation(row: RowReader, at: Place) -> Observation:
    return Observation(
        at.record_id,
        at.citizen_id,
        row.owed("title"),
        row.text("value"),
        row.text("unit_of_value"),
        row.moment("observed_at"),
    )


def _note(row: RowReader, at: Place) -> Note:
    return Note(
        at.record_id,
        at.citizen_id,
        row.owed("text"),
        row.text("title"),
        row.text("author"),
        row.moment("written_at"),
    )


def _intervention(row: RowReader, at: Place) -> PlannedIntervention:
    # A list of granted help need not say so on every line; one that says it unreadably has not.
    is_granted = row.yes_no("is_granted")
    return PlannedIntervention(
        at.record_id,
        at.citizen_id,
        row.owed("title"),
        "is_granted" not in row.unread if is_granted is None else is_granted,
        row.text("frequency"),
        row.text("text"),
        row.day("starts_on"),
        row.day("ends_on"),
    )


def _visit(row: RowReader, at: Place) -> Visit:
    starts_at = row.clock_moment("starts_at")
    if starts_at is None:
        row.refuse("starts_at")
    return Visit(
        at.record_id,
        at.citizen_id,
        starts_at,
        _minutes(row, starts_at),
        row.text("route"),
        row.whole("sequence"),
        row.text("staff"),
        row.count("persons"),
        row.listed("tasks", ";"),
        row.word("status"),
    )


def _minutes(row: RowReader, starts_at: datetime) -> int | None:
    said = row.whole("minutes")
    ends_at = row.clock_moment("ends_at")
    if said is not None or ends_at is None:
        return said
    minutes = int((ends_at - starts_at).total_seconds() // 60)
    if minutes <= 0:
        row.remark("ends_at", "is not after the start; the length is left out")
        return None
    return minutes


def _flag(row: RowReader, at: Place) -> Flag:
    return Flag(
        at.record_id,
        at.citizen_id,
        row.choice("kind", FlagKind) or FlagKind.OTHER,
        row.owed("text"),
        row.day("since"),
        row.text("decided_by"),
    )


def _key_box(row: RowReader, at: Place) -> KeyBox:
    return KeyBox(at.record_id, at.citizen_id, row.owed("place"), row.text("code"))


def _service_order(line: ServiceLine) -> Builder:
    def build(row: RowReader, at: Place) -> ServiceOrder:
        due_on = row.day("due_on")
        if due_on is None:
            row.refuse("due_on")
        return ServiceOrder(
            at.record_id,
            at.citizen_id,
            line,
            due_on,
            row.word("kind") or "deliver",
            row.text("window"),
            _items(row),
            row.text("diet"),
            row.count("persons"),
            row.text("remark"),
        )

    return build


def _items(row: RowReader) -> tuple[OrderItem, ...]:
    listed = tuple(cell.read_item(part) for part in row.listed("items", ";"))
    single = row.text("item")
    if single is None:
        return listed
    quantity = row.whole("quantity")
    return (*listed, OrderItem(single, 1 if quantity is None else quantity, row.text("hmi")))


def _plan_document(row: RowReader, at: Place) -> PlanDocument:
    row.owed("body")
    return PlanDocument(
        at.record_id,
        row.owed("title"),
        row.raw("body"),  # word for word, with the blank lines it ends in
        row.word("kind") or "plan",
        unit_named(row, at.people),
        row.text("version"),
        row.text("owner"),
        row.day("next_review"),
    )


BUILDERS: dict[str, Builder] = {
    "relatives": build_relative,
    "warnings": _warning,
    "medication": lambda row, at: build_order(row, at.record_id, at.citizen_id),
    "conditions": _condition,
    "care_plan": _care_instruction,
    "observations": _observation,
    "notes": _note,
    "interventions": _intervention,
    "visits": _visit,
    "flags": _flag,
    "key_boxes": _key_box,
    "meals": _service_order(ServiceLine.MEALS),
    "devices": _service_order(ServiceLine.DEVICES),
    "contacts": build_contact,
    "staff": build_staff_member,
    "plan": _plan_document,
}
