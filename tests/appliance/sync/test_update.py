"""What a sync does when all is well, and the ways a box heals."""

import fcntl
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import HeldClock, SystemClock
from appliance.errors import (
    ConfigError,
    DiskFullError,
    HubUnreachableError,
    ImplausibleSnapshotError,
    NewerFormatError,
    NodboksError,
)
from appliance.line_status import read_status
from appliance.snapshot.installed import COPIES, Installed
from appliance.snapshot.manifest import BASE_NAME
from appliance.sync.update import RELEASE_FILE, SyncOutcome, SyncResult, sync
from tests.appliance.snapshot.town import Night, Town
from tests.appliance.sync.conftest import Box
from tests.simulators.hub import Cut, Hub

pytestmark = [pytest.mark.slow, pytest.mark.vault]  # seconds, not milliseconds


def test_a_first_sync_installs_and_the_box_can_open_it(town: Town, box: Box):
    town.publish()

    outcome = box.sync()

    assert outcome == SyncOutcome(SyncResult.INSTALLED, 1)
    assert str(outcome) == "installed (version 1)"
    assert box.version() == 1


def test_a_second_sync_of_the_same_night_fetches_no_object(town: Town, hub: Hub, box: Box):
    town.publish()
    box.sync()
    hub.requests.clear()

    outcome = box.sync()

    assert outcome.result is SyncResult.ALREADY_NEWEST
    assert not [path for path in hub.requests if "targets/" in path]


def test_the_next_night_replaces_the_first_and_keeps_it_as_previous(town: Town, box: Box):
    for _ in range(2):
        town.publish()
        box.sync()

    previous = Installed(box.state_dir).previous()

    assert box.version() == 2
    assert town.opens(previous, box.state_dir / "n-1.db")


def test_only_two_versions_stay_on_the_disk(town: Town, box: Box):
    for _ in range(4):
        town.publish()
        box.sync()

    objects = sorted((box.state_dir / "objects").iterdir())

    assert len(objects) == 5  # a root, two targets, two sealed databases
    assert not (box.state_dir / "incoming").exists()


def test_nothing_on_the_box_is_plaintext(town: Town, box: Box):
    town.publish()
    box.sync()

    files = [path.read_bytes() for path in box.state_dir.rglob("*") if path.is_file()]

    assert len(files) > 8
    assert not [content for content in files if b"SQLite format 3" in content]
    assert not [content for content in files if b"AGE-SECRET-KEY" in content]


def test_the_status_tells_when_and_which_version(town: Town, box: Box):
    town.publish()
    clock = HeldClock(SystemClock().now().replace(microsecond=0))

    sync(box.config, clock)

    status = read_status(box.state_dir)
    assert status is not None
    assert (status.last_try, status.last_success) == (clock.at, clock.at)
    assert (status.error, status.version) == (None, 1)


def test_a_failed_sync_keeps_the_last_success_in_the_status(town: Town, hub: Hub, box: Box):
    town.publish()
    clock = HeldClock(SystemClock().now().replace(microsecond=0))
    sync(box.config, clock)
    hub.folder = town.folder / "nothing"
    clock.move(timedelta(hours=1))

    with pytest.raises(NodboksError):
        sync(box.config, clock)

    status = read_status(box.state_dir)
    assert status is not None
    assert (status.last_try, status.last_success) == (clock.at, clock.at - timedelta(hours=1))
    assert (status.error, status.version) == ("N-302", 1)


def test_a_box_that_never_reached_the_hub_says_so(town: Town, tmp_path: Path):
    config = town.config("http://127.0.0.1:9", tmp_path / "state")

    with pytest.raises(HubUnreachableError):
        sync(config, SystemClock())

    status = read_status(tmp_path / "state")
    assert status is not None
    assert (status.last_success, status.error, status.version) == (None, "N-301", None)


def test_a_status_that_cannot_be_written_does_not_fail_the_sync(town: Town, box: Box):
    town.publish()
    (box.state_dir / "sync.json").mkdir()

    outcome = box.sync()

    assert outcome.result is SyncResult.INSTALLED


def test_two_syncs_never_run_at_once(town: Town, box: Box):
    town.publish()
    with (box.state_dir / "sync.lock").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)

        outcome = box.sync()

    assert outcome == SyncOutcome(SyncResult.BUSY)
    assert str(outcome) == "another sync is running"
    assert read_status(box.state_dir) is None
    assert box.sync().result is SyncResult.INSTALLED


def test_a_box_that_was_not_enrolled_is_told_so(town: Town, box: Box):
    town.publish()
    (box.state_dir / "trust" / "root.json").unlink()

    with pytest.raises(ConfigError, match=r"root\.json: No such file.*enrol"):
        box.sync()


def test_a_damaged_root_of_the_box_is_the_boxs_own_fault(town: Town, box: Box):
    town.publish()
    (box.state_dir / "trust" / "root.json").write_bytes(b"{}")

    with pytest.raises(ConfigError, match="not a root signed by its own keys"):
        box.sync()


@pytest.mark.parametrize(("citizens", "medication"), [(31, 200), (40, 159)])
def test_a_night_that_lost_too_much_is_held_and_the_old_one_stays(
    town: Town, box: Box, citizens: int, medication: int
):
    town.publish()
    box.sync()
    town.publish(Night(citizens=citizens, medication=medication))

    with pytest.raises(ImplausibleSnapshotError, match="version 2 is held back"):
        box.sync()

    assert box.version() == 1


def test_exactly_a_fifth_may_be_lost(town: Town, box: Box):
    town.publish()
    box.sync()
    town.publish(Night(citizens=32, medication=160))

    assert box.sync() == SyncOutcome(SyncResult.INSTALLED, 2)


def test_it_releases_a_held_version_by_its_number(town: Town, box: Box):
    town.publish()
    box.sync()
    town.publish(Night(citizens=3))
    (box.state_dir / RELEASE_FILE).write_text("2\n")

    assert box.sync() == SyncOutcome(SyncResult.INSTALLED, 2)
    assert box.version() == 2


@pytest.mark.parametrize("written", ["1", "alle", ""])
def test_another_number_in_the_release_file_releases_nothing(town: Town, box: Box, written: str):
    town.publish()
    box.sync()
    town.publish(Night(citizens=3))
    (box.state_dir / RELEASE_FILE).write_text(written)

    with pytest.raises(ImplausibleSnapshotError):
        box.sync()


def test_records_for_newer_software_are_left_at_the_hub(town: Town, box: Box):
    town.publish()
    box.sync()
    town.publish(Night(schema_version=99))

    with pytest.raises(NewerFormatError, match="record schema 99"):
        box.sync()

    assert box.version() == 1


def test_a_damaged_object_is_fetched_again(town: Town, box: Box):
    for _ in range(2):
        town.publish()
        box.sync()
    current = box.current()
    assert current is not None
    current.paths[BASE_NAME].write_bytes(b"worn out")

    outcome = box.sync()

    assert outcome == SyncOutcome(SyncResult.INSTALLED, 2)
    assert box.version() == 2


def test_a_released_version_that_wore_out_needs_no_second_release(town: Town, box: Box):
    town.publish()
    box.sync()
    town.publish(Night(citizens=3))
    (box.state_dir / RELEASE_FILE).write_text("2")
    box.sync()
    (box.state_dir / RELEASE_FILE).unlink()
    current = box.current()
    assert current is not None
    current.paths[BASE_NAME].unlink()

    assert box.sync() == SyncOutcome(SyncResult.INSTALLED, 2)


def test_a_box_whose_every_object_is_damaged_starts_afresh(town: Town, box: Box):
    town.publish()
    box.sync()
    shutil.rmtree(box.state_dir / "objects")

    box.sync()

    assert box.version() == 1


@pytest.mark.parametrize("damaged", [COPIES[:1], COPIES[1:], COPIES])
def test_a_sync_writes_damaged_records_anew(town: Town, box: Box, damaged: tuple[str, ...]):
    town.publish()
    box.sync()
    whole = (box.state_dir / COPIES[0]).read_bytes()
    for name in damaged:
        (box.state_dir / name).write_bytes(whole[:-40])

    box.sync()

    assert [(box.state_dir / name).read_bytes() for name in COPIES] == [whole, whole]


def test_what_is_not_offered_any_more_is_removed_from_what_a_cut_left(
    town: Town, hub: Hub, box: Box
):
    (box.state_dir / "incoming").mkdir()
    (box.state_dir / "incoming" / "half").write_bytes(b"half")
    town.publish()
    hub.faults["targets/"] = Cut(after=1000)

    with pytest.raises(NodboksError):
        box.sync()

    (part,) = (box.state_dir / "incoming").iterdir()
    assert part.stat().st_size == 1000
    hub.faults.clear()
    box.sync()
    assert not (box.state_dir / "incoming").exists()


def test_a_new_root_is_followed_and_the_copy_still_verifies(town: Town, box: Box):
    town.publish()
    box.sync()
    town.rotate_root()
    town.publish()

    box.sync()

    current = box.current()
    assert current is not None
    assert len(current.vouching.roots) == 2
    assert box.version() == 2


def test_a_full_disk_is_named_and_the_old_copy_stays(town: Town, tmp_path: Path, hub: Hub):
    with town.small_disk(tmp_path / "disk", kib=400) as disk:
        box = Box(town.config(hub.url, disk), town)
        town.publish(Night(size=150_000))
        box.sync()
        town.publish(Night(size=600_000))

        with pytest.raises(DiskFullError):
            box.sync()

        assert box.version() == 1
        town.publish(Night(size=1_000))
        assert box.sync().version == 3


def test_a_snapshot_too_large_to_write_is_named_and_the_old_copy_stays(town: Town, box: Box):
    town.publish(Night(size=10_000))
    box.sync()
    town.publish(Night(size=600_000))

    with town.small_files(kib=200), pytest.raises(DiskFullError, match="staging"):
        box.sync()

    assert box.version() == 1
    assert box.sync().version == 2


def test_a_disk_too_full_for_the_metadata_is_named_too(town: Town, tmp_path: Path, hub: Hub):
    with town.small_disk(tmp_path / "disk", kib=64) as disk:
        box = Box(town.config(hub.url, disk), town)
        (disk / "other").write_bytes(bytes(50_000))
        town.publish()

        with pytest.raises(DiskFullError):
            box.sync()
