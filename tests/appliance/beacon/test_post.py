"""The post with real sockets on loopback: each box has an address of its own there."""

import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.beacon.datagram import pack
from appliance.beacon.heard import HeardBoxes, is_silent, read_heard
from appliance.beacon.others import KnownBoxes, Others
from appliance.beacon.post import BeaconPost, Self
from appliance.beacon.statement import Standing, Word, sign_statement
from appliance.beacon_settings import BeaconSection
from appliance.clock import HeldClock
from appliance.errors import KeeperDownError, StorageError
from appliance.signatures import public_key_of
from tests.appliance.beacon.boxes import AT, key_of_box, neighbour
from tests.waiting import eventually


def free_port() -> int:
    """Return a port that is free on every address of this machine."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("", 0))
        return int(probe.getsockname()[1])


PORT = free_port()


@dataclass
class PostedBox:
    """A box on loopback, with its clock in the test's hand."""

    number: int
    clock: HeldClock
    folder: Path
    word: Word = field(default_factory=Word)
    is_keeper_up: bool = True
    is_log_readable: bool = True
    host: str = "127.0.0.{}"

    def start(self, *known: int) -> None:
        """Begin (again) with a list of boxes."""
        self.others = Others(self.folder)
        self.knows(*known)
        address = self.host.format(self.number)
        own = Self(f"boks-{self.number}", "lo", self.say, self.seal, self.path)
        self.post = BeaconPost(BeaconSection(address, PORT, 60), own, self.others, self.clock)
        self.door = self.post.listening()

    @property
    def path(self) -> Path:
        """Return where the box keeps what it heard."""
        return self.folder / f"{self.number}" / "heard.json"

    def knows(self, *numbers: int) -> None:
        """Have another list in force."""
        listed = tuple(neighbour(each) for each in numbers)
        addresses = {f"boks-{number}": self.host.format(number) for number in numbers}
        self.others.known = KnownBoxes(listed, addresses)

    def say(self) -> Word:
        """Say what the test wants said."""
        if not self.is_log_readable:
            raise StorageError("reading the log")
        return self.word

    def seal(self, statement: bytes) -> bytes:
        """Sign as the keeper does."""
        if not self.is_keeper_up:
            raise KeeperDownError
        key = key_of_box(self.number)
        return pack(public_key_of(key), sign_statement(statement, key), statement)

    def heard(self) -> dict[str, Word]:
        """Return what the web would read."""
        found = read_heard(self.path).still_told(self.clock.monotonic())
        return {each.neighbour.box_id: each.word for each in found.boxes}

    def silent(self) -> set[str]:
        """Return which boxes are told as silent."""
        found: HeardBoxes = read_heard(self.path)
        now_s = self.clock.monotonic()
        return {each.neighbour.box_id for each in found.boxes if is_silent(each, now_s)}


@pytest.fixture
def town(tmp_path):
    """Return a function that starts boxes which all know each other."""
    clock = HeldClock(AT)
    started: list[PostedBox] = []

    def starting(*numbers: int) -> list[PostedBox]:
        for number in numbers:
            box = PostedBox(number, clock, tmp_path)
            box.start(*numbers)
            started.append(box)
        return started

    yield starting
    for box in started:
        box.door.close()


def pass_time(boxes: list[PostedBox], minutes: float) -> None:
    """Let every box take its turns."""
    for _ in range(int(minutes * 12)):
        boxes[0].clock.move(timedelta(seconds=5))
        for _ in range(2):
            for box in boxes:
                box.post.turn(box.door, 0)


def test_three_boxes_one_without_an_outage_one_falls_silent_one_is_revoked(town) -> None:
    one, two, three = boxes = town(1, 2, 3)
    two.word = Word(Standing.OUTAGE, 24)
    pass_time(boxes, 3)
    assert one.heard() == {"boks-2": two.word, "boks-3": Word()}
    assert one.silent() == set()

    pass_time([one, three], 7)
    assert one.silent() == {"boks-2"}
    assert one.heard()["boks-3"] == Word()

    pass_time(boxes, 3)
    assert one.silent() == set()

    one.knows(1, 2)
    three.word = Word(Standing.OUTAGE, 1)
    pass_time(boxes, 3)
    assert one.heard() == {"boks-2": two.word}
    assert two.heard()["boks-3"] == three.word


def test_word_that_changes_is_heard_within_a_round_and_a_drill_stays_a_drill(town) -> None:
    one, two = boxes = town(1, 2)
    pass_time(boxes, 2)
    two.word = Word(Standing.DRILL, 1)
    pass_time(boxes, 1.5)

    assert one.heard() == {"boks-2": Word(Standing.DRILL, 1)}


def test_worker_that_is_restarted_is_heard_again_and_still_knows_what_it_heard(town) -> None:
    one, two = boxes = town(1, 2)
    pass_time(boxes, 2)
    two.word = Word(Standing.OUTAGE, 1)
    for box in boxes:
        box.door.close()
        box.start(1, 2)
        box.post.turn(box.door, 0)
    after_restart = one.heard()
    pass_time(boxes, 2)

    assert after_restart == {"boks-2": Word()}
    assert one.heard() == {"boks-2": two.word}


def test_wall_clock_that_is_set_costs_no_word(town) -> None:
    one, two = boxes = town(1, 2)
    pass_time(boxes, 2)
    one.clock.at -= timedelta(days=20_000)
    two.word = Word(Standing.OUTAGE, 1)
    pass_time(boxes, 2)

    assert one.heard() == {"boks-2": two.word}
    assert one.silent() == set()


def test_keeper_that_is_down_costs_the_words_of_that_time_only(town) -> None:
    one, two = boxes = town(1, 2)
    two.is_keeper_up = False
    pass_time(boxes, 2)
    assert one.heard() == {}

    two.is_keeper_up = True
    pass_time(boxes, 3)
    assert one.heard() == {"boks-2": Word()}


def test_flood_of_any_bytes_keeps_nobody_from_being_heard(town) -> None:
    one, two = boxes = town(1, 2)
    pass_time(boxes, 2)
    two.word = Word(Standing.OUTAGE, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for _ in range(36):
            for size in (0, 1, 76, 400, 1076, 1500, 60_000):
                stranger.sendto(b"NBB1" * (size // 4), ("127.0.0.1", PORT))
            pass_time(boxes, 1 / 12)

    assert one.heard() == {"boks-2": two.word}


def test_door_is_shut_to_what_comes_to_another_address_of_the_box(town) -> None:
    (one,) = town(1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(b"NBB1" + bytes(100), ("127.0.0.77", PORT))
    one.post.turn(one.door, 0.05)

    assert not one.post._hearing.counts


def test_two_boxes_hear_each_other_over_ipv6(tmp_path) -> None:
    clock = HeldClock(AT)
    one = PostedBox(1, clock, tmp_path, host="::1")
    try:
        one.start(2)
    except OSError:
        pytest.skip("no IPv6 on this machine's loopback")
    with one.door, socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as stranger:
        stranger.sendto(b"NBB1" + bytes(100), ("::1", PORT))
        one.post.turn(one.door, 0.5)

        # It speaks to itself here: what it has sent comes back, from a box it does not know.
        assert one.post._hearing.counts["unknown"] >= 1
        assert one.post._hearing.counts["unsent"] == 0


def test_full_ram_folder_costs_the_file_and_not_the_post(town) -> None:
    one, two = boxes = town(1, 2)
    one.path.parent.parent.joinpath("1").write_text("no folder")
    pass_time(boxes, 2)

    assert two.heard() == {"boks-1": Word()}
    assert one.post._hearing.heard() != ()


def test_box_that_cannot_tell_how_it_is_goes_on_hearing_and_is_told_as_silent(town) -> None:
    one, two = boxes = town(1, 2)
    pass_time(boxes, 2)
    two.is_log_readable = False
    one.word = Word(Standing.OUTAGE, 1)
    pass_time(boxes, 9)

    assert one.silent() == {"boks-2"}
    assert two.silent() == set()
    assert two.heard() == {"boks-1": one.word}


def test_fault_nobody_foresaw_costs_a_turn_and_not_the_thread(town, monkeypatch, caplog) -> None:
    (one,) = town(1)
    one.door.close()
    turns, stop = [], threading.Event()

    def turn(_door: socket.socket) -> None:
        turns.append(1)
        if len(turns) == 1:
            raise ValueError("Åse Ågård")
        stop.set()

    monkeypatch.setattr(one.post, "turn", turn)
    one.post.run(stop)

    assert len(turns) == 2
    assert "beacon: ValueError at test_post.py" in caplog.text
    assert "Åse" not in caplog.text


@contextlib.contextmanager
def processes(folder: Path, numbers: range) -> Iterator[None]:
    """Run boxes as processes of their own, each on an address of its own."""
    everybody = [str(number) for number in numbers]
    child = [sys.executable, "-m", "tests.appliance.beacon.post_child", str(folder)]
    child.append(str(free_port()))
    started = [subprocess.Popen([*child, number, *everybody]) for number in everybody]
    try:
        yield
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(90)


def heard_by(folder: Path, number: int) -> set[str]:
    found = read_heard(folder / f"{number}" / "heard.json")
    return {each.neighbour.box_id for each in found.boxes}


@pytest.mark.slow
@pytest.mark.parametrize("count", [2, 7])
def test_real_processes_all_hear_each_other(tmp_path: Path, count: int) -> None:
    numbers = range(11, 11 + count)
    others = {number: {f"boks-{n}" for n in numbers if n != number} for number in numbers}
    with processes(tmp_path, numbers):
        eventually(lambda: {each: heard_by(tmp_path, each) for each in numbers} == others, 300)

    assert {number: heard_by(tmp_path, number) for number in numbers} == others
