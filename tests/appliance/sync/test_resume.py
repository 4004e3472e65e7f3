"""A transfer that is cut goes on where it left off; what does not fit then is fetched whole."""

import os
import signal
from pathlib import Path

import pytest

from appliance.errors import CutShortError, DiskFullError, HubRefusedError, TamperedSnapshotError
from appliance.sync.update import STAGING, SyncResult
from tests.appliance.snapshot.town import Night, Town
from tests.appliance.sync.conftest import Box
from tests.appliance.sync.test_power_cut import warm_child
from tests.simulators.hub import Cut, Hub, Refuse, Replace, Stall
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.vault]  # seconds, not milliseconds

SIZE = 400_000


def cut_after(hub: Hub, box: Box, size: int) -> None:
    hub.faults["targets/"] = Cut(size)
    with pytest.raises(CutShortError):
        box.sync()
    hub.faults.clear()


def part_of(box: Box) -> Path:
    (part,) = (box.state_dir / STAGING).iterdir()
    return part


def test_a_transfer_resumes_after_three_cuts_and_no_byte_comes_twice(
    town: Town, hub: Hub, box: Box
):
    manifest = town.publish(Night(size=SIZE))
    for _ in range(3):
        cut_after(hub, box, 100_000)

    assert box.sync().result is SyncResult.INSTALLED
    assert hub.ranges == ["bytes=100000-", "bytes=200000-", "bytes=300000-"]
    assert hub.sent_of(manifest.base.sha256) == manifest.base.size
    assert box.version() == 1
    assert not (box.state_dir / STAGING).exists()


def test_a_box_that_loses_its_power_in_a_transfer_goes_on_after_it(town: Town, hub: Hub, box: Box):
    town.publish(Night(size=SIZE))
    hub.faults["targets/"] = Stall(after=200_000)
    with warm_child(box) as child:
        process = child.start()
        eventually(lambda: part_of(box).stat().st_size > 100_000)
        os.kill(process, signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
    hub.faults.clear()
    held = part_of(box).stat().st_size

    box.sync()

    assert 100_000 < held <= 200_000
    assert hub.ranges == [f"bytes={held}-"]
    assert box.version() == 1


@pytest.mark.parametrize("tail", [bytes(5000), b"age-encryption.org/v1\n" * 200])
def test_a_tail_that_a_power_cut_spoiled_is_fetched_whole_once(
    town: Town, hub: Hub, box: Box, tail: bytes
):
    town.publish(Night(size=SIZE))
    cut_after(hub, box, 100_000)
    with part_of(box).open("ab") as part:
        part.write(tail)
    hub.requests.clear()

    box.sync()

    assert len([path for path in hub.requests if "targets/" in path]) == 2
    assert hub.ranges == [f"bytes={100_000 + len(tail)}-"]
    assert box.version() == 1


@pytest.mark.parametrize("longer_by", [0, 5])
def test_a_hub_whose_file_changed_under_the_transfer_is_refused_after_one_more_try(
    town: Town, hub: Hub, box: Box, longer_by: int
):
    town.publish(Night(size=1000))
    box.sync()
    manifest = town.publish(Night(size=SIZE))
    cut_after(hub, box, 100_000)
    other = b"age-encryption.org/v1\n" + bytes(manifest.base.size - 22 + longer_by)
    hub.faults["targets/"] = Replace(other)
    hub.requests.clear()

    with pytest.raises(TamperedSnapshotError, match=r"or changed ones|more than"):
        box.sync()

    assert len([path for path in hub.requests if "targets/" in path]) == 2
    assert hub.ranges == ["bytes=100000-"]
    assert not (box.state_dir / STAGING).exists()
    assert box.version() == 1


def test_a_hub_that_knows_no_ranges_sends_the_file_afresh(town: Town, hub: Hub, box: Box):
    town.publish(Night(size=SIZE))
    cut_after(hub, box, 100_000)
    hub.knows_ranges = False

    box.sync()

    assert len(hub.ranges) == 1
    assert box.version() == 1


def test_a_hub_that_refuses_to_go_on_is_asked_for_the_whole(town: Town, hub: Hub, box: Box):
    town.publish(Night(size=SIZE))
    cut_after(hub, box, 100_000)
    hub.range_error = SIZE  # beyond the end: status 416

    box.sync()

    assert len(hub.ranges) == 1
    assert box.version() == 1


def test_a_hub_that_goes_on_somewhere_else_is_asked_for_the_whole(town: Town, hub: Hub, box: Box):
    town.publish(Night(size=SIZE))
    cut_after(hub, box, 100_000)
    hub.range_error = 7

    box.sync()

    assert len(hub.ranges) == 1
    assert box.version() == 1


def test_a_file_that_had_come_whole_is_not_asked_for_again(town: Town, hub: Hub, box: Box):
    manifest = town.publish(Night(size=SIZE))
    cut_after(hub, box, 100_000)
    whole = town.box_folder() / "targets" / f"{manifest.base.sha256}.{manifest.base.name}"
    part_of(box).write_bytes(whole.read_bytes())
    hub.requests.clear()

    box.sync()

    assert not [path for path in hub.requests if "targets/" in path]
    assert box.version() == 1


@pytest.mark.parametrize("lying_there", [b"SQLite format 3\0" + bytes(100), bytes(900_000), b""])
def test_what_cannot_be_the_beginning_is_thrown_away_unasked(
    town: Town, hub: Hub, box: Box, lying_there: bytes
):
    town.publish(Night(size=SIZE))
    cut_after(hub, box, 100_000)
    part_of(box).write_bytes(lying_there)

    box.sync()

    assert hub.ranges == []
    assert box.version() == 1


def test_what_is_no_age_file_never_touches_the_disk_even_when_cut(town: Town, hub: Hub, box: Box):
    town.publish_unsealed(b"SQLite format 3\0 Agnes" + bytes(10_000))
    hub.faults["targets/"] = Stall(5_000)

    with pytest.raises(TamperedSnapshotError, match="not an age file"):
        box.sync()

    assert not (box.state_dir / STAGING).exists()


def test_the_parts_of_a_night_that_is_over_are_thrown_away(town: Town, hub: Hub, box: Box):
    town.publish(Night(size=SIZE))
    cut_after(hub, box, 100_000)
    town.publish(Night(size=SIZE))
    cut_after(hub, box, 50_000)

    assert part_of(box).stat().st_size == 50_000
    assert hub.ranges == []


def test_a_hub_that_lost_the_file_leaves_no_empty_part(town: Town, hub: Hub, box: Box):
    town.publish(Night(size=SIZE))
    hub.faults["targets/"] = Refuse(404)

    with pytest.raises(HubRefusedError, match="status 404"):
        box.sync()

    assert list((box.state_dir / STAGING).iterdir()) == []


def test_a_full_disk_keeps_no_part(town: Town, tmp_path: Path, hub: Hub):
    with town.small_disk(tmp_path / "disk", kib=300) as disk:
        box = Box(town.config(hub.url, disk), town)
        town.publish(Night(size=SIZE))

        with pytest.raises(DiskFullError):
            box.sync()

        assert not (disk / STAGING).exists()
