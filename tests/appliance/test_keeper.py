"""The keeper program as systemd sees it: a process with signals and an exit code."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.errors import ConfigError
from appliance.keeper import _alone
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.opened import Opened
from tests.appliance.vault.boxes import (
    CITIZEN,
    KEEPER_PROGRAM,
    keeper_process,
    make_box,
    make_records,
    ram_folder,
)


@pytest.fixture
def ram_dir():
    with ram_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def records_db(tmp_path_factory):
    return make_records(tmp_path_factory.mktemp("records") / "records.db")


@pytest.fixture
def box(tmp_path, ram_dir):
    return make_box(tmp_path, ram_dir)


def stopped(process, number=signal.SIGTERM):
    """Send a signal; return exit code and log."""
    process.send_signal(number)
    _, log = process.communicate(timeout=120)
    return process.returncode, log


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_keeper_told_to_stop_locks_and_ends_well(box, records_db, number):
    box.install(1, records_db)
    with keeper_process(box) as process:
        KeeperClient(box.config.keeper_socket).unlock(box.code)

        code, log = stopped(process, number)

    assert code == 0
    assert box.ram_files() == []
    assert not box.config.keeper_socket.exists()
    assert "locked" in log


@pytest.mark.slow
def test_log_of_a_whole_life_names_no_code_no_key_and_no_citizen(box, records_db):
    box.install(1, records_db)
    with keeper_process(box) as process:
        KeeperClient(box.config.keeper_socket).unlock(box.code)

        _, log = stopped(process)

    assert "keeper ready" in log
    assert not re.search(rf"{box.code}|AGE-|{CITIZEN}|\d{{10}}", log)


@pytest.mark.slow
def test_second_keeper_is_refused_and_the_first_stays_open(box, records_db):
    box.install(1, records_db)
    with keeper_process(box) as process:
        client = KeeperClient(box.config.keeper_socket)
        client.unlock(box.code)
        second = subprocess.run(
            [sys.executable, "-c", KEEPER_PROGRAM, str(box.config_file)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

        assert second.returncode != 0
        assert f"another keeper (process {process.pid})" in second.stderr
        assert client.status().version == 1
    assert Opened.read(box.config.records_dir)


@pytest.mark.slow
def test_process_of_the_keeper_is_protected(box):
    with keeper_process(box) as process:
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        socket_mode = box.config.keeper_socket.stat().st_mode & 0o777
        folder_modes = [path.stat().st_mode & 0o777
                        for path in (box.config.box.ram_dir, box.config.records_dir)]  # fmt: skip

    assert re.search(r"Max core file size +0 +0", limits)
    assert (socket_mode, folder_modes) == (0o660, [0o750, 0o750])


def test_folder_is_held_by_one_keeper_and_free_again_after(ram_dir):
    refused = pytest.raises(ConfigError, match=r"another keeper \(process \d+\)")
    with _alone(ram_dir / "keeper.pid"), refused, _alone(ram_dir / "keeper.pid"):
        pass

    with _alone(ram_dir / "keeper.pid"):
        assert (ram_dir / "keeper.pid").read_text().strip().isdigit()


def test_nobody_else_can_hold_the_folder_against_the_keeper(ram_dir):
    pid_file = ram_dir / "keeper.pid"
    pid_file.touch(mode=0o640)

    with _alone(pid_file):
        assert pid_file.stat().st_mode & 0o777 == 0o600
