import json
import sqlite3
from contextlib import closing

import pytest

from appliance.clock import parse_time
from appliance.errors import SnapshotError, StorageError
from appliance.records.terms import UnitId
from provisioning.kept.hub_key import HubKey
from provisioning.kept.store import KeptUnit, KeptUnits

UNIT = KeptUnit(UnitId("nord"), "Nord", {"citizens": 2}, "", parse_time("2026-11-23T02:00"))


@pytest.fixture
def store(tmp_path):
    return KeptUnits(tmp_path / "kept", HubKey(tmp_path / "keys" / "kept.key"))


@pytest.fixture
def plain(tmp_path):
    path = tmp_path / "plain.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE t (x)")
        database.execute("INSERT INTO t VALUES ('Agnes Kjær 0101400000')")
        database.commit()
    return path


def test_a_kept_unit_opens_again_and_says_what_was_in_it(store, plain, tmp_path):
    store.keep(UNIT, plain)
    found = store.all()[UnitId("nord")]
    store.open(found, tmp_path / "back.sqlite")

    assert (found.name, found.counts, found.as_of) == ("Nord", {"citizens": 2}, UNIT.as_of)
    assert (tmp_path / "back.sqlite").read_bytes() == plain.read_bytes()


def test_nothing_of_a_citizen_lies_in_the_clear_in_the_folder(store, plain):
    store.keep(UNIT, plain)
    content = b"".join(path.read_bytes() for path in store.folder.iterdir())

    assert "Kjær".encode() not in content
    assert b"010140" not in content
    assert b"SQLite format 3" not in content
    assert store.key.path.stat().st_mode & 0o077 == 0
    assert store.folder.stat().st_mode & 0o077 == 0


def test_a_later_night_takes_the_place_of_the_one_before(store, plain, tmp_path):
    store.keep(UNIT, plain)
    with closing(sqlite3.connect(plain)) as database:
        database.execute("INSERT INTO t VALUES ('later')")
        database.commit()
    KeptUnits(store.folder, HubKey(store.key.path)).keep(UNIT, plain)

    (found,) = store.all().values()
    store.open(found, tmp_path / "back.sqlite")
    assert (tmp_path / "back.sqlite").read_bytes() == plain.read_bytes()
    assert len(list(store.folder.iterdir())) == 2


def test_a_damaged_file_is_refused(store, plain, tmp_path):
    store.keep(UNIT, plain)
    (sealed,) = store.folder.glob("*.age")
    sealed.write_bytes(sealed.read_bytes()[:-1])

    with pytest.raises(SnapshotError):
        store.open(store.all()[UnitId("nord")], tmp_path / "back.sqlite")
    assert not (tmp_path / "back.sqlite").exists()


def test_a_file_of_another_night_than_described_is_refused(store, plain, tmp_path):
    store.keep(UNIT, plain)
    (sealed,) = store.folder.glob("*.age")
    before = sealed.read_bytes()
    plain.write_bytes(plain.read_bytes() + b"x")
    store.keep(UNIT, plain)
    sealed.write_bytes(before)

    with pytest.raises(SnapshotError):
        store.open(store.all()[UnitId("nord")], tmp_path / "back.sqlite")


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"format": 2}', b'{"format": 1, "id": 1}']
)
def test_a_damaged_description_is_as_good_as_none(store, plain, content):
    store.keep(UNIT, plain)
    (described,) = store.folder.glob("*.json")
    described.write_bytes(content)

    assert store.all() == {}


def test_a_description_that_cannot_be_read_is_an_error_that_names_it(store):
    store.folder.mkdir()
    (store.folder / "x.json").mkdir()

    with pytest.raises(StorageError, match=r"x\.json"):
        store.all()


def test_a_unit_id_that_is_no_file_name_is_kept_all_the_same(store, plain):
    store.keep(KeptUnit(UnitId(".."), "Oppe", {}, ""), plain)

    assert set(store.all()) == {".."}
    assert {path.parent for path in store.folder.rglob("*")} == {store.folder}


def test_a_dropped_unit_leaves_nothing(store, plain):
    store.keep(UNIT, plain)
    store.drop(UNIT.id)

    assert list(store.folder.iterdir()) == []


def test_a_key_that_is_no_key_is_an_error_and_not_replaced(store, plain):
    store.key.path.parent.mkdir()
    store.key.path.write_text("something else")

    with pytest.raises(StorageError):
        store.keep(UNIT, plain)
    assert store.key.path.read_text() == "something else"


def test_what_is_kept_says_its_format(store, plain):
    store.keep(UNIT, plain)

    (described,) = store.folder.glob("*.json")
    assert json.loads(described.read_bytes())["format"] == 1
