from datetime import UTC, datetime

from appliance.records.terms import CitizenId, Section, UnitId
from provisioning.errors import Problem, Severity
from provisioning.section_states import NOT_DELIVERED, blocked_units, citizen_states, unit_states
from provisioning.sources.base import Delivery, FeedReport

A, B = UnitId("a"), UnitId("b")
OLD, NEW = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 23, tzinfo=UTC)


def report_of(*deliveries, problems=(), **parts):
    report = FeedReport(deliveries=list(deliveries), part_units=parts)
    for problem in problems:
        report.add(problem)
    return report


def fault(part="", line=7, sections=()):
    return Problem(
        Severity.BLOCKING, "Flag.ndjson", line, "Flag", "", "x", part=part, sections=sections
    )


def state(report, section=Section.FLAGS, unit=A):
    return next(one for one in unit_states(report, unit, "kilden") if one.section is section)


def test_every_section_has_a_state():
    assert {one.section for one in unit_states(report_of(), A, "kilden")} == set(Section)


def test_what_nobody_listed_is_not_delivered():
    found = state(report_of())

    assert not found.is_delivered
    assert not found.is_complete
    assert (found.reason, found.source) == (NOT_DELIVERED, "kilden")


def test_oldest_delivery_gives_the_age():
    found = state(report_of(Delivery("", Section.FLAGS, NEW), Delivery("", Section.FLAGS, OLD)))

    assert (found.as_of, found.is_complete) == (OLD, True)


def test_one_part_of_unknown_age_makes_the_age_unknown():
    found = state(report_of(Delivery("", Section.FLAGS, NEW), Delivery("", Section.FLAGS, None)))

    assert found.is_delivered
    assert found.as_of is None


def test_part_of_another_unit_says_nothing_here():
    report = report_of(Delivery("b", Section.FLAGS, NEW), b={B})

    assert not state(report).is_delivered
    assert state(report, unit=B).is_delivered


def test_sources_own_doubt_goes_before_what_we_found():
    told = Delivery("", Section.FLAGS, NEW, "Systemet var nede")
    report = report_of(told, problems=[fault()])

    assert state(report).reason == "Systemet var nede"


def test_fault_is_told_in_danish_with_file_and_line():
    report = report_of(Delivery("", Section.FLAGS, NEW), problems=[fault()])

    assert state(report).reason == "Fejl i kildens fil Flag.ndjson, linje 7. Noget kan mangle."
    assert not state(report).is_complete


def test_fault_of_a_whole_file_has_no_line():
    report = report_of(Delivery("", Section.FLAGS, NEW), problems=[fault(line=None)])

    assert state(report).reason == "Fejl i kildens fil Flag.ndjson. Noget kan mangle."


def test_fault_harms_only_the_sections_it_names():
    deliveries = [Delivery("", Section.FLAGS, NEW), Delivery("", Section.NOTES, NEW)]
    report = report_of(*deliveries, problems=[fault(sections=("flags",))])

    assert not state(report).is_complete
    assert state(report, Section.NOTES).is_complete


def test_fault_blocks_the_units_its_part_feeds():
    report = report_of(problems=[fault("b")], b={B})

    assert set(blocked_units(report, [A, B])) == {B}


def test_fault_in_a_shared_part_blocks_every_unit():
    report = report_of(problems=[fault("faelles")], faelles=None)

    assert set(blocked_units(report, [A, B])) == {A, B}


def test_citizens_with_a_reading_of_their_own_get_their_own_age():
    unit_state = state(report_of(Delivery("", Section.FLAGS, NEW)))
    citizens = [CitizenId("1"), CitizenId("2")]

    (own,) = citizen_states(unit_state, {CitizenId("1"): OLD}, citizens)

    assert (own.citizen_id, own.as_of, own.is_complete) == ("1", OLD, True)
