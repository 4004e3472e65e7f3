"""The Danish for what nobody can tell."""

import pytest

from appliance.records import due
from appliance.records.due import END_PASSED
from appliance.records.due_words import (
    DAY_UNSURE,
    can_be_read,
    is_only_text,
    why_unknown,
)
from provisioning.sources.fhir.fmk_structure import TEXT_DIFFERS, TIMING_DIFFERS
from provisioning.sources.fmk.faults import FaultKind

# Those after which there is a text and no day: the first six end in no dosage at all.
_UNSURE = list(FaultKind)[6:]
_CODES = (
    *_UNSURE, TEXT_DIFFERS, TIMING_DIFFERS, END_PASSED, DAY_UNSURE, due.NO_STRUCTURE,
    due.UNKNOWN_STATUS, due.PAUSE_OVER,
)  # fmt: skip


@pytest.mark.parametrize("code", _CODES)
def test_every_reason_of_ours_has_a_sentence_of_its_own_kind(code):
    assert why_unknown(code) != why_unknown("of_newer_software")


def test_reason_of_newer_software_still_says_what_to_do():
    assert why_unknown("of_newer_software").endswith("Spørg lægen.")
    assert not can_be_read("of_newer_software")


@pytest.mark.parametrize("code", _CODES)
def test_a_doctor_is_asked_at_once_only_where_reading_does_not_help(code):
    sentence = why_unknown(code)

    asks_at_once = "lægen" in sentence and "Læs teksten." not in sentence
    assert asks_at_once is not can_be_read(code)


@pytest.mark.parametrize("code", _CODES)
def test_nobody_is_left_to_decide_alone(code):
    assert "selv" not in why_unknown(code)


def test_a_dose_that_stands_beside_its_reason_is_read_there():
    assert why_unknown(due.NO_STRUCTURE) == (
        "Læs teksten. Står dosis og tid klart, så følg den. Ellers ring til lægen."
    )
    assert not any("medicinlisten" in why_unknown(code) for code in _CODES)


def test_words_alone_are_no_doubt_about_the_day():
    assert is_only_text(due.NO_STRUCTURE)
    assert not is_only_text(DAY_UNSURE)
    assert not is_only_text(due.UNKNOWN_STATUS)
