import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.care_journal import events, wire
from appliance.care_journal.wire import LONGEST, JournalError, from_text, to_text
from appliance.sealed_log.entry import LONGEST_TEXT
from tests.appliance.care_journal.noted import EVERY, PANODIL, noted


@pytest.mark.parametrize("what", EVERY, ids=lambda what: type(what).__name__)
def test_every_event_comes_back_as_it_was_written(what: events.What) -> None:
    assert from_text(to_text(noted(what))) == noted(what)


@pytest.mark.parametrize("changed", [{"is_drill": True}, {"is_clock_sure": False}], ids=str)
def test_drill_and_clock_come_back_as_they_were_written(changed: dict[str, bool]) -> None:
    event = replace(noted(PANODIL), **changed)

    assert from_text(to_text(event)) == event


def test_every_kind_has_a_name_and_every_text_a_longest_length() -> None:
    texts = {each.name for kind in wire.NAMES.values() for each in fields(kind) if each.type is str}

    assert {type(what) for what in EVERY} == set(wire.NAMES.values())
    assert texts == LONGEST.keys()


@pytest.mark.parametrize("kind", wire.NAMES.values(), ids=lambda kind: kind.__name__)
def test_longest_event_fits_an_entry_of_the_log(kind: type[events.What]) -> None:
    defaults = next(what for what in EVERY if isinstance(what, kind))
    longest = {each: '"' * LONGEST[each] for each in LONGEST if hasattr(defaults, each)}
    event = replace(noted(replace(defaults, **longest)), citizen_id="c" * 128, unit_id="u" * 128)

    assert len(to_text(event)) <= LONGEST_TEXT


@pytest.mark.parametrize("letter", ["\x00", "\x1b", "\ud800", "\x85"])
def test_characters_nobody_can_read_are_refused(letter: str) -> None:
    with pytest.raises(JournalError) as caught:
        to_text(noted(events.Noted(f"Sover{letter}")))

    assert (caught.value.field, "Sover" in str(caught.value)) == ("text", False)


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (noted(events.Noted(" ")), "text"),
        (noted(events.Noted("x" * 1501)), "text"),
        (noted(replace(PANODIL, dose="")), "dose"),
        (replace(noted(PANODIL), by=""), "by"),
        (replace(noted(PANODIL), citizen_id=""), "citizen"),
        (replace(noted(PANODIL), id="1"), "id"),
    ],
)
def test_what_does_not_fit_is_refused_by_the_name_of_its_field(
    event: events.JournalEvent, field: str
) -> None:
    with pytest.raises(JournalError) as caught:
        to_text(event)

    assert caught.value.field == field


def changed(**changes: object) -> str:
    return json.dumps(json.loads(to_text(noted(PANODIL))) | changes)


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", "[" * 10_000, changed(v=2), changed(extra=1), changed(id=None),
        changed(drill=1),
        changed(happened="i går"), changed(what="gossip"), changed(what=[]), changed(fields={}),
        changed(fields=[]), changed(what="note"), changed(by=""),
        changed(fields={**json.loads(to_text(noted(PANODIL)))["fields"], "outcome": "eaten"}),
        changed(fields={**json.loads(to_text(noted(PANODIL)))["fields"], "is_as_needed": 1}),
    ],
)  # fmt: skip
def test_what_is_no_event_of_this_version_is_refused(text: str) -> None:
    with pytest.raises(JournalError):
        from_text(text)


@given(st.text(max_size=300))
def test_whatever_is_written_comes_back_or_is_refused(text: str) -> None:
    event = noted(events.Noted(text))
    try:
        written = to_text(event)
    except JournalError:
        assert not text.strip() or any(ord(one) < 160 or ord(one) > 0xD7FF for one in text)
    else:
        assert from_text(written) == event
