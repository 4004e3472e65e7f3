"""A copy in a folder or on a stick: whole at every moment, and only of what was asked for."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.clock import SystemClock
from appliance.errors import DiskFullError
from appliance.snapshot.installed import Installed
from appliance.sync.stick import StickSource
from appliance.sync.update import sync
from provisioning.cli import provision
from provisioning.errors import MirrorError
from provisioning.mirroring.copying import copy_box
from provisioning.mirroring.folder_store import FolderStore
from provisioning.publish import only_run
from tests.appliance.snapshot.town import BOX, Night, Town

pytestmark = pytest.mark.slow  # seconds, not milliseconds

OTHER = "boks-18"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path / "town")


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "usb"
    folder.mkdir()
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def export(town: Town, stick: Path, *boxes: str):
    command = ["export-usb", *boxes, "--from", str(town.public), "--out", str(stick)]
    return CliRunner().invoke(provision, command)


def install(town: Town, stick: Path, state_dir: Path, box_id: str = BOX) -> bool:
    config = town.config("http://127.0.0.1:9", state_dir, box_id)
    sync(config, SystemClock(), StickSource(stick))
    return town.opens(Installed(state_dir).current(), state_dir / "opened.db")


def test_a_stick_carries_the_boxes_that_were_named_and_no_other(
    town: Town, stick: Path, tmp_path: Path
):
    for box_id in (BOX, OTHER, "boks-19"):
        town.publish(Night(box_id=box_id))

    done = export(town, stick, BOX, OTHER)

    assert done.exit_code == 0
    assert f"nodboks-provision: box {BOX}: 6 files written to {stick}" in done.output
    assert {path.name for path in (stick / "boxes").iterdir()} == {BOX, OTHER}
    assert install(town, stick, tmp_path / "state")
    assert install(town, stick, tmp_path / "other", OTHER)


def test_a_stick_that_is_used_again_holds_two_versions_and_nothing_older(town: Town, stick: Path):
    for _ in range(4):
        town.publish()
        export(town, stick, BOX)

    assert files(stick / "boxes" / BOX) == files(town.box_folder())


def test_a_box_that_was_never_published_is_named_and_the_others_are_copied(town: Town, stick: Path):
    town.publish()

    done = export(town, stick, "nobody", BOX)

    assert "N-718" in done.output
    assert "nothing is published for nobody" in done.output
    assert (stick / "boxes" / BOX / "metadata" / "timestamp.json").exists()


def test_a_stick_that_is_not_mounted_is_not_made(town: Town, tmp_path: Path):
    town.publish()

    done = export(town, tmp_path / "nowhere", BOX)

    assert "is no folder; is it mounted?" in done.output
    assert not (tmp_path / "nowhere").exists()


def test_nothing_is_copied_while_a_night_is_being_published(town: Town, stick: Path):
    town.publish()

    with only_run(town.public):
        done = export(town, stick, BOX)

    assert done.exception is not None
    assert "another run is publishing" in str(done.exception)


def test_a_full_stick_is_named_and_keeps_the_version_before(town: Town, tmp_path: Path):
    with town.small_disk(tmp_path / "disk", kib=400) as disk:
        town.publish(Night(size=100_000))
        export(town, disk, BOX)
        town.publish(Night(size=500_000))

        with pytest.raises(DiskFullError):
            copy_box(town.public, BOX, FolderStore(disk))

        assert install(town, disk, tmp_path / "state")
        assert not list(disk.rglob(".new-*"))


COPY = """
import sys
from pathlib import Path
from provisioning.mirroring.copying import copy_box
from provisioning.mirroring.folder_store import FolderStore
print("copying", flush=True)
copy_box(Path(sys.argv[1]), sys.argv[2], FolderStore(Path(sys.argv[3])))
"""


def test_a_copy_killed_at_any_moment_leaves_a_version_that_installs(
    town: Town, stick: Path, tmp_path: Path
):
    town.publish(Night(size=300_000))
    export(town, stick, BOX)
    command = [sys.executable, "-c", COPY, str(town.public), BOX, str(stick)]
    for trial in range(8):
        town.publish(Night(size=300_000))
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "copying\n"
            time.sleep(trial * 0.002)
            os.kill(process.pid, signal.SIGKILL)
        assert install(town, stick, tmp_path / f"state-{trial}")

    export(town, stick, BOX)
    assert files(stick / "boxes" / BOX) == files(town.box_folder())


def test_what_a_killed_run_left_in_the_folder_is_not_carried(town: Town, stick: Path):
    town.publish()
    (town.box_folder() / "targets" / ".new-half").write_bytes(b"half")

    export(town, stick, BOX)

    assert not list(stick.rglob(".new-*"))


def test_what_a_killed_copy_left_on_the_stick_is_removed(town: Town, stick: Path):
    town.publish()
    (stick / "boxes" / BOX / "targets").mkdir(parents=True)
    (stick / "boxes" / BOX / "targets" / ".new-half").write_bytes(b"half")

    export(town, stick, BOX)

    assert files(stick / "boxes" / BOX) == files(town.box_folder())


def test_an_object_of_another_size_on_the_stick_is_written_anew(town: Town, stick: Path):
    town.publish()
    export(town, stick, BOX)
    (sealed,) = (stick / "boxes" / BOX / "targets").iterdir()
    sealed.write_bytes(b"short")

    export(town, stick, BOX)

    assert files(stick / "boxes" / BOX) == files(town.box_folder())


def test_an_older_night_never_goes_over_a_newer_one(town: Town, stick: Path, tmp_path: Path):
    town.publish()
    shutil.copytree(town.public, tmp_path / "old")
    town.publish()
    export(town, stick, BOX)

    with pytest.raises(MirrorError, match="version 2 there and 1 here"):
        copy_box(tmp_path / "old", BOX, FolderStore(stick))


def test_a_file_system_without_permissions_will_do(town: Town, tmp_path: Path):
    """FAT refuses chmod; nothing here asks for it."""
    image, point = tmp_path / "fat.img", tmp_path / "fat"
    point.mkdir()
    with image.open("wb") as sink:
        sink.truncate(8_000_000)
    if shutil.which("mkfs.vfat", path="/sbin:/usr/sbin:/bin") is None:
        pytest.skip("apt install dosfstools")
    subprocess.run(["/sbin/mkfs.vfat", str(image)], check=True, capture_output=True)
    mount = ["mount", "-o", "loop", str(image), str(point)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a FAT image needs root and a loop device")
    try:
        town.publish()
        assert export(town, point, BOX).exit_code == 0
        assert install(town, point, tmp_path / "state")
    finally:
        subprocess.run(["umount", str(point)], check=True)
