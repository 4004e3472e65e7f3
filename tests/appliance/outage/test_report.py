from datetime import timedelta

from appliance.outage.events import Kind
from appliance.outage.report import report_of
from appliance.outage.state import DRILL, fold, lapse_of
from appliance.plan.shipped import shipped_plan
from tests.appliance.outage.happenings import event, reading

PLAN = shipped_plan()
MINUTE = 60.0


def test_a_drill_is_summed_up_with_its_times() -> None:
    events = [
        event(1, Kind.START, answer=DRILL),
        event(2, Kind.PAPER, 2 * MINUTE),
        event(3, Kind.STEP, 3 * MINUTE, about="ring-it"),
        event(4, Kind.ROUND, 4 * MINUTE, about="x"),
        event(5, Kind.LETTER, 5 * MINUTE, about="sygehus"),
        event(6, Kind.NOTE, 6 * MINUTE),
        event(7, Kind.UNDO, 7 * MINUTE, about="6"),
        event(8, Kind.END, 30 * MINUTE),
    ]

    report = report_of(PLAN, lapse_of(fold(events), reading(9999)))

    assert report.lasted.time == timedelta(minutes=30)
    assert report.first_paper is not None
    assert report.first_paper.time == timedelta(minutes=2)
    assert [(each.item.id, each.after.time) for each in report.done] == [
        ("ring-it", timedelta(minutes=3))
    ]
    assert [item.id for item in report.left] == [
        "ring-brand-redning", "udskriv", "livsnoedvendige", "besoeg",
    ]  # fmt: skip
    assert (report.points, report.rung, report.told, report.undone) == (5, 1, 1, 1)


def test_what_nobody_knows_is_not_made_up() -> None:
    report = report_of(PLAN, lapse_of(fold([event(1, Kind.START)]), reading(60)))

    assert report.first_paper is None
    assert report.done == ()


def test_decisions_that_were_due_and_not_made_are_missing() -> None:
    report = report_of(PLAN, lapse_of(fold([event(1, Kind.START)]), reading(9 * 3600)))

    assert [each.id for each in report.undecided] == ["krisestab", "kommunikation"]
