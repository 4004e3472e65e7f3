"""Write orders as MedicationStatement or MedicationRequest, with medicines as sources send them.

Most orders point at a shared Medication; some carry it inside; those without form and strength
are a CodeableConcept. The official text stands on every dosage entry, and structure is sent only
where the dosage truly is structured. Called by `feed_fhir`.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from appliance.demo import fhir_elements as fhir
from appliance.demo.dose_plans import DoseEntry
from appliance.demo.fhir_elements import Json
from appliance.records.models import MedicationOrder
from appliance.records.terms import MedicationStatus

_STATUS = {
    MedicationStatus.ACTIVE: "active",
    MedicationStatus.PAUSED: "on-hold",
    MedicationStatus.STOPPED: "stopped",
}
_WHEN = {"morgen": "MORN", "middag": "NOON", "aften": "EVE", "nat": "NIGHT"}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_INSIDE = "laegemiddel"


@dataclass(frozen=True, slots=True)
class Sent:
    """How a unit's source sends its orders."""

    kind: str  # "MedicationStatement" or "MedicationRequest"
    asserted_at: str | None


def medication_order(order: MedicationOrder, entries: Sequence[DoseEntry], sent: Sent) -> Json:
    """Write one order the way the unit's source does."""
    is_request = sent.kind == "MedicationRequest"
    reason = fhir.concepts(order.status_reason)
    ordered_on = fhir.day(order.ordered_on)
    common = {
        "identifier": [{"system": fhir.FMK_ID, "value": _card_number(order.id)}],
        "extension": _own_fields(order),
        **_medicine_of(order),
        "status": _STATUS[order.status],
        "subject": fhir.reference("Patient", order.citizen_id),
        "reasonCode": fhir.concepts(order.indication),
        # R4's MedicationRequest has no such element; the contract of the feed gives it to both.
        "effectivePeriod": fhir.period(None if is_request else order.ordered_on, order.stops_on),
    }
    dosage = _dosage(order, entries)
    if is_request:
        return fhir.resource(
            sent.kind,
            order.id,
            meta=fhir.profile("dk-core-medicationrequest"),
            **common,
            statusReason=next(iter(reason), None),
            intent="order",
            authoredOn=ordered_on,
            requester=fhir.named(order.prescriber),
            dosageInstruction=dosage,
        )
    return fhir.resource(
        sent.kind,
        order.id,
        meta=fhir.profile("dk-core-medicationstatement"),
        **common,
        statusReason=reason,
        dateAsserted=sent.asserted_at,
        informationSource=fhir.named(order.prescriber),
        dosage=dosage,
    )


def medication_of(order: MedicationOrder) -> Json | None:
    """Return the shared Medication an order points at, or None if it carries its own."""
    if _is_text_only(order) or _is_inside(order):
        return None
    return _medication(order, _medication_id(order))


def _is_text_only(order: MedicationOrder) -> bool:
    return order.form is None and order.strength is None


def _is_inside(order: MedicationOrder) -> bool:
    """Let one order in eight carry its medicine inside, chosen by its number so it stays."""
    return int(_card_number(order.id)) % 8 == 0


def _medicine_of(order: MedicationOrder) -> Json:
    if _is_text_only(order):
        return {"medicationCodeableConcept": _medicine_code(order, has_substance=True)}
    if _is_inside(order):
        return {
            "contained": [_medication(order, _INSIDE)],
            "medicationReference": {"reference": f"#{_INSIDE}"},
        }
    return {"medicationReference": fhir.reference("Medication", _medication_id(order))}


def _medication(order: MedicationOrder, resource_id: str) -> Json:
    return fhir.resource(
        "Medication",
        resource_id,
        meta=fhir.profile("dk-core-medication"),
        code=_medicine_code(order, has_substance=False),
        status="active",
        form=fhir.concept(order.form),
        ingredient=[{"itemCodeableConcept": {"text": order.generic}}] if order.generic else [],
        extension=fhir.extensions(fhir.extension("strength-text", valueString=order.strength)),
    )


def _medicine_code(order: MedicationOrder, *, has_substance: bool) -> Json:
    coding = [{"system": fhir.ATC, "code": order.atc}] if order.atc else []
    if has_substance and order.generic:
        code = order.generic.lower()
        coding.append({"system": fhir.SUBSTANCE, "code": code, "display": order.generic})
    return fhir.filled({"coding": coding, "text": order.brand})


def _medication_id(order: MedicationOrder) -> str:
    """Name a medicine by what it is, so that orders of the same medicine share it."""
    what = f"{order.brand}|{order.form}|{order.strength}"
    return f"lm-{hashlib.blake2s(what.encode(), digest_size=6).hexdigest()}"


def _card_number(order_id: str) -> str:
    """Make the number the shared medication record would know the order by."""
    digest = hashlib.blake2s(order_id.encode(), digest_size=7).digest()
    return str(int.from_bytes(digest, "big"))


def _own_fields(order: MedicationOrder) -> list[Json]:
    dispensed = order.is_dose_dispensed
    return fhir.extensions(
        fhir.extension("status-since", valueDate=fhir.day(order.status_since)),
        fhir.extension("dose-dispensed", valueBoolean=dispensed),
        fhir.extension("time-critical", valueBoolean=True) if order.is_time_critical else None,
    )


def _dosage(order: MedicationOrder, entries: Sequence[DoseEntry]) -> list[Json]:
    """Write every entry with the whole text: a reader of one entry must not miss the others."""
    if order.dosage.text is None:
        return []
    written = [_entry(entry, order) for entry in entries] or [{}]
    shared = fhir.filled(
        {
            "text": order.dosage.text,
            "patientInstruction": order.instruction,
            "asNeededBoolean": order.is_as_needed or None,
            "route": fhir.concept(order.route),
            "extension": fhir.extensions(
                fhir.extension("single-dose", valueString=order.dosage.single_dose),
                fhir.extension("daily-dose", valueString=order.dosage.daily_dose),
            ),
        }
    )
    return [
        {"sequence": number, **shared, **entry} for number, entry in enumerate(written, start=1)
    ]


def _entry(entry: DoseEntry, order: MedicationOrder) -> Json:
    dose: Json = {"doseQuantity": fhir.quantity(entry.amount, entry.unit)}
    if entry.high:
        low, high = entry.amount, entry.high
        dose = {
            "doseRange": {
                "low": fhir.quantity(low, entry.unit),
                "high": fhir.quantity(high, entry.unit),
            }
        }
    timing = None if order.is_as_needed else {"repeat": _repeat(entry)}
    most = _most_a_day(order.max_daily_dose)
    return fhir.filled({"timing": timing, "doseAndRate": [dose], "maxDosePerPeriod": most})


def _repeat(entry: DoseEntry) -> Json:
    return fhir.filled(
        {
            "boundsPeriod": fhir.period(entry.starts_on, entry.ends_on),
            "frequency": entry.frequency or 1,
            "period": entry.period,
            "periodUnit": entry.period_unit,
            "dayOfWeek": [_DAYS[day - 1] for day in entry.weekdays],
            "timeOfDay": [f"{time.replace('.', ':')}:00" for time in entry.times],
            "when": [_WHEN[slot] for slot in entry.slots],
        }
    )


def _most_a_day(text: str | None) -> Json | None:
    """Write "4 tabletter" as a ratio to one day."""
    if text is None:
        return None
    amount, _, unit = text.partition(" ")
    return {
        "numerator": fhir.quantity(amount, unit),
        "denominator": {"value": 1, "unit": "døgn", "code": "d"},
    }
