from dataclasses import replace
from datetime import timedelta

from appliance.care_journal import events
from appliance.care_journal.events import Entered, Noted, SheetAccounted, SheetFate, SignedOff
from appliance.care_journal.letting_go import let_go
from appliance.care_journal.state import fold
from appliance.policy import JOURNAL_SHOWN
from tests.appliance.care_journal.noted import AT, about, noted

NOTE = noted(Noted("Sover."), 1)
ENTERED = noted(Entered(about(1)), 2)
SHEET = noted(SheetAccounted("417-00023", SheetFate.UNUSED), 3)
SIGNED = noted(SignedOff(), 4)
ALL = [NOTE, ENTERED, SHEET, SIGNED]
OLD = AT + JOURNAL_SHOWN


def test_what_was_signed_off_long_ago_is_let_go_of_and_the_sign_off_stays() -> None:
    assert let_go(ALL, OLD) == {NOTE.id, ENTERED.id, SHEET.id}


def test_nothing_is_let_go_of_before_its_time_or_without_a_sign_off() -> None:
    assert let_go(ALL, OLD - timedelta(seconds=1)) == frozenset()
    assert let_go(ALL[:3], OLD) == frozenset()


def test_sign_off_that_left_something_to_enter_lets_go_of_nothing() -> None:
    assert let_go([NOTE, SIGNED], OLD) == frozenset()


def test_what_was_practised_lets_go_of_nothing() -> None:
    def drill(event: events.JournalEvent) -> events.JournalEvent:
        return replace(event, is_drill=True)

    assert let_go([NOTE, ENTERED, drill(SIGNED)], OLD) == frozenset()
    assert let_go([NOTE, drill(ENTERED), SIGNED], OLD) == frozenset()


def test_what_is_written_after_the_sign_off_stays() -> None:
    later = noted(Noted("Igen."), 5)

    assert later.id not in let_go([*ALL, later], OLD)


def test_entry_that_was_struck_after_the_sign_off_stays_to_be_put_right() -> None:
    happened = [*ALL, noted(events.Struck(about(1), "forkert"), 5)]

    gone = let_go(happened, OLD)
    left = fold(each for each in happened if each.id not in gone)

    assert gone == {SHEET.id}
    assert [entry.is_outdated for entry in left.to_enter] == [True]


def test_entry_whose_typing_in_was_taken_back_after_the_sign_off_stays() -> None:
    happened = [*ALL, noted(events.Struck(about(2)), 5)]

    gone = let_go(happened, OLD)

    assert gone == {SHEET.id}
    assert fold(each for each in happened if each.id not in gone).to_enter
