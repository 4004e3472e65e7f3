"""Bases and deltas on the box: whatever is cut, lost or changed, one of the two versions opens."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.errors import SnapshotError, StorageError, TamperedSnapshotError
from appliance.snapshot.disk import Disk
from appliance.snapshot.installed import COPIES, Installed
from appliance.snapshot.manifest import Manifest
from appliance.snapshot.trust import Vouching
from tests.appliance.snapshot.faulty_disks import DyingDisk
from tests.appliance.snapshot.town import Night, Town

pytestmark = pytest.mark.vault

SMALL = Night(size=2_000)


@dataclass
class Box:
    """A box's state folder, filled without a network the way the sync does it."""

    town: Town
    state_dir: Path

    @property
    def installed(self) -> Installed:
        return Installed(self.state_dir)

    def install(self, manifest: Manifest, disk: Disk | None = None) -> None:
        """Give the installer what the box does not hold yet, and let it tidy up."""
        folder = self.town.box_folder()
        installed = Installed(self.state_dir, disk)
        files = {}
        for item in manifest.objects:
            if not installed.holds(item):
                files[item.sha256] = self.state_dir / f"staged-{item.name}"
                published = folder / "targets" / f"{item.sha256}.{item.name}"
                shutil.copyfile(published, files[item.sha256])
        targets = (folder / "metadata" / f"{manifest.version}.targets.json").read_bytes()
        installed.install(manifest, files, Vouching(self.town.trust.roots, targets))
        installed.collect_garbage()

    def base(self) -> Manifest:
        manifest = self.town.publish(SMALL)
        self.install(manifest)
        return manifest

    def delta(self) -> Manifest:
        manifest = self.town.publish_delta(SMALL)
        self.install(manifest)
        return manifest

    def versions(self) -> list[int]:
        """The versions that really open, the current one first."""
        found = [self.installed.current(), self.installed.previous()]
        for snapshot in found:
            if snapshot is not None:
                assert self.town.opens(snapshot, self.town.folder / "opened.db")
        return [snapshot.manifest.version for snapshot in found if snapshot]

    def path(self, sha256: str) -> Path:
        return self.installed.path(sha256)


@pytest.fixture
def box(town: Town, tmp_path: Path) -> Box:
    town.config("http://hub", tmp_path / "state")
    return Box(town, tmp_path / "state")


def delta_of(manifest: Manifest) -> str:
    assert manifest.delta is not None
    return manifest.delta.sha256


def test_a_delta_is_installed_upon_the_base_that_is_here(box: Box):
    first = box.base()
    second = box.delta()

    assert box.versions() == [2, 1]
    assert second.base == first.base


def test_the_base_stays_as_long_as_a_version_needs_it(box: Box):
    first = box.base()
    second = box.delta()
    third = box.delta()
    assert box.path(first.base.sha256).is_file()
    assert box.path(delta_of(second)).is_file()

    fourth = box.base()

    assert box.versions() == [4, 3]  # the one before needs the old base
    assert box.path(first.base.sha256).is_file()
    assert not box.path(delta_of(second)).exists()

    box.delta()
    assert box.versions() == [5, 4]
    assert not box.path(first.base.sha256).exists()
    assert not box.path(delta_of(third)).exists()
    assert box.path(fourth.base.sha256).is_file()


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("spoil", [flip, cut, Path.unlink])
def test_a_damaged_delta_falls_back_to_the_version_before(box: Box, spoil: Callable[[Path], None]):
    box.base()
    box.delta()
    spoil(box.path(delta_of(box.delta())))

    current = box.installed.current()

    assert current is not None
    assert "version 3: N-202 delta.zst.age is" in current.problem
    assert box.versions()[0] == 2


@pytest.mark.parametrize("spoil", [flip, cut, Path.unlink])
def test_a_new_base_that_is_damaged_falls_back_to_the_old_base_and_its_delta(
    box: Box, spoil: Callable[[Path], None]
):
    box.base()
    box.delta()
    spoil(box.path(box.base().base.sha256))

    assert box.versions()[0] == 2


@pytest.mark.parametrize("spoil", [flip, cut, Path.unlink])
def test_a_shared_base_that_is_damaged_is_fetched_again_with_the_next_night(
    box: Box, spoil: Callable[[Path], None]
):
    box.base()
    second = box.delta()
    spoil(box.path(second.base.sha256))
    with pytest.raises(SnapshotError, match=r"version 2: N-202 base.*version 1: N-202 base"):
        box.installed.current()

    box.delta()

    assert box.versions()[0] == 3


def test_two_deltas_in_each_others_place_are_noticed(box: Box):
    box.base()
    one, two = (box.path(delta_of(box.delta())) for _ in range(2))
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)

    with pytest.raises(SnapshotError, match="N-202"):
        box.installed.current()


def test_a_delta_whose_base_is_not_here_is_not_installed(box: Box):
    box.base()
    manifest = box.town.publish_delta(SMALL)
    box.town.publish(SMALL)
    other = box.town.publish_delta(SMALL)
    folder = box.town.box_folder()
    delta = folder / "targets" / f"{delta_of(other)}.delta.zst.age"
    staged = Path(shutil.copyfile(delta, box.state_dir / "staged"))
    targets = (folder / "metadata" / f"{other.version}.targets.json").read_bytes()

    with pytest.raises(TamperedSnapshotError, match=r"base.zst.age is missing"):
        box.installed.install(
            other, {delta_of(other): staged}, Vouching(box.town.trust.roots, targets)
        )

    assert box.versions() == [1]
    assert manifest.version == 2


def test_with_the_records_gone_base_and_delta_are_found_by_their_signature(box: Box):
    box.base()
    box.delta()
    for name in COPIES:
        (box.state_dir / name).unlink()

    assert box.versions() == [2]


# What is on the box, and what comes upon it: B is a base, d a delta.
NIGHTS = ["Bd", "Bdd", "BddB", "BdBd", "BdB", "BB", "BBd", "BdBB", "BdddBdd"]


@pytest.mark.parametrize("nights", NIGHTS)
def test_a_cut_at_any_step_leaves_two_versions_that_open_and_the_next_sync_heals(
    box: Box, nights: str
):
    publish = {"B": box.town.publish, "d": box.town.publish_delta}
    *before, last = nights
    for night in before:
        box.install(publish[night](SMALL))
    had = box.versions()
    manifest = publish[last](SMALL)
    saved = box.state_dir.with_name("saved")
    shutil.copytree(box.state_dir, saved)

    for steps in range(20):
        shutil.rmtree(box.state_dir)
        shutil.copytree(saved, box.state_dir)
        try:
            box.install(manifest, DyingDisk(steps, counts_removals=True))
        except StorageError:
            found = box.versions()
            assert found[0] in {had[0], manifest.version}
            # Never fewer to fall back on than before.
            assert len(found) >= len(had)
            box.installed.repair()
            box.install(manifest)
            assert box.versions() == [manifest.version, had[0]]
        else:
            break

    assert 5 <= steps < 19  # each step was cut once, and then none was left to cut
    assert box.versions() == [manifest.version, had[0]]
