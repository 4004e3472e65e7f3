"""Hold an Observation against HL7's own profiles, as a validator does wherever it finds the code.

Written from https://hl7.org/fhir/R4/observation-vitalsigns.html and bp.html, from nothing of ours.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

_CATEGORY = ("http://terminology.hl7.org/CodeSystem/observation-category", "vital-signs")
_LOINC = "http://loinc.org"
_PANEL = "85354-9"
_PARTS = {"8480-6": "systolic", "8462-4": "diastolic"}
# Every code of HL7's table of vital signs: a validator applies the profile to each of them.
_VITAL_SIGNS = {
    "85353-1", "9279-1", "8867-4", "2708-6", "8310-5", "8302-2", "9843-4", "29463-7", "39156-5",
    "85354-9", "8480-6", "8462-4", "8478-0",
}  # fmt: skip
_A_DAY_AT_LEAST = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T.+(Z|[+-][0-9]{2}:[0-9]{2}))?")


def codings(concept: dict[str, Any]) -> set[tuple[str, str]]:
    """Return system and code of every coding."""
    return {(one.get("system", ""), one.get("code", "")) for one in concept.get("coding", [])}


def faults_of(resource: dict[str, Any]) -> list[str]:
    """Return what the profiles forbid; nothing of a resource they do not apply to."""
    if resource.get("resourceType") != "Observation":
        return []
    found = codings(resource.get("code", {}))
    categories = {one for each in resource.get("category", []) for one in codings(each)}
    is_vital_sign = any((_LOINC, code) in found for code in _VITAL_SIGNS)
    if not is_vital_sign and _CATEGORY not in categories:
        return []
    faults = [] if _CATEGORY in categories else ["category: no vital-signs"]
    faults += _of_every_vital_sign(resource)
    return faults + (list(_of_pressure(resource)) if (_LOINC, _PANEL) in found else [])


def faults_in(bundles: Iterable[dict[str, Any]]) -> list[str]:
    """Return what the profiles forbid in whole Bundles."""
    return [
        fault for one in bundles for entry in one["entry"] for fault in faults_of(entry["resource"])
    ]


def _of_every_vital_sign(resource: dict[str, Any]) -> Iterator[str]:
    for name in ("status", "code", "subject"):
        if not resource.get(name):
            yield f"{name}: missing"
    if "effectivePeriod" not in resource and not _A_DAY_AT_LEAST.fullmatch(
        resource.get("effectiveDateTime", "")
    ):
        yield "vs-1: effective[x] names no day"
    if not any(resource.get(name) for name in ("component", "hasMember")) and not _says(resource):
        yield "vs-2: neither value nor dataAbsentReason"
    for part in resource.get("component", []):
        if not _says(part):
            yield "vs-3: a component with neither value nor dataAbsentReason"


def _says(holder: dict[str, Any]) -> bool:
    return "dataAbsentReason" in holder or any(name.startswith("value") for name in holder)


def _of_pressure(resource: dict[str, Any]) -> Iterator[str]:
    if any(name.startswith("value") for name in resource):
        yield "value[x]: a panel has none of its own"
    for code, name in _PARTS.items():
        given = [
            one for one in resource.get("component", []) if (_LOINC, code) in codings(one["code"])
        ]
        if len(given) != 1:
            yield f"component {name}: {len(given)} of them"
        for one in given:
            if "dataAbsentReason" not in one:
                yield from _of_quantity(name, one.get("valueQuantity", {}))


def _of_quantity(name: str, quantity: dict[str, Any]) -> Iterator[str]:
    value = quantity.get("value")
    if not isinstance(value, int | float) or isinstance(value, bool):
        yield f"component {name}: no number"
    if not quantity.get("unit"):
        yield f"component {name}: no unit"
    if (quantity.get("system"), quantity.get("code")) != ("http://unitsofmeasure.org", "mm[Hg]"):
        yield f"component {name}: not in mm[Hg]"
