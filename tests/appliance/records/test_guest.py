"""What a database of another box must be, to the last row, before any of it counts."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from appliance.demo.town import make_town
from appliance.errors import OtherMakeError, OwnUnitError, StorageError, UnreadableSnapshotError
from appliance.records import guest
from appliance.records.cutting import add_unit, cutting
from appliance.records.guest import refuse_unfit
from appliance.records.schema import SCHEMA_VERSION, TABLES
from appliance.records.terms import UnitId
from appliance.records.writer import RecordWriter
from tests.appliance.records.invented import BENT, CARL, LINDEHUSET, SOLSIDEN, any_record

HERE, GUEST = LINDEHUSET.id, SOLSIDEN.id


def written(path: Path, *records: Any) -> Path:
    with RecordWriter(path) as writer:
        for record in records:
            writer.add(record)
    return path


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return written(tmp_path / "own.db", LINDEHUSET, BENT)


def cut(path: Path, *more: Any) -> Path:
    """Return the unit as a neighbour hands it on, with whatever else stands in it."""
    source = written(path.with_name(f"all-{path.name}"), SOLSIDEN, CARL, *more)
    with cutting(source, path, [GUEST]) as database:
        database.execute("INSERT INTO meta VALUES ('schema_version', ?)", (str(SCHEMA_VERSION),))
    return path


def changed(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        for sql in statements:
            database.execute(sql)
    return path


def test_whole_town_is_ours_in_every_row(own: Path, tmp_path: Path) -> None:
    town = make_town(citizens_per_centre=4)
    source = written(tmp_path / "town.db", *town)
    units = [UnitId(each.id) for each in town if type(each) is type(SOLSIDEN)]
    with cutting(source, tmp_path / "cut.db", units) as database:
        database.execute("INSERT INTO meta VALUES ('schema_version', ?)", (str(SCHEMA_VERSION),))

    assert add_unit(own, tmp_path / "cut.db", units[0]) > 0


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_any_record_our_software_writes_is_ours(
    own: Path, tmp_path: Path, table: Any, data: st.DataObject
) -> None:
    record = data.draw(any_record(table.model))
    assume("=inf" not in repr(record) and "=-inf" not in repr(record))
    (tmp_path / "any.db").unlink(missing_ok=True)
    whole = written(tmp_path / "any.db", SOLSIDEN, record)

    refuse_unfit(own, whole, GUEST)


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x, x FROM n"


@pytest.mark.parametrize(
    "sql",
    [
        f"CREATE VIEW meta (key, value) AS {ENDLESS}",
        "CREATE TABLE meta (key, value)",
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT, more TEXT) WITHOUT ROWID",
    ],
)
def test_table_that_is_another_s_program_is_never_asked(
    own: Path, tmp_path: Path, sql: str
) -> None:
    pack = changed(cut(tmp_path / "guest.db"), "DROP TABLE meta", sql)

    with pytest.raises(OtherMakeError):
        add_unit(own, pack, GUEST)


def test_reading_that_never_ends_is_cut(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = cut(tmp_path / "guest.db")
    monkeypatch.setattr(guest, "_STEPS_AT_ONCE", 1)
    monkeypatch.setattr(guest, "_MOST_STEPS", 30)

    with pytest.raises(UnreadableSnapshotError, match="OperationalError"):
        add_unit(own, pack, GUEST)


STAFF = "INSERT INTO staff (id, name, initials, role, unit_ids) VALUES "


@pytest.mark.parametrize(
    "sql",
    [
        f"{STAFF} ('s', 'Sys', 'SYS', 'boss', '[]')",
        f"{STAFF} ('s', 'Sys', NULL, 'nurse', '[]')",
        f"{STAFF} ('s', 'Sys', 'SYS', 'nurse', 'units')",
        f"{STAFF} ('s', 'Sys', 'SYS', 'nurse', '[1]')",
        f"{STAFF} ('s', 'Sys', x'00', 'nurse', '[]')",
        "UPDATE citizens SET birth_date = 'i går'",
        "UPDATE citizens SET family_name = NULL",
        "UPDATE citizens SET dwelling = x'39'",
        "UPDATE citizens SET given_name = CAST(x'ff' AS TEXT)",
        "UPDATE citizens SET original = x'00'",
        "UPDATE citizens SET easting = 9e999",
        "UPDATE units SET kind = 'castle'",
        "DELETE FROM units",
        "DELETE FROM meta",
    ],
)
def test_one_row_that_is_none_of_ours_keeps_the_whole_guest_out(
    own: Path, tmp_path: Path, sql: str
) -> None:
    before = own.read_bytes()
    pack = changed(cut(tmp_path / "guest.db"), sql)

    with pytest.raises(UnreadableSnapshotError):
        add_unit(own, pack, GUEST)

    assert own.read_bytes() == before


def test_box_s_own_unit_never_comes_from_another(own: Path, tmp_path: Path) -> None:
    pack = cut(tmp_path / "guest.db", LINDEHUSET)
    add_unit(own, pack, GUEST)

    with pytest.raises(OwnUnitError):
        add_unit(own, pack, GUEST)


def test_guest_of_another_make_stays_outside(own: Path, tmp_path: Path) -> None:
    pack = changed(cut(tmp_path / "guest.db"), "UPDATE meta SET value = '1'")

    with pytest.raises(OtherMakeError, match="different makes"):
        add_unit(own, pack, GUEST)


def test_merging_that_never_ends_is_cut_too(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack = cut(tmp_path / "guest.db")
    monkeypatch.setattr("appliance.records.cutting.refuse_unfit", lambda *_: None)
    monkeypatch.setattr(guest, "_STEPS_AT_ONCE", 1)
    monkeypatch.setattr(guest, "_MOST_STEPS", 300)
    before = own.read_bytes()

    with pytest.raises(StorageError, match="interrupted"):
        add_unit(own, pack, GUEST)

    assert own.read_bytes() == before
