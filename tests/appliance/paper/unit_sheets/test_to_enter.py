"""The list of what must be typed in, on paper: with name and CPR, down to nothing."""

from dataclasses import replace

import pytest

from appliance.care_journal.events import Noted
from appliance.care_journal.state import Correction, Journal, fold
from appliance.errors import JournalUnreadError
from appliance.paper.citizen_sheets import journal_sheet
from appliance.paper.document import Typeset
from appliance.paper.journal_rows import CORRECTIONS
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.paper.unit_sheets import handover
from appliance.paper.unit_sheets.handover import ASK_FOR_PAPER, ASK_FOR_REST, NOTED
from appliance.paper.unit_sheets.to_enter import GONE, KIND, NOTHING_LEFT
from tests.appliance.paper.pages import lost_words, texts
from tests.appliance.paper.people import AASE, NIGHT, SYD, context, opened
from tests.appliance.paper.written_journal import written


def page(tmp_path, kind, journal):
    (tmp_path / "r.sqlite").unlink(missing_ok=True)
    store = opened(tmp_path / "r.sqlite", AASE)
    wanted = Wanted(Subject.UNIT, SYD.id)
    (document,) = kind.make(Material(store, journal=journal), wanted, context())
    assert document.typeset is Typeset.STRICT
    return " ".join(texts(document.pdf)).replace("\xa0", " ")


NIGHTS = written(AASE.id, SYD.id, NIGHT)


def test_each_line_says_whose_it_is_and_has_room_to_sign(tmp_path):
    text = page(tmp_path, KIND, NIGHTS)

    left = len(NIGHTS.to_enter)
    assert text.count("CPR 010130-0000") == left
    assert text.count("kl., init.") == left
    assert f"Slut på listen: {left} linjer" in text
    assert "Skrevet på den forkerte" not in text
    assert CORRECTIONS[Correction.DELETE] in text


def test_what_is_of_nobody_in_the_copy_is_there_without_a_name(tmp_path):
    text = page(tmp_path, KIND, written("c-gone", SYD.id, NIGHT))

    assert GONE in text
    assert "Faldt ved sengen" in text


@pytest.mark.parametrize("unit_id", ["u-nord", ""])
def test_other_units_are_not_on_it(tmp_path, unit_id):
    assert NOTHING_LEFT in page(tmp_path, KIND, written("c-gone", unit_id, NIGHT))


def test_nothing_left_is_never_said_of_a_journal_nobody_can_read(tmp_path):
    assert NOTHING_LEFT in page(tmp_path, KIND, Journal())
    assert JournalUnreadError.sentence in page(tmp_path, KIND, None)


def test_handover_has_the_last_day_and_night_of_the_journal_and_nothing_struck(tmp_path):
    text = page(tmp_path, handover.KIND, NIGHTS)

    assert ASK_FOR_PAPER in text
    assert ASK_FOR_REST not in text
    assert text.count("Faldt ved sengen") == 1
    assert "Skrevet på den forkerte" not in text
    assert "Effekt (AGN, " in text
    assert NOTED in text


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (KIND, Wanted(Subject.UNIT, SYD.id)),
        (handover.KIND, Wanted(Subject.UNIT, SYD.id)),
        (journal_sheet.KIND, Wanted(Subject.CITIZEN, AASE.id)),
    ],
    ids=["to_enter", "handover", "journal"],
)
def test_longest_note_in_the_shortest_lines_is_all_there(tmp_path, kind, wanted):
    lines = [f"l{number}" for number in range(300)]
    event = replace(NIGHTS.entries[1].event, what=Noted("\n".join(lines)))
    material = Material(opened(tmp_path / "r.sqlite", AASE), journal=fold([event]))

    (document,) = kind.make(material, wanted, context())

    words = set(" ".join(texts(document.pdf)).split())
    assert set(lines) <= words
    assert lost_words(document.pdf, tmp_path) == []


@pytest.mark.parametrize("journal", [None, Journal()])
def test_handover_without_a_word_in_the_journal_asks_for_all_of_it(tmp_path, journal):
    text = page(tmp_path, handover.KIND, journal)

    assert ASK_FOR_REST in text
    assert NOTED not in text
