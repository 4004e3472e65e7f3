from pathlib import Path

import pytest

from appliance.errors import PlanLogFullError, StorageError
from appliance.outage.episodes import Episodes
from appliance.outage.events import Kind
from appliance.outage.limits import MOST_KEPT
from appliance.outage.state import DRILL
from tests.appliance.outage.happenings import event

ROOM = 100_000


def keep(episodes: Episodes, number: int, answer: str = "", notes: int = 0) -> None:
    file = episodes.file(number)
    file.append(event(0, Kind.START, answer=answer), ROOM)
    for _ in range(notes):
        file.append(event(0, Kind.NOTE), ROOM)


def test_a_box_without_outages_begins_with_number_one(tmp_path: Path) -> None:
    episodes = Episodes(tmp_path / "none")

    assert (episodes.numbers(), episodes.next_number()) == ([], 1)


def test_files_of_others_are_left_alone(tmp_path: Path) -> None:
    for name in ("0003.jsonl", "pulse.json", "x.jsonl", "00004.jsonl"):
        (tmp_path / name).touch()

    assert Episodes(tmp_path).numbers() == [3]


def test_drills_are_let_go_of_before_outages(tmp_path: Path) -> None:
    episodes = Episodes(tmp_path)
    for number in range(1, MOST_KEPT + 2):
        keep(episodes, number, DRILL if number in (5, 9) else "")

    episodes.prune()

    assert len(episodes.numbers()) == MOST_KEPT
    assert 5 not in episodes.numbers()
    assert {1, 9} <= set(episodes.numbers())


def test_the_log_of_a_long_night_outlasts_many_short_ones(tmp_path: Path) -> None:
    episodes = Episodes(tmp_path)
    keep(episodes, 1, notes=10)
    for number in range(2, MOST_KEPT + 20):
        keep(episodes, number)
        episodes.prune()

    assert 1 in episodes.numbers()
    assert max(episodes.numbers()) == MOST_KEPT + 19


def test_the_present_outage_is_never_let_go_of(tmp_path: Path) -> None:
    episodes = Episodes(tmp_path)
    for number in range(1, MOST_KEPT + 5):
        keep(episodes, number, notes=3)
    keep(episodes, 900, DRILL)

    episodes.prune()

    assert 900 in episodes.numbers()


def test_after_the_last_number_there_is_none(tmp_path: Path) -> None:
    episodes = Episodes(tmp_path)
    keep(episodes, 9999)

    with pytest.raises(PlanLogFullError):
        episodes.next_number()


def test_a_log_that_cannot_be_deleted_is_said(tmp_path: Path) -> None:
    episodes = Episodes(tmp_path)
    for number in range(2, MOST_KEPT + 2):
        keep(episodes, number, notes=1)
    (tmp_path / "0001.jsonl").mkdir()

    with pytest.raises(StorageError):
        episodes.prune()
