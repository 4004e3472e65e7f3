"""The tools that read a page back: they see what is off the paper, or they are worth nothing."""

import pytest

from appliance.paper import plain_pdf
from tests.appliance.paper.pages import Word, below_the_body, layout, lost_words
from tests.appliance.paper.people import NIGHT

HIGH = 842
FOOT = 760.0
MARGIN = 34.0


def word(text, left, top):
    return Word(text, left, top, left + 20, top + 9)


def page(*more):
    """Return the words of a page: a cell, the three lines of its foot, and these."""
    return [
        word("Celle", 38.3, 700),
        word("Medicin:", MARGIN, FOOT),
        word("data", 60, FOOT + 0.4),
        word("Side", 480, FOOT - 0.5),
        word("1", 505, FOOT - 0.5),
        word("Udskrevet", MARGIN, FOOT + 11),
        word("Udskrift", 470, FOOT + 14),
        word("900-00001", 500, FOOT + 14),
        *more,
    ]


def test_a_page_with_nothing_in_its_foot_has_lost_nothing():
    assert below_the_body(page()) == []


@pytest.mark.parametrize("top", [FOOT - 4, FOOT + 5, FOOT + 30])
def test_a_cell_that_runs_into_the_foot_is_seen(top):
    assert below_the_body(page(word("Nedtrapning", 38.3, top))) == ["Nedtrapning"]


def test_a_page_without_a_number_has_no_foot_to_run_into():
    assert below_the_body([word("Kode", 38.3, FOOT)]) == []


def test_lines_that_run_off_the_paper_are_seen(tmp_path):
    lines = [f"linje{number}" for number in range(80)]
    pdf = plain_pdf._pdf([plain_pdf._Page("Syd", lines)], NIGHT)

    lost = lost_words(pdf, tmp_path)

    assert lost[-1] == "linje79"
    assert "linje10" not in lost
    assert max(found.bottom for found in layout(pdf, tmp_path)[0]) > HIGH
