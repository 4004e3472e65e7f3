from dataclasses import replace
from pathlib import Path

import pytest

from appliance.beacon.heard import HeardBoxes, is_silent, read_heard, write_heard
from appliance.beacon.hearing import Heard
from appliance.beacon.statement import Answer, Ready, Standing, Word
from tests.appliance.beacon.boxes import AT, neighbour

HIT = Word(Standing.OUTAGE, 24, ("hub",), Ready.NO, AT, Answer.HIT)
ONE, OTHER = Heard(neighbour(1), HIT, 500.0), Heard(neighbour(2), Word(), 501.5)


def test_what_was_heard_comes_back_from_the_file(tmp_path: Path) -> None:
    write_heard(tmp_path / "heard.json", (ONE, OTHER), 510.0)

    assert read_heard(tmp_path / "heard.json") == HeardBoxes(510.0, (ONE, OTHER))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\xff", b"[]", b'{"format":2}', b"[" * 100_000, b'{"format":1,"mono":1,"boxes":[1]}',
        b'{"format":1,"mono":1,"boxes":[{"box":{"units":[]},"word":{},"mono":1}]}',
    ],
)  # fmt: skip
def test_file_that_cannot_be_read_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "heard.json").write_bytes(content)

    assert read_heard(tmp_path / "heard.json") == HeardBoxes()


def test_file_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert read_heard(tmp_path / "heard.json") == HeardBoxes()


@pytest.mark.parametrize(("now_s", "told"), [(510, 2), (810, 2), (811, 0), (9, 0)])
def test_file_left_by_a_worker_that_is_dead_says_nothing(now_s: float, told: int) -> None:
    assert len(HeardBoxes(510.0, (ONE, OTHER)).still_told(now_s).boxes) == told


def test_row_is_matched_by_the_plan_s_box_and_else_by_exactly_the_unit_s_name() -> None:
    heard = HeardBoxes(510.0, (ONE, OTHER))

    assert heard.of("boks-2", "Afsnit 1") == OTHER
    assert heard.of("", " afsnit 1") == ONE
    assert heard.of("", "Afsnit") is None
    assert heard.of("boks-7", "Afsnit 1") is None


def test_of_two_boxes_in_one_unit_the_one_with_an_outage_is_told_else_the_last_heard() -> None:
    beside = replace(OTHER, neighbour=neighbour(2, units=("Afsnit 1",)))
    calm = replace(ONE, word=Word())

    assert HeardBoxes(510.0, (ONE, beside)).of("", "Afsnit 1") == ONE
    assert HeardBoxes(510.0, (calm, beside)).of("", "Afsnit 1") == beside


def test_box_is_silent_after_six_minutes() -> None:
    assert not is_silent(ONE, 860.0)
    assert is_silent(ONE, 860.1)
