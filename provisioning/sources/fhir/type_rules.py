"""Say which resource types are read how, and which section of the record each one delivers."""

from dataclasses import dataclass

from appliance.records.terms import Section
from provisioning.sources.fhir import attachments, health, orders, people, plan, written
from provisioning.sources.fhir.extraction import Extractor
from provisioning.sources.fhir.medication import extract_medication, extract_medication_order


@dataclass(frozen=True, slots=True)
class TypeRule:
    """How one type is read; `of_citizen` types mean nothing without the citizen."""

    extract: Extractor
    of_citizen: bool = True


RULES: dict[str, TypeRule] = {
    "Patient": TypeRule(people.extract_citizen),
    "RelatedPerson": TypeRule(people.extract_relative),
    "Organization": TypeRule(people.extract_organisation, of_citizen=False),
    "Practitioner": TypeRule(people.extract_practitioner, of_citizen=False),
    "PractitionerRole": TypeRule(people.extract_role, of_citizen=False),
    "Medication": TypeRule(extract_medication, of_citizen=False),
    "MedicationStatement": TypeRule(extract_medication_order),
    "MedicationRequest": TypeRule(extract_medication_order),
    "AllergyIntolerance": TypeRule(health.extract_warning),
    "Condition": TypeRule(health.extract_condition),
    "Observation": TypeRule(health.extract_observation),
    "Communication": TypeRule(written.extract_note),
    "DiagnosticReport": TypeRule(written.extract_report),
    "ClinicalImpression": TypeRule(written.extract_evaluation),
    "DocumentReference": TypeRule(attachments.extract_document),
    "Media": TypeRule(attachments.extract_document),
    "Flag": TypeRule(health.extract_flag),
    "Goal": TypeRule(plan.extract_goal),
    "CarePlan": TypeRule(plan.extract_care_plan),
    "ServiceRequest": TypeRule(plan.extract_service_request),
    "Appointment": TypeRule(plan.extract_appointment),
    "Encounter": TypeRule(plan.extract_encounter),
    "NutritionOrder": TypeRule(orders.extract_service_order),
    "SupplyRequest": TypeRule(orders.extract_service_order),
    "DeviceRequest": TypeRule(orders.extract_service_order),
    "Basic": TypeRule(orders.extract_basic, of_citizen=False),
}
# Types a care record may hold that nobody here reads yet: kept, never unknown.
KNOWN = frozenset(RULES) | {
    "Location", "CareTeam", "Group", "MedicationAdministration", "MedicationDispense", "Consent",
    "Task", "DeviceUseStatement", "Procedure", "Immunization", "List",
    "Composition", "Binary", "Device", "MessageHeader", "Provenance", "OperationOutcome",
}  # fmt: skip

# What a type that is listed in the manifest delivers, even when it has no resource tonight.
# Encounter is not here: a list of past contacts says nothing of the visits to come.
SECTIONS: dict[str, tuple[Section, ...]] = {
    "Patient": (Section.CITIZENS,),
    "RelatedPerson": (Section.RELATIVES,),
    "Organization": (Section.CONTACTS,),
    "PractitionerRole": (Section.STAFF,),
    "MedicationStatement": (Section.MEDICATION,),
    "MedicationRequest": (Section.MEDICATION,),
    "AllergyIntolerance": (Section.WARNINGS,),
    "Condition": (Section.CONDITIONS,),
    "Observation": (Section.OBSERVATIONS,),
    "Communication": (Section.NOTES,),
    "ClinicalImpression": (Section.NOTES,),
    "Flag": (Section.FLAGS,),
    "Goal": (Section.CARE_PLAN,),
    "CarePlan": (Section.CARE_PLAN, Section.INTERVENTIONS),
    "ServiceRequest": (Section.INTERVENTIONS,),
    "Appointment": (Section.VISITS,),
    "NutritionOrder": (Section.SERVICE_ORDERS,),
    "SupplyRequest": (Section.SERVICE_ORDERS,),
    "DeviceRequest": (Section.SERVICE_ORDERS,),
    "DocumentReference": (Section.ATTACHMENTS,),
    "Media": (Section.ATTACHMENTS,),
}
# What a fault in a file of the type leaves incomplete beyond what it delivers.
_HARMED = {
    "Medication": (Section.MEDICATION,),
    "Practitioner": (Section.STAFF, Section.CONTACTS),
    "Organization": (Section.CITIZENS, Section.CONTACTS),
    "Encounter": (Section.VISITS, Section.FLAGS),
    "DiagnosticReport": (Section.NOTES,),
    "Binary": (Section.ATTACHMENTS,),
    "Basic": (Section.KEY_BOXES, Section.PLAN),
}


def harmed_sections(kind: str) -> tuple[str, ...]:
    """Return the sections a fault in this type makes incomplete; none means every section."""
    if kind == "Patient":
        return ()  # a citizen who is missing is missing from every section
    found = _HARMED.get(kind) or SECTIONS.get(kind)
    if found is None and kind in KNOWN:
        found = (Section.OTHER,)
    return tuple(section.value for section in found or ())
