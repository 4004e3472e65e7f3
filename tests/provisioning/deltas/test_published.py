"""The whole night run, feed to box: what travels, how much of it, and who still opens what."""

from datetime import timedelta

import pytest

from appliance import crypto
from appliance.snapshot.packing import pack
from provisioning.night_report import BoxVerdict
from tests.provisioning.deltas.later_nights import TOWN, centre_database, with_notes
from tests.provisioning.feeds import organization, patient, statement, write_feed

pytestmark = pytest.mark.slow  # seconds, not milliseconds


def test_the_second_night_is_a_delta_and_the_box_opens_it(hub, clock):
    first = hub.publish()
    base = hub.manifest("boks-a").base
    clock.move(timedelta(days=1))

    second = hub.publish()

    manifest = hub.manifest("boks-a")
    assert (manifest.version, manifest.base) == (2, base)
    assert manifest.delta is not None
    assert len(hub.open_box("boks-a").citizens()) == 10
    assert second.boxes[0].size_bytes == manifest.delta.size < first.boxes[0].size_bytes / 3


def test_what_changed_in_the_feed_is_on_the_box(hub, clock):
    hub.publish()
    people = [patient(f"a{number}", "a") for number in range(12)]
    medicine = [statement(f"m{one['id']}", one["id"]) for one in people]
    write_feed(hub.feed / "a", [organization("a", "Solgården a"), *people, *medicine])
    clock.move(timedelta(minutes=15))

    hub.publish()

    assert len(hub.open_box("boks-a").citizens()) == 12


def test_a_unit_brought_back_from_a_night_before_travels_as_a_delta_too(hub, clock):
    hub.write_fleet(**{"boks-a": ["a", "Solgården b"]})
    hub.publish()
    path = hub.feed / "b" / "MedicationStatement.ndjson"
    path.write_bytes(path.read_bytes()[:-20])
    clock.move(timedelta(days=1))

    report = hub.publish()

    assert report.boxes[0].verdict is BoxVerdict.PUBLISHED
    assert hub.manifest("boks-a").delta is not None
    assert len(hub.open_box("boks-a").citizens()) == 20


def test_a_box_that_left_the_fleet_is_forgotten(hub):
    hub.publish()
    kept = hub.folder / "kept" / "bases"
    assert sorted(path.stem for path in kept.glob("*.age")) == ["boks-a", "boks-b"]
    hub.write_fleet(**{"boks-b": ["b"]})

    hub.publish()

    assert [path.stem for path in kept.glob("*.age")] == ["boks-b"]


def test_a_night_that_is_the_same_to_the_second_needs_no_delta(hub):
    hub.publish()
    report = hub.publish()

    manifest = hub.manifest("boks-a")
    assert (manifest.version, manifest.delta, report.boxes[0].size_bytes) == (2, None, 0)


def test_nothing_of_the_memory_is_in_the_published_folder(hub, clock):
    hub.publish()
    clock.move(timedelta(days=1))
    hub.publish()

    names = {path.name.partition(".")[2] for path in hub.public.rglob("targets/*")}
    assert names == {"base.zst.age", "delta.zst.age", "neighbours.json"}


@pytest.fixture(scope="module")
def databases(tmp_path_factory):
    """A care centre's database on three nights."""
    folder = tmp_path_factory.mktemp("town")
    return [
        centre_database(folder, timedelta(days=nights), with_notes(TOWN, nights))
        for nights in (0, 1, 6)
    ]


@pytest.fixture
def sizes(databases, tmp_path):
    """Sealed bytes: the base, and the delta after one night and after six."""
    recipient = crypto.recipient_of(crypto.new_identity())
    first, *later = databases
    base = pack(first, tmp_path / "base", recipient).sealed_size
    return base, *(pack(one, tmp_path / "d", recipient, against=first).sealed_size for one in later)


def test_a_night_in_which_every_citizen_has_a_new_note_is_a_twentieth_of_the_base(sizes):
    base, one_night, _ = sizes

    assert 100_000 < base < 1_000_000
    assert one_night <= base * 0.05


def test_six_such_nights_stay_below_what_makes_a_new_base(sizes):
    base, _, six_nights = sizes

    assert six_nights < base * 0.30


def test_two_builds_of_the_same_records_are_the_same_bytes(databases, tmp_path):
    """What a small delta rests on: rows in a fixed order, and pages that VACUUM lays out alike."""
    again = centre_database(tmp_path, timedelta(0), TOWN)

    assert again.read_bytes() == databases[0].read_bytes()
