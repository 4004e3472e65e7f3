from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.outage.events import Event, Happening, Kind
from appliance.outage.stages import due_of, is_open, to_do
from appliance.outage.state import Lapse, fold, lapse_of
from appliance.plan.models import ChecklistItem, Decision, ResponsePlan, Responsibility, Stage
from appliance.plan.shipped import shipped_plan
from tests.appliance.outage.happenings import event, reading

PLAN = shipped_plan()
HOUR = 3600.0


def after(hours: float, *events: Event) -> Lapse:
    return lapse_of(fold([event(1, Kind.START), *events]), reading(hours * HOUR))


def decided(number: int, which: str, hours: float, minutes: int | None = None) -> Event:
    return event(number, Kind.DECISION, hours * HOUR, about=which, minutes=minutes)


@pytest.mark.parametrize(
    ("hours", "reached", "coming"),
    [(0, "start", "en-time"), (0.999, "start", "en-time"), (1, "en-time", "to-timer"),
     (6, "seks-timer", "otte-timer"), (8, "otte-timer", "tolv-timer"),
     (12, "tolv-timer", "et-doegn"), (24, "et-doegn", "tre-doegn"), (72, "tre-doegn", None)],
)  # fmt: skip
def test_stages_are_reached_at_the_plan_s_own_hours(hours, reached, coming) -> None:
    due = due_of(PLAN, after(hours))

    assert due.reached[-1].id == reached
    assert (due.coming.id if due.coming else None) == coming


def test_six_hours_in_somebody_is_warned_of_the_decision_and_how_long_there_is() -> None:
    assert due_of(PLAN, after(5.9)).warned is None

    warned = due_of(PLAN, after(6.5)).warned

    assert warned is not None
    assert (warned.stage.id, warned.left) == ("otte-timer", timedelta(hours=1, minutes=30))


def test_eight_hours_in_the_decisions_are_asked_for_until_each_is_made() -> None:
    asked = due_of(PLAN, after(8)).decisions
    one_made = due_of(PLAN, after(9, decided(2, "krisestab", 8.1))).decisions
    both = [decided(2, "krisestab", 8.1), decided(3, "kommunikation", 8.1)]

    assert [each.id for each in due_of(PLAN, after(7.99)).decisions] == []
    assert [each.id for each in asked] == ["krisestab", "kommunikation"]
    assert [each.id for each in one_made] == ["kommunikation"]
    assert due_of(PLAN, after(9, *both)).decisions == ()


def short_plan(*stages: Stage) -> ResponsePlan:
    """Return a plan whose last stage asks for a decision."""
    decision = Decision("d", stages[-1].id, "Skal vi?", ("Ja", "Nej"), "Lederen")
    return ResponsePlan(
        "Plan", "By", Responsibility("1", "E"), stages=stages, decisions=(decision,)
    )


def warned_at(plan: ResponsePlan, *hours: float) -> list[bool]:
    return [due_of(plan, after(each)).warned is not None for each in hours]


def test_stage_put_in_between_takes_no_warning_away() -> None:
    plan = replace(PLAN, stages=(*PLAN.stages[:4], Stage("syv", 7, "S", "."), *PLAN.stages[4:]))

    assert warned_at(plan, 5.9, 6, 7.5, 7.99) == [False, True, True, True]


def test_plan_of_two_stages_warns_as_well() -> None:
    plan = short_plan(Stage("a", 0, "A", "."), Stage("b", 8, "B", "."))

    assert warned_at(plan, 5.9, 6, 7.99, 8) == [False, True, True, False]


@pytest.mark.parametrize(("before", "warned"), [(0, [False, False]), (1, [False, True]),
                                                (3, [True, True]), (8, [True, True])])  # fmt: skip
def test_plan_says_how_long_before_it_is_warned(before: int, warned: list[bool]) -> None:
    plan = short_plan(Stage("a", 0, "A", "."), Stage("b", 8, "B", ".", before))

    assert warned_at(plan, 5.5, 7.5) == warned


def test_decisions_made_early_are_not_warned_of() -> None:
    both = [decided(2, "krisestab", 5), decided(3, "kommunikation", 5)]

    assert due_of(PLAN, after(6.5, *both)).warned is None


def test_a_decision_put_off_is_asked_for_again_at_its_hour() -> None:
    (decision,) = [each for each in PLAN.decisions if each.id == "krisestab"]
    put_off = decided(2, "krisestab", 8, minutes=60)

    assert not is_open(decision, after(8.9, put_off))
    assert is_open(decision, after(9, put_off))


def test_the_bar_ends_where_the_first_decision_is_due() -> None:
    due = due_of(PLAN, after(2))

    assert due.limit is not None
    assert (due.limit.id, due.share) == ("otte-timer", 0.25)
    assert due_of(PLAN, after(30)).share == 1.0


def test_what_is_to_be_done_is_what_has_come_and_nobody_has_signed_for() -> None:
    lapse = after(1, event(2, Kind.STEP, about="ring-it"))

    left = [item.id for item in to_do(PLAN, lapse, due_of(PLAN, lapse))]

    assert "ring-it" not in left
    assert {"udskriv", "kontaktrunde"} <= set(left)
    assert "kopiens-alder" not in left


def test_another_municipality_s_limits_are_its_own() -> None:
    plan = ResponsePlan(
        "Plan", "By", Responsibility("1", "E"),
        stages=(Stage("a", 0, "A", "."), Stage("b", 3, "B", "."), Stage("c", 4, "C", ".")),
        checklist=(ChecklistItem("x", "c", "X"),),
        decisions=(Decision("d", "c", "Skal vi?", ("Ja", "Nej"), "Lederen"),),
    )  # fmt: skip

    warned, asked = due_of(plan, after(3.5)).warned, due_of(plan, after(4)).decisions

    assert warned is not None
    assert (warned.stage.id, [each.id for each in asked]) == ("c", ["d"])


def test_a_plan_without_decisions_asks_for_none() -> None:
    plan = ResponsePlan("Plan", "By", Responsibility("1", "E"), stages=(Stage("a", 0, "A", "."),))

    due = due_of(plan, after(100))

    assert (due.limit, due.decisions, due.warned, due.share) == (None, (), None, 1.0)


def test_a_decision_due_from_the_first_minute_fills_the_bar() -> None:
    plan = ResponsePlan(
        "Plan", "By", Responsibility("1", "E"), stages=(Stage("a", 0, "A", "."),),
        decisions=(Decision("d", "a", "Skal vi?", ("Ja", "Nej"), "Lederen"),),
    )  # fmt: skip

    assert due_of(plan, after(0)).share == 1.0


def test_over_a_power_cut_with_a_lost_clock_the_stages_never_go_back() -> None:
    lost = Event(
        3, Happening(Kind.RESTART, earlier=reading(7 * HOUR)),
        reading(0, "bbbb2222", is_trusted=False),
    )  # fmt: skip
    now = reading(HOUR, "bbbb2222", is_trusted=False)

    lapse = lapse_of(fold([event(1, Kind.START), lost]), now)

    assert not lapse.lasted.is_sure
    assert due_of(PLAN, lapse).reached[-1].id == "otte-timer"
