import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.errors import StorageError
from appliance.printing.desk_lock import DeskLock

HOLDER = """
import sys
from pathlib import Path
from appliance.printing.desk_lock import DeskLock
lock = DeskLock(Path(sys.argv[1]))
print(lock.is_mine(), flush=True)
sys.stdin.read()
"""


def test_desk_is_one_process_s_and_is_free_again_the_moment_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, tmp_path]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    has_it = holder.stdout.readline().strip()
    lock = DeskLock(tmp_path)
    before = lock.is_mine()

    holder.kill()
    holder.communicate()

    assert (has_it, before, lock.is_mine()) == ("True", False, True)
    lock.let_go()


def test_desk_let_go_is_anybody_s(tmp_path: Path) -> None:
    first, second = DeskLock(tmp_path), DeskLock(tmp_path)
    first.is_mine()

    first.let_go()

    assert not first.is_held
    assert second.is_mine()
    second.let_go()


def test_lock_file_is_its_owner_s_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    lock = DeskLock(tmp_path)
    lock.is_mine()
    os.umask(before)

    assert (tmp_path / "print-desk.lock").stat().st_mode & 0o777 == 0o600
    lock.let_go()


def test_folder_that_is_gone_is_a_named_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError):
        DeskLock(tmp_path / "gone").is_mine()
