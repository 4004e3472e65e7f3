"""What was noted of a citizen, on paper: all of it, what counts no more in words."""

from dataclasses import replace

import pytest

from appliance.care_journal.state import Correction, Journal
from appliance.errors import JournalUnreadError
from appliance.paper.citizen_sheets.journal_sheet import KIND, NOTHING_WRITTEN
from appliance.paper.document import Typeset
from appliance.paper.journal_rows import CORRECTIONS, EFFECT_WAITED_FOR, STRUCK, UNSURE
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.records.models import KeyBox
from tests.appliance.paper.pages import texts
from tests.appliance.paper.people import AASE, NIGHT, SYD, context, opened, penicillin
from tests.appliance.paper.written_journal import written

NIGHTS = written(AASE.id, SYD.id, NIGHT)


@pytest.fixture
def page(tmp_path):
    """Return a function that prints the sheet for Åse with the journal given."""

    def render(journal, *records):
        (tmp_path / "r.sqlite").unlink(missing_ok=True)
        store = opened(tmp_path / "r.sqlite", AASE, penicillin(), *records)
        wanted = Wanted(Subject.CITIZEN, AASE.id)
        (document,) = KIND.make(Material(store, journal=journal), wanted, context())
        assert document.typeset is Typeset.STRICT
        return " ".join(texts(document.pdf)).replace("\xa0", " ")

    return render


def test_entry_of_an_unsure_clock_says_so_and_one_of_a_sure_clock_does_not(page):
    first, *rest = NIGHTS.entries
    unsure = replace(first, event=replace(first.event, is_clock_sure=False))

    assert page(NIGHTS).count(UNSURE) == 0
    assert page(Journal((unsure, *rest))).count(UNSURE) == 1


def test_everything_written_stands_there_the_oldest_first(page):
    text = page(NIGHTS)

    order = ("Faldt ved sengen kl. 2.", "Ingen skade", "PANODIL 500 mg", "Marevan", "120/80 mmHg")
    places = [text.index(word) for word in order]
    assert places == sorted(places)
    assert "CAVE: Penicillin" in text
    assert "Slut på nødjournalen: 7 linjer" in text


def test_struck_changed_and_waited_for_are_said_in_words(page):
    text = page(NIGHTS)

    assert f"{STRUCK} (AGN, " in text
    assert "forkert borger Skrevet på den forkerte." in text
    assert CORRECTIONS[Correction.DELETE] in text
    assert f"{EFFECT_WAITED_FOR}: " in text
    assert "Smerterne er væk" in text


def test_what_is_left_has_room_to_say_who_typed_it_in(page):
    text = page(NIGHTS)

    assert text.count("kl., init.") == len(NIGHTS.to_enter)


def test_empty_journal_and_one_nobody_can_read_are_two_different_sheets(page):
    empty, unread = page(Journal()), page(None)

    assert NOTHING_WRITTEN in empty
    assert JournalUnreadError.sentence in unread
    assert NOTHING_WRITTEN not in unread


def test_code_of_the_door_in_a_note_is_hidden(page):
    key = KeyBox("k", AASE.id, "ved døren", "4711")
    entry = NIGHTS.entries[0]
    what = type(entry.event.what)("Nøgleboksen har 4711.")
    journal = Journal(entries=(type(entry)(_with(entry.event, what)),))

    assert "4711" not in page(journal, key)


def _with(event, what):
    return type(event)(
        event.id, event.happened_at, event.written_at, event.by, what, event.citizen_id
    )
