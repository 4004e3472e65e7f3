from appliance.clock import parse_time
from appliance.records.models import Condition, SectionState
from appliance.records.terms import Section, UnitId
from provisioning.errors import Severity
from provisioning.intake import take_in
from tests.provisioning.feeds import (
    IDS,
    SALT,
    about,
    condition,
    organization,
    patient,
    statement,
    take,
    take_resources,
    write_feed,
)


def test_section_is_delivered_by_being_listed_even_when_empty(tmp_path):
    feed = write_feed(
        tmp_path / "feed", [organization(), patient()], listed=("AllergyIntolerance",)
    )
    states = {state.section: state for state in take(feed, tmp_path).all_of(SectionState)}

    assert states[Section.WARNINGS].is_delivered
    assert not states[Section.MEDICATION].is_delivered
    assert states[Section.MEDICATION].reason == "Kilden leverer ikke denne del."


def test_without_a_manifest_a_section_is_delivered_by_what_is_there(tmp_path):
    feed = write_feed(tmp_path / "feed", [organization(), patient(), condition()], night=None)
    taken = take(feed, tmp_path, parse_time("2026-11-23T02:00"))
    states = {state.section: state for state in taken.all_of(SectionState)}

    assert states[Section.CONDITIONS].as_of == parse_time("2026-11-23T02:00")
    assert not states[Section.WARNINGS].is_delivered


def test_age_and_doubt_of_a_file_are_its_sections(tmp_path):
    told = {"asOf": "2026-11-20T02:00:00Z", "incomplete": "FMK svarede ikke"}
    feed = write_feed(
        tmp_path / "feed",
        [organization(), patient(), statement()],
        entries={"MedicationStatement": {"extension": told}},
    )
    states = {state.section: state for state in take(feed, tmp_path).all_of(SectionState)}

    assert states[Section.MEDICATION].as_of == parse_time("2026-11-20T02:00:00Z")
    assert states[Section.MEDICATION].reason == "FMK svarede ikke"
    assert states[Section.CITIZENS].is_complete


def test_medicine_list_is_as_old_as_its_oldest_reading(tmp_path):
    taken = take_resources(
        tmp_path,
        statement("a", dateAsserted="2026-11-22T10:00:00Z"),
        statement("b", dateAsserted="2026-11-21T10:00:00Z"),
        statement("c"),
    )
    own = [state for state in taken.all_of(SectionState) if state.citizen_id]

    assert [state.as_of for state in own] == [parse_time("2026-11-21T10:00:00Z")]
    assert own[0].section is Section.MEDICATION


def basic(kind):
    return {"resourceType": "Basic", "id": "b", "code": {"text": kind}}


def test_parts_feed_the_units_of_their_citizens_and_shared_ones_feed_all(tmp_path):
    for unit in ("a", "b"):
        write_feed(tmp_path / "feed" / unit, [organization(unit), patient(unit, unit)])
    write_feed(tmp_path / "feed" / "c", [organization("c")], listed=("Patient",))
    write_feed(tmp_path / "feed" / "faelles", [basic("x")], listed=("PractitionerRole",))
    taken = take(tmp_path / "feed", tmp_path)
    states = {(state.unit_id, state.section): state for state in taken.all_of(SectionState)}

    assert taken.report.part_units == {"a": {"a"}, "b": {"b"}, "c": {"c"}, "faelles": None}
    assert states[UnitId("a"), Section.STAFF].is_delivered
    assert states[UnitId("a"), Section.PLAN].is_delivered
    assert not states[UnitId("a"), Section.KEY_BOXES].is_delivered


def test_basic_listed_beside_citizens_speaks_of_key_boxes(tmp_path):
    feed = write_feed(tmp_path / "feed", [organization(), patient()], listed=("Basic",))
    states = {state.section: state for state in take(feed, tmp_path).all_of(SectionState)}

    assert states[Section.KEY_BOXES].is_delivered
    assert not states[Section.PLAN].is_delivered


def test_part_that_only_describes_units_feeds_them_all(tmp_path):
    write_feed(tmp_path / "feed" / "faelles", [organization("a"), organization("b", "B")])
    write_feed(tmp_path / "feed" / "a", [patient(unit="a"), patient("2", unit=None)])

    assert take(tmp_path / "feed", tmp_path).report.part_units == {
        "a": {"a", "uden-enhed"},
        "faelles": None,
    }


def test_folder_without_manifest_blocks_its_own_units_only(tmp_path):
    write_feed(tmp_path / "feed" / "a", [organization("a"), patient("1", "a")])
    write_feed(tmp_path / "feed" / "b", [organization("b"), patient("2", "b")], night=None)
    taken = take(tmp_path / "feed", tmp_path)

    (problem,) = taken.report.blocking
    assert (problem.where, problem.code, problem.part) == ("b/manifest.json", "N-701", "b")
    assert taken.report.part_units["b"] == {"b"}


def test_several_feeds_are_one_source_and_may_point_at_each_other(tmp_path):
    people = write_feed(tmp_path / "people", [organization(), patient()])
    illness = write_feed(tmp_path / "illness", [condition(), condition("x", citizen="nobody")])
    night = take_in([people, illness], tmp_path / "staging.sqlite", SALT)

    assert night.report.counts["Condition"].used == 1
    assert night.report.problems[-1].where == "2-illness/Condition.ndjson:2"


def test_folder_with_a_broken_manifest_blocks_its_own_units_only(tmp_path):
    write_feed(tmp_path / "feed" / "a", [organization("a"), patient("1", "a")])
    write_feed(tmp_path / "feed" / "b", [organization("b"), patient("2", "b")])
    (tmp_path / "feed" / "b" / "manifest.json").write_bytes(b"{")
    taken = take(tmp_path / "feed", tmp_path)

    assert [problem.code for problem in taken.report.blocking] == ["N-702"]
    assert taken.report.part_units["b"] == {"b"}


def test_fault_in_a_type_nobody_reads_leaves_the_rest_whole(tmp_path):
    feed = write_feed(
        tmp_path / "feed",
        [organization(), patient(), about("Procedure")],
        entries={"Procedure": {"count": 2}},
    )

    assert take(feed, tmp_path).report.blocking[0].sections == ("other",)


def test_unlisted_file_is_a_warning_and_changes_nothing(tmp_path):
    feed = write_feed(tmp_path / "feed", [organization(), patient()])
    (feed / "Flag.ndjson").write_text("{")
    taken = take(feed, tmp_path)

    assert taken.report.totals == {Severity.WARNING: 1}
    assert taken.report.is_clean


def test_empty_feed_is_read_without_complaint(tmp_path):
    taken = take(write_feed(tmp_path / "feed", []), tmp_path)

    assert taken.report.total.read == 0
    assert taken.night.units == {}


def test_each_resource_about_a_group_is_about_the_citizen_it_names_beside_it(tmp_path):
    group = {"reference": "Group/g"}
    given = [
        condition("c1", subject=group, patient={"reference": "Patient/1"}),
        condition("c2", subject=group, patient={"reference": "Patient/2"}),
        condition("c3", citizen="2"),
    ]
    feed = write_feed(tmp_path / "feed", [organization(), patient("1"), patient("2"), *given])
    found = {one.id: one.citizen_id for one in take(feed, tmp_path).all_of(Condition)}

    assert found == {
        IDS.record(f"Condition/c{number}"): IDS.citizen(citizen)
        for number, citizen in ((1, "1"), (2, "2"), (3, "2"))
    }
