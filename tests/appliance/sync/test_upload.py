"""What the keeper puts out for the hub arrives in order and once; what goes wrong is named."""

from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.errors import (
    FetchError,
    HubRefusedError,
    HubUnreachableError,
    NotAdmittedError,
    StorageError,
)
from appliance.sealed_log.outbox import log_folder
from appliance.sync.upload import upload
from tests.appliance.snapshot.town import BOX
from tests.appliance.sync.conftest import Box
from tests.simulators.hub import Hub, Keep, Refuse

pytestmark = pytest.mark.slow  # seconds, not milliseconds

FIRST, SECOND, HEAD = "000001.log", "000002.log", "head.json"


@pytest.fixture
def outbox(box: Box) -> Path:
    folder = log_folder(box.state_dir)
    folder.mkdir(parents=True)
    for name in (HEAD, SECOND, FIRST):
        (folder / name).write_bytes(name.encode() * 20_000)
    return folder


def send(box: Box) -> int:
    return upload(box.config, SystemClock())


def test_segments_arrive_in_order_and_the_head_last(hub: Hub, box: Box, outbox: Path):
    assert send(box) == 3

    inbox = f"/boxes/{BOX}/inbox/"
    assert list(hub.taken) == [inbox + FIRST, inbox + SECOND, inbox + HEAD]
    assert hub.taken[inbox + SECOND] == (outbox / SECOND).read_bytes()


def test_only_what_has_grown_is_sent_again(hub: Hub, box: Box, outbox: Path):
    send(box)
    hub.taken.clear()
    with (outbox / SECOND).open("ab") as segment:
        segment.write(b"one line more")

    assert [send(box), send(box)] == [1, 0]
    assert [path.rpartition("/")[2] for path in hub.taken] == [SECOND]


@pytest.mark.usefixtures("outbox")
def test_what_arrived_before_a_cut_is_not_sent_again(hub: Hub, box: Box):
    hub.faults[SECOND] = Refuse(503)
    with pytest.raises(HubRefusedError, match="503"):
        send(box)
    hub.faults.clear()
    hub.requests.clear()

    assert send(box) == 2
    assert [path.rpartition("/")[2] for path in hub.requests] == [SECOND, HEAD]


@pytest.mark.usefixtures("outbox")
@pytest.mark.parametrize("status", [401, 403])
def test_a_hub_that_does_not_let_the_box_in_is_named(hub: Hub, box: Box, status: int):
    hub.faults[FIRST] = Refuse(status)

    with pytest.raises(NotAdmittedError):
        send(box)


@pytest.mark.usefixtures("outbox")
def test_a_hub_that_takes_a_file_and_never_answers_is_given_up(hub: Hub, box: Box):
    hub.faults[FIRST] = Keep(b"HTTP/1.1 200 ", b"x")
    box.is_soon_tired()

    with pytest.raises(FetchError):
        send(box)


@pytest.mark.usefixtures("outbox")
def test_a_dead_hub_is_named(box: Box):
    dead = Box(box.town.config("http://127.0.0.1:9", box.state_dir), box.town)

    with pytest.raises(HubUnreachableError):
        send(dead)


def test_without_anything_to_send_the_hub_is_not_asked(hub: Hub, box: Box):
    assert send(box) == 0
    assert hub.connections == 0


@pytest.mark.usefixtures("outbox")
@pytest.mark.parametrize("content", [b"", b"[]", b'{"sent": 1}'])
def test_a_lost_note_of_what_arrived_only_sends_it_once_more(box: Box, content: bytes):
    send(box)
    (box.state_dir / "upload.json").write_bytes(content)

    assert send(box) == 3


def test_a_segment_that_cannot_be_read_is_the_disks_fault(box: Box, outbox: Path):
    (outbox / FIRST).unlink()
    (outbox / FIRST).mkdir()

    with pytest.raises(StorageError, match="reading the outbox"):
        send(box)
