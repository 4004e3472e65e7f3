import contextlib
import json
import sqlite3
from pathlib import Path

import pytest

from appliance.errors import DiskFullError, StorageError, UnreadableSnapshotError
from appliance.records.models import Citizen, Note
from appliance.records.schema import SCHEMA_VERSION
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId
from appliance.records.writer import RecordWriter
from tests.appliance.records.invented import AASE, BENT, LINDEHUSET


def many_notes(count: int) -> list[Note]:
    return [Note(f"n{number:05}", AASE.id, "Sov godt. " * 20) for number in range(count)]


def test_provenance_and_the_original_lie_beside_the_record(
    writer: RecordWriter, database: Path
) -> None:
    original = {"resourceType": "Observation", "note": [{"text": "Åse sov godt"}]}
    with writer:
        writer.add(Note("n1", AASE.id, "Åse sov godt"), "Observation.ndjson:7", original)
        writer.add(Note("n2", AASE.id, "Fra et ark"), "noter.csv:2", "n2;Fra et ark")

    (first, second) = RecordStore(database).originals(Note, AASE.id)

    assert first[0] == "Observation.ndjson:7"
    assert json.loads(first[1] or "") == original
    assert second == ("noter.csv:2", "n2;Fra et ark")


def test_the_same_record_twice_keeps_the_last(writer: RecordWriter, database: Path) -> None:
    with writer:
        writer.add(Note("n1", AASE.id, "first"))
        writer.add(Note("n1", AASE.id, "second"))

    assert [note.text for note in RecordStore(database).of_citizen(Note, AASE.id)] == ["second"]


def test_more_records_than_one_batch_all_arrive(writer: RecordWriter, database: Path) -> None:
    notes = many_notes(1201)
    with writer:
        for note in notes:
            writer.add(note)

    assert RecordStore(database).of_citizen(Note, AASE.id) == notes


def test_two_nights_with_the_same_records_are_the_same_bytes(tmp_path: Path) -> None:
    nights = [tmp_path / "monday", tmp_path / "tuesday"]
    for night, records in zip(nights, ((AASE, BENT), (BENT, AASE)), strict=True):
        with RecordWriter(night) as writer:
            for record in (LINDEHUSET, *records, *many_notes(600)):
                writer.add(record)

    assert nights[0].read_bytes() == nights[1].read_bytes()


def test_facts_about_the_whole_snapshot_are_kept(writer: RecordWriter, database: Path) -> None:
    with writer:
        writer.set_meta("box_id", "lindehuset-1")
        writer.set_meta("box_id", "lindehuset-2")

    assert RecordStore(database).meta() == {
        "box_id": "lindehuset-2",
        "schema_version": str(SCHEMA_VERSION),
    }


def test_the_file_travels_without_indexes_or_search(writer: RecordWriter, database: Path) -> None:
    with writer:
        pass

    with contextlib.closing(sqlite3.connect(database)) as connection:
        kinds = {kind for (kind,) in connection.execute("SELECT type FROM sqlite_schema")}

    assert kinds == {"table"}


def test_a_run_that_raises_leaves_nothing_that_can_be_opened(database: Path) -> None:
    with contextlib.suppress(KeyError), RecordWriter(database) as writer:
        writer.add(AASE)
        raise KeyError

    with pytest.raises(UnreadableSnapshotError):
        RecordStore(database)


def test_a_full_disk_is_named(writer: RecordWriter) -> None:
    writer.execute("PRAGMA max_page_count = 30")
    notes = iter(many_notes(2000))

    with writer, pytest.raises(DiskFullError, match="writing records"):
        any(writer.add(note) for note in notes)
    assert next(notes, None), "it stops at once"


def test_a_full_disk_at_the_last_moment_is_named(writer: RecordWriter) -> None:
    for note in many_notes(499):
        writer.add(note)
    writer.execute("PRAGMA max_page_count = 25")

    with pytest.raises(DiskFullError), writer:
        pass


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        RecordWriter(tmp_path / "no such folder" / "records.sqlite")


def test_what_sqlite_refuses_is_named(writer: RecordWriter) -> None:
    with pytest.raises(StorageError, match="no such table"), writer:
        writer.execute("DROP TABLE letters")


def test_strange_text_is_data_and_nothing_else(writer: RecordWriter, database: Path) -> None:
    name = "Robert'); DROP TABLE citizens;--"
    with writer:
        writer.add(Citizen(CitizenId("c-x"), LINDEHUSET.id, name, ""))

    found = RecordStore(database).citizen("c-x")

    assert found
    assert found.family_name == name
