import pytest

from appliance.care_journal import events, words
from appliance.care_journal.events import What
from tests.appliance.care_journal.noted import EVERY, PANODIL


def test_medicine_is_told_in_the_order_of_the_care_system() -> None:
    assert words.kind_of(PANODIL) == "PN-medicin"
    assert words.facts_of(PANODIL) == (
        ("Lægemiddel", "PANODIL 500 mg"),
        ("Dosis", "2 tabletter"),
        ("Hvad skete der", "Givet"),
        ("Givet for", "smerter i hoften"),
    )
    assert words.in_short(PANODIL) == (
        "PANODIL 500 mg",
        "2 tabletter · givet for smerter i hoften",
    )


def test_measurement_keeps_its_unit_as_it_was_written() -> None:
    pressure = events.Observed("Blodtryk", "120/80", "mmHg", "siddende")

    assert words.facts_of(pressure) == (
        ("Observation", "Blodtryk"),
        ("Værdi", "120/80 mmHg"),
        ("Bemærkning", "siddende"),
    )


@pytest.mark.parametrize("what", [each for each in EVERY if isinstance(each, events.WRITTEN)])
def test_every_word_that_was_written_is_told(what: What) -> None:
    told = " ".join(text for _, text in words.facts_of(what)) + " ".join(words.in_short(what))

    typed = [text for name in what.__slots__ if type(text := getattr(what, name)) is str]
    assert words.kind_of(what)
    assert all(text in told for text in typed if text != getattr(what, "order_id", None))


@pytest.mark.parametrize("what", [each for each in EVERY if not isinstance(each, events.WRITTEN)])
def test_what_is_no_entry_of_a_citizen_has_no_words(what: What) -> None:
    assert (words.kind_of(what), words.facts_of(what), words.in_short(what)) == ("", (), ("", ""))
