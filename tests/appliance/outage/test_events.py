import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.outage.events import Event, Happening, Kind, _sum, decode, encode
from tests.appliance.outage.happenings import event, happenings, reading, readings


@given(st.integers(1, 10**6), happenings, readings)
def test_every_event_comes_back_as_it_was_written(number, what, read) -> None:
    written = Event(number, what, read)

    assert decode(encode(written)) == written


def test_a_line_is_json_that_anybody_can_read() -> None:
    line = encode(event(7, Kind.STEP, about="ring-it", name="Ring til IT-vagten."))

    fields = json.loads(line)
    assert fields.pop("sum")
    assert fields == {
        "n": 7, "kind": "step", "at": "2026-11-23T02:00:00Z", "mono": 1000.0, "boot": "aaaa1111",
        "clock": "ntp", "by": "AB", "about": "ring-it", "name": "Ring til IT-vagten.",
    }  # fmt: skip


def test_a_line_with_one_byte_changed_is_no_event() -> None:
    line = encode(event(7, Kind.STEP, about="ring-it"))

    for place in range(len(line)):
        changed = line[:place] + bytes([line[place] ^ 1]) + line[place + 1 :]
        assert decode(changed) is None, place


@pytest.mark.parametrize(
    ("old", "new"),
    [(b'"step"', b'"dance"'), (b'"ntp"', b'"sun"'), (b"1000.0", b"-1"), (b"1000.0", b"1e300"),
     (b"1000.0", b"NaN"), (b'"n":7', b'"n":"x"'), (b'"boot":"aaaa1111",', b"")],
)  # fmt: skip
def test_a_whole_line_of_another_version_is_no_event_and_no_crash(old: bytes, new: bytes) -> None:
    line = encode(event(7, Kind.STEP))
    body = line.partition(b',"sum"')[0].replace(old, new)

    assert decode(body + b',"sum":"' + _sum(body) + b'"}') is None


def test_a_restart_carries_the_last_thing_known_before_it() -> None:
    written = Event(3, Happening(Kind.RESTART, earlier=reading(50)), reading(0, "bbbb2222"))

    found = decode(encode(written))

    assert found is not None
    assert found.what.earlier == reading(50)
