"""Events for the tests of the plan at work, and strategies that invent them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from appliance.clock import ClockLevel
from appliance.outage.events import Event, Happening, Kind, Reading

BEGAN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def reading(
    seconds: float = 0.0, boot: str = "aaaa1111", *, off_s: float = 0.0, is_trusted: bool = True
) -> Reading:
    """Return both clocks, read so many seconds into the first run; the wall clock may be off."""
    level = ClockLevel.NTP if is_trusted else ClockLevel.UNSURE
    return Reading(BEGAN + timedelta(seconds=seconds + off_s), 1000.0 + seconds, boot, level)


def event(number: int, kind: Kind, seconds: float = 0.0, **fields: Any) -> Event:
    """Return an event of the first run."""
    return Event(number, Happening(kind, **({"by": "AB"} | fields)), reading(seconds))


readings = st.builds(
    Reading,
    st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1)).map(  # noqa: DTZ001
        lambda naive: naive.replace(microsecond=0, tzinfo=UTC)
    ),
    st.floats(0, 1e8).map(lambda seconds: round(seconds, 3)),
    st.sampled_from(["aaaa1111", "bbbb2222", "cccc3333"]),
    st.sampled_from(ClockLevel),
)
_texts = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=30)
happenings = st.builds(
    Happening,
    st.sampled_from(Kind),
    by=_texts,
    about=st.one_of(_texts, st.integers(0, 12).map(str)),
    name=_texts,
    answer=_texts,
    text=_texts,
    minutes=st.none() | st.integers(-10, 100_000),
    items=st.lists(_texts, max_size=3).map(tuple),
    earlier=st.none() | readings,
)


@st.composite
def logs(draw: st.DrawFn) -> tuple[Event, ...]:
    """Invent a log of any happenings at all, numbered as the file numbers them."""
    pairs = draw(st.lists(st.tuples(happenings, readings), max_size=12))
    return tuple(Event(number, *pair) for number, pair in enumerate(pairs, 1))
