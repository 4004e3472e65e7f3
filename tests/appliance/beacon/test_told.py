from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.beacon.heard import heard_path, write_heard
from appliance.beacon.hearing import Heard
from appliance.beacon.statement import Answer, Standing, Word
from appliance.beacon.told import BoxWords
from appliance.config import parse_config
from tests.appliance.beacon.boxes import neighbour


@pytest.fixture
def config(tmp_path):
    raw = {
        "box": {"id": "boks-2", "name": "Test", "state_dir": "state", "ram_dir": "ram"},
        "hub": {"url": "http://127.0.0.1:9", "interface": "lo"},
        "beacon": {"listen": "127.0.0.2"},
    }
    return parse_config(raw, "box.toml", tmp_path)


def told(config, clock, word, silent_for_s=0):
    """Return what is told of a box that said this at 02.00."""
    write_heard(
        heard_path(config), [Heard(neighbour(1), word, clock.monotonic())], clock.monotonic()
    )
    words = BoxWords(config, clock)
    if silent_for_s:
        heard_s = clock.monotonic()
        clock.move(timedelta(seconds=silent_for_s))
        write_heard(heard_path(config), [Heard(neighbour(1), word, heard_s)], clock.monotonic())
    return words


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (Word(), ": ingen nøddrift."),
        (Word(Standing.DRILL, 5), ": øvelse, ingen nøddrift."),
        (Word(Standing.OUTAGE, 0), ": nøddrift siden {at}."),
        (Word(Standing.OUTAGE), ": nøddrift."),
        (Word(Standing.OUTAGE, 0, answer=Answer.HIT), ": ramt, nøddrift siden {at}."),
        (Word(Standing.OUTAGE, 0, answer=Answer.SPARED), ": ikke ramt, nøddrift siden {at}."),
    ],
)
def test_each_word_is_one_sentence_with_this_box_s_own_times(config, clock, word, said) -> None:
    sentence = told(config, clock, word).on_paper("boks-1", "")
    at = sentence.removeprefix("Meldt af boksen ").partition(": ")[0]

    assert at.startswith("kl. ")
    assert sentence == f"Meldt af boksen {at}{said.format(at=at)}"


def test_outage_is_counted_back_from_when_it_was_heard(config, clock) -> None:
    found = told(config, clock, Word(Standing.OUTAGE, 90)).of("", "Afsnit 1")

    assert found.heard_at - found.since == timedelta(minutes=90)


def test_box_that_has_fallen_silent_is_told_with_when_it_was_last_heard(config, clock) -> None:
    words = told(config, clock, Word(Standing.OUTAGE, 5), silent_for_s=400)

    assert words.on_paper("boks-1", "").startswith("Boksen er ikke hørt siden ")
    assert not words.of("boks-1", "").is_hit


@pytest.mark.parametrize(
    ("word", "is_hit"),
    [
        (Word(Standing.OUTAGE, 5), True),
        (Word(Standing.OUTAGE, 5, answer=Answer.SPARED), False),
        (Word(Standing.DRILL, 5, answer=Answer.HIT), False),
        (Word(), False),
    ],
)
def test_a_drill_is_no_outage_and_what_people_said_counts(config, clock, word, is_hit) -> None:
    assert told(config, clock, word).of("boks-1", "").is_hit is is_hit


def test_box_that_does_not_listen_tells_nothing_of_others(config, clock) -> None:
    told(config, clock, Word())
    deaf = replace(config, beacon=replace(config.beacon, listen=""))

    assert BoxWords(deaf, clock).of("boks-1", "Afsnit 1") is None


def test_clock_that_is_set_moves_when_it_was_but_not_how_long_ago(config, clock) -> None:
    words = told(config, clock, Word(Standing.OUTAGE, 10))
    before = words.of("boks-1", "")
    clock.at += timedelta(hours=5)
    after = words.of("boks-1", "")

    assert after.heard_at - before.heard_at == timedelta(hours=5)
    assert not after.is_silent


def test_time_of_another_day_is_told_with_its_day(config, clock) -> None:
    sentence = told(config, clock, Word(Standing.OUTAGE, 2 * 24 * 60)).on_paper("boks-1", "")

    heard, since = sentence.split(": nøddrift siden ")
    assert heard.startswith("Meldt af boksen kl. ")
    assert " nov. " in since
    assert " kl. " in since
