"""Any program may be killed at any moment; what starts again is a box a nurse can use."""

import contextlib
import random
import signal
import threading
import time
import urllib.request

import pytest

from appliance.errors import KeeperDownError
from appliance.records.store import RecordStore
from appliance.snapshot.installed import Installed
from appliance.vault.opened import Opened
from tests.journeys.staged_box import running_box
from tests.waiting import eventually

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    with running_box(tmp_path_factory.mktemp("killed") / "demo", "keeper", "web", "worker") as box:
        eventually(lambda: Installed(box.stage.config.box.state_dir).current())
        yield box


def is_served(box) -> bool:
    with urllib.request.urlopen(f"{box.address}/", timeout=20) as answer:
        return answer.status == 200


def is_open(box) -> bool:
    """Unlock if need be; true when a citizen can be read."""
    if box.keeper.status().locked:
        box.keeper.unlock(box.stage.card_code)
    opened = Opened.read(box.stage.config.records_dir)
    return bool(RecordStore(opened.records).citizens())


def test_the_box_serves_and_opens_before_anything_is_killed(box):
    assert eventually(lambda: is_served(box))
    assert eventually(lambda: is_open(box))


@pytest.mark.parametrize("name", ["keeper", "web", "worker"])
def test_a_killed_program_comes_back_and_the_box_is_usable(box, name):
    eventually(lambda: is_open(box))
    before = box.programs.running[name].pid

    box.kill(name)

    eventually(lambda: box.programs.running[name].pid != before)
    assert eventually(lambda: is_served(box))
    assert eventually(lambda: is_open(box))


def test_a_keeper_killed_in_the_middle_of_unlocking_opens_at_the_next_try(box):
    for _ in range(5):
        box.keeper.lock()
        pause = random.Random(box.keeper.status().version).uniform(0.0, 0.4)
        _unlock_and_kill(box, pause)

        assert eventually(lambda: is_open(box))


def _unlock_and_kill(box, pause: float) -> None:
    killer = threading.Timer(pause, lambda: box.kill("keeper"))
    before = box.programs.running["keeper"]
    killer.start()
    with contextlib.suppress(KeeperDownError):
        while killer.is_alive():
            box.keeper.unlock(box.stage.card_code)
            box.keeper.lock()
            time.sleep(0.01)
    killer.join()
    assert before.returncode == -signal.SIGKILL
