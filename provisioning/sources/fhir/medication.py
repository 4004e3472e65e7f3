"""Read medicine: every field of the official checklist as the source spells it, or why not.

A field the source lacks becomes a `Gap`, so that paper prints "MANGLER I KILDEN"; one that is
there but not understood becomes a gap called unreadable. Nothing is filled in from elsewhere.
Called by `bulk` through the table of extractors.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from appliance.records.models import Gap, MedicationOrder
from appliance.records.terms import MedicationStatus
from provisioning.errors import Severity
from provisioning.sources.fhir.dosage import ReadDosage, from_first_day
from provisioning.sources.fhir.dose_schedule import from_its_first_day
from provisioning.sources.fhir.drugs import Drug
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
    concept,
    day,
    extension_flag,
    extension_value,
    identifier,
    mapping,
    mappings,
    text,
)

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
    medication = _medication(at)
    if is_modified(medication):
        reason = "points at a Medication whose meaning is changed in a way that is not known here"
        at.remark("medicationReference", reason, severity=Severity.ERROR)
        return None
    return [_order(at, at.pieces.drug(medication))]


def _order(at: Extraction, drug: Drug) -> MedicationOrder:
    resource = at.resource
    period = mapping(resource.get("effectivePeriod"))
    starts_on, stops_on = day(period.get("start")), day(period.get("end"))
    given = resource.get("dosage") or resource.get("dosageInstruction")
    read = _with_structure(at, from_first_day(at.pieces.dosage(given), starts_on))
    _remark_dosage(at, read)
    ordered_on, prescriber = _ordered_on(resource), _prescriber(at)
    indication = _indication(resource)
    unread = _unread(resource, read, ordered_on, stops_on)
    owed: dict[str, object] = {
        "ordered_on": ordered_on,
        "prescriber": prescriber,
        "brand": drug.brand,
        "form": drug.form,
        "strength": drug.strength,
        "dosage": read.dosage.text,
        "indication": indication,
        "instruction": read.instruction or read.route,
    }
    if read.is_as_needed:
        owed["max_daily_dose"] = read.max_daily_dose
    if "stops_on" in unread:
        owed["stops_on"] = None
    return MedicationOrder(
        id=at.record_id,
        citizen_id=at.citizen_id,
        status=_status(at),
        brand=drug.brand,
        generic=drug.generic,
        form=drug.form,
        strength=drug.strength,
        atc=drug.atc,
        route=read.route,
        dosage=from_its_first_day(read.dosage, starts_on, ordered_on),
        is_as_needed=read.is_as_needed,
        max_daily_dose=read.max_daily_dose,
        indication=indication,
        instruction=read.instruction,
        ordered_on=ordered_on,
        stops_on=stops_on,
        prescriber=prescriber,
        status_since=day(extension_value(resource, "status-since", "valueDate")),
        status_reason=concept(resource.get("statusReason")),
        is_dose_dispensed=extension_flag(resource, "dose-dispensed"),
        is_time_critical=extension_flag(resource, "time-critical") is True,
        gaps=_gaps(owed, unread),
    )


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


def _medication(at: Extraction) -> Json:
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


def _indication(resource: Json) -> str | None:
    named = [concept(item) for item in mappings(resource.get("reasonCode"))] or [
        parse_reference(item).display for item in mappings(resource.get("reasonReference"))
    ]
    return ", ".join(dict.fromkeys(filter(None, named))) or None


def _ordered_on(resource: Json) -> date | None:
    return (
        day(extension_value(resource, "ordered-on", "valueDate"))
        or day(resource.get("authoredOn"))
        or day(mapping(resource.get("effectivePeriod")).get("start"))
        or day(resource.get("effectiveDateTime"))
    )


def _prescriber(at: Extraction) -> str | None:
    for key in ("requester", "informationSource"):
        reference = parse_reference(at.resource.get(key))
        if reference.type in _NOT_PRESCRIBERS:
            continue
        if said := at.index.name_of(reference, at.resource):
            return said
    return None


def _unread(
    resource: Json, read: ReadDosage, ordered_on: date | None, stops_on: date | None
) -> set[str]:
    """Return the owed fields that were delivered and not understood."""
    period = mapping(resource.get("effectivePeriod"))
    ordered = resource.get("authoredOn") or period.get("start")
    unread = set()
    if ordered is not None and ordered_on is None:
        unread.add("ordered_on")
    if period.get("end") is not None and stops_on is None:
        unread.add("stops_on")
    if read.is_unreadable and read.is_delivered:
        unread.add("dosage")
    if read.is_max_unreadable:
        unread.add("max_daily_dose")
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


def _gaps(owed: Mapping[str, object], unread: Collection[str]) -> tuple[Gap, ...]:
    """Say of every owed field that is empty whether it was not delivered or not understood."""
    if None not in owed.values():
        return ()
    return tuple(
        Gap(name, "unreadable" if name in unread else "not_delivered")
        for name, value in owed.items()
        if value is None
    )
