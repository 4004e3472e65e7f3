"""The list of numbered paper that must come back, by number, with names only of the unit's own."""

from dataclasses import replace

import pytest

from appliance.care_journal.events import SheetFate
from appliance.care_journal.numbered_paper import NumberedPaper, NumberedSheet, PaperOut
from appliance.paper.document import Typeset
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.paper.unit_sheets.paper_back import KIND, MAYBE, NONE_OUT, OF_NOBODY, UNREAD
from tests.appliance.care_journal.test_numbered_paper import by_number, said
from tests.appliance.paper.pages import texts
from tests.appliance.paper.people import AASE, NIGHT, SYD, context, opened

OF_AASE = PaperOut("417-00001", "medication_list", "Medicinliste", NIGHT, "AB", SYD.id, AASE.id)
FORM = PaperOut("417-00002", "fluid", "Væskeskema", NIGHT)


@pytest.fixture
def page(tmp_path):
    """Return a function that prints the list of these numbers."""

    def render(*sheets, is_whole=True):
        paper = NumberedPaper(sheets, is_whole)
        store = opened(tmp_path / "r.sqlite", AASE)
        wanted = Wanted(Subject.UNIT, SYD.id)
        (document,) = KIND.make(Material(store, numbered=paper), wanted, context())
        assert document.typeset is Typeset.STRICT
        return " ".join(texts(document.pdf)).replace("\xa0", " ")

    return render


def test_each_number_says_which_sheet_and_whose(page):
    text = page(NumberedSheet(OF_AASE.serial, OF_AASE), NumberedSheet(FORM.serial, FORM))

    assert "417-00001" in text
    assert "Åse Ågård" in text
    assert OF_NOBODY in text
    assert "Væskeskema" in text
    assert "Slut på listen: 2 ark" in text


def test_paper_of_another_unit_is_not_on_it(page):
    other = replace(OF_AASE, unit_id="nord")

    assert "417-00001" not in page(NumberedSheet(other.serial, other))


def test_superseded_is_struck_out_and_locked_away_and_unsure_is_said(page):
    unsure = replace(OF_AASE, is_sure=False)

    text = page(NumberedSheet(OF_AASE.serial, unsure, superseded_by="417-00009"))

    assert "AFLØST af 417-00009: streg over" in text
    assert MAYBE in text


def test_what_is_accounted_for_is_left_out_down_to_nothing(page):
    done = by_number(OF_AASE, journal=said(OF_AASE.serial, SheetFate.UNUSED))

    text = page(*done.values())

    assert NONE_OUT in text
    assert "Slut på listen: 0 ark" in text


def test_list_of_a_box_that_cannot_read_what_it_printed_never_says_that_all_is_back(page):
    text = page(is_whole=False)

    assert UNREAD in text.replace("IT- vagten", "IT-vagten")
    assert NONE_OUT not in text
