"""Cut units out of records, put one into others: what comes along, and what never does."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.crypto import hash_login_code
from appliance.errors import DiskFullError, OtherMakeError, UnreadableSnapshotError
from appliance.records import models
from appliance.records.cutting import add_unit, count_rows, cutting
from appliance.records.schema import SCHEMA_VERSION
from appliance.records.store import RecordStore
from appliance.records.terms import (
    CitizenId,
    FlagKind,
    Role,
    Section,
    StaffId,
    UnitId,
    UnitKind,
)
from appliance.records.writer import RecordWriter

SYD, NORD = UnitId("u-syd"), UnitId("u-nord")


def citizen(number: int, unit: UnitId, name: str = "Åse") -> models.Citizen:
    return models.Citizen(CitizenId(f"c-{number}"), unit, "Prøve", name)


def flag(number: int, text: str = "Ilt") -> models.Flag:
    return models.Flag(f"f-{number}", CitizenId(f"c-{number}"), FlagKind.LIFE_CRITICAL, text)


def staff(name: str, role: Role, *units: UnitId) -> models.StaffMember:
    return models.StaffMember(StaffId(name), name, name[:3].upper(), role, units)


def records(path: Path, *found: models.Record) -> Path:
    with RecordWriter(path) as writer:
        for record in found:
            writer.add(record)
    return path


def unit(unit_id: UnitId, name: str) -> models.Unit:
    return models.Unit(unit_id, name, UnitKind.CARE_CENTRE)


@pytest.fixture
def syd(tmp_path: Path) -> Path:
    """The records of a box of two units; only Syd is handed on."""
    return records(
        tmp_path / "syd.db",
        unit(SYD, "Syd"), unit(NORD, "Vest"), citizen(1, SYD), citizen(2, NORD), flag(1), flag(2),
        models.Contact("k-1", "Lægevagten", phone="1"),
        models.Contact("k-2", "Syds vagt", phone="2", unit_id=SYD),
        staff("agnes", Role.NURSE, SYD, NORD), staff("bent", Role.IT, SYD),
        models.PlanDocument("p-1", "Plan", "for alle"),
        models.SectionState(SYD, Section.MEDICATION), models.SectionState(NORD, Section.MEDICATION),
    )  # fmt: skip


@pytest.fixture
def nord(tmp_path: Path) -> Path:
    """The records of the neighbour box."""
    return records(
        tmp_path / "nord.db",
        unit(NORD, "Nord"), citizen(3, NORD), flag(3),
        models.Contact("k-1", "Lægevagten", phone="9"), staff("carla", Role.NURSE, NORD),
    )  # fmt: skip


def cut(source: Path, *units: UnitId) -> Path:
    target = source.with_name(f"cut-{source.name}")
    with cutting(source, target, units) as database:
        database.execute("INSERT INTO meta VALUES ('schema_version', ?)", (str(SCHEMA_VERSION),))
    return target


def all_of(path: Path, model: type) -> list[models.Record]:
    with closing(RecordStore(path)) as store:
        return list(store.all_of(model))


def test_only_what_belongs_to_the_unit_is_cut_out(syd: Path) -> None:
    found = cut(syd, SYD)

    assert all_of(found, models.Citizen) == [citizen(1, SYD)]
    assert all_of(found, models.Flag) == [flag(1)]
    assert len(all_of(found, models.SectionState)) == 1


def test_same_cut_is_the_same_bytes(syd: Path) -> None:
    first = cut(syd, SYD).read_bytes()

    assert cut(syd, SYD).read_bytes() == first


def test_rows_are_counted_by_table(syd: Path) -> None:
    with closing(sqlite3.connect(syd)) as database:
        counts = count_rows(database)

    assert (counts["citizens"], counts["staff"], counts["visits"]) == (2, 2, 0)


def test_unit_comes_beside_what_is_there(syd: Path, nord: Path) -> None:
    assert add_unit(nord, cut(syd, SYD), SYD) == 1

    with closing(RecordStore(nord)) as store:
        assert [each.name for each in store.units()] == ["Nord", "Syd"]
        assert {each.id for each in store.citizens()} == {"c-1", "c-3"}
    assert all_of(nord, models.Flag) == [flag(1), flag(3)]


def test_citizen_who_is_here_already_is_never_mixed_of_two_ages(syd: Path, nord: Path) -> None:
    records_of_1 = (citizen(1, NORD, "Åse flyttet"), flag(1, "Insulin"))
    here = records(nord.with_name("here.db"), unit(NORD, "Nord"), *records_of_1)

    assert add_unit(here, cut(syd, SYD), SYD) == 0
    assert all_of(here, models.Citizen) == [records_of_1[0]]
    assert all_of(here, models.Flag) == [records_of_1[1]]


def test_sender_reaches_its_own_unit_and_nothing_more(syd: Path, nord: Path) -> None:
    add_unit(nord, cut(syd, SYD, NORD), SYD)

    people = {each.name: each.unit_ids for each in all_of(nord, models.StaffMember)}
    contacts = {each.id: each.phone for each in all_of(nord, models.Contact)}
    assert people == {"agnes": (SYD,), "carla": (NORD,)}
    assert contacts == {"k-1": "9", "k-2": "2"}
    assert all_of(nord, models.PlanDocument) == []
    assert {each.id for each in all_of(nord, models.Citizen)} == {"c-1", "c-3"}
    assert {each.unit_id for each in all_of(nord, models.SectionState)} == {SYD}


def test_account_that_is_here_already_keeps_its_units(syd: Path, nord: Path) -> None:
    here = records(nord.with_name("here.db"), staff("agnes", Role.NURSE, NORD, SYD))

    add_unit(here, cut(syd, SYD), SYD)

    assert all_of(here, models.StaffMember) == [staff("agnes", Role.NURSE, NORD, SYD)]


def test_guest_s_account_never_stands_in_the_place_of_one_here(syd: Path, nord: Path) -> None:
    ours = [replace(staff("åse", Role.NURSE, NORD), id=StaffId("s-1"), initials="ÅSE")]
    theirs = [
        replace(staff("thief", Role.LEADER, SYD), initials=" åse"),
        replace(staff("carla2", Role.NURSE, SYD), initials="CAR2"),
    ]
    here = records(nord.with_name("here.db"), *ours)
    pack = cut(records(syd.with_name("theirs.db"), unit(SYD, "Syd"), citizen(1, SYD), *theirs), SYD)

    add_unit(here, pack, SYD)

    found = {each.name: each for each in all_of(here, models.StaffMember)}
    assert set(found) == {"åse", "carla2"}
    assert (found["åse"].is_guest, found["carla2"].is_guest) == (False, True)


@pytest.mark.parametrize(
    "phc",
    [
        "$argon2id$v=19$m=4194304,t=900,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZWhhc2g",
        "$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZWhhc2g",
        "$argon2id$æ",
        "471108",
    ],
)
def test_guest_s_account_whose_code_costs_another_price_stays_behind(
    syd: Path, nord: Path, phc: str
) -> None:
    ours = hash_login_code("471108")
    theirs = [
        replace(staff("dear", Role.NURSE, SYD), login_code_phc=phc),
        replace(staff("fair", Role.NURSE, SYD), login_code_phc=ours),
    ]
    pack = cut(records(syd.with_name("theirs.db"), unit(SYD, "Syd"), citizen(1, SYD), *theirs), SYD)

    add_unit(nord, pack, SYD)

    assert [each.name for each in all_of(nord, models.StaffMember)] == ["carla", "fair"]


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TRIGGER t AFTER INSERT ON flags BEGIN DELETE FROM flags; END",
        "CREATE VIEW v AS SELECT 1",
        "CREATE TABLE more (x)",
        "DROP TABLE flags",
        "ALTER TABLE flags ADD COLUMN more TEXT",
    ],
)
def test_database_with_anything_but_our_tables_is_refused_whole(
    syd: Path, nord: Path, sql: str
) -> None:
    guest = cut(syd, SYD)
    with closing(sqlite3.connect(guest)) as database:
        database.execute(sql)
        database.commit()

    with pytest.raises(OtherMakeError, match="another make"):
        add_unit(nord, guest, SYD)

    assert [each.id for each in all_of(nord, models.Citizen)] == ["c-3"]


def test_what_is_no_database_is_a_named_error(nord: Path) -> None:
    guest = nord.with_name("guest.db")
    guest.write_bytes(b"no database" * 100)

    with pytest.raises(UnreadableSnapshotError):
        add_unit(nord, guest, SYD)


def test_full_ram_leaves_what_was_there(
    syd: Path, nord: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guest = cut(syd, SYD)
    with closing(sqlite3.connect(guest)) as database:
        database.execute("UPDATE flags SET text = hex(zeroblob(2000000))")
        database.commit()
    with closing(sqlite3.connect(nord)) as database:
        pages = database.execute("PRAGMA page_count").fetchone()[0]
    before = all_of(nord, models.Flag)

    with monkeypatch.context() as patched:
        patched.setattr(sqlite3, "connect", small_database(sqlite3.connect, pages))
        with pytest.raises(DiskFullError):
            add_unit(nord, guest, SYD)

    assert all_of(nord, models.Flag) == before


def small_database(connect, pages):
    """Connect to databases that may not grow: SQLite's own way of a full disk."""

    def opened(*where, **how):
        database = connect(*where, **how)
        database.execute(f"PRAGMA max_page_count = {pages}")
        return database

    return opened
