"""A night's copy to where boxes fetch it: reported box by box, caught up by the next run."""

import shutil

import pytest
import tomli_w

from provisioning.errors import FleetError, MirrorError
from provisioning.fleet import Municipality, load_fleet
from provisioning.mirroring.bucket_store import BucketStore
from provisioning.mirroring.folder_store import FolderStore
from provisioning.mirroring.mirror import mirror, open_store
from provisioning.night_report import BoxOutcome, BoxVerdict
from tests.appliance.snapshot.town import Night, Town

pytestmark = pytest.mark.slow  # seconds, not milliseconds


def publish_to(hub, **keys):
    phone = 'help_phone = "87"'
    text = hub.fleet.read_text().replace(phone, f"{phone}\n{tomli_w.dumps(keys)}")
    hub.fleet.write_text(text)


def same(hub, shown, box_id):
    ours, theirs = hub.public / "boxes" / box_id, shown / "boxes" / box_id
    names = {path.relative_to(ours) for path in ours.glob("*/*")}
    return names == {path.relative_to(theirs) for path in theirs.glob("*/*")} and all(
        (ours / name).read_bytes() == (theirs / name).read_bytes() for name in names
    )


def test_a_night_is_copied_to_the_folder_the_fleet_names(hub):
    shown = hub.folder / "shown"
    shown.mkdir()
    publish_to(hub, publish_to="shown")
    for _ in range(3):
        report = hub.publish()

    assert report.is_clean
    assert same(hub, shown, "boks-a")
    assert same(hub, shown, "boks-b")


def test_a_copy_that_fails_is_reported_per_box_and_the_next_night_catches_up(hub):
    publish_to(hub, publish_to="shown")
    report = hub.publish()

    assert [box.verdict for box in report.boxes] == [BoxVerdict.FAILED] * 2
    assert not report.is_clean
    assert {box.code for box in report.boxes} == {"N-718"}
    assert all("not copied to publish_to" in box.detail for box in report.boxes)
    assert [box.version for box in report.boxes] == [1, 1]
    assert hub.manifest("boks-a").version == 1
    (hub.folder / "shown").mkdir()
    assert hub.publish().is_clean
    assert same(hub, hub.folder / "shown", "boks-a")


def test_one_box_that_cannot_be_copied_does_not_stop_the_others(hub):
    shown = hub.folder / "shown"
    (shown / "boxes").mkdir(parents=True)
    (shown / "boxes" / "boks-a").write_text("no folder")
    publish_to(hub, publish_to="shown")
    report = hub.publish()

    assert [box.verdict for box in report.boxes] == [BoxVerdict.FAILED, BoxVerdict.PUBLISHED]
    assert same(hub, shown, "boks-b")


def test_a_box_that_is_held_tonight_is_still_caught_up(hub):
    publish_to(hub, publish_to="shown")
    hub.publish()
    (hub.folder / "shown").mkdir()
    shutil.rmtree(hub.feed / "b")
    report = hub.publish()

    assert same(hub, hub.folder / "shown", "boks-b")
    assert report.boxes[1].verdict is not BoxVerdict.FAILED


class Broken:
    """A store that never answers."""

    def __init__(self):
        self.asked = 0

    def read(self, name):
        self.asked += 1
        raise MirrorError(f"{name}: no answer")


def test_a_store_that_never_answers_is_left_alone_after_a_few_boxes(tmp_path):
    boxes = [BoxOutcome(f"boks-{number}", BoxVerdict.PUBLISHED) for number in range(60)]
    town = Town(tmp_path)
    town.publish(Night(box_id="boks-0"))
    for box in boxes[1:]:
        shutil.copytree(town.box_folder("boks-0"), town.box_folder(box.box_id))
    store = Broken()

    outcomes = mirror(town.public, store, boxes)

    assert store.asked < 20
    assert [box.box_id for box in outcomes] == [box.box_id for box in boxes]
    assert {box.verdict for box in outcomes} == {BoxVerdict.FAILED}
    assert "not tried: " in outcomes[-1].detail


def test_a_box_that_was_never_published_is_left_as_it_is(tmp_path):
    held = BoxOutcome("boks-9", BoxVerdict.HELD, "N-712", "no unit")

    assert mirror(tmp_path, FolderStore(tmp_path), [held]) == (held,)


def owner(**keys):
    return Municipality("Prøve", "trust", **keys)


def test_without_publish_to_the_night_stays_where_it_is():
    assert open_store(owner()) is None


def test_a_bucket_is_opened_with_its_keys(tmp_path):
    keys = tmp_path / "s3.toml"
    keys.write_text('access_key_id = "k"\nsecret_access_key = "s"\n')
    keys.chmod(0o600)

    for where in ("s3://bucket", "s3://bucket/", "s3://bucket/a/b"):
        assert isinstance(open_store(owner(publish_to=where, publish_keys=keys)), BucketStore)


@pytest.mark.parametrize(
    ("keys", "complaint"),
    [
        ({"publish_to": "gs://bucket/x"}, "is no s3://bucket/prefix"),
        ({"publish_to": "s3://b"}, "is no s3://bucket/prefix"),
        ({"publish_to": "s3://bucket/x?y"}, "is no s3://bucket/prefix"),
        ({"publish_to": "s3://bucket/x"}, "publish_keys is missing"),
    ],
)
def test_a_place_that_is_none_is_refused_by_name(keys, complaint):
    with pytest.raises(FleetError, match=complaint):
        open_store(owner(**keys))


def test_paths_are_taken_from_the_folder_of_the_fleet(hub):
    publish_to(hub, publish_to="shown", publish_keys="s3.toml")
    municipality = load_fleet(hub.fleet).municipality

    assert municipality.publish_to == str(hub.folder / "shown")
    assert municipality.publish_keys == hub.folder / "s3.toml"


def test_a_bucket_is_no_path(hub):
    publish_to(hub, publish_to="s3://bucket/x")

    assert load_fleet(hub.fleet).municipality.publish_to == "s3://bucket/x"
