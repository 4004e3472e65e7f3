"""The folded journal: read anew when it changed, gone with the lock, never shown in part."""

from dataclasses import replace

import pytest

from appliance.care_journal import events
from appliance.care_journal.wire import to_text
from appliance.errors import JournalUnreadError, LockedError
from appliance.files import write_atomically
from appliance.vault.journal_note import FILE
from appliance.vault.open_journal import OpenJournal
from appliance.vault.opened import POINTER
from tests.appliance.care_journal.noted import noted


@pytest.fixture
def folder(tmp_path):
    (tmp_path / POINTER).write_text("{}")
    hold(tmp_path, 1)
    return tmp_path


def hold(folder, *numbers):
    lines = "".join(f"{to_text(noted(events.Noted('Sover.'), each))}\n" for each in numbers)
    write_atomically(folder / FILE, lines.encode())


def test_journal_is_read_once_and_anew_when_something_was_noted(folder):
    journal = OpenJournal(folder)
    before = journal.now()
    same = journal.now()
    hold(folder, 1, 2)

    assert same is before
    assert [len(before.entries), len(journal.now().entries)] == [1, 2]


def test_what_was_practised_is_shown_to_whoever_asks_in_a_drill_only(folder):
    event = replace(noted(events.Noted("Øver fald.")), is_drill=True)
    write_atomically(folder / FILE, f"{to_text(event)}\n".encode())
    journal = OpenJournal(folder)

    assert len(journal.now(is_drill=True).entries) == 1
    assert journal.now().entries == ()
    assert journal.if_read(is_drill=True) == journal.now(is_drill=True)


def test_locked_box_has_no_journal_and_what_was_read_is_let_go(folder):
    journal = OpenJournal(folder)
    journal.now()
    for name in (FILE, POINTER):
        (folder / name).unlink()

    with pytest.raises(LockedError):
        journal.now()

    assert journal._known is None


def test_forgotten_journal_is_read_again(folder):
    journal = OpenJournal(folder)
    before = journal.now()

    journal.forget()

    assert journal.now() is not before
    assert journal.now() == before


def test_open_box_without_a_journal_says_so_and_never_that_it_is_empty(folder):
    (folder / FILE).unlink()

    with pytest.raises(JournalUnreadError):
        OpenJournal(folder).now()


def test_journal_that_is_no_text_is_not_shown(folder):
    (folder / FILE).write_bytes(b"\xff\xfe\n")

    with pytest.raises(JournalUnreadError):
        OpenJournal(folder).now()
