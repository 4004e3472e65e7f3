"""Every light of the readiness report: what makes it red, amber or green, and what it says."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from appliance.clock import ClockLevel
from appliance.errors import PlanError
from appliance.health.printer_test import AskedBy, PrinterTest
from appliance.health.readiness import Facts, Light, Line, Proven, readiness, worst
from appliance.plan.shipped import shipped_plan
from appliance.policy import DRILL_OLD_AFTER, DRILL_VERY_OLD_AFTER
from appliance.records.alerts import SECTION_NAMES
from appliance.records.models import SectionState
from appliance.records.terms import Section, UnitId
from appliance.vault.protocol import SlotStatus
from printers.findings import Finding
from printers.models import JobHandle, JobStage
from printers.reasons import PrinterReason
from tests.appliance.outage.reports import held_drill

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CARD = SlotStatus("card-1", "card")
PLAN = shipped_plan()
APPROVED = replace(
    PLAN,
    responsibility=replace(
        PLAN.responsibility,
        approver="Direktør Eva Prøve",
        approved_on=date(2026, 3, 2),
        next_review=date(2027, 3, 1),
    ),
)
SEEN = PrinterTest(
    NOW - DAY, AskedBy.PERSON, "900-00001", 1, JobStage.DONE, pages_out=1, is_whole=True
)
READY = Facts(
    now=NOW,
    clock=ClockLevel.NTP,
    plan=APPROVED,
    prints_on_paper=True,
    drill=held_drill(),
    test=SEEN,
    doctor=(Finding.ok("queue", "ready"),),
    proof=Proven(NOW - HOUR, 240, 0),
    copied_at=NOW - HOUR,
    sections=tuple(SectionState(UnitId(""), each, as_of=NOW - HOUR) for each in SECTION_NAMES),
    slots=(CARD, SlotStatus("usb-1", "usb"), SlotStatus("hub-1", "hub")),
)


def line(name: str, **changes: object) -> Line:
    """Return one line of the report of a ready box that is changed as a test wants it."""
    return next(each for each in readiness(replace(READY, **changes)) if each.name == name)


def test_a_box_that_is_ready_is_green_all_over() -> None:
    lines = readiness(READY)

    assert [each.name for each in lines if each.light is not Light.GREEN] == []
    assert worst(lines) is Light.GREEN
    assert len(lines) == 8 + len(SECTION_NAMES)


def test_a_box_nobody_has_prepared_is_red_and_says_why_everywhere() -> None:
    bare = Facts(NOW, ClockLevel.UNSURE, PLAN, prints_on_paper=False)

    lines = readiness(bare)

    assert worst(lines) is Light.RED
    assert all(each.light is not Light.GREEN and each.said for each in lines)


@pytest.mark.parametrize(
    ("age", "light"),
    [
        (DRILL_OLD_AFTER, Light.GREEN),
        (DRILL_OLD_AFTER + DAY, Light.AMBER),
        (DRILL_VERY_OLD_AFTER + DAY, Light.RED),
    ],
)
def test_a_drill_counts_for_half_a_year_and_warns_for_another(age: timedelta, light: Light) -> None:
    drill = replace(held_drill(), began_at=NOW - age)

    told = line("drill", drill=drill)

    assert (told.light, told.at) == (light, NOW - age)
    assert "1 af 5 punkter gjort. Det første papir kom efter 2 min." in told.said


@pytest.mark.parametrize("change", [{"first_paper": None}, {"points": ()}, {"began_at": None}])
def test_a_drill_without_paper_points_or_date_is_not_green(change: dict[str, object]) -> None:
    assert line("drill", drill=replace(held_drill(), **change)).light is Light.AMBER


@pytest.mark.parametrize(
    ("change", "light"),
    [
        ({"is_whole": None}, Light.AMBER),
        ({"is_whole": False}, Light.RED),
        ({"asked_at": NOW - 30 * DAY}, Light.RED),
        ({"stage": JobStage.FAILED, "is_whole": None}, Light.RED),
        ({"stage": JobStage.PRINTING, "handle": JobHandle(7, "x")}, Light.AMBER),
    ],
)
def test_a_test_page_is_green_only_when_a_person_saw_it_lately(
    change: dict[str, object], light: Light
) -> None:
    assert line("test_page", test=replace(SEEN, **change)).light is light


def test_without_a_test_page_or_a_printer_it_is_red() -> None:
    assert line("test_page", test=None).light is Light.RED
    assert line("test_page", prints_on_paper=False).light is Light.RED


def test_what_the_doctor_finds_is_told_in_the_words_of_the_nurse() -> None:
    found = Finding.wrong("paper", PrinterReason.PAPER, "media-empty")

    told = line("printer", doctor=(found, found))

    assert (told.light, told.said) == (Light.RED, PrinterReason.PAPER.sentence)
    assert line("printer", doctor=()).light is Light.AMBER


def test_odd_sheets_and_a_copy_nobody_tried_are_amber() -> None:
    assert line("proof", proof=None).light is Light.AMBER
    odd = line("proof", proof=Proven(NOW, 240, 3))
    assert (odd.light, odd.said[:14]) == (Light.AMBER, "3 af 240 ark k")


@pytest.mark.parametrize(
    ("age", "light"), [(HOUR, Light.GREEN), (25 * HOUR, Light.AMBER), (73 * HOUR, Light.RED)]
)
def test_the_copy_and_each_section_age_as_on_the_sheets(age: timedelta, light: Light) -> None:
    state = SectionState(UnitId(""), Section.VISITS, as_of=NOW - age)

    assert line("copy", copied_at=NOW - age).light is light
    assert line("section_visits", sections=(state,)).light is light


def test_what_the_source_does_not_send_is_red_where_a_life_hangs_on_it() -> None:
    def gone(section: Section) -> tuple[SectionState, ...]:
        return (SectionState(UnitId(""), section, is_delivered=False),)

    assert line("section_medication", sections=gone(Section.MEDICATION)).light is Light.RED
    assert line("section_notes", sections=gone(Section.NOTES)).light is Light.AMBER


def test_a_section_that_may_not_be_all_is_never_green() -> None:
    state = SectionState(UnitId(""), Section.VISITS, as_of=NOW, is_complete=False)

    told = line("section_visits", sections=(state,))

    assert told.light is Light.AMBER
    assert "Noget kan mangle" in told.said


def test_a_locked_box_says_that_ages_cannot_be_seen() -> None:
    assert line("sections", sections=None).light is Light.AMBER
    assert line("copy", copied_at=None).light is Light.RED


def test_keys_are_counted_and_used_cards_are_to_be_replaced() -> None:
    used = replace(CARD, used_at="2026-11-23T02:00:00Z")

    assert line("keys").said == "Nødkort: 1 · USB-nøgler: 1 · Nøgler hos IT: 1."
    assert line("keys", slots=(used,)).light is Light.AMBER
    assert line("keys", slots=()).light is Light.RED
    assert line("keys", slots=None).light is Light.RED


@pytest.mark.parametrize(
    ("change", "light", "words"),
    [
        ({"next_review": date(2026, 11, 30)}, Light.RED, "skulle være gennemgået"),
        ({"next_review": date(2026, 12, 20)}, Light.AMBER, "snart"),
        ({"next_review": None}, Light.AMBER, "ikke aftalt"),
        ({"approver": "", "approved_on": None}, Light.AMBER, "ikke godkendt"),
    ],
)
def test_a_plan_is_green_only_when_approved_and_reviewed_in_time(
    change: dict[str, object], light: Light, words: str
) -> None:
    duty = replace(APPROVED.responsibility, **change)

    told = line("plan", plan=replace(APPROVED, responsibility=duty))

    assert told.light is light
    assert words in told.said


def test_the_shipped_plan_in_place_of_a_broken_one_is_red() -> None:
    told = line("plan", plan=replace(APPROVED, is_stand_in=True))

    assert told.light is Light.RED
    assert PlanError.sentence in told.said


def test_by_a_clock_nobody_vouches_for_nothing_dated_is_green() -> None:
    lines = {each.name: each.light for each in readiness(replace(READY, clock=ClockLevel.UNSURE))}

    assert lines["clock"] is Light.RED
    assert {lines[each] for each in ("drill", "test_page", "copy", "plan")} == {Light.AMBER}
    assert lines["keys"] is Light.GREEN
    assert line("clock", clock=ClockLevel.MANUAL).light is Light.AMBER
