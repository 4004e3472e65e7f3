"""Lay out what the cases read: the invented municipality as one box's snapshot, open and sealed."""

import json
import pickle
from dataclasses import asdict
from pathlib import Path

from appliance import crypto
from appliance.demo.town import make_town
from appliance.records.models import Citizen, MedicationOrder, Record
from appliance.records.rows import to_row
from appliance.records.schema import TABLE_OF_MODEL
from appliance.records.search import build_search
from appliance.records.store import RecordStore
from appliance.records.writer import RecordWriter
from appliance.snapshot.packing import Packed, pack


def records_of_town() -> list[Record]:
    """Return every record of the invented municipality."""
    town = make_town()
    shared = (*town.contacts, *town.staff, *town.plan_documents)
    return [*shared, *(record for unit in town.units for record in unit)]


def prepare(folder: Path) -> None:
    """Write the files; the names are those of the functions below."""
    records = records_of_town()
    write_records(folder / "records.db", records)
    build_search(folder / "records.db", folder / "search.db")
    (folder / "rows.pickle").write_bytes(pickle.dumps(plain_rows(records)))
    identity = crypto.new_identity()
    (folder / "key.txt").write_text(identity + "\n", encoding="ascii")
    recipient = crypto.recipient_of(identity)
    (folder / "recipient.txt").write_text(recipient, encoding="ascii")
    packed = pack(folder / "records.db", folder / "sealed.age", recipient)
    (folder / "packed.json").write_text(json.dumps(asdict(packed)), encoding="utf-8")


def write_records(path: Path, records: list[Record]) -> None:
    """Write a snapshot's database the way the hub does."""
    path.unlink(missing_ok=True)
    with RecordWriter(path) as writer:
        for record in records:
            writer.add(record)


def plain_rows(records: list[Record]) -> dict[str, list[tuple[object, ...]]]:
    """Return the same records as bare tuples, by table: what a peer is given for nothing."""
    rows: dict[str, dict[tuple[object, ...], tuple[object, ...]]] = {}
    for record in records:
        table = TABLE_OF_MODEL[type(record)]
        row = to_row(record)
        key = tuple(row[name] for name in table.key)
        rows.setdefault(table.name, {})[key] = (*row.values(), "", None)
    return {name: list(by_key.values()) for name, by_key in rows.items()}


def packed(folder: Path) -> Packed:
    """Return the sizes and hashes of the sealed snapshot."""
    return Packed(**json.loads((folder / "packed.json").read_text(encoding="utf-8")))


def busiest_citizen(folder: Path) -> Citizen:
    """Return the citizen with the most medicines: the longest list of the night."""
    store = RecordStore(folder / "records.db")
    counts = {
        citizen.id: len(store.of_citizen(MedicationOrder, citizen.id))
        for citizen in store.citizens()
    }
    found = store.citizen(max(counts, key=lambda citizen_id: (counts[citizen_id], citizen_id)))
    assert found is not None
    return found
