"""Characters that cannot reach paper are marked and named, never lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.paper.document import Flaw
from appliance.paper.printable import (
    MARK,
    flaws_sentence,
    is_refused,
    merged,
    missing_characters,
    replace_characters,
)


@pytest.mark.parametrize(
    "character", ["\x07", "\x00", "\u202e", "\u2066", "\ufeff", "\ue000", "\ud800"]
)
def test_control_and_direction_characters_are_refused(character):
    assert is_refused(character)


@pytest.mark.parametrize("character", ["a", "Å", "½", "≥", "→", "\n", "\u00a0", "–", "é"])
def test_ordinary_characters_are_not(character):
    assert not is_refused(character)


def test_complaint_gives_the_characters_it_names():
    complaint = 'the text `"漢"` could not be displayed\nthe text `"\\u{7}"` could not be displayed'

    assert missing_characters(complaint) == {"漢", "\x07"}


def test_letter_in_a_complaint_about_its_accent_is_spared():
    assert missing_characters('the text `"x\u1dfa"` could not be displayed') == {"\u1dfa"}


def test_every_field_hit_is_named_once():
    view = {"rows": [{"brand": "a\x07", "n": 3}, {"brand": "b\x07"}], "header": {"cpr": "\x01"}}

    cleaned, flaws = replace_characters(view, is_refused)

    assert cleaned["rows"][0] == {"brand": f"a{MARK}", "n": 3}
    assert flaws == [Flaw("Præparat", ("U+0007",)), Flaw("CPR", ("U+0001",))]
    assert f"Det er vist som {MARK} i Præparat (U+0007), CPR (U+0001)." in flaws_sentence(flaws)


def test_sentence_about_a_field_full_of_odd_characters_stays_short():
    flaw = Flaw("Navn", tuple(f"U+{number:04X}" for number in range(9)))

    assert "i Navn (U+0000, U+0001, U+0002, …)." in flaws_sentence([flaw])


def test_field_hit_in_two_tries_is_one_flaw():
    flaws = [Flaw("Navn", ("U+1",)), Flaw("CAVE", ("U+2",)), Flaw("Navn", ("U+3",))]

    assert merged(flaws) == [Flaw("Navn", ("U+1", "U+3")), Flaw("CAVE", ("U+2",))]


def test_accents_written_apart_are_put_together():
    cleaned, _ = replace_characters({"name": "A\u030ase"}, is_refused)

    assert cleaned == {"name": "Åse"}


@given(st.text())
def test_nothing_refused_is_left_and_nothing_is_lost(text):
    cleaned, flaws = replace_characters({"name": text}, is_refused)

    assert not any(map(is_refused, cleaned["name"]))
    assert (MARK in cleaned["name"]) or not flaws
