from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.care_journal import events
from appliance.sealed_log.entry import Action, new_whom
from provisioning.reconciliation.box_journal import take_journal
from tests.appliance.care_journal.noted import PANODIL, about, noted
from tests.appliance.sealed_log.logs import entry
from tests.provisioning.reconciliation.nights import CPR, box_of, opened, sealed_note

NOTE = noted(events.Noted("Sover roligt."))


def test_entry_is_of_the_citizen_the_log_names_and_looks_are_none() -> None:
    box = take_journal("b1", opened(entry(), sealed_note(NOTE)), is_whole=True)

    (one,) = box.journal.entries
    assert (box.cpr_of(one), box.is_whole) == (CPR, True)


def test_event_that_comes_again_word_for_word_is_one() -> None:
    box = box_of(sealed_note(NOTE), replace(sealed_note(NOTE), unit_id="u-nord"))

    assert len(box.journal.entries) == 1
    assert box.is_whole


def test_note_saved_again_as_the_disk_was_slow_is_the_first_and_costs_the_box_nothing() -> None:
    """The screen said that it was not kept; then both came to the disk."""
    again = replace(NOTE, written_at=NOTE.written_at + timedelta(seconds=40))

    box = box_of(sealed_note(NOTE), sealed_note(replace(again, by="bo", is_clock_sure=False)))

    assert [one.event for one in box.journal.entries] == [NOTE]
    assert (box.is_whole, box.unread) == (True, ())


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (replace(sealed_note(NOTE), text='{"v":2}'), "this version"),
        (replace(sealed_note(NOTE), about=about(9)), "another id"),
        (sealed_note(NOTE, whom=(new_whom("c-2", CPR),)), "another citizen"),
        (sealed_note(NOTE, whom=()), "another citizen"),
        (sealed_note(noted(PANODIL, 7)), "stood before"),
        (sealed_note(noted(events.Noted("Først"), 7, timedelta(minutes=1))), "stood before"),
    ],
)
def test_event_nobody_can_read_is_named_by_its_line_and_the_box_is_not_whole(wrong, named) -> None:
    before = sealed_note(noted(events.Noted("Først"), 7))

    box = take_journal("b1", opened(before, wrong), is_whole=True)

    (finding,) = box.unread
    assert (finding.is_fault, box.is_whole, len(box.journal.entries)) == (True, False, 1)
    assert finding.text.startswith("line 2: ")
    assert named in finding.text
    assert "Sover" not in finding.text


def test_what_was_practised_stands_apart_and_strikes_nothing() -> None:
    practised = (noted(events.Struck(about(1)), 2), noted(PANODIL, 3))
    drill = [sealed_note(replace(each, is_drill=True)) for each in practised]

    box = box_of(sealed_note(NOTE), *drill)

    assert [(each.event.id, each.struck) for each in box.journal.entries] == [(about(1), None)]
    assert [each.event.id for each in box.practised] == [about(3)]


def test_only_entries_of_the_journal_are_read() -> None:
    search = entry(Action.SEARCH, text='{"v":2}')

    assert take_journal("b1", opened(search), is_whole=True).unread == ()
