import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest

from appliance.clock import parse_time
from appliance.errors import StorageError
from appliance.records.models import Contact, PlanDocument, StaffMember
from appliance.records.store import RecordStore
from appliance.records.terms import UnitId
from provisioning.box_snapshot import BoxOrder, build_box
from tests.provisioning.feeds import (
    IDS,
    NIGHT,
    OWN,
    about,
    extension,
    organization,
    patient,
    statement,
    take,
    write_feed,
)


def order(*units, **more):
    facts = {"box_id": "boks-1", "box_name": "Boks 1", "municipality": "Prøve", "help_phone": "87"}
    built_at = datetime(2026, 11, 23, 2, tzinfo=UTC)
    return BoxOrder(unit_ids=tuple(map(UnitId, units)), built_at=built_at, **facts | more)


def contact(number, unit=None):
    role = [{"coding": [{"system": OWN + "contact-role", "code": "x"}]}]
    part_of = {"partOf": {"reference": f"Organization/{unit}"}} if unit else {}
    return {"resourceType": "Organization", "id": number, "name": number, "type": role, **part_of}


def staff(number, *units):
    initials = [{"system": OWN + "initials", "value": number}]
    yield {"resourceType": "Practitioner", "id": number, "identifier": initials}
    for unit in units:
        yield {
            "resourceType": "PractitionerRole",
            "id": number + unit,
            "practitioner": {"reference": f"Practitioner/{number}"},
            "organization": {"reference": f"Organization/{unit}"},
            "code": [{"coding": [{"system": OWN + "role", "code": "nurse"}]}],
        }


def plan(number, unit=None):
    coded = {"coding": [{"system": OWN + "basic-kind", "code": "plan-document"}]}
    subject = {"subject": {"reference": f"Organization/{unit}"}} if unit else {}
    body = [extension("body", valueString=number)]
    return {"resourceType": "Basic", "id": number, "code": coded, "extension": body, **subject}


@pytest.fixture
def staged(tmp_path):
    given = [
        organization("a", "A"),
        organization("b", "B"),
        patient("1", "a"),
        patient("2", "b"),
        statement("m1", "1", dateAsserted="2026-11-22T00:00:00Z"),
        statement("m2", "2", dateAsserted="2026-11-22T00:00:00Z"),
        about("Procedure", "p1", "1"),
        about("Procedure", "p2", "2"),
        about("Claim", "c", "nobody"),
        contact("alle"),
        contact("kun-b", "b"),
        *staff("AHO", "a"),
        *staff("BLU", "b", "a"),
        *staff("CKR", "b"),
        *staff("DMO"),
        plan("for alle"),
        plan("kun b", "b"),
    ]
    return take(write_feed(tmp_path / "feed", given), tmp_path).night.staging


def test_only_what_belongs_to_the_boxs_units_travels(tmp_path, staged):
    content = build_box(staged, order("a"), tmp_path / "box.sqlite")
    store = RecordStore(tmp_path / "box.sqlite")

    assert [unit.id for unit in store.units()] == ["a"]
    assert [citizen.id for citizen in store.citizens()] == [IDS.citizen("1")]
    assert {one.name for one in store.all_of(Contact)} == {"alle"}
    assert {one.initials for one in store.all_of(StaffMember)} == {"AHO", "BLU"}
    assert {one.body for one in store.all_of(PlanDocument)} == {"for alle"}
    assert content.counts["medication"] == content.counts["other_items"] == 1


def test_nothing_of_the_other_unit_is_anywhere_in_the_file(tmp_path, staged):
    build_box(staged, order("a"), tmp_path / "box.sqlite")

    content = (tmp_path / "box.sqlite").read_bytes()
    assert b"Ane1" in content
    assert b"Ane2" not in content
    assert IDS.citizen("2").encode() not in content


def test_same_input_gives_the_same_bytes(tmp_path, staged):
    for name in ("one", "two"):
        build_box(staged, order("a", "b"), tmp_path / name)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_order_of_the_feed_changes_no_byte(tmp_path):
    given = [organization("a"), *(patient(str(number), "a") for number in range(50))]
    for name, resources in (("one", given), ("two", given[::-1])):
        taken = take(write_feed(tmp_path / name / "feed", resources), tmp_path / name)
        build_box(taken.night.staging, order("a"), tmp_path / f"{name}.sqlite")

    assert (tmp_path / "one.sqlite").read_bytes() == (tmp_path / "two.sqlite").read_bytes()


def test_file_tells_what_it_is(tmp_path, staged):
    content = build_box(staged, order("a"), tmp_path / "box.sqlite")
    meta = RecordStore(tmp_path / "box.sqlite").meta()

    assert content.data_as_of == parse_time(NIGHT)
    assert (meta["box_id"], meta["municipality"]) == ("boks-1", "Prøve")
    assert (meta["built_at"], meta["data_as_of"]) == (
        "2026-11-23T02:00:00Z",
        "2026-11-23T01:05:00Z",
    )
    assert (meta["box_name"], meta["help_phone"]) == ("Boks 1", "87")


def test_copy_of_unknown_age_does_not_pretend_to_have_one(tmp_path):
    write_feed(tmp_path / "feed" / "a", [organization("a"), patient("1", "a")])
    write_feed(tmp_path / "feed" / "b", [organization("b"), patient("2", "b")], night=None)
    staging = take(tmp_path / "feed", tmp_path).night.staging

    both = build_box(staging, order("a", "b"), tmp_path / "both")
    assert both.data_as_of is None
    assert RecordStore(tmp_path / "both").meta()["data_as_of"] == ""
    assert build_box(staging, order("a"), tmp_path / "one").data_as_of == parse_time(NIGHT)


def test_old_file_is_written_over(tmp_path, staged):
    (tmp_path / "box.sqlite").write_text("rester")

    assert build_box(staged, order("a"), tmp_path / "box.sqlite").counts["citizens"] == 1


def test_file_has_no_indexes_and_no_free_pages(tmp_path, staged):
    build_box(staged, order("a"), tmp_path / "box.sqlite")

    with closing(sqlite3.connect(tmp_path / "box.sqlite")) as database:
        assert database.execute("PRAGMA freelist_count").fetchone() == (0,)
        found = database.execute("SELECT name FROM sqlite_master WHERE type = 'index'").fetchall()
    assert found == []


def test_place_that_cannot_be_written_is_named(tmp_path, staged):
    with pytest.raises(StorageError, match="unable to open"):
        build_box(staged, order("a"), tmp_path / "nowhere" / "box.sqlite")
