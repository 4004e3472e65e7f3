from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from provisioning.sources.fhir.dosage import read_dosage
from provisioning.sources.fhir.shared_pieces import ReadOnce, SharedPieces

PERIODS = st.sampled_from([
    {}, {"boundsPeriod": {"start": "2026-11-02"}}, {"boundsPeriod": {"start": "2026-11"}},
    {"boundsPeriod": {"end": "2026-12-02"}}, {"count": 3},
])  # fmt: skip
REPEATS = st.builds(
    lambda bounds, **said: bounds | {key: value for key, value in said.items() if value},
    PERIODS,
    frequency=st.sampled_from([None, 1, 2, 3]),
    period=st.sampled_from([None, 1, 2, 4, 1.0]),
    periodUnit=st.sampled_from([None, "d", "wk", "h"]),
    when=st.sampled_from([None, ["MORN"], ["MORN", "EVE"], ["ACM"]]),
    dayOfWeek=st.sampled_from([None, ["mon"], ["tue", "fri"], ["xx"]]),
    timeOfDay=st.sampled_from([None, ["08:00:00"]]),
)
ENTRIES = st.builds(
    lambda repeat, size, words, as_needed, sequence: {
        "sequence": sequence,
        **({"text": words} if words else {}),
        "timing": {"repeat": repeat},
        "asNeededBoolean": as_needed,
        "doseAndRate": [{"doseQuantity": {"value": size, "unit": "tablet"}}],
    },
    REPEATS,
    st.sampled_from([0.5, 1, 2, -1]),
    st.sampled_from(["", "1 tablet morgen", "efter skema"]),
    st.booleans(),
    st.sampled_from([1, 1, 2]),
)
DAYS = st.sampled_from([None, date(2026, 11, 2), date(2026, 11, 5), date(2025, 1, 1)])
PIECES = SharedPieces()


@given(st.lists(ENTRIES, max_size=3), st.lists(DAYS, min_size=1, max_size=4))
def test_shared_dosage_is_what_reading_it_alone_gives_whatever_was_read_before(entries, days):
    for starts_on in days:
        assert PIECES.dosage(entries, starts_on) == read_dosage(entries, starts_on)


def counting(asked):
    def read(value, *more):
        asked.append((value, *more))
        return len(asked)

    return ReadOnce(read)


def test_equal_pieces_are_read_once_and_others_apart():
    asked = []
    read = counting(asked)

    first = read({"value": 1})

    assert read({"value": 1}) == first
    assert len({first, read({"value": 1.0}), read({"value": True}), read({"value": 1}, "x")}) == 4
    assert len(asked) == 4


def test_so_many_pieces_are_held_and_no_more(monkeypatch):
    monkeypatch.setattr("provisioning.sources.fhir.shared_pieces._MOST", 2)
    asked = []
    read = counting(asked)

    for value in ("a", "b", "a", "c", "a"):
        read(value)

    assert [value for (value,) in asked] == ["a", "b", "c", "a"]


def test_long_piece_is_read_each_time():
    asked = []
    read = counting(asked)

    assert read("x" * 5000) != read("x" * 5000)
