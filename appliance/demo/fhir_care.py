"""Write everything about a citizen but the medicine as FHIR resources. Called by `feed_fhir`."""

import base64
import json
from collections.abc import Iterable, Iterator, Sequence

from appliance.demo import fhir_elements as fhir
from appliance.demo.documents import PDF, InventedDocument
from appliance.demo.fhir_elements import OWN, Json
from appliance.records.models import (
    CareInstruction,
    Condition,
    Flag,
    KeyBox,
    Note,
    Observation,
    PlanDocument,
    PlannedIntervention,
    ServiceOrder,
    Visit,
    Warning,  # noqa: A004  (the glossary's word for CAVE)
)
from appliance.records.terms import ServiceLine

_SNOMED = "http://snomed.info/sct"
_NO_KNOWN_ALLERGY = "716186003"
_ICD10 = "urn:oid:1.2.208.176.2.4"
_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
_LOINC = {"Blodtryk": "85354-9", "Puls": "8867-4", "Temperatur": "8310-5", "Vægt": "29463-7"}


def warning(given: Warning) -> Json:
    """Write CAVE or an allergy."""
    status = "refuted" if given.is_refuted else "confirmed"
    return fhir.resource(
        "AllergyIntolerance",
        given.id,
        verificationStatus=fhir.concept(None, _VERIFICATION, status),
        criticality=given.severity,
        code=fhir.concept(given.substance),
        patient=fhir.reference("Patient", given.citizen_id),
        recordedDate=fhir.day(given.registered_on),
        reaction=[{"manifestation": fhir.concepts(given.reaction)}] if given.reaction else [],
    )


def no_known_allergy(citizen_id: str) -> Json:
    """Write that somebody asked and there is none; it is not a warning."""
    return fhir.resource(
        "AllergyIntolerance",
        f"{citizen_id}-c0",
        code=fhir.concept("Ingen kendt allergi", _SNOMED, _NO_KNOWN_ALLERGY),
        patient=fhir.reference("Patient", citizen_id),
    )


def condition(given: Condition) -> Json:
    """Write a diagnosis."""
    return fhir.resource(
        "Condition",
        given.id,
        clinicalStatus=fhir.concept(None, _CLINICAL, given.status),
        code=fhir.concept(given.title, _ICD10, given.code),
        subject=fhir.reference("Patient", given.citizen_id),
        onsetDateTime=fhir.day(given.since),
        note=[{"text": given.note}] if given.note else [],
    )


def goal(given: CareInstruction) -> Json:
    """Write a goal."""
    return fhir.resource(
        "Goal",
        given.id,
        lifecycleStatus=given.status,
        category=fhir.concepts(given.title),
        description={"text": given.text},
        subject=fhir.reference("Patient", given.citizen_id),
        startDate=fhir.day(given.since),
    )


def interventions(
    given: Iterable[PlannedIntervention], care_plan: Sequence[CareInstruction]
) -> Iterator[Json]:
    """Write one citizen's help, in turn as CarePlan and ServiceRequest.

    The first carries the instructions and the day rhythm, as KL's information model has it.
    """
    instructions = [part for part in care_plan if part.kind != "goal"]
    for index, one in enumerate(given):
        if index % 2:
            yield _service_request(one)
        else:
            yield _care_plan(one, instructions if index == 0 else [])


def _care_plan(given: PlannedIntervention, instructions: Iterable[CareInstruction]) -> Json:
    often = {"detail": {"status": "in-progress", "scheduledString": given.frequency}}
    return fhir.resource(
        "CarePlan",
        given.id,
        status="active" if given.is_granted else "draft",
        intent="plan",
        title=given.title,
        description=given.text,
        subject=fhir.reference("Patient", given.citizen_id),
        period=fhir.period(given.starts_on, given.ends_on),
        activity=[often, *({"detail": _detail(part)} for part in instructions)],
    )


def _detail(part: CareInstruction) -> Json:
    return {
        "extension": fhir.extensions(fhir.extension("kind", valueString=part.kind)),
        "code": fhir.concept(part.title),
        "status": part.status,
        "description": part.text,
    }


def _service_request(given: PlannedIntervention) -> Json:
    return fhir.resource(
        "ServiceRequest",
        given.id,
        extension=fhir.extensions(fhir.extension("frequency", valueString=given.frequency)),
        status="active" if given.is_granted else "draft",
        intent="order",
        code=fhir.concept(given.title),
        subject=fhir.reference("Patient", given.citizen_id),
        occurrencePeriod=fhir.period(given.starts_on, given.ends_on),
        patientInstruction=given.text,
    )


def observation(given: Observation) -> Json:
    """Write a measurement: one number with its unit, or the words of a blood pressure."""
    value: Json = {}
    if given.value is not None:
        value = (
            {"valueQuantity": fhir.quantity(given.value, given.unit)}
            if given.unit
            else {"valueString": given.value}
        )
    return fhir.resource(
        "Observation",
        given.id,
        status="final",
        code=fhir.concept(given.title, "http://loinc.org", _LOINC.get(given.title)),
        subject=fhir.reference("Patient", given.citizen_id),
        effectiveDateTime=fhir.local_time(given.observed_at),
        **value,
    )


def note(given: Note) -> Json:
    """Write what a member of staff wrote."""
    return fhir.resource(
        "Communication",
        given.id,
        status="completed",
        topic=fhir.concept(given.title),
        subject=fhir.reference("Patient", given.citizen_id),
        sent=fhir.local_time(given.written_at),
        sender=fhir.named(given.author),
        payload=[{"contentString": given.text}],
    )


def document(given: InventedDocument) -> Json:
    """Write a photo as Media and anything else as a DocumentReference, both in place."""
    attachment = {
        "contentType": given.media_type,
        "data": base64.b64encode(given.content).decode("ascii"),
        "title": given.title,
        "creation": fhir.local_time(given.created_at),
    }
    subject = fhir.reference("Patient", str(given.citizen_id))
    if given.media_type == PDF:
        content = [{"attachment": attachment}]
        return fhir.resource(
            "DocumentReference", given.id, status="current", subject=subject, content=content
        )
    return fhir.resource("Media", given.id, status="completed", subject=subject, content=attachment)


def visit(given: Visit) -> Json:
    """Write a planned visit."""
    staff = {"actor": {"type": "Practitioner", "display": given.staff}, "status": "accepted"}
    citizen = {"actor": fhir.reference("Patient", given.citizen_id), "status": "accepted"}
    return fhir.resource(
        "Appointment",
        given.id,
        extension=fhir.extensions(
            fhir.extension("route", valueString=given.route),
            fhir.extension("sequence", valueInteger=given.sequence),
            fhir.extension("persons", valueInteger=given.persons),
        ),
        status=given.status,
        description="; ".join(given.tasks),
        start=fhir.local_time(given.starts_at),
        minutesDuration=given.minutes,
        participant=[citizen, staff] if given.staff else [citizen],
    )


def flag(given: Flag) -> Json:
    """Write a flag."""
    return fhir.resource(
        "Flag",
        given.id,
        status="active",
        category=fhir.concepts(None, OWN + "flag-kind", given.kind.value),
        code=fhir.concept(given.text),
        subject=fhir.reference("Patient", given.citizen_id),
        period=fhir.period(given.since, None),
        author=fhir.named(given.decided_by),
    )


def service_order(given: ServiceOrder) -> Json:
    """Write meals as NutritionOrder, devices to bring as DeviceRequest, the rest as SupplyRequest.

    What the standard elements lack travels as JSON in one extension.
    """
    more = {
        "kind": given.kind,
        "window": given.window,
        "items": [
            fhir.filled({"text": item.text, "quantity": item.quantity, "hmi": item.hmi})
            for item in given.items
        ],
        "diet": given.diet,
        "persons": given.persons,
        "remark": given.remark,
        "due_on": fhir.day(given.due_on),
    }
    own = fhir.extension(
        "service-order", valueString=json.dumps(fhir.filled(more), ensure_ascii=False)
    )
    citizen = fhir.reference("Patient", given.citizen_id)
    first = fhir.concept(given.items[0].text, OWN + "hmi", given.items[0].hmi)
    due = fhir.day(given.due_on)
    if given.service_line is ServiceLine.MEALS:
        diet = {"type": fhir.concepts(given.diet)}
        kind, elements = "NutritionOrder", {"patient": citizen, "dateTime": due, "oralDiet": diet}
    elif given.kind == "deliver":
        kind = "DeviceRequest"
        elements = {"subject": citizen, "codeCodeableConcept": first, "occurrenceDateTime": due}
    else:
        kind = "SupplyRequest"
        elements = {"deliverTo": citizen, "itemCodeableConcept": first, "occurrenceDateTime": due}
    return fhir.resource(kind, given.id, extension=[own], status="active", **elements)


def key_box(given: KeyBox) -> Json:
    """Write how to get in."""
    return fhir.resource(
        "Basic",
        given.id,
        extension=fhir.extensions(
            fhir.extension("place", valueString=given.place),
            fhir.extension("key-code", valueString=given.code),
        ),
        code=fhir.concept(None, OWN + "basic-kind", "key-box"),
        subject=fhir.reference("Patient", given.citizen_id),
    )


def plan_document(given: PlanDocument) -> Json:
    """Write a text of the response plan."""
    return fhir.resource(
        "Basic",
        given.id,
        extension=fhir.extensions(
            fhir.extension("title", valueString=given.title),
            fhir.extension("body", valueString=given.body),
            fhir.extension("kind", valueString=given.kind),
            fhir.extension("version", valueString=given.version),
            fhir.extension("owner", valueString=given.owner),
            fhir.extension("next-review", valueDate=fhir.day(given.next_review)),
        ),
        code=fhir.concept(given.title, OWN + "basic-kind", "plan-document"),
        subject=fhir.reference("Organization", given.unit_id) if given.unit_id else None,
    )
