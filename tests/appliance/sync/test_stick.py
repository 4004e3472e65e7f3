"""A USB stick is judged like the network: what it cannot prove it cannot install."""

import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.cli import nodboks
from appliance.clock import HeldClock, SystemClock
from appliance.config import to_toml
from appliance.errors import (
    DiskFullError,
    ForeignSnapshotError,
    NodboksError,
    OlderSnapshotError,
    StickError,
    TamperedSnapshotError,
    UntrustedSnapshotError,
)
from appliance.line_status import read_status
from appliance.snapshot.installed import Installed
from appliance.sync.stick import StickFetcher, StickSource, StickWatch
from appliance.sync.update import STAGING, SyncOutcome, SyncResult, sync
from tests.appliance.snapshot.town import BOX, Night, Town
from tests.appliance.sync.conftest import Box
from tests.simulators.hub import Cut, Hub

pytestmark = pytest.mark.slow  # seconds, not milliseconds


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    return tmp_path / "usb"


def fill(stick: Path, town: Town) -> None:
    shutil.rmtree(stick, ignore_errors=True)
    shutil.copytree(town.public, stick)


def from_stick(box: Box, stick: Path) -> SyncOutcome:
    return sync(box.config, SystemClock(), StickSource(stick))


def sealed_on(stick: Path) -> Path:
    (sealed,) = (stick / "boxes" / BOX / "targets").iterdir()
    return sealed


def test_a_box_without_a_network_installs_from_a_stick(town: Town, box: Box, stick: Path, hub: Hub):
    town.publish()
    fill(stick, town)

    outcome = from_stick(box, stick)

    assert outcome == SyncOutcome(SyncResult.INSTALLED, 1)
    assert box.version() == 1
    assert not hub.requests


def test_the_same_stick_twice_brings_nothing_new(town: Town, box: Box, stick: Path):
    town.publish()
    fill(stick, town)
    from_stick(box, stick)

    assert from_stick(box, stick).result is SyncResult.ALREADY_NEWEST


def test_stick_and_hub_share_one_floor(town: Town, box: Box, stick: Path):
    town.publish()
    fill(stick, town)
    town.publish()
    box.sync()

    with pytest.raises(OlderSnapshotError):
        from_stick(box, stick)

    assert box.version() == 2


def test_an_old_stick_is_refused_after_the_metadata_cache_was_lost(
    town: Town, box: Box, stick: Path
):
    town.publish()
    fill(stick, town)
    town.publish()
    box.sync()
    shutil.rmtree(box.state_dir / "tuf")

    with pytest.raises(OlderSnapshotError):
        from_stick(box, stick)

    floor = Installed(box.state_dir).floor()
    assert floor is not None
    assert (floor.version, box.version()) == (2, 2)


def test_the_stick_of_another_box_is_refused(town: Town, box: Box, stick: Path):
    town.publish()
    box.sync()
    for _ in range(2):
        town.publish(Night(box_id="boks-18"))
    fill(stick, town)
    shutil.rmtree(stick / "boxes" / BOX)
    (stick / "boxes" / "boks-18").rename(stick / "boxes" / BOX)

    with pytest.raises(ForeignSnapshotError):
        from_stick(box, stick)

    assert box.version() == 1


def test_a_stick_of_another_municipality_is_refused(box: Box, stick: Path, tmp_path: Path):
    other = Town(tmp_path / "other")
    other.publish()
    fill(stick, other)

    with pytest.raises(UntrustedSnapshotError):
        from_stick(box, stick)


@pytest.mark.parametrize("change", ["flip", "cut", "longer", "plain"])
def test_a_changed_object_on_the_stick_is_refused_and_the_old_copy_stays(
    town: Town, box: Box, stick: Path, change: str
):
    town.publish()
    box.sync()
    town.publish()
    fill(stick, town)
    newest = max((stick / "boxes" / BOX / "targets").iterdir(), key=lambda one: one.stat().st_mtime)
    content = newest.read_bytes()
    changed = {
        "flip": content[:-1] + bytes([content[-1] ^ 1]),
        "cut": content[:-100],
        "longer": content + b"x",
        "plain": b"SQLite format 3\0" + content[16:],
    }
    newest.write_bytes(changed[change])

    with pytest.raises(TamperedSnapshotError):
        from_stick(box, stick)

    assert box.version() == 1
    assert not (box.state_dir / STAGING).exists()


def replace_with(path: Path, kind: str, folder: Path) -> None:
    """Put something in the place of a file that is no plain file."""
    kept = folder / "elsewhere"
    shutil.copy(path, kept)
    path.unlink()
    if kind == "a link to the very file":
        path.symlink_to(kept)
    elif kind == "a link to itself":
        path.symlink_to(path)
    elif kind == "a FIFO":
        os.mkfifo(path)
    elif kind == "a folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/zero")


NO_FILES = (
    "a link to the very file",
    "a link to itself",
    "a FIFO",
    "a folder",
    "a link to /dev/zero",
)


@pytest.mark.parametrize("kind", NO_FILES)
@pytest.mark.parametrize("part", ["targets/*", "metadata/timestamp.json"])
def test_only_plain_files_are_read_from_a_stick(
    town: Town, box: Box, stick: Path, kind: str, part: str
):
    town.publish()
    fill(stick, town)
    (file,) = (stick / "boxes" / BOX).glob(part)
    replace_with(file, kind, box.state_dir.parent)

    with pytest.raises(StickError, match="is no plain file"):
        from_stick(box, stick)

    assert box.current() is None


def test_a_link_in_the_place_of_a_folder_is_not_followed(
    town: Town, box: Box, stick: Path, tmp_path: Path
):
    town.publish()
    fill(stick, town)
    (stick / "boxes").rename(tmp_path / "elsewhere")
    (stick / "boxes").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(StickError, match=r"Not a directory|symbolic links"):
        from_stick(box, stick)


def test_a_huge_file_is_not_read_through(town: Town, box: Box, stick: Path):
    town.publish()
    fill(stick, town)
    with (stick / "boxes" / BOX / "metadata" / "timestamp.json").open("wb") as sink:
        sink.truncate(10**12)

    with pytest.raises(TamperedSnapshotError, match="more than"):
        from_stick(box, stick)


@pytest.mark.parametrize("is_there", [True, False])
def test_a_stick_with_nothing_for_this_box_is_named(box: Box, stick: Path, *, is_there: bool):
    if is_there:
        stick.mkdir()

    with pytest.raises(StickError, match=r"timestamp\.json is not on the stick"):
        from_stick(box, stick)

    status = read_status(box.state_dir)
    assert status is not None
    assert status.error == "N-306"


def test_a_stick_pulled_out_before_the_object_leaves_the_old_copy(
    town: Town, box: Box, stick: Path
):
    town.publish()
    box.sync()
    town.publish()
    fill(stick, town)
    shutil.rmtree(stick / "boxes" / BOX / "targets")

    with pytest.raises(StickError):
        from_stick(box, stick)

    assert box.version() == 1


def test_a_stick_pulled_out_in_the_middle_of_a_file_leaves_the_old_copy(
    town: Town, box: Box, stick: Path
):
    town.publish()
    box.sync()
    shutil.rmtree(town.box_folder() / "targets")
    town.publish()
    fill(stick, town)
    # Reading this file is what reading a stick that is gone is like: an I/O error of the kernel.
    mount = ["mount", "--bind", f"/proc/{os.getpid()}/mem", str(sealed_on(stick))]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a file that gives I/O errors needs root")
    try:
        with pytest.raises(StickError, match="Input/output error"):
            from_stick(box, stick)
    finally:
        subprocess.run(["umount", str(sealed_on(stick))], check=True)

    assert box.version() == 1
    assert from_stick(box, stick).version == 2


def test_what_the_line_lost_the_stick_completes(town: Town, box: Box, stick: Path, hub: object):
    town.publish(Night(size=300_000))
    fill(stick, town)
    hub.faults["targets/"] = Cut(200_000)
    with pytest.raises(NodboksError):
        box.sync()

    assert from_stick(box, stick).result is SyncResult.INSTALLED
    assert box.version() == 1


def test_a_full_disk_is_the_disks_fault_and_not_the_sticks(town: Town, stick: Path, tmp_path: Path):
    with town.small_disk(tmp_path / "disk", kib=200) as disk:
        box = Box(town.config("http://127.0.0.1:9", disk), town)
        town.publish(Night(size=400_000))
        fill(stick, town)

        with pytest.raises(DiskFullError):
            from_stick(box, stick)


class SlowClock(HeldClock):
    """Two minutes go by with each look."""

    def monotonic(self) -> float:
        self.move(timedelta(minutes=2))
        return self.ticks_s


def test_a_stick_that_gives_next_to_nothing_is_given_up(tmp_path: Path):
    (tmp_path / "file").write_bytes(bytes(1000))
    fetcher = StickFetcher(tmp_path, SlowClock(SystemClock().now()))

    with pytest.raises(StickError, match="1000 bytes in"):
        fetcher.download_bytes("file", 1000)


def test_the_tuf_client_may_read_piece_by_piece(tmp_path: Path):
    (tmp_path / "file").write_bytes(b"content")

    assert b"".join(StickFetcher(tmp_path, SystemClock()).fetch("file")) == b"content"


def test_a_stick_is_noticed_once_each_time_it_comes(town: Town, stick: Path):
    town.publish()
    watch = StickWatch(stick, BOX)
    looks = [watch.has_new()]
    fill(stick, town)
    looks += [watch.has_new(), watch.has_new()]
    shutil.rmtree(stick)
    looks.append(watch.has_new())
    fill(stick, town)
    looks.append(watch.has_new())

    assert looks == [False, True, False, False, True]


def test_a_stick_for_other_boxes_and_no_stick_at_all_are_not_noticed(town: Town, stick: Path):
    town.publish(Night(box_id="boks-18"))
    fill(stick, town)

    assert not StickWatch(stick, BOX).has_new()
    assert not StickWatch(None, BOX).has_new()


def test_it_can_be_told_to_sync_from_a_folder(town: Town, box: Box, stick: Path, tmp_path: Path):
    town.publish()
    fill(stick, town)
    settings = {
        "box": {"id": BOX, "name": "Solgården", "state_dir": box.state_dir},
        "hub": {"url": "http://127.0.0.1:9"},
    }
    (tmp_path / "box.toml").write_text(to_toml(settings))

    done = CliRunner().invoke(
        nodboks, ["sync", "--config", str(tmp_path / "box.toml"), "--from", str(stick)]
    )

    assert done.output == "nodboks: sync: installed (version 1)\n"
    assert box.version() == 1
