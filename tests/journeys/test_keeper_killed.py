"""The keeper dies at the worst moments: kill -9, as the kernel's memory killer does it."""

import contextlib
import signal
import sqlite3
import threading
import time

import pytest

from appliance.errors import KeeperDownError, NodboksError
from appliance.vault.keeper_client import KeeperClient
from appliance.vault.opened import POINTER, Opened
from tests.appliance.vault.boxes import (
    CITIZEN,
    keeper_process,
    make_box,
    make_records,
    ram_folder,
)

pytestmark = [pytest.mark.slow, pytest.mark.vault]


@pytest.fixture(scope="module")
def big_records(tmp_path_factory):
    return make_records(tmp_path_factory.mktemp("records") / "records.db", citizens=5000)


@pytest.fixture
def box(tmp_path, big_records):
    with ram_folder() as ram_dir:
        box = make_box(tmp_path, ram_dir)
        box.install(1, big_records)
        yield box


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait()


def assert_nurse_gets_in(box):
    """Start a keeper after the blow: locked, RAM wiped, and the card still opens the box."""
    with keeper_process(box):
        client = KeeperClient(box.config.keeper_socket)
        assert client.status().locked
        assert box.ram_files() == []
        client.unlock(box.code)
        opened = Opened.read(box.config.records_dir)
        with contextlib.closing(
            sqlite3.connect(f"file:{opened.records}?mode=ro&immutable=1", uri=True)
        ) as connection:
            assert connection.execute("SELECT count(*) FROM citizens").fetchone() == (5000,)
        client.lock()
        assert box.ram_files() == []


def assert_nothing_readable_on_disk(box):
    for path in box.state_dir.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        for secret in (b"AGE-SECRET-KEY", b"SQLite format 3", CITIZEN.encode()):
            assert secret not in content, path


def test_keeper_killed_while_unlocked_comes_back_locked_and_clean(box):
    with keeper_process(box) as process:
        KeeperClient(box.config.keeper_socket).unlock(box.code)
        kill(process)
    left = box.ram_files()

    assert POINTER in left
    assert_nurse_gets_in(box)
    assert_nothing_readable_on_disk(box)


def trying(action):
    """Run an action in a thread of its own; return the thread and the list its outcome lands in."""
    outcome = []

    def run():
        try:
            outcome.append(action())
        except NodboksError as error:
            outcome.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, outcome


@pytest.mark.parametrize("after_s", [0.0, 0.02, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4])
def test_keeper_killed_while_unlocking_comes_back_locked_and_clean(box, after_s):
    with keeper_process(box) as process:
        client = KeeperClient(box.config.keeper_socket)
        nurse, outcome = trying(lambda: client.unlock(box.code))
        time.sleep(after_s)
        kill(process)
        nurse.join()

    assert isinstance(outcome[0], KeeperDownError) or outcome[0].version == 1
    assert_nurse_gets_in(box)
    assert_nothing_readable_on_disk(box)


def test_keeper_killed_while_refreshing_opens_the_newer_one_afterwards(box, big_records):
    with keeper_process(box) as process:
        client = KeeperClient(box.config.keeper_socket)
        client.unlock(box.code)
        box.install(2, big_records)
        refreshing, _ = trying(client.refresh)
        kill(process)
        refreshing.join()

    with keeper_process(box):
        assert KeeperClient(box.config.keeper_socket).unlock(box.code).version == 2


@pytest.mark.parametrize("after_s", [0.0, 0.1, 0.2, 0.3])
def test_keeper_stopped_in_the_middle_of_an_unlock_leaves_nothing_in_ram(box, after_s):
    with keeper_process(box) as process:
        client = KeeperClient(box.config.keeper_socket)
        nurse, _ = trying(lambda: client.unlock(box.code))
        time.sleep(after_s)
        process.terminate()
        ended = process.wait(timeout=90)
        nurse.join()

    assert ended == 0
    assert box.ram_files() == []
