"""Several feeds of one town: lists, FHIR, reports; who is joined, whose word counts, how old."""

import pytest

from appliance.clock import parse_time
from appliance.records.models import (
    Citizen,
    Condition,
    MedicationOrder,
    Note,
    OtherItem,
    SectionState,
    Unit,
    Visit,
)
from appliance.records.models import Warning as Cave
from appliance.records.terms import Section
from provisioning.merging.section_claims import MEDICINE_DIFFERS
from tests.provisioning.feeds import (
    IDS,
    NIGHT,
    about,
    bundle,
    condition,
    organization,
    patient,
    statement,
    take_all,
    with_cpr,
    write_documents,
    write_feed,
)

ANE, BO = "0101400000", "0202400000"
LATER = "2026-11-23T04:00:00+01:00"


def care_system(folder, *more, night=NIGHT, **listed):
    """Write the care system's export: one unit, two citizens."""
    people = [
        patient("1", **with_cpr(ANE)),
        patient("2", **with_cpr(BO), birthDate="1940-02-02"),
    ]
    return write_feed(folder / "eoj", [organization(), *people, *more], night=night, **listed)


def cards(folder, *more, name="Ane1", cpr=ANE, night=LATER):
    """Write a second feed that knows one of them, and knows no unit."""
    person = {
        "resourceType": "Patient",
        "id": "x",
        "name": [{"family": "Holm", "given": [name]}],
        **with_cpr(cpr),
    }
    return write_feed(folder / "cards", [person, *more], night=night)


def of(taken, kind, citizen="1"):
    return [one for one in taken.all_of(kind) if one.citizen_id == IDS.citizen(citizen)]


def state_of(taken, section, citizen="1"):
    own = [one for one in taken.all_of(SectionState) if one.section is section]
    by_citizen = {one.citizen_id: one for one in own if one.unit_id == "solgaarden"}
    return by_citizen.get(IDS.citizen(citizen), by_citizen[""])


def allergy(number, substance, citizen="1"):
    return {
        "resourceType": "AllergyIntolerance",
        "id": number,
        "patient": {"reference": f"Patient/{citizen}"},
        "code": {"text": substance},
    }


def test_what_the_first_feed_lacks_comes_from_the_second_with_its_own_age(tmp_path):
    taken = take_all(tmp_path, care_system(tmp_path), cards(tmp_path, statement(citizen="x")))

    assert [order.brand for order in of(taken, MedicationOrder)] == ["Pamol"]
    state = state_of(taken, Section.MEDICATION)
    assert (state.is_delivered, state.is_complete) == (True, True)
    assert state.as_of == parse_time(LATER)
    assert not state_of(taken, Section.MEDICATION, citizen="2").is_delivered


def test_the_second_feeds_citizen_and_unit_are_gone_but_readable(tmp_path):
    taken = take_all(tmp_path, care_system(tmp_path), cards(tmp_path))

    assert {one.id for one in taken.all_of(Citizen)} == {IDS.citizen("1"), IDS.citizen("2")}
    assert [one.id for one in taken.all_of(Unit)] == ["solgaarden"]
    assert [one.type for one in of(taken, OtherItem)] == ["Citizen"]
    assert taken.report.joined == {"FHIR → FHIR": 1}


def test_the_first_feed_named_owns_the_medicine_and_the_rest_is_carried_along(tmp_path):
    eoj = care_system(tmp_path, statement())
    other = cards(tmp_path, statement("m2", "x", medicationCodeableConcept={"text": "Digoxin"}))

    first = take_all(tmp_path, eoj, other)
    assert [order.brand for order in of(first, MedicationOrder)] == ["Pamol"]
    assert "Digoxin" in [item.title for item in of(first, OtherItem)]
    (tmp_path / "turned").mkdir()
    turned = take_all(tmp_path / "turned", other, eoj)

    (citizen,) = [one.id for one in turned.all_of(Citizen) if one.cpr == ANE]
    assert [one.brand for one in turned.all_of(MedicationOrder) if one.citizen_id == citizen] == [
        "Digoxin"
    ]


def test_feeds_that_differ_on_the_medicine_say_so_on_the_citizen_and_in_the_report(tmp_path):
    other = cards(tmp_path, statement("m2", "x", medicationCodeableConcept={"text": "Digoxin"}))

    taken = take_all(tmp_path, care_system(tmp_path, statement()), other)

    state = state_of(taken, Section.MEDICATION)
    assert (state.is_complete, state.reason) == (False, MEDICINE_DIFFERS)
    assert "1 citizens have other medicine than shown" in taken.messages


def test_feeds_that_agree_on_the_medicine_say_nothing(tmp_path):
    taken = take_all(
        tmp_path, care_system(tmp_path, statement()), cards(tmp_path, statement("m2", "x"))
    )

    assert state_of(taken, Section.MEDICATION).is_complete
    assert len(of(taken, MedicationOrder)) == 1
    assert taken.messages == ""


def test_every_feeds_cave_is_shown_and_the_same_one_once(tmp_path):
    eoj = care_system(tmp_path, allergy("a1", "Penicillin"))
    other = cards(tmp_path, allergy("a2", "penicillin", "x"), allergy("a3", "Latex", "x"))

    taken = take_all(tmp_path, eoj, other)

    assert sorted(one.substance for one in of(taken, Cave)) == ["Latex", "Penicillin"]
    assert taken.report.left_out["warnings of FHIR, told alike before"] == 1
    assert state_of(taken, Section.WARNINGS).as_of == parse_time(NIGHT)


def test_conditions_and_notes_of_all_feeds_are_added_up(tmp_path):
    note = about("Communication", "n", "x", payload=[{"contentString": "Hej"}])
    other = cards(tmp_path, condition("c2", "x", code={"text": "Gigt"}), note)

    taken = take_all(tmp_path, care_system(tmp_path, condition()), other)

    assert sorted(one.title for one in of(taken, Condition)) == ["Gigt", "KOL"]
    assert [one.text for one in of(taken, Note)] == ["Hej"]


def test_visits_are_those_of_the_feed_that_plans_them(tmp_path):
    def visit(number, citizen):
        at = "2026-11-23T08:00:00+01:00"
        actor = {"reference": f"Patient/{citizen}"}
        return {
            "resourceType": "Appointment", "id": number, "status": "booked", "start": at,
            "participant": [{"actor": actor}],
        }  # fmt: skip

    taken = take_all(
        tmp_path, care_system(tmp_path, visit("v1", "1")), cards(tmp_path, visit("v2", "x"))
    )

    assert [one.id for one in of(taken, Visit)] == [IDS.record("Appointment/v1")]


@pytest.mark.parametrize(("name", "cpr"), [("Jens", ANE), ("Ane1", "0303400000")])
def test_somebody_else_gets_nothing_of_it(tmp_path, name, cpr):
    other = cards(tmp_path, statement(citizen="x"), name=name, cpr=cpr)

    taken = take_all(tmp_path, care_system(tmp_path), other)

    assert of(taken, MedicationOrder) == []
    assert taken.report.joined == {}
    assert len(taken.all_of(Citizen)) == 3


def test_a_person_in_two_units_of_one_feed_gets_everything_in_both(tmp_path):
    group = organization("aftenvagt", "Aftenvagten")
    twice = patient("1", unit="aftenvagt", **with_cpr(ANE)) | {"id": "1k"}
    given = [statement(citizen="x"), condition("c2", "x"), about("Procedure", "p", "x")]

    taken = take_all(tmp_path, care_system(tmp_path, group, twice), cards(tmp_path, *given))

    for citizen in ("1", "1k"):
        assert [one.brand for one in of(taken, MedicationOrder, citizen)] == ["Pamol"]
        assert [one.title for one in of(taken, Condition, citizen)] == ["KOL"]
        assert "Procedure" in [one.type for one in of(taken, OtherItem, citizen)]


def test_a_fault_in_a_feed_that_only_points_holds_the_units_of_those_it_is_about(tmp_path):
    person = {"resourceType": "Patient", "id": "p", **with_cpr(ANE)}
    reports = write_documents(
        tmp_path / "gateway", bundle("collection", person, condition("c", "p"))
    )
    (reports / "2.json").write_bytes(b'{"resourceType": "Bun')

    taken = take_all(tmp_path, care_system(tmp_path), reports)

    (problem,) = taken.report.blocking
    assert taken.report.part_holds[problem.part] == {"solgaarden"}


def test_a_unit_that_keeps_staff_of_its_own_stays_without_citizens(tmp_path):
    office = organization("kontor", "Kontoret")
    clerk = {
        "resourceType": "Practitioner", "id": "s", "name": [{"text": "Bo Lund"}],
        "identifier": [{"system": "urn:nodboks:initials", "value": "bolu"}],
    }  # fmt: skip
    role = {
        "resourceType": "PractitionerRole", "id": "r",
        "practitioner": {"reference": "Practitioner/s"},
        "organization": {"reference": "Organization/kontor"},
        "code": [{"coding": [{"system": "urn:nodboks:role", "code": "leader"}]}],
    }  # fmt: skip
    person = patient("x", unit="kontor", **with_cpr(ANE))
    second = write_feed(
        tmp_path / "two", [office, {**person, "name": patient("1")["name"]}, clerk, role]
    )

    taken = take_all(tmp_path, care_system(tmp_path), second)

    assert {one.id for one in taken.all_of(Unit)} == {"solgaarden", "kontor"}
    assert taken.report.joined == {"FHIR → FHIR": 1}


def test_a_kitchen_gets_no_medicine_and_keeps_its_clients(tmp_path):
    kind = [{"coding": [{"system": "urn:nodboks:unit-kind", "code": "meal_service"}]}]
    kitchen = organization("koekken", "Køkkenet", type=kind)
    client = {**patient("1", unit="koekken", **with_cpr(ANE)), "id": "1k"}
    own = write_feed(tmp_path / "meals", [kitchen, client])

    taken = take_all(
        tmp_path,
        care_system(tmp_path),
        own,
        cards(tmp_path, statement(citizen="x"), condition("c", "x")),
    )

    assert of(taken, MedicationOrder, "1k") == of(taken, Condition, "1k") == []
    assert {one.unit_id for one in taken.all_of(Citizen)} == {"solgaarden", "koekken"}
    assert len(of(taken, MedicationOrder)) == 1
