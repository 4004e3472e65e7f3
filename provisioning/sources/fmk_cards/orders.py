"""Read one order of a medicine card: every field of the official checklist, or why not.

A field the card lacks is a gap "not_delivered"; one that is there but not understood is
"unreadable", with a remark. An order whose content FMK keeps back stays on the list, as a line
somebody must ask about. Refuses an order that says one thing twice. Called by `source`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from appliance.records.models import Gap, MedicationOrder
from appliance.records.terms import CitizenId, MedicationStatus
from provisioning.errors import BrokenLineError
from provisioning.sources.fhir.values import danish
from provisioning.sources.fhir.values import day as read_day
from provisioning.sources.fmk_cards import names
from provisioning.sources.fmk_cards.card_dosage import CardDosage, read_card_dosage
from provisioning.sources.fmk_cards.names import Field
from provisioning.sources.fmk_cards.nodes import Node
from provisioning.sources.fmk_cards.statuses import OrderStatus, read_status, with_pause

# What a nurse reads where an order is that is not shown: FMK keeps it back, or it is broken.
HIDDEN = {
    names.PRIVATE_ORDER: "Privatmarkeret i FMK: lægemiddel og dosis vises ikke. Spørg lægen.",
    names.INVALID_ORDER: "Ugyldig ordination i FMK: lægemiddel og dosis vises ikke. Spørg lægen.",
    names.ORDER: "En ordination på medicinkortet kunne ikke læses. Slå op i FMK eller spørg lægen.",
}
_SELF_CHOSEN = "Borgervalgt: tages på borgerens eget initiativ."
_OWED = ("ordered_on", "prescriber", "brand", "form", "strength", "indication")
_WHERE: dict[str, Field] = {
    "brand": names.BRAND,
    "form": names.FORM,
    "strength": Field((*names.STRENGTH.paths, *names.STRENGTH_VALUE.paths)),
    "indication": names.INDICATION,
    "prescriber": names.PRESCRIBER,
    "ordered_on": Field((*names.STARTS_ON.paths, *names.CREATED_ON.paths)),
}


@dataclass(frozen=True, slots=True)
class Remark:
    """Something in an order a person should look at, by field; quotes nothing."""

    field: str
    reason: str
    expected: str = ""


@dataclass(slots=True)
class Reading:
    """One order being read: its element, whose it is, and the day it is read for."""

    node: Node
    record_id: str
    citizen_id: CitizenId
    day: date
    remarks: list[Remark] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)

    def date(self, found: Field, name: str) -> date | None:
        """Return a date; one that cannot be read is said."""
        given = self.node.said(found)
        read = read_day(given)
        if given and read is None:
            self.fail(name, "is not a date", "YYYY-MM-DD")
        return read

    def fail(self, name: str, reason: str, expected: str = "") -> None:
        """Say that a field is there and cannot be read."""
        self.unreadable.add(name)
        self.remarks.append(Remark(name, reason, expected))


def read_order(at: Reading) -> MedicationOrder:
    """Read one order.

    Raises:
        BrokenLineError: it says something twice that nobody can choose between.

    """
    node = at.node
    if twice := sorted(name for name in names.ONCE if len(node.all(name)) > 1):
        raise BrokenLineError(f"says more than once: {', '.join(twice)}")
    starts_on = at.date(names.STARTS_ON, "ordered_on")
    status = read_status(node, at.day)
    at.remarks += [Remark(name, reason) for name, reason in status.doubts.items()]
    if status.has_unreadable_day:
        at.fail("status_since", "is not a date", "YYYY-MM-DD")
    read = _dosage(at, starts_on)
    own = _SELF_CHOSEN if _is_self_chosen(node) else None
    said = (node.said(names.INSTRUCTION), own, status.notice)
    order = MedicationOrder(
        id=at.record_id,
        citizen_id=at.citizen_id,
        status=status.status,
        brand=node.said(names.BRAND),
        generic=_substances(node),
        form=node.said(names.FORM),
        strength=_strength(node),
        atc=node.said(names.ATC),
        route=node.said(names.ROUTE),
        dosage=with_pause(read.dosage, status),
        is_as_needed=read.is_as_needed,
        max_daily_dose=read.max_daily_dose,
        indication=node.said(names.INDICATION),
        instruction=" ".join(filter(None, said)) or None,
        ordered_on=starts_on or at.date(names.CREATED_ON, "ordered_on"),
        stops_on=_stops_on(at, status),
        prescriber=_prescriber(node),
        status_since=status.since,
        status_reason=status.reason,
        is_dose_dispensed=_is_dispensed(at),
    )
    return _with_gaps(at, order, read)


def hidden_order(kind: str, record_id: str, citizen_id: CitizenId) -> MedicationOrder:
    """Return the line that stands for an order FMK tells of without showing it."""
    gaps = tuple(Gap(name, "not_delivered") for name in (*_OWED, "dosage"))
    return MedicationOrder(
        record_id, citizen_id, MedicationStatus.UNKNOWN, instruction=HIDDEN[kind], gaps=gaps
    )


def unread_names(node: Node) -> Iterator[str]:
    """Give the names in an order that nobody here reads."""
    yield from (one.name for one in node.children if one.name not in names.KNOWN_OF_ORDER)


def _dosage(at: Reading, starts_on: date | None) -> CardDosage:
    node = at.node.one(names.DOSAGE)
    if node is None or not (node.children or node.text):
        return CardDosage()
    read = read_card_dosage(node, at.day, starts_on)
    if read.fault and read.dosage.text is None:
        at.fail("dosage", f"cannot be put into words: {read.fault}")
    elif read.fault:
        at.remarks.append(Remark("dosage", f"is shown in the card's own words: {read.fault}"))
    return read


def _stops_on(at: Reading, status: OrderStatus) -> date | None:
    stated = at.date(names.STOPS_ON, "stops_on")
    return status.since if status.status is MedicationStatus.STOPPED and not stated else stated


def _is_self_chosen(node: Node) -> bool:
    return node.said(names.ORDER_TYPE) == names.SELF_CHOSEN


def _substances(node: Node) -> str | None:
    inside = node.at(names.SUBSTANCES)
    found = (
        [one.said(names.SUBSTANCE_TEXT) for one in inside.all(names.SUBSTANCE)] if inside else []
    )
    return " + ".join(dict.fromkeys(filter(None, found))) or node.said(names.ATC_TEXT)


def _strength(node: Node) -> str | None:
    """Return the strength in words, or its number with a unit."""
    if said := node.said(names.STRENGTH):
        return said
    value, unit = node.said(names.STRENGTH_VALUE), node.said(names.STRENGTH_UNIT)
    try:
        number = Decimal(value) if value and unit else None
    except InvalidOperation:
        return None
    return f"{danish(number)} {unit}" if number is not None and number.is_finite() else None


def _prescriber(node: Node) -> str | None:
    who, place = node.said(names.PRESCRIBER), node.said(names.PLACE)
    return ", ".join(dict.fromkeys(filter(None, (who, place)))) or None if who else None


def _is_dispensed(at: Reading) -> bool | None:
    """Tell whether a pharmacy packs it; None where the card does not say."""
    for name in names.DISPENSED.paths:
        if (stated := at.node.one(name)) is not None:
            return stated.flag
    given = [
        one for one in at.node.all(names.PRESCRIPTION) if one.one(names.DISPENSED_PRESCRIPTION)
    ]
    ends = [read_day(one.said(names.DISPENSED_UNTIL)) for one in given]
    return True if any(end is None or end >= at.day for end in ends) else None


def _with_gaps(at: Reading, order: MedicationOrder, read: CardDosage) -> MedicationOrder:
    owed: dict[str, object] = {name: getattr(order, name) for name in _OWED}
    owed["dosage"] = read.dosage.text
    owed["instruction"] = order.instruction or order.route
    if order.is_as_needed:
        owed["max_daily_dose"] = order.max_daily_dose
    if _is_self_chosen(at.node):
        del owed["prescriber"]  # nobody prescribed it
    for name, where in _WHERE.items():
        if owed.get(name, "") is None and name not in at.unreadable and at.node.has(where):
            at.fail(name, "is there and cannot be read")
    owed |= dict.fromkeys(at.unreadable - owed.keys())
    gaps = tuple(
        Gap(name, "unreadable" if name in at.unreadable else "not_delivered")
        for name, value in owed.items()
        if value is None
    )
    return replace(order, gaps=gaps)
