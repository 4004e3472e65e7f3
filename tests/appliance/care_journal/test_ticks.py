from datetime import timedelta

import pytest

from appliance.care_journal import ticks
from appliance.care_journal.events import Board, Seen, Struck, Ticked
from appliance.care_journal.state import fold
from tests.appliance.care_journal.noted import AT, about, noted

SEEN = noted(Ticked(Board.VISITS, "v-1"), 1)
MISSED = noted(Ticked(Board.VISITS, "v-1", Seen.MISSED, "lukkede ikke op"), 2, timedelta(hours=1))


def test_last_tick_counts_and_the_one_before_when_it_is_struck() -> None:
    both = [SEEN, MISSED]

    assert ticks.is_missed(ticks.tick_of(fold(both), Board.VISITS, "v-1"))
    taken_back = fold([*both, noted(Struck(about(2)), 3)])
    assert ticks.is_seen(ticks.tick_of(taken_back, Board.VISITS, "v-1"))


def test_tick_of_one_board_is_none_of_the_other_and_an_old_one_is_none() -> None:
    journal = fold([SEEN])

    assert ticks.tick_of(journal, Board.LIFE_CRITICAL, "v-1") is None
    assert ticks.tick_of(journal, Board.VISITS, "v-1", AT + timedelta(seconds=1)) is None
    assert ticks.tick_of(journal, Board.VISITS, "v-1", AT) is SEEN
    assert ticks.tick_of(None, Board.VISITS, "v-1") is None


@pytest.mark.parametrize(
    ("tick", "days", "words"),
    [
        (SEEN, 0, "Set kl. 04.00 af anh"),
        (MISSED, 0, "Ikke truffet kl. 05.00 af anh: lukkede ikke op"),
        (SEEN, 1, "Set tors. 26. nov. 2026 kl. 04.00 af anh"),
        (None, 0, ""),
    ],
)
def test_tick_says_when_and_by_whom_and_the_date_only_of_another_day(
    tick: object, days: int, words: str
) -> None:
    said = ticks.told(tick, AT + timedelta(days=days, hours=3))  # type: ignore[arg-type]

    assert said == words
