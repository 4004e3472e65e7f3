"""Small feeds made by hand, and a look at what became of them."""

import hashlib
import sqlite3
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import orjson

from appliance.records.models import SectionState
from appliance.records.rows import from_row
from appliance.records.schema import TABLE_OF_MODEL
from appliance.records.terms import Section
from provisioning.feeds import Reading
from provisioning.intake import Night, take_in
from provisioning.sources.opaque_ids import OpaqueIds

T = TypeVar("T")
Json = dict[str, Any]
SALT = b"s" * 32
IDS = OpaqueIds(SALT)
NIGHT = "2026-11-23T02:05:00+01:00"
OWN = "urn:nodboks:"


def organization(unit: str = "solgaarden", name: str = "Solgården", **more: Any) -> Json:
    kind = [{"coding": [{"system": OWN + "unit-kind", "code": "care_centre"}]}]
    return {"resourceType": "Organization", "id": unit, "name": name, "type": kind, **more}


def patient(number: str = "1", unit: str | None = "solgaarden", **more: Any) -> Json:
    home = {"managingOrganization": {"reference": f"Organization/{unit}"}} if unit else {}
    name = [{"use": "official", "family": "Holm", "given": [f"Ane{number}"]}]
    return {"resourceType": "Patient", "id": number, "name": name, **home, **more}


def statement(number: str = "m1", citizen: str = "1", **more: Any) -> Json:
    return {
        "resourceType": "MedicationStatement",
        "id": number,
        "status": "active",
        "subject": {"reference": f"Patient/{citizen}"},
        "medicationCodeableConcept": {"text": "Pamol"},
        **more,
    }


def about(kind: str, number: str = "r1", citizen: str = "1", **more: Any) -> Json:
    subject = {"reference": f"Patient/{citizen}"}
    return {"resourceType": kind, "id": number, "subject": subject, **more}


def extension(name: str, **value: Any) -> Json:
    return {"url": OWN + name, **value}


def lines_of(resources: list[Json]) -> bytes:
    return b"".join(orjson.dumps(resource) + b"\n" for resource in resources)


def write_feed(
    folder: Path,
    resources: list[Json],
    listed: tuple[str, ...] = (),
    night: str | None = NIGHT,
    entries: dict[str, Json] | None = None,
) -> Path:
    """Write one part; `listed` are types without resources, `entries` change a manifest's line."""
    folder.mkdir(parents=True, exist_ok=True)
    by_type: dict[str, list[Json]] = defaultdict(list)
    for resource in resources:
        by_type[resource["resourceType"]].append(resource)
    output = []
    for kind in [*by_type, *(kind for kind in listed if kind not in by_type)]:
        content = lines_of(by_type[kind])
        (folder / f"{kind}.ndjson").write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        entry = {"type": kind, "url": f"{kind}.ndjson", "count": len(by_type[kind])}
        output.append({**entry, "extension": {"sha256": digest}, **(entries or {}).get(kind, {})})
    if night is not None:
        manifest = {"transactionTime": night, "output": output, "deleted": [], "error": []}
        (folder / "manifest.json").write_bytes(orjson.dumps(manifest))
    return folder


@dataclass(frozen=True)
class Taken:
    """A feed that was taken in."""

    night: Night

    @property
    def report(self):
        return self.night.report

    def all_of(self, kind: type[T]) -> list[T]:
        """Return the staged records of one kind, in the order of their keys."""
        with closing(sqlite3.connect(self.night.staging)) as database:
            database.row_factory = sqlite3.Row
            table = TABLE_OF_MODEL[kind].name
            rows = database.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
        return [from_row(kind, row) for row in rows]

    def one(self, kind: type[T]) -> T:
        """Return the only record of one kind."""
        (record,) = self.all_of(kind)
        return record

    def originals(self, kind: type[T]) -> list[Json]:
        """Return what was delivered for the records of one kind, in the order of their keys."""
        with closing(sqlite3.connect(self.night.staging)) as database:
            table = TABLE_OF_MODEL[kind].name
            rows = database.execute(f"SELECT original FROM {table}").fetchall()  # noqa: S608
        return [orjson.loads(row[0]) for row in rows]

    def states(self, section: Section) -> dict[tuple[str, str], SectionState]:
        """Return how whole one section is, by unit and citizen."""
        found = [one for one in self.all_of(SectionState) if one.section is section]
        return {(one.unit_id, one.citizen_id): one for one in found}

    def verdicts(self, kind: str) -> tuple[int, int, int, int]:
        """Return used, kept, unknown and rejected of one type."""
        item = self.report.counts[kind]
        return (item.used, item.kept, item.unknown, item.rejected)

    @property
    def messages(self) -> str:
        return "\n".join(problem.message for problem in self.report.problems)


def take(
    feed: Path, folder: Path, as_of: datetime | None = None, *, reading: Reading | None = None
) -> Taken:
    """Take a feed in, with the staging file in `folder`."""
    return Taken(take_in([feed], folder / "staging.sqlite", SALT, reading or Reading(as_of)))


def take_resources(folder: Path, *resources: Json) -> Taken:
    """Take in a whole feed of one unit, one citizen and these resources."""
    given = [organization(), patient(), *resources]
    return take(write_feed(folder / "feed", given), folder)


def condition(number="c1", citizen="1", **fields):
    return about("Condition", number, citizen, **{"code": {"text": "KOL"}, **fields})


CPR_SYSTEM = "urn:oid:1.2.208.176.1.2"


def with_cpr(cpr: str) -> Json:
    """Return the fields of a person with this CPR number."""
    return {"identifier": [{"system": CPR_SYSTEM, "value": cpr}]}


def bundle(kind: str, *entries: Json, **more: Any) -> Json:
    """Return a Bundle; an entry is a resource, or an entry with `resource` in it."""
    whole = [one if "resource" in one or "request" in one else {"resource": one} for one in entries]
    return {"resourceType": "Bundle", "type": kind, "timestamp": NIGHT, "entry": whole, **more}


def write_documents(folder: Path, *documents: Json) -> Path:
    """Write each resource as a JSON document of its own, without a manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, document in enumerate(documents, start=1):
        content = orjson.dumps(document, option=orjson.OPT_INDENT_2)
        (folder / f"{number}.json").write_bytes(content)
    return folder


def take_all(folder: Path, *feeds: Path, as_of: datetime | None = None) -> Taken:
    """Take several feeds in, in their order."""
    return Taken(take_in(list(feeds), folder / "staging.sqlite", SALT, Reading(as_of)))
