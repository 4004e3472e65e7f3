"""Read medicine: every field of the official checklist as the source spells it, or why not.

A field the source lacks becomes a `Gap`, so that paper prints "MANGLER I KILDEN"; one that is
there but not understood becomes a gap called unreadable. Nothing is filled in from elsewhere.
Called by `bulk` through the table of extractors.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from appliance.records.models import Gap, MedicationOrder
from appliance.records.terms import MedicationStatus
from provisioning.errors import Severity
from provisioning.sources.fhir.dosage import ReadDosage, read_dosage
from provisioning.sources.fhir.dose_schedule import from_its_first_day
from provisioning.sources.fhir.extraction import Extracted, Extraction
from provisioning.sources.fhir.fmk_structure import (
    TEXT_DIFFERS,
    TIMING_DIFFERS,
    structure_of,
    with_structure,
)
from provisioning.sources.fhir.modifiers import is_modified
from provisioning.sources.fhir.references import contained, parse_reference
from provisioning.sources.fhir.values import (
    Json,
    codes,
    concept,
    danish,
    day,
    display_of,
    extension_flag,
    extension_text,
    extension_value,
    identifier,
    mapping,
    mappings,
    number,
    text,
)

_ATC = "http://www.whocc.no/atc"
_SUBSTANCE = "http://www.dkma.dk/medicinecard/xml.schema/2015/06/01/ActiveSubstance"
_FMK_ID = "http://www.dkma.dk/medicinecard/xml.schema/2015/06/01/DrugMedicationIdentifier"
_STATUS = {
    "active": MedicationStatus.ACTIVE,
    "on-hold": MedicationStatus.PAUSED,
    "stopped": MedicationStatus.STOPPED,
    "completed": MedicationStatus.STOPPED,
    "cancelled": MedicationStatus.STOPPED,
}
# A plan, a proposal or an option is not an order anybody may give medicine by.
_NOT_ORDERS = {"proposal", "plan", "option"}
_NOT_PRESCRIBERS = {"Patient", "RelatedPerson"}


def extract_medication_order(at: Extraction) -> Extracted:
    """Read a MedicationStatement or a MedicationRequest."""
    resource = at.resource
    if resource.get("status") == "entered-in-error" or text(resource.get("intent")) in _NOT_ORDERS:
        return None
    if resource.get("doNotPerform") is True:
        at.remark("doNotPerform", "says the medicine must not be given; kept as it is")
        return None
    drug = _drug(at)
    if is_modified(drug):
        reason = "points at a Medication whose meaning is changed in a way that is not known here"
        at.remark("medicationReference", reason, severity=Severity.ERROR)
        return None
    given = resource.get("dosage") or resource.get("dosageInstruction")
    period = mapping(resource.get("effectivePeriod"))
    read = _with_structure(at, read_dosage(given, day(period.get("start"))))
    _remark_dosage(at, read)
    starts_on, ordered_on = day(period.get("start")), _ordered_on(resource)
    order = MedicationOrder(
        id=at.record_id,
        citizen_id=at.citizen_id,
        status=_status(at),
        brand=_brand(drug),
        generic=_generic(drug),
        form=concept(drug.get("form")),
        strength=_strength(drug),
        atc=next(iter(codes(drug.get("code"), _ATC)), None),
        route=read.route,
        dosage=from_its_first_day(read.dosage, starts_on, ordered_on),
        is_as_needed=read.is_as_needed,
        max_daily_dose=read.max_daily_dose,
        indication=_indication(resource),
        instruction=read.instruction,
        ordered_on=ordered_on,
        stops_on=day(period.get("end")),
        prescriber=_prescriber(at),
        status_since=day(extension_value(resource, "status-since", "valueDate")),
        status_reason=concept(resource.get("statusReason")),
        is_dose_dispensed=extension_flag(resource, "dose-dispensed"),
        is_time_critical=extension_flag(resource, "time-critical") is True,
    )
    return [_with_gaps(order, read, _unreadable_dates(resource))]


def extract_medication(_at: Extraction) -> Extracted:
    """Read a Medication; its content goes into the orders that point at it."""
    return []


def medicine_card_id(resource: Json) -> str | None:
    """Return the shared medication record's own number of an order, or None."""
    return identifier(resource, _FMK_ID)


def _status(at: Extraction) -> MedicationStatus:
    status = _STATUS.get(str(at.resource.get("status")), MedicationStatus.UNKNOWN)
    if status is MedicationStatus.UNKNOWN:
        at.remark("status", "is not one that says whether to give the medicine", "active, …")
    return status


def _drug(at: Extraction) -> Json:
    """Return the Medication of an order: contained, in the feed, or written on the order."""
    reference = parse_reference(at.resource.get("medicationReference"))
    inside = contained(at.resource, reference)
    if inside is not None:
        return inside
    if reference.id and reference.may_be("Medication"):
        found = at.index.medication(reference.id)
        if found is not None:
            return found
        at.remark("medicationReference", "points at a Medication that is not in the feed")
    written = at.resource.get("medicationCodeableConcept")
    return {"code": written or {"text": reference.display}}


def _brand(drug: Json) -> str | None:
    code = mapping(drug.get("code"))
    if said := text(code.get("text")):
        return said
    for coding in mappings(code.get("coding")):
        # An ATC or substance display names the substance, not the box in the cupboard.
        if coding.get("system") not in (_ATC, _SUBSTANCE) and (said := text(coding.get("display"))):
            return said
    return None


def _generic(drug: Json) -> str | None:
    named = [concept(item.get("itemCodeableConcept")) for item in mappings(drug.get("ingredient"))]
    substances = " + ".join(dict.fromkeys(filter(None, named)))
    code = drug.get("code")
    return substances or display_of(code, _SUBSTANCE) or display_of(code, _ATC)


def _strength(drug: Json) -> str | None:
    if said := extension_text(drug, "strength-text"):
        return said
    found = [_ratio(mapping(item.get("strength"))) for item in mappings(drug.get("ingredient"))]
    return " + ".join(filter(None, found)) if found and all(found) else None


def _ratio(strength: Json) -> str | None:
    """Write 40 mg per 1 tablet as "40 mg", and 500 mg per 5 ml as "500 mg/5 ml"."""
    amount = _quantity(mapping(strength.get("numerator")))
    per = mapping(strength.get("denominator"))
    size, unit = number(per.get("value")), text(per.get("unit")) or text(per.get("code"))
    if amount is None or not per:
        return amount
    if size is None or unit is None:
        return None
    is_one = size == Decimal(1)
    is_piece = is_one and unit not in _MEASURES
    return amount if is_piece else f"{amount}/{unit if is_one else f'{danish(size)} {unit}'}"


_MEASURES = {"ml", "mL", "l", "L", "g", "mg", "h", "time", "dosis", "pust"}


def _quantity(quantity: Json) -> str | None:
    amount, unit = number(quantity.get("value")), text(quantity.get("unit"))
    unit = unit or text(quantity.get("code"))
    return f"{danish(amount)} {unit}" if amount is not None and unit else None


def _indication(resource: Json) -> str | None:
    coded = [concept(item) for item in mappings(resource.get("reasonCode"))]
    pointed = [parse_reference(it).display for it in mappings(resource.get("reasonReference"))]
    return ", ".join(dict.fromkeys(filter(None, coded or pointed))) or None


def _ordered_on(resource: Json) -> date | None:
    given = (
        extension_value(resource, "ordered-on", "valueDate"),
        resource.get("authoredOn"),
        mapping(resource.get("effectivePeriod")).get("start"),
        resource.get("effectiveDateTime"),
    )
    return next(filter(None, map(day, given)), None)


def _prescriber(at: Extraction) -> str | None:
    for key in ("requester", "informationSource"):
        given = at.resource.get(key)
        if parse_reference(given).type not in _NOT_PRESCRIBERS and (said := at.name_of(given)):
            return said
    return None


def _unreadable_dates(resource: Json) -> set[str]:
    period = mapping(resource.get("effectivePeriod"))
    ordered = resource.get("authoredOn") or period.get("start")
    unread = set()
    if ordered is not None and _ordered_on(resource) is None:
        unread.add("ordered_on")
    if period.get("end") is not None and day(period.get("end")) is None:
        unread.add("stops_on")
    return unread


def _with_structure(at: Extraction, read: ReadDosage) -> ReadDosage:
    """Return the dosage with what FMK's own structure says, where the order carries it."""
    structure = structure_of(at.resource)
    if structure is None:
        return read
    if isinstance(structure, str):
        at.remark("dosage.fmk-dosage", structure, "a dosage in FMK's E2 or E6 structure")
        return replace(read, is_delivered=True, is_unreadable=read.dosage.text is None)
    found = with_structure(read, structure, at.resource)
    unknown = found.dosage.schedule.unknown if found.dosage.schedule else None
    if unknown == TEXT_DIFFERS:
        at.remark("dosage.text", "says something else than FMK's structure; the text is shown")
    if unknown == TIMING_DIFFERS:
        at.remark("dosage.timing", "gives other doses than FMK's structure; neither is read")
    return found


def _remark_dosage(at: Extraction, read: ReadDosage) -> None:
    if read.is_unreadable:
        at.remark("dosage", "cannot be put into words", "a text, or a structure that is known")
    if read.is_text_partial:
        at.remark("dosage", "has a text on some entries only; the texts are shown", "one text")
    if read.is_max_unreadable:
        at.remark("maxDosePerPeriod", "is not a highest dose per day and night")


def _with_gaps(order: MedicationOrder, read: ReadDosage, unread: set[str]) -> MedicationOrder:
    """Say of every owed field that is empty whether it was not delivered or not understood."""
    owed: dict[str, object] = {
        "ordered_on": order.ordered_on,
        "prescriber": order.prescriber,
        "brand": order.brand,
        "form": order.form,
        "strength": order.strength,
        "dosage": order.dosage.text,
        "indication": order.indication,
        "instruction": order.instruction or order.route,
    }
    if order.is_as_needed:
        owed["max_daily_dose"] = order.max_daily_dose
    if "stops_on" in unread:
        owed["stops_on"] = None
    if read.is_unreadable and read.is_delivered:
        unread = unread | {"dosage"}
    if read.is_max_unreadable:
        unread = unread | {"max_daily_dose"}
    gaps = tuple(
        Gap(name, "unreadable" if name in unread else "not_delivered")
        for name, value in owed.items()
        if value is None
    )
    return replace(order, gaps=gaps)
