import stat
from pathlib import Path

import pytest

from appliance.errors import StorageError
from appliance.snapshot.disk import Disk


def test_an_adopted_file_moves_and_its_group_may_read_it(tmp_path: Path):
    source, target = tmp_path / "staged", tmp_path / "objects" / "abc"
    source.write_bytes(b"sealed")

    Disk().adopt(source, target)

    assert target.read_bytes() == b"sealed"
    assert not source.exists()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_written_file_replaces_the_old_and_its_group_may_read_it(tmp_path: Path):
    (tmp_path / "record").write_bytes(b"old")

    Disk().write(tmp_path / "record", b"new")

    assert (tmp_path / "record").read_bytes() == b"new"
    assert stat.S_IMODE((tmp_path / "record").stat().st_mode) == 0o640


def test_what_is_gone_already_may_be_removed(tmp_path: Path):
    Disk().remove(tmp_path / "gone")

    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_is_named(tmp_path: Path):
    (tmp_path / "folder").mkdir()

    with pytest.raises(StorageError, match="removing folder"):
        Disk().remove(tmp_path / "folder")
    with pytest.raises(StorageError, match="keeping target"):
        Disk().adopt(tmp_path / "missing", tmp_path / "target")
