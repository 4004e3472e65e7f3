"""Read what is planned for a citizen: goals, instructions, granted help, visits.

Called by `bulk` through the table of extractors. What is over, cancelled or only proposed is
kept as it is and never shown as something to do.
"""

from datetime import datetime

from appliance.records.models import CareInstruction, PlannedIntervention, Record, Visit
from provisioning.sources.fhir.extraction import Extracted, Extraction
from provisioning.sources.fhir.health import notes_of
from provisioning.sources.fhir.kl import inquiry, is_inquiry
from provisioning.sources.fhir.references import parse_reference
from provisioning.sources.fhir.stays import is_hospital, stay
from provisioning.sources.fhir.values import (
    Json,
    concept,
    day,
    extension_text,
    extension_value,
    mapping,
    mappings,
    moment,
    text,
    whole,
)

_GOAL = "Mål"
_INSTRUCTION = "Handlingsanvisning"
_NOT_WANTED = {"entered-in-error", "rejected", "cancelled"}
_ENDED = {"entered-in-error", "revoked", "completed"}
_NO_VISIT = {"entered-in-error", "cancelled", "noshow", "fulfilled"}
_SECONDS_PER_MINUTE = 60


def extract_goal(at: Extraction) -> Extracted:
    """Read a Goal."""
    resource = at.resource
    said = concept(resource.get("description"))
    if said is None or text(resource.get("lifecycleStatus")) in _NOT_WANTED:
        return None
    goal = CareInstruction(
        at.record_id,
        at.citizen_id,
        concept(resource.get("category")) or _GOAL,
        said,
        "goal",
        text(resource.get("lifecycleStatus")),
        day(resource.get("startDate")),
    )
    return [goal]


def extract_care_plan(at: Extraction) -> Extracted:
    """Read a CarePlan: the help granted, and an instruction for each activity described."""
    resource = at.resource
    if text(resource.get("status")) in _ENDED:
        return None
    details = [mapping(item.get("detail")) for item in mappings(resource.get("activity"))]
    if any(detail.get("doNotPerform") is True for detail in details):
        at.remark("activity.detail.doNotPerform", "says what must not be done; kept as it is")
        return None
    instructions = [
        _instruction(at, detail, number)
        for number, detail in enumerate(details, start=1)
        if text(detail.get("description")) and text(detail.get("status")) not in _NOT_WANTED
    ]
    granted = _granted(at, details)
    return [*granted, *instructions] or None


def _instruction(at: Extraction, detail: Json, number: int) -> CareInstruction:
    resource = at.resource
    title = concept(detail.get("code")) or text(resource.get("title"))
    return CareInstruction(
        at.part_id(number),
        at.citizen_id,
        title or concept(resource.get("category")) or _INSTRUCTION,
        text(detail.get("description")),
        extension_text(detail, "kind") or "instruction",
        text(detail.get("status")),
        day(mapping(resource.get("period")).get("start")) or day(resource.get("created")),
    )


def _granted(at: Extraction, details: list[Json]) -> list[Record]:
    resource = at.resource
    activities = [said for detail in details if (said := concept(detail.get("code")))]
    title = text(resource.get("title")) or concept(resource.get("category"))
    if title is None and not activities:
        return []
    period = mapping(resource.get("period"))
    words = text(resource.get("description")) or "; ".join(activities if title else activities[1:])
    intervention = PlannedIntervention(
        at.record_id,
        at.citizen_id,
        title or activities[0],
        resource.get("status") == "active",
        _frequency(details) or extension_text(resource, "frequency"),
        words or None,
        day(period.get("start")) or day(resource.get("created")),
        day(period.get("end")),
    )
    return [intervention]


def _frequency(details: list[Json]) -> str | None:
    """Return how often, in the source's own words."""
    given = (
        text(detail.get("scheduledString"))
        or concept(mapping(detail.get("scheduledTiming")).get("code"))
        for detail in details
    )
    return next(filter(None, given), None)


def extract_service_request(at: Extraction) -> Extracted:
    """Read a ServiceRequest."""
    resource = at.resource
    title = concept(resource.get("code"))
    is_order = resource.get("intent") not in ("proposal", "option")
    if title is None or text(resource.get("status")) in _ENDED or not is_order:
        return None
    if is_inquiry(resource):
        return [inquiry(at)]
    period = mapping(resource.get("occurrencePeriod"))
    begins = period.get("start") or resource.get("occurrenceDateTime") or resource.get("authoredOn")
    intervention = PlannedIntervention(
        at.record_id,
        at.citizen_id,
        title,
        resource.get("status") == "active",
        concept(mapping(resource.get("occurrenceTiming")).get("code"))
        or extension_text(resource, "frequency"),
        text(resource.get("patientInstruction")) or notes_of(resource),
        day(begins),
        day(period.get("end")),
    )
    return [intervention]


def extract_appointment(at: Extraction) -> Extracted:
    """Read an Appointment: a planned visit."""
    resource = at.resource
    starts_at = moment(resource.get("start"))
    if starts_at is None or text(resource.get("status")) in _NO_VISIT:
        return None
    minutes = whole(resource.get("minutesDuration"))
    ends_at = moment(resource.get("end"))
    return [_visit(at, starts_at, _minutes(starts_at, ends_at) if minutes is None else minutes)]


def extract_encounter(at: Extraction) -> Extracted:
    """Read an Encounter: a stay at the hospital, or a visit if it is still to come."""
    resource = at.resource
    if is_hospital(resource):
        flag = stay(at)
        return [flag] if flag else None
    period = mapping(resource.get("period"))
    starts_at = moment(period.get("start"))
    is_to_come = resource.get("status") in ("planned", "arrived", "in-progress")
    # A date without a clock time is no place in a route.
    if starts_at is None or not is_to_come or "T" not in str(period.get("start")):
        return None
    return [_visit(at, starts_at, _minutes(starts_at, moment(period.get("end"))))]


def _minutes(starts_at: datetime, ends_at: datetime | None) -> int | None:
    if ends_at is None or ends_at <= starts_at:
        return None
    return int((ends_at - starts_at).total_seconds() // _SECONDS_PER_MINUTE)


def _visit(at: Extraction, starts_at: datetime, minutes: int | None) -> Visit:
    resource = at.resource
    described = text(resource.get("description"))
    tasks = described.split("; ") if described else [concept(resource.get("type"))]
    persons = whole(extension_value(resource, "persons", "valueInteger"))
    return Visit(
        at.record_id,
        at.citizen_id,
        starts_at,
        minutes,
        extension_text(resource, "route"),
        whole(extension_value(resource, "sequence", "valueInteger")),
        _staff(at),
        persons if persons is not None and persons > 0 else 1,
        tuple(filter(None, tasks)),
        text(resource.get("status")),
    )


def _staff(at: Extraction) -> str | None:
    names = []
    for participant in mappings(at.resource.get("participant")):
        reference = parse_reference(participant.get("actor") or participant.get("individual"))
        is_other = reference.type in ("Patient", "Location", "RelatedPerson")
        names.append(None if is_other else at.index.name_of(reference, at.resource))
    return ", ".join(dict.fromkeys(filter(None, names))) or None
