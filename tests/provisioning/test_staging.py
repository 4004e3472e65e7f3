import sqlite3
from contextlib import closing

import pytest

from appliance.errors import DiskFullError, StorageError
from appliance.records.models import Citizen, Condition, OtherItem
from appliance.records.terms import CitizenId, UnitId
from provisioning.staging import Added, Staging, named_storage_error


@pytest.fixture
def staging(tmp_path):
    with Staging(tmp_path / "staging.sqlite") as made:
        yield made


def condition(title="KOL"):
    return Condition("c", CitizenId("1"), title)


def test_same_record_twice_is_told_from_another_version(staging):
    assert staging.add(condition(), "fil c", "{1}") is Added.NEW
    assert staging.add(condition(), "fil c", "{1}") is Added.SAME
    assert staging.add(condition("Astma"), "fil c", "{2}") is Added.CONFLICT
    assert [row["title"] for row in staging.rows("SELECT title FROM conditions")] == ["KOL"]


def test_replace_writes_over(staging):
    staging.add(condition(), "fil c", "{1}")
    staging.replace(condition("Astma"), "fil d", "{2}")

    (row,) = staging.rows("SELECT title, origin, original FROM conditions")
    assert row == {"title": "Astma", "origin": "fil d", "original": "{2}"}


def test_record_moved_aside_keeps_its_origin_and_original(staging):
    staging.add(condition(), "fil c", "{1}")
    staging.keep_instead(Condition, ("1", "c"), OtherItem("c", "Condition", "KOL"))

    (row,) = staging.rows("SELECT type, origin, original FROM other_items")
    assert row == {"type": "Condition", "origin": "fil c", "original": "{1}"}
    assert list(staging.rows("SELECT * FROM conditions")) == []


def test_lookup_keeps_the_first(staging):
    staging.put_lookup("Medication/1", b"a")
    staging.put_lookup("Medication/1", b"b")

    assert staging.lookup("Medication/1") == b"a"
    assert staging.lookup("Medication/2") is None


def test_finished_records_are_seen_by_others(staging):
    staging.add(Citizen(CitizenId("1"), UnitId("a"), "Holm", "Ane"), "", None)
    staging.finish()

    with closing(sqlite3.connect(staging.path)) as other:
        assert other.execute("SELECT family_name FROM citizens").fetchone() == ("Holm",)


def test_full_disk_is_named(staging):
    staging.execute("PRAGMA max_page_count = 40")

    staging.add(Condition("c", CitizenId("1"), "x" * 400_000), "", None)

    with pytest.raises(DiskFullError, match="full"):
        staging.finish()


def test_full_disk_is_named_as_soon_as_the_originals_are_many(staging):
    staging.execute("PRAGMA max_page_count = 40")

    with pytest.raises(DiskFullError, match="full"):
        staging.add(condition(), "", b"1" * 2**20)


def test_record_is_known_by_its_key_whether_it_waits_or_is_written(staging):
    for number in range(1200):
        record = Condition(f"c{number}", CitizenId("1"), "KOL")
        assert staging.add(record, "", b'{"a": 1}') is Added.NEW

    for number in range(1200):
        record = Condition(f"c{number}", CitizenId("1"), "KOL")
        assert staging.add(record, "", '{"a":1}') is Added.SAME
        assert staging.add(record, "", b'{"a":2}') is Added.CONFLICT
    assert len(list(staging.rows("SELECT * FROM conditions"))) == 1200


def test_keys_that_look_alike_at_first_are_told_apart(tmp_path, monkeypatch):
    monkeypatch.setattr("provisioning.staging._SLOTS", 3)
    with Staging(tmp_path / "narrow.sqlite") as staging:
        added = [
            staging.add(Condition(f"c{number % 900}", CitizenId("1"), "KOL"), "", b"1")
            for number in range(1800)
        ]

    assert added == [Added.NEW] * 900 + [Added.SAME] * 900


def test_original_in_bytes_is_kept_as_text(staging):
    staging.add(condition(), "fil c", '{"a":"ø"}'.encode())

    assert [row["original"] for row in staging.rows("SELECT * FROM conditions")] == ['{"a":"ø"}']


def test_record_that_waits_is_replaced_and_moved_like_any_other(staging):
    staging.add(condition(), "fil c", b"{}")
    staging.replace(condition("Astma"), "fil d", b"{2}")

    assert staging.add(condition(), "fil c", b"{2}") is Added.SAME
    assert [row["title"] for row in staging.rows("SELECT title FROM conditions")] == ["Astma"]


def test_row_that_came_by_another_way_is_never_lost_in_silence(staging):
    staging.execute("INSERT INTO conditions (id, citizen_id, title) VALUES ('c', '1', 'KOL')")
    staging.add(condition("Astma"), "fil c", b"{}")

    with pytest.raises(StorageError, match="UNIQUE"):
        staging.finish()


def test_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(StorageError, match="unable to open"):
        Staging(tmp_path / "nowhere" / "staging.sqlite")


def test_other_troubles_are_storage_errors():
    error = named_storage_error(sqlite3.OperationalError("disk I/O error"))

    assert type(error) is StorageError


def test_statement_sqlite_refuses_is_a_storage_error(staging):
    with pytest.raises(StorageError, match="no such table"):
        staging.execute("SELECT * FROM nowhere")
