import json
import os
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from appliance.snapshot.hashing import sha256_of_file
from appliance.snapshot.packing import Packed
from provisioning.deltas.kept_bases import KeptBases
from provisioning.deltas.rules import KnownBase
from provisioning.kept.hub_key import HubKey

BOX = "boks-17"
NAME = "Agnes Kjær 0101400000"


@pytest.fixture
def plain(tmp_path):
    path = tmp_path / "plain.sqlite"
    path.write_bytes(b"SQLite format 3\0" + NAME.encode() + os.urandom(3000))
    return path


@pytest.fixture
def base(plain):
    packed = Packed(sha256_of_file(plain), plain.stat().st_size, "b" * 64, 700)
    return KnownBase("age1box", 2, datetime(2026, 11, 23, 2, 5, tzinfo=UTC), packed)


@pytest.fixture
def store(tmp_path):
    return KeptBases(tmp_path / "kept" / "bases", HubKey(tmp_path / "keys" / "kept.key"))


def test_a_kept_base_is_found_and_opens(store, base, plain, tmp_path):
    store.keep(BOX, base, plain)

    again = KeptBases(store.folder, HubKey(store.key.path))
    assert again.find(BOX) == base
    assert again.open(BOX, base, tmp_path / "back.sqlite")
    assert (tmp_path / "back.sqlite").read_bytes() == plain.read_bytes()


def test_a_box_that_never_had_one_has_none(store, base, tmp_path):
    assert store.find(BOX) is None
    assert not store.open(BOX, base, tmp_path / "back.sqlite")


def test_nothing_of_a_citizen_lies_in_the_clear(store, base, plain):
    store.keep(BOX, base, plain)
    content = b"".join(path.read_bytes() for path in store.folder.iterdir())

    assert "Kjær".encode() not in content
    assert b"0101400000" not in content
    assert b"SQLite format 3" not in content
    assert store.folder.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "damage",
    [b"", b"worn", b"[]", b"{}", b'{"format": 1, "recipient": "x", "packed": 3}', b'{"format": 2}'],
)
def test_a_damaged_description_is_as_good_as_none(store, base, plain, damage):
    store.keep(BOX, base, plain)
    (store.folder / f"{BOX}.json").write_bytes(damage)

    assert store.find(BOX) is None


@pytest.mark.parametrize("name", ["schema_version", "made_at", "packed", "recipient"])
def test_a_description_that_lacks_a_field_is_as_good_as_none(store, base, plain, name):
    store.keep(BOX, base, plain)
    path = store.folder / f"{BOX}.json"
    raw = json.loads(path.read_bytes())
    del raw[name]
    path.write_text(json.dumps(raw))

    assert store.find(BOX) is None


def test_a_database_that_was_cut_does_not_open(store, base, plain, tmp_path):
    store.keep(BOX, base, plain)
    sealed = store.folder / f"{BOX}.age"
    sealed.write_bytes(sealed.read_bytes()[:-1])

    assert not store.open(BOX, base, tmp_path / "back.sqlite")
    assert not (tmp_path / "back.sqlite").exists()


def test_after_a_cut_between_the_two_files_the_base_does_not_open(store, base, plain, tmp_path):
    store.keep(BOX, base, plain)
    before = (store.folder / f"{BOX}.json").read_bytes()
    plain.write_bytes(os.urandom(3000))
    packed = replace(base.packed, plain_sha256=sha256_of_file(plain))
    store.keep(BOX, replace(base, packed=packed), plain)
    (store.folder / f"{BOX}.json").write_bytes(before)

    assert not store.open(BOX, store.find(BOX), tmp_path / "back.sqlite")


def test_a_lost_key_loses_the_memory_and_nothing_else(store, base, plain, tmp_path):
    store.keep(BOX, base, plain)
    store.key.path.write_text("something else")

    assert not KeptBases(store.folder, HubKey(store.key.path)).open(BOX, base, tmp_path / "back")


def test_a_box_that_is_no_more_is_forgotten(store, base, plain):
    store.keep(BOX, base, plain)
    store.keep("boks-18", base, plain)

    store.keep_only({"boks-18"})

    assert sorted(path.name for path in store.folder.iterdir()) == ["boks-18.age", "boks-18.json"]
