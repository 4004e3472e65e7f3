from dataclasses import replace
from datetime import timedelta

from appliance.outage.events import Kind
from appliance.outage.report import Deed, report_of
from appliance.outage.state import fold, lapse_of
from appliance.plan.models import PlanContact
from appliance.plan.shipped import shipped_plan
from tests.appliance.outage.happenings import BEGAN, event, reading
from tests.appliance.outage.reports import EVENTS, held_drill, minutes

PLAN = shipped_plan()
ITEMS = {item.id: item.text for item in PLAN.checklist}


def test_a_drill_is_summed_up_with_its_times() -> None:
    report = held_drill()

    assert (report.number, report.is_drill, report.is_over) == (3, True, True)
    assert (report.held_by, report.ended_by, report.began_at) == ("BKR", "CD", BEGAN)
    assert (report.lasted, report.first_paper) == (minutes(30), minutes(2))
    assert report.done == (Deed(ITEMS["ring-it"], by="AHO", after=minutes(3)),)
    assert [deed.what for deed in report.left] == [
        ITEMS[each] for each in ("ring-brand-redning", "udskriv", "livsnoedvendige", "besoeg")
    ]
    assert (len(report.told), report.undone, report.events) == (1, 1, 10)


def test_who_was_rung_and_whom_nobody_rang_stand_in_it() -> None:
    engen, lunden = PlanContact("enheder", "plejecenter engen"), PlanContact("enheder", "Lunden")
    types = tuple(replace(each, is_in_round=each.id == "enheder") for each in PLAN.contact_types)
    asked = (*types, replace(types[0], id="enheder", is_in_round=True))
    plan = replace(PLAN, contact_types=asked, contacts=(engen, lunden))

    called = held_drill(plan).called

    assert called == (
        Deed("Plejecenter Engen", "spared", by="AB", after=minutes(4)),
        Deed("Lunden"),
    )


def test_the_stages_that_were_reached_are_named_with_their_hour() -> None:
    lapse = lapse_of(fold([event(1, Kind.START)]), reading(90 * 60))

    stages = report_of(PLAN, lapse).stages

    assert [stage.partition(":")[0] for stage in stages] == ["Straks", "Efter 1 time"]


def test_what_nobody_knows_is_not_made_up() -> None:
    unsure = replace(EVENTS[0], read=reading(is_trusted=False))

    report = report_of(PLAN, lapse_of(fold([unsure]), reading(60, is_trusted=False)))

    assert (report.first_paper, report.done, report.began_at) == (None, (), None)
    assert (report.is_over, report.ended_by, report.deeds) == (False, "", 0)


def test_a_decision_that_another_took_the_place_of_is_told_too() -> None:
    about = {"about": "krisestab", "name": "Skal staben samles?"}
    events = [
        event(1, Kind.START),
        event(2, Kind.DECISION, 60, answer="Ikke nu", **about),
        event(3, Kind.DECISION, 120, answer="Ja, nu", **about),
    ]

    report = report_of(PLAN, lapse_of(fold(events), reading(180)))

    assert [deed.answer for deed in report.decisions] == ["Ikke nu", "Ja, nu"]


def test_decisions_that_were_due_and_not_made_are_missing() -> None:
    report = report_of(PLAN, lapse_of(fold([event(1, Kind.START)]), reading(9 * 3600)))

    asked = [each for each in PLAN.decisions if each.stage_id == "otte-timer"]
    assert report.undecided == tuple(Deed(each.question, who=each.by) for each in asked)
    assert report.lasted.time == timedelta(hours=9)
