"""Write the town as FHIR R4 Bulk Data feeds: one folder per unit, and one for what they share.

`<unit>/manifest.json` lists the unit's files with their ages; `faelles/` holds staff, contacts and
the response plan. Equal towns and an equal `hash_code` give equal bytes. Refuses to hash login
codes itself: the caller says how. Called by the demo, tests and benches.
"""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from appliance.clock import format_time
from appliance.demo import fhir_care, fhir_elements, fhir_medicine, fhir_people
from appliance.demo.documents import documents_of
from appliance.demo.fhir_elements import Json
from appliance.demo.town_models import CareRecords, Town, UnitRecords
from appliance.demo.units import UNIT_WITH_REQUESTS
from appliance.files import write_atomically
from appliance.records.models import SectionState
from appliance.records.terms import Section, UnitId, UnitKind

SHARED_FOLDER = "faelles"
_POINTS_AT_DOCTORS = UnitId("kaerhoej")
_PEOPLE_PER_NONE_KNOWN = 3  # every third citizen without CAVE was asked and has none
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_SECTION_OF_TYPE = {
    "Medication": Section.MEDICATION,
    "MedicationStatement": Section.MEDICATION,
    "MedicationRequest": Section.MEDICATION,
}
_CARE_TYPES = (
    "Organization",
    "Patient",
    "RelatedPerson",
    "AllergyIntolerance",
    "Medication",
    "MedicationStatement",
    "Condition",
    "Goal",
    "CarePlan",
    "ServiceRequest",
    "Observation",
    "Communication",
    "Appointment",
    "Flag",
    "Basic",
    "DocumentReference",
    "Media",
)
_MEAL_TYPES = ("Organization", "Patient", "NutritionOrder", "Basic")
_DEVICE_TYPES = ("Organization", "Patient", "DeviceRequest", "SupplyRequest", "Basic")
_SHARED_TYPES = ("Practitioner", "PractitionerRole", "Organization", "Basic")


def write_fhir_feed(
    town: Town, folder: Path, hash_code: Callable[[str], str], as_of: datetime | None = None
) -> None:
    """Write every feed of the town below the folder; `as_of` moves the export's own time.

    Raises:
        StorageError: the disk refused or is full.

    """
    for name, content in feed_files(town, hash_code, as_of).items():
        write_atomically(folder / name, content)


def write_feed_zip(
    town: Town, path: Path, hash_code: Callable[[str], str], as_of: datetime | None = None
) -> None:
    """Write the same feeds as one zip.

    Raises:
        StorageError: the disk refused or is full.

    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in feed_files(town, hash_code, as_of).items():
            target.writestr(zipfile.ZipInfo(name, _ZIP_DATE), content, zipfile.ZIP_DEFLATED)
    write_atomically(path, packed.getvalue())


def feed_files(
    town: Town, hash_code: Callable[[str], str], as_of: datetime | None = None
) -> Mapping[str, bytes]:
    """Make every file of the feed, by its name in the folder."""
    exported_at = as_of or town.night
    files = dict(
        _part(SHARED_FOLDER, shared_resources(town, hash_code), _SHARED_TYPES, exported_at)
    )
    for unit in town.units:
        shift = exported_at - town.night
        ages = {
            state.section: state.as_of + shift
            for state in unit.states
            if state.as_of and not state.citizen_id
        }
        part = _part(unit.slug, unit_resources(unit), _types_of(unit), exported_at, ages)
        files.update(part)
    return files


def unit_resources(unit: UnitRecords) -> Iterator[Json]:
    """Write every resource of one unit."""
    care = unit.care
    points = unit.unit.id == _POINTS_AT_DOCTORS
    yield fhir_people.organization_of(unit.unit)
    for citizen in care.citizens:
        yield fhir_people.patient(citizen, has_doctor_by_reference=points)
    yield from map(fhir_people.related_person, care.relatives)
    yield from _warnings(care, unit.states)
    yield from _medication(unit)
    yield from map(fhir_care.condition, care.conditions)
    yield from (fhir_care.goal(part) for part in care.care_plan if part.kind == "goal")
    plans = fhir_elements.by_citizen(care.care_plan)
    for citizen_id, granted in fhir_elements.by_citizen(care.interventions).items():
        yield from fhir_care.interventions(granted, plans.get(citizen_id, []))
    yield from map(fhir_care.observation, care.observations)
    yield from map(fhir_care.note, care.notes)
    yield from map(fhir_care.visit, care.visits)
    yield from map(fhir_care.flag, care.flags)
    yield from map(fhir_care.service_order, care.service_orders)
    yield from map(fhir_care.key_box, care.key_boxes)
    yield from map(fhir_care.document, documents_of(unit))


def _warnings(care: CareRecords, states: Iterable[SectionState]) -> Iterator[Json]:
    yield from map(fhir_care.warning, care.warnings)
    if not any(state.section is Section.WARNINGS and state.is_delivered for state in states):
        return
    warned = {warning.citizen_id for warning in care.warnings}
    others = [citizen.id for citizen in care.citizens if citizen.id not in warned]
    yield from map(fhir_care.no_known_allergy, others[::_PEOPLE_PER_NONE_KNOWN])


def _medication(unit: UnitRecords) -> Iterator[Json]:
    medicines = {}
    kind = "MedicationRequest" if unit.unit.id == UNIT_WITH_REQUESTS else "MedicationStatement"
    read_at = {
        state.citizen_id: fhir_elements.instant(state.as_of)
        for state in unit.states
        if state.section is Section.MEDICATION
    }
    for order in unit.care.medication:
        if medicine := fhir_medicine.medication_of(order):
            medicines[medicine["id"]] = medicine
        entries = unit.dose_entries.get(order.id, ())
        sent = fhir_medicine.Sent(kind, read_at.get(order.citizen_id))
        yield fhir_medicine.medication_order(order, entries, sent)
    yield from medicines.values()


def shared_resources(town: Town, hash_code: Callable[[str], str]) -> Iterator[Json]:
    """Write staff, contacts and the response plan."""
    for member in town.staff:
        code = town.login_codes.get(member.initials)
        yield from fhir_people.staff_member(member, code, hash_code)
    yield from map(fhir_people.contact, town.contacts)
    yield from map(fhir_care.plan_document, town.plan_documents)


def _types_of(unit: UnitRecords) -> tuple[str, ...]:
    """List the types a unit's source delivers, also where tonight there are none of them."""
    if unit.unit.kind is UnitKind.MEAL_SERVICE:
        return _MEAL_TYPES
    if unit.unit.kind is UnitKind.DEVICE_SERVICE:
        return _DEVICE_TYPES
    missing = {state.section for state in unit.states if not state.is_delivered}
    kind = "MedicationRequest" if unit.unit.id == UNIT_WITH_REQUESTS else "MedicationStatement"
    return tuple(
        kind if name == "MedicationStatement" else name
        for name in _CARE_TYPES
        if not (name == "AllergyIntolerance" and Section.WARNINGS in missing)
    )


def _part(
    folder: str,
    resources: Iterable[Json],
    types: Iterable[str],
    exported_at: datetime,
    ages: Mapping[Section, datetime] | None = None,
) -> Iterator[tuple[str, bytes]]:
    """Make the files of one folder, its manifest last."""
    lines: dict[str, list[bytes]] = {name: [] for name in types}
    for resource in resources:
        lines[resource["resourceType"]].append(orjson.dumps(resource))
    output = []
    for name, written in lines.items():
        content = b"".join(line + b"\n" for line in written)
        as_of = (ages or {}).get(_SECTION_OF_TYPE.get(name, Section.OTHER), exported_at)
        output.append(_listed(name, content, len(written), as_of))
        yield f"{folder}/{name}.ndjson", content
    manifest = {
        "transactionTime": format_time(exported_at),
        "request": f"https://omsorg.example/fhir/Group/{folder}/$export",
        "requiresAccessToken": False,
        "output": output,
        "deleted": [],
        "error": [],
    }
    yield f"{folder}/manifest.json", orjson.dumps(manifest, option=orjson.OPT_INDENT_2) + b"\n"


def _listed(name: str, content: bytes, count: int, as_of: datetime) -> dict[str, Any]:
    return {
        "type": name,
        "url": f"{name}.ndjson",
        "count": count,
        "extension": {
            "asOf": format_time(as_of),
            "sha256": hashlib.sha256(content).hexdigest(),
        },
    }
