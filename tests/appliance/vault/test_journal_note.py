import logging
from dataclasses import replace

import pytest

from appliance.care_journal import events
from appliance.care_journal.wire import to_text
from appliance.errors import StorageError, VaultError
from appliance.sealed_log.entry import Action, Entry, When
from appliance.vault.journal_note import FILE, read_journal, refuse_what_is_no_event
from appliance.vault.protocol import Op, Request, format_request, parse_request
from tests.appliance.care_journal.noted import AT, noted

NOTE = noted(events.Noted("Sover roligt.\nVågnede kl. 2."))
ENTRY = Entry(Action.JOURNAL, When(AT, 60.0), about=NOTE.id, text=to_text(NOTE))


def test_journal_beside_the_records_is_read_in_order(tmp_path):
    later = noted(events.Noted("Sover igen"), 2)
    (tmp_path / FILE).write_text("\n".join(map(to_text, (NOTE, later))))

    assert read_journal(tmp_path) == (NOTE, later)


def test_locked_box_has_no_journal_and_that_is_not_an_empty_one(tmp_path):
    with pytest.raises(StorageError):
        read_journal(tmp_path)


def test_journal_that_is_no_text_is_a_named_error(tmp_path):
    (tmp_path / FILE).write_bytes(b"\xff")

    with pytest.raises(StorageError):
        read_journal(tmp_path)


def test_line_of_another_version_costs_only_itself(tmp_path, caplog):
    (tmp_path / FILE).write_text("Faldt kl. 3\n" + to_text(NOTE))

    with caplog.at_level(logging.WARNING):
        found = read_journal(tmp_path)

    assert found == (NOTE,)
    assert "Faldt" not in caplog.text


@pytest.mark.parametrize(
    "entry",
    [
        replace(ENTRY, action=Action.SEARCH),
        replace(ENTRY, text="Sover"),
        replace(ENTRY, about="another"),
    ],
)
def test_what_could_not_be_read_again_is_refused_and_not_repeated(entry):
    with pytest.raises(VaultError) as caught:
        refuse_what_is_no_event([ENTRY, entry])

    assert "Sover" not in caught.value.detail


def test_notes_cross_to_the_keeper_as_they_are():
    asked = Request(Op.JOURNAL, entries=(ENTRY,))

    assert parse_request(format_request(asked)) == asked
