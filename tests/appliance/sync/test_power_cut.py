"""The process dies at any moment; the box has the old copy or the new, and the next sync works."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from appliance.snapshot.installed import Installed
from appliance.sync.update import SyncResult
from tests.appliance.snapshot.town import BOX, Night, Town
from tests.appliance.sync import sync_child
from tests.appliance.sync.conftest import Box

ROOT = Path(__file__).parents[3]
TRIALS = 40
KILLED = -signal.SIGKILL

pytestmark = pytest.mark.slow


class Child:
    """A warm process that forks one sync at a time."""

    def __init__(self, box: Box, orders: IO[str], answers: IO[str]) -> None:
        config = box.config
        order = {"box": BOX, "state_dir": str(box.state_dir), "url": config.hub.url}
        self._order = json.dumps(order)
        self._orders = orders
        self._answers = answers

    def start(self) -> int:
        self._orders.write(f"{self._order}\n")
        self._orders.flush()
        return int(self._answers.readline())

    def wait(self) -> int:
        return int(self._answers.readline())


@contextlib.contextmanager
def warm_child(box: Box) -> Iterator[Child]:
    program = [sys.executable, "-m", sync_child.__name__]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stdout.readline() == "warm\n"
        yield Child(box, process.stdin, process.stdout)
        process.stdin.close()
    assert process.returncode == 0


@pytest.fixture
def child(box: Box) -> Iterator[Child]:
    with warm_child(box) as child:
        yield child


def test_a_sync_killed_at_any_moment_leaves_the_old_or_the_new(town: Town, box: Box, child: Child):
    chance = random.Random(17)
    newest = town.publish(Night(size=500_000)).version
    box.sync()
    started = time.monotonic()
    newest = town.publish(Night(size=500_000)).version
    child.start()
    assert child.wait() == 0
    duration = time.monotonic() - started
    seen = []

    for _ in range(TRIALS):
        before = box.version()
        newest = town.publish(Night(size=500_000)).version
        process = child.start()
        time.sleep(chance.uniform(0, duration))
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        ended = child.wait()
        after = box.version()
        assert after in (before, newest)
        assert ended in (0, KILLED)
        seen.append((ended, after == newest))

    assert box.sync().version == newest
    assert box.version() == newest
    assert len({ended for ended, _ in seen}) == 2  # the delays reach both sides of the end


def test_after_many_cuts_nothing_piles_up_on_the_disk(town: Town, box: Box, child: Child):
    chance = random.Random(42)
    town.publish()
    box.sync()
    for _ in range(15):
        town.publish()
        process = child.start()
        time.sleep(chance.uniform(0, 0.05))
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        child.wait()
    town.publish()

    assert box.sync().result is SyncResult.INSTALLED
    objects = list((box.state_dir / "objects").iterdir())
    assert len(objects) == 5
    assert not (box.state_dir / "incoming").exists()


def test_two_processes_at_once_install_one_whole_snapshot(town: Town, box: Box, child: Child):
    town.publish(Night(size=3_000_000))
    with warm_child(box) as other:
        child.start()
        other.start()

        endings = sorted([child.wait(), other.wait()])

    assert endings in ([0, 0], [0, 3])  # 3: it found the other one busy
    assert box.version() == 1
    assert Installed(box.state_dir).floor() is not None


def test_a_reader_beside_a_sync_always_finds_a_whole_snapshot(
    town: Town, box: Box, child: Child, tmp_path: Path
):
    town.publish()
    box.sync()
    opened = 0

    for _ in range(5):
        town.publish()
        child.start()
        for _ in range(5):
            assert town.opens(box.current(), tmp_path / "reader.db")
            opened += 1
        assert child.wait() == 0

    assert opened == 25
