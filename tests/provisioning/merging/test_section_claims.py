from appliance.clock import parse_time
from appliance.records.models import SectionState
from appliance.records.terms import CitizenId, Section, UnitId
from provisioning.merging.section_claims import (
    Claim,
    claim_of_state,
    claims_of,
    joined_state,
    settle,
)
from provisioning.sources.base import Delivery

EARLY, LATE = parse_time("2026-11-22T02:00"), parse_time("2026-11-23T02:00")
WHO = (UnitId("u"), CitizenId("c"))


def claim(section=Section.MEDICATION, source="CSV/Excel", as_of=LATE, **more):
    return Claim(section, source, as_of, **more)


def test_fmk_owns_the_medicine_wherever_it_was_named():
    fmk = claim(source="FMK")

    assert settle([claim(), fmk]).owner == 1
    assert settle([claim(source="FHIR"), claim(), fmk]).claims == (fmk,)


def test_without_fmk_the_first_that_delivered_owns_the_medicine():
    assert settle([None, claim(source="FHIR"), claim()]).owner == 1


def test_notes_have_no_owner_and_are_as_old_as_the_oldest():
    settled = settle([claim(Section.NOTES), claim(Section.NOTES, "FHIR", EARLY)])
    state = joined_state(WHO, Section.NOTES, settled, None)

    assert settled.owner is None
    assert (state.as_of, state.source, state.is_complete) == (EARLY, "CSV/Excel + FHIR", True)


def test_what_only_adds_never_owns_and_never_ages_what_is_whole():
    told = claim(as_of=EARLY, source="FHIR", reason="Kun fra meddelelser.", is_partial=True)
    state = joined_state(WHO, Section.MEDICATION, settle([claim(), told]), None)

    assert settle([claim(), told]).owner == 0
    assert (state.as_of, state.is_complete) == (LATE, True)


def test_what_is_only_told_is_never_whole():
    told = claim(Section.NOTES, reason="Kun fra meddelelser.", is_partial=True)
    state = joined_state(WHO, Section.NOTES, settle([None, told]), None)

    assert (state.is_delivered, state.is_complete) == (True, False)
    assert state.reason == "Kun fra meddelelser."


def test_a_section_nobody_claims_is_settled_by_nobody():
    assert settle([None, None]) is None


def test_unknown_age_of_one_makes_the_age_of_all_unknown():
    settled = settle([claim(Section.NOTES), claim(Section.NOTES, as_of=None)])

    assert joined_state(WHO, Section.NOTES, settled, None).as_of is None


def test_a_part_claims_what_it_delivered_and_promises_no_more_than_its_oldest_file():
    deliveries = [
        Delivery("p", Section.NOTES, LATE, source="FHIR"),
        Delivery("p", Section.NOTES, EARLY, source="FHIR"),
        Delivery("q", Section.VISITS, LATE, source="FHIR"),
        Delivery("p", Section.FLAGS, LATE, "told", "FHIR"),
    ]
    found = claims_of(deliveries, "p", "told")

    assert set(found) == {Section.NOTES, Section.FLAGS}
    assert found[Section.NOTES].as_of == EARLY
    assert found[Section.FLAGS].is_partial


def test_an_unknown_age_promises_less_than_any_other():
    deliveries = [Delivery("p", Section.NOTES, at) for at in (EARLY, None, LATE)]

    assert claims_of(deliveries, "p", "told")[Section.NOTES].as_of is None


def test_a_section_the_unit_did_not_get_is_no_claim():
    state = SectionState(UnitId("u"), Section.NOTES, is_delivered=False, is_complete=False)

    assert claim_of_state(state) is None
