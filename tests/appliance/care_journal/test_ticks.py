from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from appliance.care_journal import ticks
from appliance.care_journal.events import Board, JournalEvent, Seen, Struck, Ticked
from appliance.care_journal.state import fold
from tests.appliance.care_journal.noted import AT, about, noted

SEEN = noted(Ticked(Board.VISITS, "v-1"), 1)
MISSED = noted(Ticked(Board.VISITS, "v-1", Seen.MISSED, "lukkede ikke op"), 2, timedelta(hours=1))


UNSURE = replace(SEEN, id=about(3), is_clock_sure=False)
LATER = AT + timedelta(hours=2)


def of_visit(*happened: JournalEvent, **asked: datetime | None) -> ticks.Said:
    """Return what is known of the visit two hours after it was first seen."""
    return ticks.said_of(fold(happened), Board.VISITS, "v-1", **{"now": LATER, **asked})


def test_last_word_counts_and_the_one_before_when_it_is_struck() -> None:
    assert of_visit(SEEN, MISSED).is_missed
    assert of_visit(SEEN, MISSED, noted(Struck(about(2)), 4)).is_seen


def test_nobody_met_later_does_not_undo_that_somebody_was_there() -> None:
    said = of_visit(SEEN, MISSED)

    assert (said.last, said.seen) == (MISSED, SEEN)
    assert not said.is_seen


def test_tick_of_one_board_is_none_of_the_other_and_an_old_one_is_none() -> None:
    journal = fold([SEEN])

    assert ticks.said_of(journal, Board.LIFE_CRITICAL, "v-1", now=LATER) == ticks.Said()
    assert of_visit(SEEN, since=AT + timedelta(seconds=1)) == ticks.Said()
    assert of_visit(SEEN, since=AT).seen is SEEN
    assert ticks.said_of(None, Board.VISITS, "v-1", now=LATER) == ticks.Said()


@pytest.mark.parametrize("days", [-400, 0, 400])
def test_tick_by_an_unsure_clock_never_vanishes_and_never_counts(days: int) -> None:
    tick = replace(UNSURE, happened_at=AT + timedelta(days=days))

    said = of_visit(tick, since=AT)

    assert (said.last, said.seen, said.is_doubtful) == (tick, None, True)


def test_tick_by_an_unsure_clock_leaves_one_that_counts() -> None:
    said = of_visit(SEEN, UNSURE)

    assert (said.last, said.seen, said.is_doubtful) == (UNSURE, SEEN, False)


def test_seen_at_a_time_still_to_come_counts_for_nothing_yet() -> None:
    early = AT - timedelta(minutes=1)

    assert of_visit(SEEN, now=early).is_doubtful
    assert of_visit(SEEN, now=AT).is_seen
    assert of_visit(SEEN, now=None).is_seen


@pytest.mark.parametrize(
    ("tick", "days", "words"),
    [
        (SEEN, 0, "Set kl. 04.00 af anh"),
        (MISSED, 0, "Ikke truffet kl. 05.00 af anh: lukkede ikke op"),
        (SEEN, 1, "Set tors. 26. nov. 2026 kl. 04.00 af anh"),
        (UNSURE, 0, "Set tors. 26. nov. 2026 kl. 04.00 af anh (boksens ur var usikkert)"),
        (replace(SEEN, is_drill=True), 0, "Set kl. 04.00 af anh (øvelse)"),
        (None, 0, ""),
    ],
)
def test_tick_says_when_and_by_whom_and_the_date_only_of_another_day(
    tick: object, days: int, words: str
) -> None:
    said = ticks.told(tick, AT + timedelta(days=days, hours=3))  # type: ignore[arg-type]

    assert said == words
