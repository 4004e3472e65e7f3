"""The care journal: sealed at once, beside the records while the box is open, back after a cut."""

import pytest

from appliance.care_journal import events
from appliance.care_journal.wire import to_text
from appliance.errors import LockedError, LogNotKeptError, StorageError
from appliance.policy import JOURNAL_SHOWN
from appliance.sealed_log.entry import Action, Entry, When, new_whom
from appliance.sealed_log.outbox import log_folder
from appliance.vault import beside_records, keeper_log
from appliance.vault.journal_note import FILE, read_journal
from appliance.vault.keeper_service import KeeperService
from appliance.vault.print_note import read_notes
from tests.appliance.care_journal.noted import noted
from tests.appliance.vault.boxes import unlocked
from tests.appliance.vault.test_print_note import NOTE as PRINTED

pytestmark = pytest.mark.usefixtures("full_box")


def entry_of(number, text="Sover roligt."):
    event = noted(events.Noted(text), number)
    when = When(event.written_at, 60.0)
    whom = (new_whom("c-1", "0101300000"),)
    return Entry(Action.JOURNAL, when, whom=whom, about=event.id, text=to_text(event))


def numbers(box):
    return [int(event.id, 16) for event in read_journal(box.config.records_dir)]


def test_note_stands_beside_the_open_records_at_once(keeper, box):
    unlocked(keeper, box)

    keeper.note_in_journal([entry_of(1)])
    keeper.note_in_journal([entry_of(2), entry_of(3)])

    assert numbers(box) == [1, 2, 3]


def test_note_survives_the_power_and_nobody_reads_it_from_the_disk(keeper, box, clock):
    unlocked(keeper, box)
    keeper.note_in_journal([entry_of(1, "Faldt ved sengen")])
    keeper.close()
    again = KeeperService(box.config, clock)
    again.start()
    unlocked(again, box)

    found = numbers(box)
    again.close()

    assert found == [1]
    assert b"Faldt" not in b"".join(
        path.read_bytes() for path in log_folder(box.state_dir).iterdir()
    )
    assert box.ram_files() == []


def test_newer_copy_of_the_records_takes_neither_notes_nor_prints_away(keeper, box, records_db):
    keeper.keep_prints([PRINTED])
    unlocked(keeper, box)
    keeper.note_in_journal([entry_of(1)])
    box.install(2, records_db)

    assert keeper.refresh().version == 2
    assert numbers(box) == [1]
    assert read_notes(box.config.records_dir) == [PRINTED]


def test_locked_box_takes_no_notes(keeper, box):
    with pytest.raises(LockedError):
        keeper.note_in_journal([entry_of(1)])

    unlocked(keeper, box)
    assert numbers(box) == []


def test_note_that_is_not_on_the_disk_is_refused_and_not_shown(keeper, box, monkeypatch):
    unlocked(keeper, box)
    monkeypatch.setattr(keeper_log, "_DURABLE_WAIT_S", 0)
    with keeper._log._ready.log._lock, pytest.raises(LogNotKeptError):
        keeper.note_in_journal([entry_of(1)])

    assert numbers(box) == []


def test_journal_that_cannot_be_read_opens_the_box_and_is_never_shown_in_part(keeper, box):
    (log_folder(box.state_dir) / "000009.log").mkdir(parents=True)
    unlocked(keeper, box)
    (log_folder(box.state_dir) / "000009.log").rmdir()
    keeper.note_in_journal([entry_of(1)])

    with pytest.raises(StorageError):
        read_journal(box.config.records_dir)


def test_ram_that_is_full_costs_the_view_of_the_journal_and_not_the_note(
    keeper, box, monkeypatch, caplog
):
    """A view that lacks one note must not be taken for all of them: it is gone until next time."""
    unlocked(keeper, box)
    with monkeypatch.context() as patched:
        patched.setattr(beside_records, "write_atomically", full)
        keeper.note_in_journal([entry_of(1)])
    with pytest.raises(StorageError):
        read_journal(box.config.records_dir)
    keeper.lock()
    unlocked(keeper, box)

    assert "care journal: N-500" in caplog.text
    assert numbers(box) == [1]


def full(*_, **__):
    raise StorageError("no room in RAM")


def test_note_in_the_words_of_an_older_box_is_one_line_and_is_left_out(keeper, box, clock):
    keeper.log_entries([Entry(Action.JOURNAL, When.by(clock), text="Faldt\nkl. 3")], 0)
    unlocked(keeper, box)

    lines = (box.config.records_dir / FILE).read_text().splitlines()

    assert (lines, numbers(box)) == (["Faldt kl. 3"], [])


def test_what_was_signed_off_long_ago_is_in_the_log_and_no_more_in_memory(keeper, box, clock):
    unlocked(keeper, box)
    signed = noted(events.SignedOff(), 9)
    typed = noted(events.Entered(f"{1:016x}"), 2)
    more = [
        Entry(Action.JOURNAL, When(each.written_at, 60.0), about=each.id, text=to_text(each))
        for each in (typed, signed)
    ]
    keeper.note_in_journal([entry_of(1), *more])
    keeper.lock()
    clock.at = signed.written_at + JOURNAL_SHOWN
    unlocked(keeper, box)

    assert numbers(box) == [9]
