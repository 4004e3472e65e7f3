"""The process dies at any moment; the box has the old copy or the new, and the next sync works."""

import contextlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.snapshot.installed import Installed
from appliance.snapshot.neighbours import Neighbour, encode_neighbours, read_neighbours
from appliance.sync.update import SyncResult
from tests.appliance.snapshot.town import BOX, Night, Town
from tests.appliance.sync import sync_child
from tests.appliance.sync.conftest import Box
from tests.simulators.warm_forks import KILLED, WarmForks, warm_forks

TRIALS = 60

pytestmark = [pytest.mark.slow, pytest.mark.vault]


def warm_child(box: Box) -> contextlib.AbstractContextManager[WarmForks]:
    order = {"box": BOX, "state_dir": str(box.state_dir), "url": box.config.hub.url}
    return warm_forks(sync_child.__name__, order)


@pytest.fixture
def child(box: Box) -> Iterator[WarmForks]:
    with warm_child(box) as child:
        yield child


def night_with_a_list(number: int) -> Night:
    told = Neighbour("box-02", str(number), "age1y", "0b" * 32)
    return Night(size=500_000, neighbours=encode_neighbours([told]))


def test_a_sync_killed_at_any_moment_leaves_the_old_or_the_new(
    town: Town, box: Box, child: WarmForks
):
    chance = random.Random(17)
    lists = (night_with_a_list(number) for number in range(TRIALS + 2))
    newest = town.publish(next(lists)).version
    box.sync()
    newest = town.publish(next(lists)).version
    child.time_one()
    seen = []

    for number, night in enumerate(lists, start=2):
        before = box.version()
        newest = town.publish(night).version
        ended = child.kill_at_random(chance)
        after = box.version()
        assert after in (before, newest)
        (told,) = read_neighbours(box.state_dir)  # never a box that has lost the others
        assert int(told.name) <= number
        assert ended in (0, KILLED)
        seen.append((ended, after == newest))

    assert box.sync().version == newest
    assert box.version() == newest
    assert len({ended for ended, _ in seen}) == 2  # the delays reach both sides of the end


def test_after_many_cuts_nothing_piles_up_on_the_disk(town: Town, box: Box, child: WarmForks):
    chance = random.Random(42)
    town.publish()
    box.sync()
    for _ in range(15):
        town.publish()
        child.kill_after(chance.uniform(0, 0.05))
    town.publish()

    assert box.sync().result is SyncResult.INSTALLED
    objects = list((box.state_dir / "objects").iterdir())
    assert len(objects) == 5
    assert not (box.state_dir / "incoming").exists()


def test_two_processes_at_once_install_one_whole_snapshot(town: Town, box: Box, child: WarmForks):
    town.publish(Night(size=3_000_000))
    with warm_child(box) as other:
        child.start()
        other.start()

        endings = sorted([child.wait(), other.wait()])

    assert endings in ([0, 0], [0, 3])  # 3: it found the other one busy
    assert box.version() == 1
    assert Installed(box.state_dir).floor() is not None


def test_a_reader_beside_a_sync_always_finds_a_whole_snapshot(
    town: Town, box: Box, child: WarmForks, tmp_path: Path
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
