"""The list as the installed snapshot vouches for it, and where its boxes are reached."""

from dataclasses import replace

import pytest

from appliance.beacon.others import KnownBoxes, Others, look_up
from appliance.errors import StorageError
from appliance.snapshot.neighbours import encode_neighbours, neighbours_path
from tests.appliance.beacon.boxes import neighbour
from tests.appliance.snapshot.town import Night
from tests.appliance.sync.conftest import Box, box, hub, town  # noqa: F401

pytestmark = pytest.mark.slow  # seconds, not milliseconds

NAMED = replace(neighbour(2), address="boks-2.kommune.example")
NOWHERE = replace(neighbour(3), address="")


def bring(box: Box, *boxes) -> None:  # noqa: F811
    """Have a list come with the next snapshot."""
    box.town.publish(Night(neighbours=encode_neighbours(boxes)))
    box.sync()


def test_list_is_taken_up_when_it_has_come_and_a_box_that_left_it_is_gone(box) -> None:  # noqa: F811
    others = Others(box.state_dir, lambda _: "10.0.0.2")
    others.learn()
    assert others.known == KnownBoxes()

    bring(box, neighbour(1), NAMED, NOWHERE)
    others.learn()
    assert [each.box_id for each in others.known.neighbours] == ["boks-1", "boks-2", "boks-3"]
    assert others.known.addresses == {"boks-1": "127.0.0.1", "boks-2": "10.0.0.2"}
    assert others.known.copy_at is not None

    bring(box, NAMED)
    others.learn()
    assert [each.box_id for each in others.known.neighbours] == ["boks-2"]


def test_list_that_is_not_the_signed_one_makes_nobody_believed_until_it_is_back(box) -> None:  # noqa: F811
    others = Others(box.state_dir)
    bring(box, neighbour(1))
    good = neighbours_path(box.state_dir).read_bytes()
    neighbours_path(box.state_dir).write_bytes(good.replace(b"boks-1", b"boks-9"))
    others.learn()
    forged = others.known
    neighbours_path(box.state_dir).unlink()
    neighbours_path(box.state_dir).write_bytes(good)
    others.learn()

    assert forged == KnownBoxes()
    assert [each.box_id for each in others.known.neighbours] == ["boks-1"]


def test_name_nobody_can_be_asked_about_keeps_the_address_it_had(box) -> None:  # noqa: F811
    answers = ["10.0.0.2"]

    def resolve(_name: str) -> str:
        if not answers:
            raise OSError
        return answers.pop()

    others = Others(box.state_dir, resolve)
    bring(box, NAMED)
    others.learn()
    others.learn()

    assert others.known.addresses == {"boks-2": "10.0.0.2"}


def test_this_machine_s_own_name_is_found() -> None:
    assert look_up("localhost") in {"127.0.0.1", "::1"}


def test_revoked_box_is_gone_and_another_there_before_any_name_server_answers(box) -> None:  # noqa: F811
    seen = []
    others = Others(box.state_dir, lambda _: seen.append(others.known) or "10.0.0.2")
    bring(box, neighbour(1), NAMED)
    others.learn()
    bring(box, NAMED, neighbour(3))
    others.learn()

    first, second = seen
    assert [each.box_id for each in first.neighbours] == ["boks-1", "boks-2"]
    assert first.addresses == {"boks-1": "127.0.0.1"}
    assert [each.box_id for each in second.neighbours] == ["boks-2", "boks-3"]
    assert second.addresses == {"boks-2": "10.0.0.2", "boks-3": "127.0.0.3"}


def test_list_the_disk_did_not_give_out_for_a_moment_is_read_again(box, monkeypatch) -> None:  # noqa: F811
    others = Others(box.state_dir)
    bring(box, neighbour(1))

    def worn(_state_dir):
        raise StorageError("Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr("appliance.beacon.others.read_neighbours", worn)
        others.learn()
    without = others.known
    others.learn()

    assert without == KnownBoxes()
    assert [each.box_id for each in others.known.neighbours] == ["boks-1"]
