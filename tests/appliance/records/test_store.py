import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.errors import NewerFormatError, UnreadableSnapshotError
from appliance.records.models import Citizen, Flag, Note, SectionState, StaffMember, has_flag
from appliance.records.store import RecordStore
from appliance.records.terms import FlagKind, Role, Section, StaffId
from appliance.records.writer import RecordWriter
from tests.appliance.records.invented import (
    AASE,
    BENT,
    CARL,
    LINDEHUSET,
    SOLSIDEN,
    not_delivered,
)

MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)


def opened(writer: RecordWriter, database: Path, *records: object) -> RecordStore:
    with writer:
        for record in records:
            writer.add(record)  # type: ignore[arg-type]
    return RecordStore(database)


def test_units_come_by_name(store: RecordStore) -> None:
    assert store.units() == [LINDEHUSET, SOLSIDEN]
    assert store.unit(SOLSIDEN.id) == SOLSIDEN
    assert store.unit("nowhere") is None


def test_citizens_come_by_dwelling_as_a_person_walks(store: RecordStore) -> None:
    assert store.citizens(LINDEHUSET.id) == [BENT, AASE]
    assert store.citizens() == [BENT, AASE, CARL]


@pytest.mark.parametrize(
    "walk", [["2", "10", "102B"], ["A1", "A2", "B10"], ["1", "stue", "x²"], ["9 ²", "9" * 5000]]
)
def test_dwellings_of_every_spelling_can_be_sorted(
    writer: RecordWriter, database: Path, walk: list[str]
) -> None:
    rooms = [replace(CARL, id=f"c-{room[:9]}", dwelling=room) for room in reversed(walk)]

    found = opened(writer, database, *rooms).citizens(SOLSIDEN.id)

    assert [citizen.dwelling for citizen in found if citizen.dwelling] == walk


def test_namesakes_of_a_unit_are_in_doubt_whatever_the_source_said(
    writer: RecordWriter, database: Path
) -> None:
    twin = replace(CARL, id="twin", given_name=CARL.given_name.upper())
    elsewhere = replace(CARL, id="far", unit_id=LINDEHUSET.id)

    store = opened(writer, database, CARL, twin, elsewhere)

    doubted = {one.id for one in store.citizens() if one.identity_doubts == ("similar_name",)}
    assert doubted == {CARL.id, "twin"}
    assert store.citizen("twin") in store.citizens(CARL.unit_id)


def test_a_doubt_the_source_had_already_is_not_said_twice(
    writer: RecordWriter, database: Path
) -> None:
    known = replace(CARL, identity_doubts=("similar_name", "duplicate_cpr"))

    store = opened(writer, database, known, replace(known, id="twin"))

    assert store.citizens(SOLSIDEN.id) == [known, replace(known, id="twin")]


def test_one_citizen_is_found_by_the_opaque_id_only(store: RecordStore) -> None:
    assert store.citizen(AASE.id) == AASE
    assert store.citizen(AASE.cpr or "") is None


def test_records_of_a_citizen_and_of_a_unit(writer: RecordWriter, database: Path) -> None:
    notes = [Note("n1", AASE.id, "a"), Note("n2", AASE.id, "b"), Note("n3", CARL.id, "c")]

    store = opened(writer, database, *reversed(notes))

    assert store.of_citizen(Note, AASE.id) == notes[:2]
    assert store.of_unit(Note, SOLSIDEN.id) == notes[2:]
    assert store.all_of(Note) == notes
    assert store.counts()["notes"] == 3


def test_flags_can_be_asked_for_by_kind() -> None:
    flags = [Flag("f1", AASE.id, FlagKind.INFECTION, "MRSA")]

    assert has_flag(flags, FlagKind.INFECTION)
    assert not has_flag(flags, FlagKind.LIFE_CRITICAL)


def test_a_section_nobody_spoke_of_is_not_delivered(store: RecordStore) -> None:
    state = store.section(AASE, Section.WARNINGS)

    assert not state.is_delivered
    assert not state.is_complete
    assert state.as_of is None


def test_a_section_has_the_age_of_its_unit(writer: RecordWriter, database: Path) -> None:
    unit = SectionState(LINDEHUSET.id, Section.MEDICATION, as_of=MIDNIGHT, source="FMK")

    store = opened(writer, database, unit)

    assert store.section(AASE, Section.MEDICATION) == unit
    assert store.unit_section(SOLSIDEN.id, Section.MEDICATION).is_delivered is False


def test_a_citizens_own_age_goes_before_the_units(writer: RecordWriter, database: Path) -> None:
    earlier = MIDNIGHT.replace(day=20)
    unit = SectionState(LINDEHUSET.id, Section.MEDICATION, as_of=MIDNIGHT)
    own = SectionState(LINDEHUSET.id, Section.MEDICATION, AASE.id, as_of=earlier)

    store = opened(writer, database, unit, own)

    assert store.section(AASE, Section.MEDICATION).as_of == earlier
    assert store.section(BENT, Section.MEDICATION).as_of == MIDNIGHT


def test_a_citizens_own_state_never_hides_that_the_units_section_is_missing(
    writer: RecordWriter, database: Path
) -> None:
    unit = replace(not_delivered(LINDEHUSET, Section.WARNINGS), reason="the file is missing")
    own = SectionState(LINDEHUSET.id, Section.WARNINGS, AASE.id, as_of=MIDNIGHT)

    state = opened(writer, database, unit, own).section(AASE, Section.WARNINGS)

    assert not state.is_delivered
    assert not state.is_complete
    assert state.reason == "the file is missing"


@pytest.mark.parametrize("typed", ["ÆØ", "æø", " Æø "])
def test_initials_are_found_in_any_case_danish_letters_too(
    writer: RecordWriter, database: Path, typed: str
) -> None:
    agnes = StaffMember(StaffId("s1"), "Agnes Ærtholm Ø", "ÆØ", Role.NURSE)

    store = opened(writer, database, agnes)

    assert store.staff_by_initials(typed) == agnes
    assert store.staff_by_initials("ÆÅ") is None


def test_threads_read_the_same_records_each_through_its_own_connection(store: RecordStore) -> None:
    found: list[list[Citizen]] = []
    threads = [threading.Thread(target=lambda: found.append(store.citizens())) for _ in range(4)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [[BENT, AASE, CARL]] * 4


def test_a_folder_of_any_name_can_hold_the_records(tmp_path: Path) -> None:
    database = tmp_path / "what? 100% #1 & 'more'" / "records.sqlite"
    database.parent.mkdir()
    with RecordWriter(database) as writer:
        writer.add(LINDEHUSET)

    assert RecordStore(database).units() == [LINDEHUSET]


def test_records_cannot_be_changed_through_the_store(store: RecordStore) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        list(store._rows("DELETE FROM citizens"))


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0 but no more", b"not a database" * 99])
def test_a_file_that_is_no_snapshot_is_named(database: Path, content: bytes) -> None:
    database.write_bytes(content)

    with pytest.raises(UnreadableSnapshotError, match=r"records\.sqlite"):
        RecordStore(database)


def test_a_missing_file_is_named(database: Path) -> None:
    with pytest.raises(UnreadableSnapshotError, match=r"records\.sqlite"):
        RecordStore(database)


def test_a_snapshot_of_newer_software_is_refused_by_name(
    writer: RecordWriter, database: Path
) -> None:
    with writer:
        writer.set_meta("schema_version", "99")

    with pytest.raises(NewerFormatError, match="schema version '99'"):
        RecordStore(database)


def test_a_column_of_newer_software_does_no_harm(writer: RecordWriter, database: Path) -> None:
    with writer:
        pass
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("ALTER TABLE citizens ADD COLUMN blood_type TEXT")

    assert RecordStore(database).citizen(AASE.id) == AASE
