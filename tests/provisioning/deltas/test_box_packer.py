"""What goes out to a box is always tonight's database, whatever the hub remembers."""

import os
import shutil
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from appliance import crypto
from appliance.clock import HeldClock, SystemClock
from appliance.policy import LARGEST_PATCHED
from appliance.snapshot.manifest import Manifest
from appliance.snapshot.unsealing import unseal
from provisioning.deltas.box_packer import BoxPacker, SealedNight
from provisioning.deltas.kept_bases import KeptBases
from provisioning.deltas.rules import Rebase, Tonight
from provisioning.kept.hub_key import HubKey
from provisioning.repository import BoxRepository, Draft
from tests.appliance.snapshot.ram import tmp_path
from tests.appliance.snapshot.town import BOX, Town, change_database, make_database

__all__ = ["tmp_path"]

pytestmark = pytest.mark.slow  # seconds, not milliseconds


@dataclass
class Hub:
    """The hub's side of one box, and the box's key to look with."""

    town: Town
    clock: HeldClock
    plain: Path

    def __post_init__(self) -> None:
        self.tonight = Tonight(crypto.recipient_of(self.town.identity()), 1, self.clock.now(), 0)

    @property
    def kept(self) -> KeptBases:
        return KeptBases(self.town.folder / "kept", HubKey(self.town.folder / "kept.key"))

    @property
    def repository(self) -> BoxRepository:
        return BoxRepository(self.town.box_folder(), self.town.trust, self.clock)

    def publish(self) -> tuple[SealedNight, Manifest]:
        """Publish what stands in `plain`, and open it as the box would."""
        packer = BoxPacker(BOX, self.kept, self.repository, self.plain.parent)
        size = self.plain.stat().st_size
        tonight = replace(self.tonight, now=self.clock.now(), plain_size=size)
        night = packer.pack(self.plain, tonight)
        draft = Draft(1, {}, night.base, delta=night.delta)
        manifest = self.repository.publish(draft, night.base_file, night.delta_file)
        packer.remember(night, self.plain, tonight)
        night.clear()
        self.clock.move(timedelta(hours=1))
        assert self.opened(manifest) == self.plain.read_bytes()
        assert [path.name for path in self.plain.parent.iterdir()] == [self.plain.name]
        return night, manifest

    def opened(self, manifest: Manifest) -> bytes:
        folder = self.town.box_folder() / "targets"
        paths = {one.name: folder / f"{one.sha256}.{one.name}" for one in manifest.objects}
        target = self.town.folder / "ram" / "records.db"
        unseal(manifest, paths, self.town.identity(), target)
        return target.read_bytes()

    def change(self) -> None:
        change_database(self.plain, self.plain.with_name("changed"))
        self.plain.with_name("changed").replace(self.plain)


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    (tmp_path / "run").mkdir()
    plain = make_database(tmp_path / "run" / "records.db")
    now = SystemClock().now() - timedelta(days=20)
    return Hub(Town(tmp_path / "town"), HeldClock(now), plain)


def test_the_first_night_is_a_base_and_the_next_a_delta_to_it(hub: Hub):
    first, first_manifest = hub.publish()
    hub.change()
    second, second_manifest = hub.publish()

    assert first.rebase is Rebase.NO_BASE
    assert second.rebase is None
    assert (first_manifest.version, second_manifest.version) == (1, 2)
    assert second_manifest.base == first_manifest.base
    assert second_manifest.delta is not None
    assert second.new_size == second_manifest.delta.size < first.new_size / 20


def test_a_database_that_is_the_base_needs_no_delta(hub: Hub):
    _, first = hub.publish()
    night, second = hub.publish()

    assert (night.new_size, second.delta, second.base) == (0, None, first.base)
    assert second.version == 2


def test_a_database_that_did_not_change_is_the_same_delta(hub: Hub):
    hub.publish()
    hub.change()
    _, second = hub.publish()
    night, third = hub.publish()

    assert night.new_size == 0
    assert third.objects == second.objects
    assert third.version == 3


def test_a_damaged_delta_is_not_published_again(hub: Hub):
    hub.publish()
    hub.change()
    _, second = hub.publish()
    assert second.delta is not None
    path = hub.town.box_folder() / "targets" / f"{second.delta.sha256}.{second.delta.name}"
    path.write_bytes(path.read_bytes()[:-1])

    night, third = hub.publish()

    assert night.delta_file is not None
    assert third.delta != second.delta


def test_each_delta_is_to_the_base_and_older_ones_go(hub: Hub):
    hub.publish()
    for _ in range(3):
        hub.change()
        hub.publish()

    names = sorted(
        path.name.partition(".")[2] for path in (hub.town.box_folder() / "targets").iterdir()
    )
    assert names == ["base.zst.age", "delta.zst.age", "delta.zst.age"]


def lose_description(hub: Hub, _: Manifest) -> None:
    (hub.kept.folder / f"{BOX}.json").unlink()


def lose_database(hub: Hub, _: Manifest) -> None:
    (hub.kept.folder / f"{BOX}.age").unlink()


def lose_key(hub: Hub, _: Manifest) -> None:
    hub.kept.key.path.unlink()


def lose_published_base(hub: Hub, manifest: Manifest) -> None:
    (hub.town.box_folder() / "targets" / f"{manifest.base.sha256}.base.zst.age").unlink()


def damage_published_base(hub: Hub, manifest: Manifest) -> None:
    path = hub.town.box_folder() / "targets" / f"{manifest.base.sha256}.base.zst.age"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def lose_publication(hub: Hub, _: Manifest) -> None:
    shutil.rmtree(hub.town.box_folder())


@pytest.mark.parametrize(
    "lose",
    [lose_description, lose_database, lose_key, lose_published_base, damage_published_base,
     lose_publication],
)  # fmt: skip
def test_whatever_is_lost_the_next_night_is_a_new_base(hub: Hub, lose):
    _, first = hub.publish()
    lose(hub, first)
    hub.change()

    night, second = hub.publish()
    hub.change()
    third, _ = hub.publish()

    assert night.rebase is Rebase.NO_BASE
    assert (second.base.sha256 != first.base.sha256, second.delta) == (True, None)
    assert third.delta is not None  # and what was lost is there again


def test_a_box_with_a_new_key_gets_a_base_it_can_open(hub: Hub):
    hub.publish()
    hub.town.identities[BOX] = crypto.new_identity()
    hub.tonight = replace(hub.tonight, recipient=crypto.recipient_of(hub.town.identity()))

    night, _ = hub.publish()

    assert night.rebase is Rebase.OTHER_RECIPIENT


def test_after_seven_days_there_is_a_new_base_and_the_one_before_stays_with_its_version(hub: Hub):
    _, first = hub.publish()
    hub.clock.move(timedelta(days=6))
    hub.change()
    _, second = hub.publish()
    content = hub.plain.read_bytes()
    hub.clock.move(timedelta(days=1))
    hub.change()

    night, third = hub.publish()

    assert second.base == first.base
    assert night.rebase is Rebase.OLD_BASE
    assert third.base != second.base
    assert hub.opened(second) == content  # a box may be fetching it


def test_a_delta_that_is_almost_a_base_becomes_one(hub: Hub):
    hub.publish()
    make_database(hub.plain)

    night, _ = hub.publish()

    assert night.rebase is Rebase.LARGE_DELTA


def test_what_no_box_could_patch_is_published_whole(hub: Hub):
    hub.publish()
    with hub.plain.open("ab") as sink:
        sink.write(bytes(LARGEST_PATCHED))

    night, _ = hub.publish()
    hub.change()
    after, _ = hub.publish()

    assert night.rebase is Rebase.LARGE_DATABASE
    assert after.rebase is Rebase.LARGE_DATABASE


def test_a_memory_that_cannot_be_written_costs_one_more_base(hub: Hub):
    hub.kept.folder.write_bytes(b"in the way")
    hub.publish()
    hub.change()

    night, _ = hub.publish()

    assert night.rebase is Rebase.NO_BASE


def test_a_run_that_was_killed_before_it_remembered_makes_a_base_again(hub: Hub):
    packer = BoxPacker(BOX, hub.kept, hub.repository, hub.plain.parent)
    tonight = replace(hub.tonight, plain_size=hub.plain.stat().st_size)
    night = packer.pack(hub.plain, tonight)
    hub.repository.publish(Draft(1, {}, night.base), night.base_file)
    night.clear()

    night, manifest = hub.publish()

    assert night.rebase is Rebase.NO_BASE
    assert manifest.version == 2


def test_random_sizes_from_nothing_to_everything(hub: Hub):
    """A database of other pages each night, smaller and larger by turns."""
    for size in (60_000, 0, 300_000, 1, 5_000):
        make_database(hub.plain, size)
        hub.publish()
        with hub.plain.open("ab") as sink:
            sink.write(os.urandom(10))
        hub.publish()
