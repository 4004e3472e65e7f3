"""Nights with one bad unit: everybody else gets tonight, and nobody gets less than yesterday."""

from datetime import timedelta

import pytest
from click.testing import CliRunner

from appliance.records.models import MedicationOrder
from appliance.records.terms import Section, UnitId
from provisioning.cli import provision
from provisioning.night_report import BoxVerdict
from tests.provisioning.feeds import condition, organization, patient, statement, write_feed

pytestmark = pytest.mark.slow  # seconds, not milliseconds


@pytest.fixture
def both(hub):
    """Give a hub with a box that serves both units."""
    hub.write_fleet(**{"boks-ab": ["a", "Solgården b"]})
    return hub


def write_unit(hub, unit, citizens=10, *more, night="2026-11-23T02:05:00+01:00"):
    people = [patient(f"{unit}{number}", unit) for number in range(citizens)]
    medicine = [statement(f"m{one['id']}", one["id"]) for one in people]
    given = [organization(unit, f"Solgården {unit}"), *people, *medicine, *more]
    write_feed(hub.feed / unit, given, night=night)


def break_unit(hub, unit):
    path = hub.feed / unit / "MedicationStatement.ndjson"
    path.write_bytes(path.read_bytes()[:-9])


def release(hub, box):
    given = ["release", box, "--fleet", str(hub.fleet), "--out", str(hub.public)]
    return CliRunner().invoke(provision, given)


def test_a_box_gets_its_good_unit_of_tonight_and_its_bad_unit_of_yesterday(both, clock):
    both.publish()
    before = both.open_box("boks-ab")
    yesterday = before.unit_section(UnitId("b"), Section.MEDICATION).as_of
    clock.move(timedelta(days=1))
    write_unit(both, "a", 11, night="2026-11-24T02:05:00+01:00")
    break_unit(both, "b")

    report = both.publish()
    store = both.open_box("boks-ab")

    assert [box.verdict for box in report.boxes] == [BoxVerdict.PUBLISHED]
    assert not report.is_clean
    assert "kept from before: unit b: b/MedicationStatement.ndjson" in report.boxes[0].detail
    assert len(store.all_of(MedicationOrder)) == 11 + 10
    assert store.unit_section(UnitId("b"), Section.MEDICATION).as_of == yesterday
    assert store.unit_section(UnitId("a"), Section.MEDICATION).as_of == yesterday + timedelta(
        days=1
    )
    assert [one["unit"] for one in report.to_dict()["kept_units"]] == ["b"]


def test_a_second_bad_night_still_has_the_last_good_one(both):
    both.publish()
    break_unit(both, "b")
    for _ in range(2):
        both.publish()

    assert len(both.open_box("boks-ab").all_of(MedicationOrder)) == 20


def test_a_unit_that_is_well_again_is_of_tonight(both):
    both.publish()
    break_unit(both, "b")
    both.publish()
    write_unit(both, "b", 12)

    assert both.publish().is_clean
    assert len(both.open_box("boks-ab").citizens()) == 22


def test_without_a_good_night_before_the_whole_box_waits(both):
    break_unit(both, "b")

    assert [box.verdict for box in both.publish().boxes] == [BoxVerdict.HELD]


def test_a_box_with_nothing_of_tonight_is_held(both):
    both.publish()
    for unit in ("a", "b"):
        break_unit(both, unit)

    report = both.publish()

    assert [box.verdict for box in report.boxes] == [BoxVerdict.HELD]
    assert both.manifest("boks-ab").version == 1


def test_a_unit_that_lost_too_much_is_kept_though_the_box_as_a_whole_did_not(both):
    write_unit(both, "a", 100)
    both.publish()
    write_unit(both, "b", 3)

    report = both.publish()

    assert "unit b: citizens fell from 10 to 3" in report.boxes[0].detail
    assert len(both.open_box("boks-ab").citizens()) == 110


def test_a_unit_that_is_gone_stays_until_it_is_released_and_then_for_good(both):
    both.publish()
    for file in (both.feed / "b").iterdir():
        file.unlink()
    both.write_fleet(**{"boks-ab": ["*"]})

    report = both.publish()
    assert "unit b: is not in the feed; if that is right, run: nodboks-provision release" in (
        report.boxes[0].detail
    )
    assert len(both.open_box("boks-ab").citizens()) == 20

    assert both.publish(released=frozenset({"boks-ab"})).is_clean
    assert len(both.open_box("boks-ab").citizens()) == 10
    assert both.publish().is_clean


def test_a_release_is_said_once_and_holds_once(hub):
    hub.publish()
    write_unit(hub, "a", 3)
    hub.publish()
    said = release(hub, "boks-a")

    assert (said.exit_code, said.stdout) == (
        0, "nodboks-provision: the next publish may let data go in: boks-a\n"
    )  # fmt: skip
    assert hub.publish().is_clean
    assert len(hub.open_box("boks-a").citizens()) == 3
    write_unit(hub, "a", 1)
    assert not hub.publish().is_clean
    assert len(hub.open_box("boks-a").citizens()) == 3


def test_a_release_waits_for_the_night_on_which_the_box_goes_out(hub):
    hub.publish()
    release(hub, "boks-a")
    break_unit(hub, "a")
    hub.publish()
    write_unit(hub, "a", 3)

    assert hub.publish().is_clean


def test_a_box_that_is_not_in_the_fleet_cannot_be_released(hub):
    said = release(hub, "boks-x")

    assert said.exit_code == 2
    assert "boks-x" in said.stderr


def test_what_is_published_though_incomplete_is_not_kept_as_a_good_night(both):
    both.publish()
    break_unit(both, "b")
    both.publish(publishes_incomplete=True)
    assert len(both.open_box("boks-ab").all_of(MedicationOrder)) == 19

    both.publish()
    assert len(both.open_box("boks-ab").all_of(MedicationOrder)) == 20


def test_nothing_personal_is_in_the_clear_in_what_is_kept(both):
    write_unit(both, "a", 10, condition("c", "a0", code={"text": "Hemmelig sygdom"}))
    both.publish()

    files = (path for path in (both.folder / "kept").rglob("*") if path.is_file())
    kept = b"".join(path.read_bytes() for path in files)
    assert not any(word in kept for word in (b"Holm", b"Hemmelig", b"SQLite format 3"))
