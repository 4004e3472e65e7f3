import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

from appliance import files
from appliance.errors import DiskFullError, StorageError
from appliance.files import (
    explaining_disk_errors,
    remove_leftovers,
    write_atomically,
    write_new,
    write_stream_atomically,
)

OLD, NEW = b"last night's copy", b"tonight's copy"


# Lets no file of its own grow beyond 4 kB, which the kernel reports much like a full disk.
FULL_DISK = """
import resource, sys
from pathlib import Path
from appliance.errors import DiskFullError
from appliance.files import write_atomically
soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
try:
    write_atomically(Path(sys.argv[1]), b"x" * 100_000)
except DiskFullError as error:
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    sys.exit(str(error))
"""


def test_content_and_mode_are_written_and_the_folder_is_made(tmp_path: Path) -> None:
    path = tmp_path / "state" / "pointer"

    write_atomically(path, NEW, 0o640)

    assert path.read_bytes() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert list(path.parent.iterdir()) == [path]


def test_files_are_the_owners_alone_unless_asked_otherwise(tmp_path: Path) -> None:
    write_atomically(tmp_path / "slot", NEW)

    assert stat.S_IMODE((tmp_path / "slot").stat().st_mode) == 0o600


def test_old_content_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "pointer"
    path.write_bytes(OLD)

    write_atomically(path, NEW)

    assert path.read_bytes() == NEW


def test_a_full_disk_is_named_and_the_old_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "pointer"
    path.write_bytes(OLD)
    command = [sys.executable, "-c", FULL_DISK, path]

    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.stderr.strip() == "writing pointer: File too large"
    assert path.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [path]


def test_a_writer_that_fails_half_way_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "pointer"
    path.write_bytes(OLD)

    def fail_half_way(sink: BinaryIO) -> None:
        sink.write(b"half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_stream_atomically(path, fail_half_way)

    assert path.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_refuses_is_named(tmp_path: Path) -> None:
    (tmp_path / "state").write_bytes(b"a file where a folder should be")

    with pytest.raises(StorageError, match="writing pointer"):
        write_atomically(tmp_path / "state" / "pointer", NEW)


def test_other_disk_errors_are_no_full_disk() -> None:
    with pytest.raises(StorageError) as caught, explaining_disk_errors("reading the card"):
        raise PermissionError(13, "Permission denied")

    assert not isinstance(caught.value, DiskFullError)
    assert str(caught.value) == "reading the card: Permission denied"


def test_power_cut_before_the_rename_leaves_old_content_and_a_leftover_that_is_swept(
    tmp_path: Path,
) -> None:
    path = tmp_path / "pointer"
    path.write_bytes(OLD)
    program = (
        "import os, sys; from pathlib import Path; from appliance.files import *\n"
        "cut = lambda sink: (sink.write(b'half'), sink.flush(), os.kill(os.getpid(), 9))\n"
        "write_stream_atomically(Path(sys.argv[1]), cut)"
    )

    ended = subprocess.run([sys.executable, "-c", program, path], check=False)

    assert ended.returncode == -9
    assert path.read_bytes() == OLD
    assert remove_leftovers(tmp_path) == 1
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_is_renamed_before_it_is_safe_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, rename = os.fsync, Path.replace
    monkeypatch.setattr(files.os, "fsync", lambda fd: (steps.append(_kind(fd)), fsync(fd)))
    monkeypatch.setattr(
        Path, "replace", lambda self, to: (steps.append("rename"), rename(self, to))[1]
    )

    write_atomically(tmp_path / "pointer", NEW)

    assert steps == ["file", "rename", "folder"]


def _kind(handle: int) -> str:
    return "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"


def test_new_file_is_the_owners_alone_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    write_new(tmp_path / "sheet.pdf", NEW)

    assert [path.name for path in tmp_path.iterdir()] == ["sheet.pdf"]
    assert (tmp_path / "sheet.pdf").read_bytes() == NEW
    assert stat.S_IMODE((tmp_path / "sheet.pdf").stat().st_mode) == 0o600


def test_new_file_never_takes_the_place_of_another_or_of_a_link(tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes(OLD)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")

    for name in ("old", "link"):
        with pytest.raises(StorageError):
            write_new(tmp_path / name, NEW)
    assert (tmp_path / "old").read_bytes() == OLD
    assert not (tmp_path / "nowhere").exists()


def test_new_file_for_which_there_is_no_room_leaves_no_empty_one(tmp_path: Path) -> None:
    program = FULL_DISK.replace("write_atomically", "write_new")
    command = [sys.executable, "-c", program, tmp_path / "sheet.pdf"]

    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.stderr.strip() == "writing sheet.pdf: File too large"
    assert list(tmp_path.iterdir()) == []
