"""A unit's last good night in tonight's place: whole, and nobody else's rows touched."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from appliance.errors import StorageError
from appliance.records.models import Citizen, Condition, MedicationOrder, StaffMember
from appliance.records.schema import TABLES
from appliance.records.terms import UnitId
from provisioning.errors import Problem, Severity
from provisioning.kept.bring_back import bring_back
from provisioning.kept.exchange import UnitExchange, reasons
from provisioning.kept.hub_key import HubKey
from provisioning.kept.store import KeptUnits
from tests.provisioning.feeds import (
    IDS,
    condition,
    organization,
    patient,
    statement,
    take,
    write_feed,
)

NORTH, SOUTH = UnitId("nord"), UnitId("syd")
FAULT = Problem(Severity.BLOCKING, "x.ndjson", 1, "Patient", "", "not JSON")


def staff(number, unit):
    return [
        {
            "resourceType": "Practitioner", "id": number, "name": [{"text": f"S{number}"}],
            "identifier": [{"system": "urn:nodboks:initials", "value": f"s{number}"}],
        },
        {
            "resourceType": "PractitionerRole", "id": f"r{number}",
            "practitioner": {"reference": f"Practitioner/{number}"},
            "organization": {"reference": f"Organization/{unit}"},
            "code": [{"coding": [{"system": "urn:nodboks:role", "code": "nurse"}]}],
        },
    ]  # fmt: skip


def take_night(folder, *more, citizens=(("1", "nord"), ("2", "nord"), ("3", "syd"))):
    folder.mkdir(parents=True)
    people = [patient(number, unit) for number, unit in citizens]
    units = [organization("nord", "Nord"), organization("syd", "Syd")]
    return take(write_feed(folder / "feed", [*units, *people, *more]), folder)


def exchange(tmp_path, taken):
    store = KeptUnits(tmp_path / "kept", HubKey(tmp_path / "kept.key"))
    folder = tmp_path / "work"
    folder.mkdir(exist_ok=True)
    return UnitExchange(store, taken.night.staging, folder, datetime(2026, 11, 23, tzinfo=UTC))


@pytest.fixture
def last_night(tmp_path):
    good = take_night(
        tmp_path / "good", statement("m1", "1"), condition("c3", "3"), *staff("a", "nord")
    )
    first = exchange(tmp_path, good)
    for unit in (NORTH, SOUTH):
        first.keep(unit, unit.title())
    return good


def rows(taken):
    """Return every row of every table."""
    found = {}
    with closing(sqlite3.connect(taken.night.staging)) as database:
        for table in TABLES:
            all_rows = database.execute(f"SELECT * FROM {table.name}").fetchall()  # noqa: S608
            found[table.name] = sorted(map(repr, all_rows))
    return found


def test_a_night_that_is_brought_back_whole_is_the_night_it_was(tmp_path, last_night):
    again = take_night(tmp_path / "bad", citizens=(("3", "syd"),))

    choice = exchange(tmp_path, again).bring_back(
        {NORTH: [FAULT], SOUTH: [FAULT]}, [NORTH, SOUTH], frozenset()
    )

    assert set(choice.brought_back) == {NORTH, SOUTH}
    assert rows(again) == rows(last_night)


@pytest.mark.usefixtures("last_night")
def test_the_other_unit_keeps_what_it_has_tonight(tmp_path):
    tonight = take_night(
        tmp_path / "bad", condition("c4", "3"), citizens=(("1", "nord"), ("3", "syd"), ("4", "syd"))
    )

    exchange(tmp_path, tonight).bring_back({NORTH: [FAULT]}, [NORTH, SOUTH], frozenset())

    homes = {one.id: one.unit_id for one in tonight.all_of(Citizen)}
    assert homes == {
        IDS.citizen("1"): "nord", IDS.citizen("2"): "nord",
        IDS.citizen("3"): "syd", IDS.citizen("4"): "syd",
    }  # fmt: skip
    assert [one.citizen_id for one in tonight.all_of(MedicationOrder)] == [IDS.citizen("1")]
    assert [one.id for one in tonight.all_of(Condition)] == [IDS.record("Condition/c4")]


@pytest.mark.usefixtures("last_night")
def test_a_citizen_who_moved_today_is_in_one_unit_only_with_tonights_record(tmp_path):
    tonight = take_night(
        tmp_path / "bad", condition("c9", "1"), citizens=(("1", "syd"), ("3", "syd"))
    )

    exchange(tmp_path, tonight).bring_back({NORTH: [FAULT]}, [NORTH, SOUTH], frozenset())

    homes = {one.id: one.unit_id for one in tonight.all_of(Citizen)}
    assert homes[IDS.citizen("1")] == "syd"
    assert homes[IDS.citizen("2")] == "nord"
    assert [one.citizen_id for one in tonight.all_of(Condition)] == [IDS.citizen("1")]
    assert tonight.all_of(MedicationOrder) == []


@pytest.mark.usefixtures("last_night")
def test_who_could_log_in_yesterday_can_log_in_tonight(tmp_path):
    tonight = take_night(tmp_path / "bad", *staff("b", "nord"))

    exchange(tmp_path, tonight).bring_back({NORTH: [FAULT]}, [NORTH], frozenset())

    assert {one.initials for one in tonight.all_of(StaffMember)} == {"sa", "sb"}


@pytest.mark.usefixtures("last_night")
def test_a_kept_unit_that_cannot_be_opened_waits_and_tonight_stays(tmp_path):
    for sealed in (tmp_path / "kept").glob("*.age"):
        sealed.write_bytes(b"age-encryption.org/v1\n")
    tonight = take_night(tmp_path / "bad")
    before = rows(tonight)

    choice = exchange(tmp_path, tonight).bring_back({NORTH: [FAULT]}, [NORTH], frozenset())

    assert choice.brought_back == {}
    assert "cannot be opened" in reasons(choice.waiting.values())
    assert rows(tonight) == before


@pytest.mark.usefixtures("last_night")
def test_a_unit_that_closed_is_forgotten_when_it_is_released(tmp_path):
    tonight = take_night(tmp_path / "bad")
    with closing(sqlite3.connect(tonight.night.staging)) as database:
        database.execute("DELETE FROM units WHERE id = 'nord'")
        database.commit()

    there = exchange(tmp_path, tonight)
    choice = there.bring_back({}, [NORTH, SOUTH], frozenset([NORTH]))

    assert choice.dropped == {NORTH}
    assert set(there.store.all()) == {SOUTH}


def test_a_database_of_an_older_version_brings_back_the_columns_it_has(tmp_path, last_night):
    there = exchange(tmp_path, last_night)
    plain = tmp_path / "old.sqlite"
    there.store.open(there.store.all()[NORTH], plain)
    with closing(sqlite3.connect(plain, isolation_level=None)) as database:
        database.execute("ALTER TABLE citizens DROP COLUMN easting")
    tonight = take_night(tmp_path / "bad", citizens=(("3", "syd"),))

    bring_back(tonight.night.staging, plain, NORTH)

    assert len(tonight.all_of(Citizen)) == 3


def test_sqlites_refusal_is_an_error_that_says_so(tmp_path, last_night):
    with pytest.raises(StorageError):
        bring_back(last_night.night.staging, tmp_path / "nowhere.sqlite", NORTH)
