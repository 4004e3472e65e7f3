"""The list of other boxes comes with the sync, is believed only as signed, and costs no records."""

import logging

import pytest

from appliance.errors import TamperedSnapshotError
from appliance.snapshot.neighbours import (
    LARGEST,
    Neighbour,
    encode_neighbours,
    neighbours_path,
    read_neighbours,
)
from appliance.sync import update
from appliance.sync.update import SyncOutcome, SyncResult
from tests.appliance.snapshot.town import Night
from tests.appliance.sync.conftest import Box
from tests.simulators.hub import Cut, Hub, Refuse, Replace

pytestmark = pytest.mark.slow  # seconds, not milliseconds

ENGVEJ = Neighbour("box-02", "Engvej", "age1y", "0b" * 32)
LIST = encode_neighbours([ENGVEJ])


def test_list_comes_with_the_next_sync_and_is_vouched_for(box: Box) -> None:
    box.town.publish(Night(neighbours=LIST))

    box.sync()

    assert read_neighbours(box.state_dir) == (ENGVEJ,)
    assert neighbours_path(box.state_dir).stat().st_mode & 0o777 == 0o644


def test_what_is_here_already_is_not_fetched_again(box: Box, hub: Hub) -> None:
    for _ in range(2):
        box.town.publish(Night(neighbours=LIST))
        box.sync()

    assert len([path for path in hub.requests if path.endswith(".neighbours.json")]) == 1


@pytest.mark.parametrize("content", [b"", encode_neighbours([])])
def test_list_that_was_changed_or_lost_on_the_disk_is_not_believed(
    box: Box, content: bytes
) -> None:
    box.town.publish(Night(neighbours=LIST))
    box.sync()
    neighbours_path(box.state_dir).write_bytes(content)

    with pytest.raises(TamperedSnapshotError):
        read_neighbours(box.state_dir)

    box.sync()
    assert read_neighbours(box.state_dir) == (ENGVEJ,)


@pytest.mark.parametrize("content", [b"rubbish", b"x" * (LARGEST + 1)])
def test_what_is_no_list_is_refused_and_the_records_come_all_the_same(
    box: Box, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    box.town.publish(Night(neighbours=content))

    with caplog.at_level(logging.WARNING):
        outcome = box.sync()

    assert outcome == SyncOutcome(SyncResult.INSTALLED, 1)
    assert not neighbours_path(box.state_dir).exists()
    assert "neighbours: N-2" in caplog.text


@pytest.mark.parametrize(
    ("fault", "code"),
    [(Refuse(404), "N-302"), (Refuse(403), "N-304"), (Cut(10), "N-303"), (Replace(b"x"), "N-202")],
)
def test_list_that_does_not_arrive_is_tried_again_at_the_next_sync(
    box: Box, hub: Hub, caplog: pytest.LogCaptureFixture, fault: object, code: str
) -> None:
    hub.faults["neighbours.json"] = fault  # type: ignore[assignment]
    box.town.publish(Night(neighbours=LIST))
    with caplog.at_level(logging.WARNING):
        assert box.sync() == SyncOutcome(SyncResult.INSTALLED, 1)
    hub.faults.clear()

    box.sync()

    assert f"neighbours: {code}" in caplog.text
    assert read_neighbours(box.state_dir) == (ENGVEJ,)


SOLGAARDEN = Neighbour("box-18", "Solgården", "age1x", "0a" * 32)
NEXT = encode_neighbours([SOLGAARDEN])


def test_list_that_does_not_arrive_leaves_the_one_before_believed_for_one_copy(
    box: Box, hub: Hub
) -> None:
    box.town.publish(Night(neighbours=LIST))
    box.sync()
    hub.faults["neighbours.json"] = Refuse(404)
    box.town.publish(Night(neighbours=NEXT))
    assert box.sync() == SyncOutcome(SyncResult.INSTALLED, 2)
    meanwhile = read_neighbours(box.state_dir)
    hub.faults.clear()
    box.sync()

    assert meanwhile == (ENGVEJ,)
    assert read_neighbours(box.state_dir) == (SOLGAARDEN,)


def test_revoked_box_is_believed_no_longer_than_that(box: Box, hub: Hub) -> None:
    box.town.publish(Night(neighbours=LIST))
    box.sync()
    hub.faults["neighbours.json"] = Refuse(404)
    for _ in range(2):
        box.town.publish(Night(neighbours=NEXT))
        box.sync()

    with pytest.raises(TamperedSnapshotError):
        read_neighbours(box.state_dir)


@pytest.mark.parametrize("step", ["_install", "settle_neighbours"])
def test_cut_around_the_switch_leaves_a_list_that_is_vouched_for(
    box: Box, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    box.town.publish(Night(neighbours=LIST))
    box.sync()
    box.town.publish(Night(neighbours=NEXT))

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(update, step, cut)
        with pytest.raises(KeyboardInterrupt):
            box.sync()
    after_cut = read_neighbours(box.state_dir)
    box.sync()

    assert after_cut == ((ENGVEJ,) if step == "_install" else (SOLGAARDEN,))
    assert read_neighbours(box.state_dir) == (SOLGAARDEN,)
    assert neighbours_path(box.state_dir).read_bytes() == NEXT


def test_disk_that_refuses_the_last_step_costs_nobody_anything(
    box: Box, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    box.town.publish(Night(neighbours=LIST))

    def refuse(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("appliance.sync.neighbours.sync_folder", refuse)
    with caplog.at_level(logging.WARNING):
        box.sync()

    assert "neighbours: N-500" in caplog.text
    assert read_neighbours(box.state_dir) == (ENGVEJ,)


def test_box_whose_hub_tells_of_none_has_none(box: Box) -> None:
    box.town.publish(Night(neighbours=LIST))
    box.sync()
    box.town.publish(Night())
    box.sync()

    assert read_neighbours(box.state_dir) == ()
