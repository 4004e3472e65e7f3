import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.sealed_log.entry import (
    MOST_WHOM,
    PADDED_TO,
    Action,
    ClockTrust,
    Entry,
    EntryError,
    When,
    Who,
    clipped,
    from_bytes,
    from_json,
    new_whom,
    to_bytes,
    to_json,
)
from tests.appliance.sealed_log.logs import AASE, NIGHT, entry

entries = st.builds(
    Entry,
    action=st.sampled_from([Action.SEARCH, Action.VIEW_CITIZEN, Action.UNLOCK]),
    when=st.builds(
        When,
        at=st.just(NIGHT),
        monotonic_s=st.integers(0, 10**6).map(float),
        clock=st.sampled_from(ClockTrust),
    ),
    who=st.builds(
        Who,
        initials=st.text(max_size=16),
        staff_id=st.text(max_size=128),
        role=st.text(max_size=32),
        device=st.text(max_size=64),
    ),
    whom=st.lists(st.builds(new_whom, st.text(max_size=128), st.text(max_size=16)), max_size=5).map(
        tuple
    ),
    unit_id=st.text(max_size=128),
    about=st.text(max_size=128),
)


@given(entries)
def test_any_entry_comes_out_as_it_went_in_and_its_length_tells_little(one):
    plain = to_bytes(one)

    assert from_bytes(plain) == one
    assert len(plain) % PADDED_TO == 0


def test_words_of_a_search_and_a_reason_go_along():
    one = entry(Action.BREAK_GLASS, text="Fald på stuen, ukendt medicin")

    assert from_bytes(to_bytes(one)) == one


def test_cpr_is_held_without_dash_and_stays_out_of_what_a_log_would_show():
    assert AASE.cpr == "0101301234"
    assert "0101301234" not in repr(entry())
    assert new_whom("c-1", None).cpr == ""


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"v": 2}, "another version"),
        ({"action": "format_disk"}, "unknown action"),
        ({"action": ["view_unit"]}, "unknown action"),
        ({"initials": "x" * 17}, "initials"),
        ({"initials": None}, "initials"),
        ({"about": "x" * 129}, "about"),
        ({"at": "yesterday"}, "not a time"),
        ({"at": 7}, "at, mono or clock"),
        ({"mono": "1"}, "at, mono or clock"),
        ({"mono": True}, "at, mono or clock"),
        ({"clock": "fine"}, "at, mono or clock"),
        ({"whom": "Aase"}, "whom is not a list"),
        ({"whom": [["c", ""]] * (MOST_WHOM + 1)}, "whom is not a list"),
        ({"whom": ["c"]}, "something else than pairs"),
        ({"whom": [["c", 7]]}, "whom"),
        ({"text": "Aase faldt"}, "text is not a text of at most 0"),
        ({"action": "break_glass", "text": "  "}, "without a text"),
        ({"note": "Aase faldt"}, "not exactly those"),
    ],
)
def test_what_is_no_entry_is_refused_by_field_and_not_repeated(change, named):
    with pytest.raises(EntryError, match=named) as refused:
        from_json(to_json(entry()) | change)

    assert "Aase" not in str(refused.value)


@pytest.mark.parametrize("plain", [b"", b"[1]", b"\xff", b"[" * 10_000, json.dumps({}).encode()])
def test_bytes_that_are_no_entry_are_a_named_error(plain):
    with pytest.raises(EntryError):
        from_bytes(plain)


def test_long_text_is_cut_where_an_entry_is_made_rather_than_refused():
    assert clipped("x" * 5000, "text") == "x" * 4000
    assert clipped("x" * 99, "initials") == "x" * 16
