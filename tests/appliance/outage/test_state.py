from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from appliance.outage.events import UNDOABLE, Event, Happening, Kind
from appliance.outage.state import DRILL, Outage, fold, lapse_of
from tests.appliance.outage.happenings import BEGAN, event, logs, reading, readings

START = event(1, Kind.START)


def counted(outage: Outage) -> tuple[object, ...]:
    """Return everything but the log itself."""
    return (outage.start, outage.end, outage.newest, outage.letters, outage.notes, outage.down,
            outage.paper)  # fmt: skip


@given(logs(), readings)
def test_any_events_at_all_fold_and_can_be_timed(events, now) -> None:
    lapse = lapse_of(fold(events), now)

    assert lapse.lasted.time >= timedelta(0)
    for each in events:
        assert lapse.since(each).time >= timedelta(0)
        assert lapse.at(each).tzinfo is not None


@given(logs(), st.sampled_from(sorted(UNDOABLE)), readings)
def test_undo_restores_what_counted_before(events, kind, read) -> None:
    before = fold(events)
    slip = Event(len(events) + 1, Happening(kind, about="ting", answer="ramt"), read)
    undo = Event(len(events) + 2, Happening(Kind.UNDO, about=str(slip.number)), read)

    after = fold([*events, slip, undo])

    assert counted(after) == counted(before)
    assert after.events == (*events, slip, undo)


@given(logs())
def test_a_beginning_of_the_log_is_how_things_stood_then(events) -> None:
    for end in range(len(events)):
        assert fold(events[:end]).events == events[:end]


def test_nothing_has_begun_before_somebody_begins_it() -> None:
    empty = lapse_of(fold(()), reading())

    assert (empty.outage.is_on, empty.began_at, empty.lasted.time) == (False, None, timedelta(0))


def test_an_outage_lasts_from_when_it_is_said_to_have_begun() -> None:
    start = event(1, Kind.START, minutes=40)

    lapse = lapse_of(fold([start]), reading(600))

    assert lapse.lasted.time == timedelta(minutes=50)
    assert lapse.began_at == BEGAN - timedelta(minutes=40)


def test_an_outage_that_ended_lasts_no_longer() -> None:
    events = [START, event(2, Kind.END, 7200)]

    lapse = lapse_of(fold(events), reading(9999))

    assert not lapse.outage.is_on
    assert lapse.lasted.time == timedelta(hours=2)


def test_an_end_by_mistake_is_gone_on_from_the_same_beginning() -> None:
    events = [START, event(2, Kind.END, 60), event(3, Kind.RESUME, 120)]

    lapse = lapse_of(fold(events), reading(3600))

    assert lapse.outage.is_on
    assert lapse.lasted.time == timedelta(hours=1)


def test_a_drill_is_no_outage() -> None:
    assert fold([event(1, Kind.START, answer=DRILL)]).is_drill
    assert not fold([START]).is_drill


def test_the_newest_answer_counts_and_undoing_it_brings_the_one_before() -> None:
    events = [
        START,
        event(2, Kind.ROUND, about="x", answer="silent"),
        event(3, Kind.ROUND, about="x", answer="hit"),
    ]

    undone = fold([*events, event(4, Kind.UNDO, about="3")])

    found = (fold(events).about(Kind.ROUND, "x"), undone.about(Kind.ROUND, "x"))
    assert [each and each.what.answer for each in found] == ["hit", "silent"]


def test_what_is_down_is_the_newest_list() -> None:
    start = event(1, Kind.START, items=("FMK",))
    more = event(2, Kind.DOWN, items=("FMK", "Internettet"))

    assert fold([start]).down == ("FMK",)
    assert fold([start, more]).down == ("FMK", "Internettet")


def test_only_what_counts_can_be_undone() -> None:
    events = [START, event(2, Kind.STEP, about="a"), event(3, Kind.UNDO, about="2")]

    outage = fold(events)

    assert [outage.may_undo(number) for number in (1, 2, 3, 9)] == [False] * 4
    assert fold(events[:2]).may_undo(2)


def test_an_undo_of_what_comes_later_undoes_nothing() -> None:
    events = [START, event(2, Kind.UNDO, about="3"), event(3, Kind.STEP, about="a")]

    assert fold(events).about(Kind.STEP, "a") == events[2]


def test_every_event_knows_how_long_the_outage_had_lasted() -> None:
    step = event(2, Kind.STEP, 1800, about="a")

    lapse = lapse_of(fold([event(1, Kind.START, minutes=10), step]), reading(3600))

    assert lapse.after(step).time == timedelta(minutes=40)
    assert lapse.since(step).time == timedelta(minutes=30)
    assert lapse.is_time_sure(step)


def test_all_of_a_kind_come_in_the_order_they_were_written() -> None:
    events = [START, event(2, Kind.CALL_IN, about="BB"), event(3, Kind.CALL_IN, about="AA")]

    assert [each.what.about for each in fold(events).all_of(Kind.CALL_IN)] == ["BB", "AA"]
