"""Write one entry of the care journal as FHIR R4 resources. Pure.

A note is a Communication, a dose a MedicationAdministration, a measurement an Observation, and how
medicine worked an Observation of its own: it is often noted when the dose was sent already. A
number is written as a number only where it can be read in one way; all else stays in its own
words. RECONCILIATION.md maps every field. Called by `bundles`.
"""

import re
import uuid
from dataclasses import dataclass

from appliance.care_journal.events import (
    EffectSeen,
    JournalEvent,
    MedicineGiven,
    Noted,
    Observed,
    Outcome,
)
from appliance.clock import format_time
from provisioning.reconciliation.units import quantity
from provisioning.reconciliation.words import EFFECT, OUTCOMES, TOPIC, legible
from provisioning.sources.fhir.blood_pressure import DIASTOLIC, LOINC, PANEL, SYSTOLIC, UNIT
from provisioning.sources.fhir.people import CPR_SYSTEM
from provisioning.sources.fhir.values import OWN, Json

IDENTIFIER = OWN + "journal"
ADMINISTRATION = "MedicationAdministration"
_ERROR = "entered-in-error"
_VITAL_SIGNS: Json = {
    "coding": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/observation-category",
            "code": "vital-signs",
        }
    ]
}
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
# Three decimals are left as text: 1.200 and 1,200 may as well mean twelve hundred.
_PLAIN = r"(?:0|[1-9][0-9]{0,8})(?:[.,](?:[0-9]{1,2}|[0-9]{4}))?"
_NUMBER = re.compile(f"-?{_PLAIN}")
_AMOUNT = re.compile(rf"(?P<number>{_PLAIN})\s+(?P<unit>[^\W\d_]+)")
_PRESSURE = re.compile(r"([1-9][0-9]{1,2})\s*/\s*([1-9][0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class About:
    """Of whom an entry is, and on which box it was noted; `is_withdrawn` takes it back.

    `order` is the care system's own identifier of the order a dose was given by.
    """

    cpr: str
    box_id: str
    is_withdrawn: bool = False
    order: Json | None = None


def urn_of(event_id: str) -> str:
    """Return the name a resource goes by inside its Bundle: always the same for one event."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{IDENTIFIER}|{event_id}')}"


def written(event: JournalEvent, about: About) -> Json:
    """Return the resource of a note, a dose or a measurement."""
    match event.what:
        case Noted() as noted:
            return _communication(event, noted, about)
        case MedicineGiven() as given:
            return _administration(event, given, about)
        case Observed() as seen:
            return _observation(event, seen, about)
        case other:
            raise TypeError(f"{type(other).__name__} is nothing of the care record")


def effect(event: JournalEvent, of: JournalEvent, about: About, *, is_dose_there: bool) -> Json:
    """Return the resource of how medicine worked, and what it is linked to.

    A dose that was typed in by hand is only named: the care system has it under another id.
    """
    what = event.what
    dose: Json = {"reference": urn_of(of.id)}
    if not is_dose_there:
        dose = {"identifier": _identifier(of.id)}
    return {
        **_start("Observation", event, about, "final"),
        "partOf": [{"type": ADMINISTRATION, **dose}],
        "code": {
            "coding": [{"system": OWN + "journal-kind", "code": "as-needed-effect"}],
            "text": EFFECT,
        },
        "effectiveDateTime": format_time(event.happened_at),
        "performer": [{"display": legible(event.by)}],
        "valueString": legible(what.text if isinstance(what, EffectSeen) else ""),
    }


def _start(kind: str, event: JournalEvent, about: About, status: str) -> Json:
    """Return what every resource of ours begins with."""
    return {
        "resourceType": kind,
        "meta": {"tag": [{"system": OWN + "box", "code": about.box_id}]},
        "extension": [
            {"url": OWN + "written-at", "valueDateTime": format_time(event.written_at)},
        ],
        "identifier": [_identifier(event.id)],
        "status": _ERROR if about.is_withdrawn else status,
        "subject": {
            "type": "Patient",
            "reference": f"Patient?identifier={CPR_SYSTEM}|{about.cpr}",
        },
    }


def _identifier(event_id: str) -> Json:
    return {"system": IDENTIFIER, "value": event_id}


def _communication(event: JournalEvent, noted: Noted, about: About) -> Json:
    return {
        **_start("Communication", event, about, "completed"),
        "topic": {"text": TOPIC},
        "sent": format_time(event.happened_at),
        "sender": {"display": legible(event.by)},
        "payload": [{"contentString": legible(noted.text)}],
    }


def _administration(event: JournalEvent, given: MedicineGiven, about: About) -> Json:
    is_given = given.outcome is Outcome.GIVEN
    resource = _start(ADMINISTRATION, event, about, "completed" if is_given else "not-done")
    if given.is_as_needed:
        resource["extension"].append({"url": OWN + "as-needed", "valueBoolean": True})
    if not is_given:
        coding = {"system": OWN + "outcome", "code": given.outcome.value}
        resource["statusReason"] = [{"coding": [coding], "text": OUTCOMES[given.outcome]}]
    resource["medicationCodeableConcept"] = {"text": legible(given.medicine)}
    resource["effectiveDateTime"] = format_time(event.happened_at)
    resource["performer"] = [{"actor": {"display": legible(event.by)}}]
    if given.reason.strip():
        resource["reasonCode"] = [{"text": legible(given.reason)}]
    if about.order:
        resource["request"] = {"type": "MedicationRequest", "identifier": about.order}
    resource["dosage"] = {"text": legible(given.dose), "dose": _dose(legible(given.dose))}
    return {**resource, **_note(given.remark)}


def _dose(text: str) -> Json:
    """Return a dose as amount and unit; FHIR wants one (mad-1), so in words it says just that."""
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return {"extension": [{"url": _ABSENT, "valueCode": "as-text"}]}
    return quantity(_as_number(found["number"]), found["unit"])


def _observation(event: JournalEvent, seen: Observed, about: About) -> Json:
    title = legible(seen.title)
    return {
        **_start("Observation", event, about, "final"),
        **(_pressure(title, seen) or {"code": {"text": title}, **_value(seen)}),
        "effectiveDateTime": format_time(event.happened_at),
        "performer": [{"display": legible(event.by)}],
        **_note(seen.remark),
    }


def _pressure(title: str, seen: Observed) -> Json:
    """Return a blood pressure in its two parts; nothing where it is not surely one.

    The category comes with the code: a validator holds whatever has the code against HL7's own
    profile (hl7.org/fhir/R4/bp.html), and one refused resource costs the citizen's whole Bundle.
    """
    found = _PRESSURE.fullmatch(legible(seen.value))
    is_named = "blodtryk" in title.casefold() or title.casefold() == "bt"
    if not found or not is_named or legible(seen.unit).casefold() != UNIT.casefold():
        return {}
    upper, lower = int(found[1]), int(found[2])
    if upper <= lower:
        return {}
    parts = ((SYSTOLIC, "Systolisk", upper), (DIASTOLIC, "Diastolisk", lower))
    return {
        "category": [_VITAL_SIGNS],
        "code": {"coding": [{"system": LOINC, "code": PANEL}], "text": title},
        "component": [_component(*part) for part in parts],
    }


def _component(code: str, title: str, value: int) -> Json:
    coding = {"system": LOINC, "code": code}
    return {"code": {"coding": [coding], "text": title}, "valueQuantity": quantity(value, UNIT)}


def _value(seen: Observed) -> Json:
    value = legible(seen.value)
    if not seen.unit.strip():
        return {"valueString": value}
    unit = legible(seen.unit)
    if _NUMBER.fullmatch(value):
        return {"valueQuantity": quantity(_as_number(value), unit)}
    return {"valueString": f"{value} {unit}"}


def _as_number(text: str) -> int | float:
    plain = text.replace(",", ".")
    return float(plain) if "." in plain else int(plain)


def _note(remark: str) -> Json:
    return {"note": [{"text": legible(remark)}]} if remark.strip() else {}
