import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.errors import (
    OlderSnapshotError,
    StorageError,
    TamperedSnapshotError,
    UnreadableSnapshotError,
)
from appliance.snapshot.disk import Disk
from appliance.snapshot.installed import COPIES, Installed
from appliance.snapshot.manifest import BASE_NAME, Manifest
from appliance.snapshot.trust import Vouching
from tests.appliance.snapshot.faulty_disks import DyingDisk, Recorder
from tests.appliance.snapshot.town import Night, Town

pytestmark = pytest.mark.vault


@dataclass
class Box:
    """A box's state folder, filled without a network."""

    town: Town
    state_dir: Path

    @property
    def installed(self) -> Installed:
        return Installed(self.state_dir)

    def publish(self) -> tuple[Manifest, dict[str, Path], Vouching]:
        manifest = self.town.publish(Night(size=2_000))
        folder = self.town.box_folder()
        published = folder / "targets" / f"{manifest.base.sha256}.{manifest.base.name}"
        staged = self.state_dir / "staged"
        shutil.copyfile(published, staged)
        targets = (folder / "metadata" / f"{manifest.version}.targets.json").read_bytes()
        vouching = Vouching(self.town.trust.roots, targets)
        return manifest, {manifest.base.sha256: staged}, vouching

    def install(self, disk: Disk | None = None) -> Manifest:
        manifest, files, vouching = self.publish()
        Installed(self.state_dir, disk).install(manifest, files, vouching)
        return manifest

    def version(self) -> int:
        """The version that is current and really opens."""
        current = self.installed.current()
        assert self.town.opens(current, self.town.folder / "opened.db")
        assert current is not None
        return current.manifest.version

    def object_of(self, version: int) -> Path:
        for snapshot in (self.installed.current(), self.installed.previous()):
            if snapshot and snapshot.manifest.version == version:
                return snapshot.paths[BASE_NAME]
        raise AssertionError(version)


@pytest.fixture
def box(town: Town, tmp_path: Path) -> Box:
    state_dir = tmp_path / "state"
    town.config("http://hub", state_dir)
    return Box(town, state_dir)


def test_a_new_box_has_nothing(box: Box):
    assert box.installed.current() is None
    assert box.installed.previous() is None
    assert box.installed.floor() is None
    assert box.installed.collect_garbage() == 0


def test_what_was_installed_is_current_and_opens(box: Box):
    manifest = box.install()

    current = box.installed.current()
    assert current is not None
    assert (current.manifest, current.problem) == (manifest, "")
    assert box.version() == 1
    assert box.installed.previous() is None


def test_the_floor_is_the_newest_version(box: Box):
    box.install()
    manifest = box.install()

    floor = box.installed.floor()
    assert floor is not None
    assert (floor.version, floor.signed_at) == (2, manifest.signed_at)


def test_the_one_before_is_kept(box: Box):
    box.install()
    box.install()

    previous = box.installed.previous()
    assert previous is not None
    assert previous.manifest.version == 1


def test_what_is_below_the_floor_is_not_installed(box: Box):
    first = box.publish()
    first[1][first[0].base.sha256].rename(box.state_dir / "kept")
    box.install()

    with pytest.raises(OlderSnapshotError):
        box.installed.install(first[0], {first[0].base.sha256: box.state_dir / "kept"}, first[2])

    assert box.version() == 2


def test_an_object_that_is_not_what_was_signed_is_not_installed(box: Box):
    box.install()
    manifest, files, vouching = box.publish()
    files[manifest.base.sha256].write_bytes(b"x" * manifest.base.size)

    with pytest.raises(TamperedSnapshotError, match="damaged"):
        box.installed.install(manifest, files, vouching)

    assert box.version() == 1


def test_a_forgotten_object_is_named(box: Box):
    manifest, _, vouching = box.publish()

    with pytest.raises(TamperedSnapshotError, match="missing"):
        box.installed.install(manifest, {}, vouching)


def test_an_object_that_is_already_there_may_be_left_out(box: Box):
    manifest, files, vouching = box.publish()
    box.installed.install(manifest, files, vouching)

    box.installed.install(manifest, {}, vouching)

    assert box.version() == 1


def test_garbage_is_collected_and_two_versions_stay(box: Box):
    for _ in range(3):
        box.install()
    (box.state_dir / "objects" / ".new-leftover").write_bytes(b"half")

    removed = box.installed.collect_garbage()

    assert removed == 3  # targets and object of version 1, and the leftover
    assert box.version() == 3
    assert box.object_of(2).is_file()


def test_no_garbage_is_collected_while_a_copy_is_damaged(box: Box):
    for _ in range(3):
        box.install()
    (box.state_dir / COPIES[1]).write_bytes(b"worn")

    assert box.installed.collect_garbage() == 0


@pytest.mark.parametrize("damage", [b"", b"worn out", b"{}"])
@pytest.mark.parametrize("name", COPIES)
def test_one_damaged_copy_of_the_record_does_not_matter(box: Box, name: str, damage: bytes):
    box.install()
    box.install()
    (box.state_dir / name).write_bytes(damage)

    current = box.installed.current()
    assert current is not None
    assert (current.manifest.version, current.problem) == (2, "")


@pytest.mark.parametrize("name", COPIES)
def test_after_a_cut_between_the_copies_the_newer_one_counts(box: Box, name: str):
    box.install()
    older = (box.state_dir / name).read_bytes()
    box.install()
    (box.state_dir / name).write_bytes(older)

    assert box.version() == 2


def test_with_both_copies_damaged_the_newest_is_found_by_its_signature(box: Box):
    box.install()
    box.install()
    for name in COPIES:
        (box.state_dir / name).write_bytes(b"worn")

    current = box.installed.current()
    floor = box.installed.floor()
    assert current is not None
    assert floor is not None
    assert (current.manifest.version, floor.version) == (2, 2)
    assert current.problem == "installed.a.json and installed.b.json are damaged"


def test_with_the_records_gone_the_newest_whole_one_is_found(box: Box):
    box.install()
    box.install()
    box.object_of(2).unlink()
    for name in COPIES:
        (box.state_dir / name).unlink()

    current = box.installed.current()
    assert current is not None
    assert (current.manifest.version, current.problem) == (1, "the record is missing")


def test_nothing_is_found_without_the_enrolled_root(box: Box):
    box.install()
    for name in COPIES:
        (box.state_dir / name).write_bytes(b"worn")
    (box.state_dir / "trust" / "root.json").unlink()

    with pytest.raises(UnreadableSnapshotError, match="are damaged"):
        box.installed.current()


def test_repair_writes_what_was_found(box: Box):
    box.install()
    for name in COPIES:
        (box.state_dir / name).write_bytes(b"worn")

    box.installed.repair()

    current = box.installed.current()
    assert current is not None
    assert current.problem == ""


def test_repair_of_a_new_box_does_nothing(box: Box):
    box.installed.repair()

    assert not (box.state_dir / COPIES[0]).exists()


def test_a_damaged_object_falls_back_to_the_one_before_and_says_so(box: Box):
    box.install()
    box.install()
    content = bytearray(box.object_of(2).read_bytes())
    content[-1] ^= 1
    box.object_of(2).write_bytes(content)

    current = box.installed.current()
    assert current is not None
    assert current.manifest.version == 1
    assert "version 2: N-202" in current.problem
    assert box.version() == 1
    assert box.installed.floor() is not None


def test_damaged_signed_metadata_falls_back_too(box: Box):
    box.install()
    manifest, files, vouching = box.publish()
    box.installed.install(manifest, files, vouching)
    (box.state_dir / "objects" / vouching.targets_sha256).write_bytes(b"{}")

    assert box.version() == 1


def test_after_a_fall_back_the_good_one_stays_the_previous(box: Box):
    box.install()
    box.install()
    box.object_of(2).unlink()

    box.install()

    previous = box.installed.previous()
    assert previous is not None
    assert (box.version(), previous.manifest.version) == (3, 1)


def test_a_damaged_previous_is_none(box: Box):
    box.install()
    box.install()
    box.object_of(1).unlink()

    assert box.installed.previous() is None
    assert box.version() == 2


def test_with_every_object_damaged_the_error_says_what_was_tried(box: Box):
    box.install()
    box.install()
    for path in (box.object_of(1), box.object_of(2)):
        path.unlink()

    with pytest.raises(UnreadableSnapshotError, match=r"version 2: N-202.*version 1: N-202"):
        box.installed.current()


def test_over_a_box_with_every_object_damaged_a_new_one_installs(box: Box):
    box.install()
    box.object_of(1).unlink()

    box.install()

    assert box.version() == 2
    assert box.installed.previous() is None


def test_a_forged_object_folder_is_not_believed(box: Box, tmp_path: Path):
    stranger = Box(Town(tmp_path / "stranger"), tmp_path / "strange state")
    stranger.town.config("http://hub", stranger.state_dir)
    stranger.install()
    for name in (*COPIES, "objects"):
        (stranger.state_dir / name).rename(box.state_dir / name)

    with pytest.raises(UnreadableSnapshotError, match="N-201"):
        box.installed.current()


@pytest.mark.parametrize("damage", [b"", b"worn", None])
def test_a_worn_card_that_lost_the_root_still_opens(box: Box, damage: bytes | None):
    box.install()
    anchor = box.state_dir / "trust" / "root.json"
    if damage is None:
        anchor.unlink()
    else:
        anchor.write_bytes(damage)

    assert box.version() == 1


def test_a_copy_that_cannot_be_read_counts_as_damaged(box: Box):
    box.install()
    (box.state_dir / COPIES[0]).unlink()
    (box.state_dir / COPIES[0]).mkdir()

    assert box.version() == 1


@pytest.mark.parametrize("steps", range(5))
def test_a_cut_before_any_step_leaves_the_old_or_the_new(box: Box, steps: int):
    box.install()

    with pytest.raises(StorageError):
        box.install(DyingDisk(steps))

    assert box.version() == (2 if steps == 4 else 1)
    box.installed.repair()
    box.install()
    assert box.version() == 3


def test_objects_come_before_pointers_and_deletion_is_a_step_of_its_own(box: Box):
    for _ in range(2):
        box.install()
    recorder = Recorder()

    box.install(recorder)
    Installed(box.state_dir, recorder).collect_garbage()

    expected = ["object"] * 3 + ["pointer"] * 2 + ["removal"] * 2
    assert recorder.done == expected


def test_signed_targets_of_the_last_two_nights_vouch_without_their_objects(box: Box):
    assert box.installed.vouched_targets() == ()
    first, second = box.install(), box.install()
    current, previous = box.installed.current(), box.installed.previous()
    assert current is not None
    assert previous is not None
    signed = (current.vouching.targets, previous.vouching.targets)
    for version in (first.version, second.version):
        box.object_of(version).write_bytes(b"worn")

    assert box.installed.vouched_targets() == signed


def test_targets_that_are_worn_vouch_for_nothing(box: Box):
    box.install()
    box.install()
    current, previous = box.installed.current(), box.installed.previous()
    assert current is not None
    assert previous is not None
    box.installed.path(current.vouching.targets_sha256).write_bytes(b"worn")
    one_left = box.installed.vouched_targets()
    box.installed.path(previous.vouching.targets_sha256).write_bytes(b"worn")

    assert one_left == (previous.vouching.targets,)
    with pytest.raises(UnreadableSnapshotError):
        box.installed.vouched_targets()


def test_record_that_is_worn_leaves_what_the_objects_tell(box: Box):
    box.install()
    current = box.installed.current()
    assert current is not None
    for name in COPIES:
        (box.state_dir / name).write_bytes(b"worn")

    assert box.installed.vouched_targets() == (current.vouching.targets,)
