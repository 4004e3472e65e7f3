"""What the disk keeps when the key that signed the installed copy is revoked, cut at any step."""

import json
import shutil
from pathlib import Path

import pytest

from appliance.errors import OlderSnapshotError, StorageError, UnreadableSnapshotError
from appliance.snapshot.disk import Disk
from appliance.snapshot.installed import COPIES, Installed
from appliance.snapshot.manifest import Manifest
from appliance.snapshot.trust import Vouching
from tests.appliance.snapshot.faulty_disks import DyingDisk
from tests.appliance.snapshot.test_installed import Box
from tests.appliance.snapshot.town import Thief, Town

HUGE = 4_000_000_000
STEPS = 6  # two roots, the targets, the object, and the two copies of the record


@pytest.fixture
def box(town: Town, tmp_path: Path) -> Box:
    """A box with a night of the hub's and, over it, what a thief signed; the key is replaced."""
    town.config("http://hub", tmp_path / "state")
    box = Box(town, tmp_path / "state")
    box.install()
    thief = Thief(town, town.trust)
    take(box, thief.publish(HUGE), thief.box_folder)
    town.rotate_root(new_online=True)
    return box


def take(box: Box, manifest: Manifest, folder: Path, disk: Disk | None = None) -> None:
    staged = box.state_dir / "staged"
    base = manifest.base
    shutil.copyfile(folder / "targets" / f"{base.sha256}.{base.name}", staged)
    metadata = folder / "metadata"
    numbers = range(1, len(list(metadata.glob("*.root.json"))) + 1)
    roots = tuple((metadata / f"{number}.root.json").read_bytes() for number in numbers)
    targets = (metadata / f"{manifest.version}.targets.json").read_bytes()
    vouching = Vouching(roots, targets)
    Installed(box.state_dir, disk).install(manifest, {base.sha256: staged}, vouching)


def forget_the_record(box: Box) -> None:
    for name in COPIES:
        (box.state_dir / name).write_bytes(b"worn")


def test_a_lower_version_under_the_new_root_is_installed(box: Box):
    box.install()

    floor = box.installed.floor()
    assert floor is not None
    assert (box.version(), floor.version, floor.root) == (2, 2, 2)


def test_under_the_old_root_the_floor_stays(box: Box):
    old = json.loads((box.state_dir / COPIES[0]).read_bytes())["record"]
    manifest, files, vouching = box.publish()

    with pytest.raises(OlderSnapshotError, match=f"accepted was {HUGE}"):
        box.installed.install(manifest, files, Vouching(vouching.roots[:1], vouching.targets))

    assert json.loads((box.state_dir / COPIES[0]).read_bytes())["record"] == old


def test_no_root_older_than_the_accepted_one_is_installed_under(box: Box):
    box.install()
    manifest, files, vouching = box.publish()

    with pytest.raises(OlderSnapshotError, match="root 1, accepted was 2"):
        box.installed.install(manifest, files, Vouching(vouching.roots[:1], vouching.targets))

    assert box.version() == 2


@pytest.mark.parametrize("steps", range(STEPS + 1))
def test_a_recovery_cut_before_any_step_leaves_the_old_or_the_new_and_heals(box: Box, steps: int):
    manifest, files, vouching = box.publish()
    dying = Installed(box.state_dir, DyingDisk(steps))
    if steps < STEPS:
        with pytest.raises(StorageError):
            dying.install(manifest, files, vouching)
    else:
        dying.install(manifest, files, vouching)

    assert box.version() == (HUGE if steps < STEPS - 1 else manifest.version)
    box.installed.repair()
    take(box, manifest, box.town.box_folder())
    box.installed.collect_garbage()
    assert box.version() == manifest.version
    copies = {(box.state_dir / name).read_bytes() for name in COPIES}
    assert len(copies) == 1


@pytest.mark.parametrize("name", COPIES)
def test_after_a_cut_between_the_copies_the_new_root_counts_and_not_the_number(box: Box, name: str):
    raised = (box.state_dir / name).read_bytes()
    box.install()
    (box.state_dir / name).write_bytes(raised)

    assert box.version() == 2
    box.installed.repair()
    assert (box.state_dir / name).read_bytes() != raised


def test_with_the_record_lost_the_copy_under_the_new_root_is_found_first(box: Box):
    box.install()
    forget_the_record(box)

    floor = box.installed.floor()
    assert floor is not None
    assert (box.version(), floor.version, floor.root) == (2, 2, 2)


def test_with_the_record_lost_too_a_revoked_copy_is_better_than_none(box: Box):
    box.install()
    box.object_of(2).unlink()
    forget_the_record(box)

    floor = box.installed.floor()
    assert floor is not None
    assert (box.version(), floor.root) == (HUGE, 1)


def test_a_damaged_root_among_the_objects_is_written_anew(town: Town, tmp_path: Path):
    town.config("http://hub", tmp_path / "other state")
    box = Box(town, tmp_path / "other state")
    box.install()
    record = json.loads((box.state_dir / COPIES[0]).read_bytes())["record"]
    (root,) = record["current"]["roots"]
    (box.state_dir / "objects" / root).write_bytes(b"worn")
    forget_the_record(box)

    box.installed.repair()

    current = box.installed.current()
    assert current is not None
    assert (current.problem, current.manifest.version) == ("", 1)


def test_with_nothing_left_the_error_is_the_old_one(box: Box):
    shutil.rmtree(box.state_dir / "objects")

    with pytest.raises(UnreadableSnapshotError):
        box.installed.current()


def test_what_a_revoked_key_signed_last_night_vouches_for_nothing_beside_it(box: Box):
    box.install()

    current = box.installed.current()
    assert current is not None
    assert box.installed.previous() is not None
    assert box.installed.vouched_targets() == (current.vouching.targets,)
