"""KL's profiles: what holds is no measurement, an inquiry is no granted help."""

import pytest

from appliance.records.models import (
    CareInstruction,
    Condition,
    Observation,
    OtherItem,
    PlannedIntervention,
)
from tests.provisioning.feeds import about, take_resources

PROFILE = "http://fhir.kl.dk/core/StructureDefinition/KLCommonCareSocial"


def of_profile(name, kind="Observation", **more):
    return about(kind, meta={"profile": [PROFILE + name]}, **more)


@pytest.mark.parametrize(
    ("profile", "kind", "title"),
    [
        ("MatterOfInterest", "matter_of_interest", "Oplysning"),
        ("Evaluation", "evaluation", "Vurdering"),
        ("CitizensOwnObservation", "own_view", "Borgerens egen vurdering"),
        ("FollowUp|1.0", "follow_up", "Opfølgning"),
    ],
)
def test_what_holds_until_it_is_written_anew_belongs_to_the_plan(tmp_path, profile, kind, title):
    given = of_profile(
        profile,
        code={"coding": [{"code": "712744002"}]},
        valueCodeableConcept={"text": "Har faldtendens.", "coding": [{"display": "Afsluttes"}]},
        effectiveDateTime="2020-08-11",
    )
    taken = take_resources(tmp_path, given)
    found = taken.one(CareInstruction)

    assert (found.kind, found.title, found.text) == (kind, title, "Har faldtendens. Afsluttes")
    assert taken.all_of(Observation) == []


def test_what_holds_but_says_nothing_is_kept(tmp_path):
    taken = take_resources(tmp_path, of_profile("Evaluation", code={"text": "Vurdering"}))

    assert taken.one(OtherItem).type == "Observation"


def test_a_measurement_of_kl_stays_a_measurement_with_its_note(tmp_path):
    given = of_profile(
        "Observation",
        code={"text": "Puls"},
        valueQuantity={"value": 92, "unit": "/min"},
        effectiveDateTime="2026-11-22",
        note=[{"text": "Lige efter en gåtur"}],
    )
    found = take_resources(tmp_path, given).one(Observation)

    assert (found.title, found.value, found.note) == ("Puls", "92", "Lige efter en gåtur")


def test_an_inquiry_is_not_shown_as_granted_help(tmp_path):
    given = of_profile(
        "ServiceRequest", "ServiceRequest",
        status="active", intent="order", authoredOn="2020-06-21",
        code={"coding": [{"display": "Hjemmesygepleje"}]},
        orderDetail=[{"coding": [{"display": "Måling af værdier"}]}],
        reasonCode=[{"text": "Har haft et ildebefindende."}],
    )  # fmt: skip
    taken = take_resources(tmp_path, given)
    found = taken.one(CareInstruction)

    assert (found.kind, found.title) == ("inquiry", "Hjemmesygepleje")
    assert found.text == "Måling af værdier\nHar haft et ildebefindende."
    assert taken.all_of(PlannedIntervention) == []


def test_how_bad_a_condition_is_stands_with_it(tmp_path):
    given = about(
        "Condition", code={"text": "Mobilitet"}, severity={"text": "Svære begrænsninger"},
        note=[{"text": "Går med rollator"}],
    )  # fmt: skip

    assert take_resources(tmp_path, given).one(Condition).note == (
        "Svære begrænsninger\nGår med rollator"
    )
