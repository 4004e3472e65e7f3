"""Two boxes of one municipality: an outage begun on the one stands in the round of the other."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.beacon.others import KnownBoxes, Others
from appliance.beacon.post import BeaconPost
from appliance.beacon.told import BoxWords
from appliance.beacon_settings import BeaconSection
from appliance.box_clock.clock import BoxClock
from appliance.outage.journal import Beginning, box_journal
from appliance.snapshot.neighbours import Neighbour
from appliance.vault.device_secret import device_secret_of
from appliance.vault.enrolment import log_keys_of
from appliance.vault.keeper_service import KeeperService
from appliance.worker import beacon_post
from tests.appliance.vault.boxes import Box, make_box, ram_folder, serving

pytestmark = pytest.mark.slow  # seconds, not milliseconds

PORT = 47_712
IDS = ("boks-1", "boks-2")


def on_loopback(box: Box, number: int) -> Box:
    """Return the box with an id and an address of its own."""
    config = replace(
        box.config,
        box=replace(box.config.box, id=IDS[number]),
        hub=replace(box.config.hub, interface="lo"),
        beacon=BeaconSection(f"127.0.0.{21 + number}", PORT, 60),
    )
    return replace(box, config=config)


def known_as(box: Box, unit: str) -> Neighbour:
    """Return the box as the signed list names it."""
    key = log_keys_of(box.state_dir, device_secret_of(box.state_dir)).public_key
    config = box.config
    return Neighbour(config.box.id, unit, "age1x", key.hex(), config.beacon.listen, (unit,))


@pytest.fixture
def boxes(tmp_path: Path) -> Iterator[list[Box]]:
    """Two enrolled boxes, each with its keeper running."""
    with ExitStack() as stack:
        made = []
        for number in range(len(IDS)):
            folder = tmp_path / str(number)
            folder.mkdir()
            box = on_loopback(make_box(folder, stack.enter_context(ram_folder())), number)
            keeper = KeeperService(box.config, BoxClock(box.config.box.ram_dir))
            keeper.start()
            stack.callback(keeper.close)
            stack.enter_context(serving(keeper, box.config.keeper_socket))
            made.append(box)
        yield made


def test_outage_begun_on_one_box_stands_in_the_round_of_the_other(boxes: list[Box]) -> None:
    listed = [known_as(boxes[0], "Afsnit Syd"), known_as(boxes[1], "Afsnit Nord")]
    clocks = [BoxClock(box.config.box.ram_dir) for box in boxes]
    posts: list[BeaconPost] = []
    for box, clock, other in zip(boxes, clocks, reversed(listed), strict=True):
        others = Others(box.state_dir)
        others.known = KnownBoxes((other,), {other.box_id: other.address})
        posts.append(beacon_post(box.config, clock, others))
    box_journal(boxes[0].config, clocks[0]).begin(Beginning("AB"))
    words = BoxWords(boxes[1].config, clocks[1])

    with ExitStack() as stack:
        doors = [stack.enter_context(post.listening()) for post in posts]
        for _ in range(300):
            for post, door in zip(posts, doors, strict=True):
                post.turn(door, 0.05)
            if words.of("", "Afsnit Syd"):
                break

    assert ": nøddrift" in words.on_paper("boks-1", "")
    assert words.on_paper("boks-1", "") == words.on_paper("", "afsnit syd")
    assert words.of("", "Afsnit Nord") is None
