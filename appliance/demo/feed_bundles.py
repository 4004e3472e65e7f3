"""Write the town as FHIR Bundles: one transaction for each citizen, one for what they share.

The same resources as the Bulk Data feed, but named the way such Bundles name them: by `urn:uuid`,
with references that lead nowhere outside. A Bundle says when it was made and nothing finer, so the
ages of single sections are lost. Called by the tests; equal towns give equal bytes.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from appliance.demo.feed_fhir import shared_resources, unit_resources
from appliance.demo.fhir_elements import CPR, Json, instant
from appliance.demo.town_models import Town
from appliance.files import write_atomically

_NAMES = uuid.UUID("6f9619ff-8b86-d011-b42d-00cf4fc964ff")
_GATEWAY_TYPES = {"Condition", "Goal", "CarePlan", "Observation"}
# What identifies a person beyond the CPR number has no place in a care report.
_GATEWAY_PATIENT = {"resourceType", "id", "identifier"}


def write_bundle_feed(town: Town, folder: Path, hash_code: Callable[[str], str]) -> None:
    """Write a Bundle for what all share and one for every citizen below the folder.

    Raises:
        StorageError: the disk refused or is full.

    """
    for name, content in bundle_files(town, hash_code).items():
        write_atomically(folder / name, content)


def bundle_files(town: Town, hash_code: Callable[[str], str]) -> Mapping[str, bytes]:
    """Make every file of the feed, by its name in the folder."""
    files = {"faelles.json": _transaction(shared_resources(town, hash_code), town.night)}
    for unit in town.units:
        apart: dict[str, list[Json]] = {}
        for resource in unit_resources(unit):
            apart.setdefault(_owner(resource), []).append(resource)
        # Medicines are pointed at from orders of several citizens: they go with the unit.
        for owner, resources in apart.items():
            name = f"{unit.slug}/{owner or 'enhed'}.json"
            files[name] = _transaction(resources, town.night)
    return files


def gateway_files(town: Town, slug: str) -> Mapping[str, bytes]:
    """Make one unit's care reports: a collection for each citizen, who has a CPR number only."""
    unit = next(one for one in town.units if one.slug == slug)
    apart: dict[str, list[Json]] = {}
    for resource in unit_resources(unit):
        apart.setdefault(_owner(resource), []).append(resource)
    files = {}
    for owner, resources in apart.items():
        person = next((one for one in resources if one["resourceType"] == "Patient"), {})
        if any(item.get("system") == CPR for item in person.get("identifier", [])):
            nameless = {key: person[key] for key in person if key in _GATEWAY_PATIENT}
            told = [one for one in resources if one["resourceType"] in _GATEWAY_TYPES]
            entries = [{"resource": one} for one in (nameless, *told)]
            files[f"{owner}.json"] = bundle("collection", entries, town.night)
    return files


def bundle(kind: str, entries: Iterable[Json], made_at: datetime) -> bytes:
    """Return a Bundle as a document."""
    whole = {
        "resourceType": "Bundle",
        "type": kind,
        "timestamp": instant(made_at),
        "entry": list(entries),
    }
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2)


def _owner(resource: Json) -> str:
    """Return the id of the citizen a resource is about, or "" for the unit's own."""
    if resource["resourceType"] == "Patient":
        return str(resource["id"])
    about = resource.get("subject") or resource.get("patient") or resource.get("for") or {}
    for one in resource.get("participant", ()):
        about = about or one.get("actor", {})
    kind, _, owner = str(about.get("reference", "")).partition("/")
    return owner if kind == "Patient" else ""


def _transaction(resources: Iterable[Json], made_at: datetime) -> bytes:
    """Return a transaction whose entries are named, and point at each other, by urn."""
    given = list(resources)
    urns = {f"{one['resourceType']}/{one['id']}": _urn(one) for one in given}
    entries = [
        {
            "fullUrl": _urn(one),
            "resource": _pointing(one, urns),
            "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"},
        }
        for one in given
    ]
    return bundle("transaction", entries, made_at)


def _urn(resource: Json) -> str:
    return uuid.uuid5(_NAMES, f"{resource['resourceType']}/{resource['id']}").urn


def _pointing(value: Any, urns: Mapping[str, str]) -> Any:
    """Return a copy whose references to the Bundle's own entries are urns."""
    if isinstance(value, list):
        return [_pointing(item, urns) for item in value]
    if not isinstance(value, dict):
        return value
    return dict(_pointing_fields(value, urns))


def _pointing_fields(value: Json, urns: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for key, item in value.items():
        if key == "reference" and item in urns:
            yield key, urns[item]
        else:
            yield key, _pointing(item, urns)
