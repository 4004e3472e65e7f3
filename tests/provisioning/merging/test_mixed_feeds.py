"""Lists from the care system, care reports and messages: one town out of three systems."""

import pytest

from appliance.demo.feed_bundles import gateway_files
from appliance.demo.feed_csv import write_csv_folder
from appliance.demo.feed_messages import write_messages
from appliance.demo.town import make_town
from appliance.files import write_atomically
from appliance.records.models import (
    Citizen,
    Condition,
    Flag,
    MedicationOrder,
    OtherItem,
    SectionState,
    Unit,
)
from appliance.records.terms import FlagKind, Section
from tests.provisioning.feeds import take, take_all
from tests.provisioning.test_town_truth import hash_code

pytestmark = pytest.mark.slow  # seconds, not milliseconds

TOWN = make_town(citizens_per_centre=8)
NORTH = "hjemmepleje-nord"


@pytest.fixture(scope="module")
def lists(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lister") / "lister"
    write_csv_folder(TOWN, folder, hash_code=hash_code)
    return folder


@pytest.fixture(scope="module")
def alone(lists, tmp_path_factory):
    return take(lists, tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="module")
def together(lists, tmp_path_factory):
    folder = tmp_path_factory.mktemp("together")
    for name, content in gateway_files(TOWN, NORTH).items():
        write_atomically(folder / "gateway" / name, content)
    write_messages(TOWN, folder / "mail")
    return take_all(folder, lists, folder / "gateway", folder / "mail")


def test_everybody_is_there_once_in_the_unit_the_lists_say(together, alone):
    def homes(taken):
        return {(one.id, one.unit_id, one.name) for one in taken.all_of(Citizen)}

    assert homes(together) == homes(alone)
    assert {one.id for one in together.all_of(Unit)} == {one.id for one in alone.all_of(Unit)}


def test_the_medicine_is_that_of_the_lists(together, alone):
    assert together.all_of(MedicationOrder) == alone.all_of(MedicationOrder)


def test_what_two_systems_tell_alike_is_shown_once(together, alone):
    def told(taken):
        return sorted((one.citizen_id, one.title) for one in taken.all_of(Condition))

    assert told(together) == told(alone)
    assert together.report.left_out["conditions of FHIR, told alike before"] > 0


def test_a_plan_has_one_owner_and_the_other_is_readable(together, alone):
    assert together.report.left_out["interventions of FHIR, another feed's count"] > 0
    added = {one.type for one in together.all_of(OtherItem)} - {
        one.type for one in alone.all_of(OtherItem)
    }
    assert {"PlannedIntervention", "CareInstruction", "Citizen"} <= added


def test_who_was_admitted_is_away(together, alone):
    def away(taken):
        return {one.citizen_id for one in taken.all_of(Flag) if one.kind is FlagKind.IN_HOSPITAL}

    assert len(away(together) - away(alone)) == 1


def test_every_joined_section_says_both_its_sources_and_the_older_age(together):
    states = [
        one
        for one in together.all_of(SectionState)
        if one.citizen_id and one.section is Section.CONDITIONS
    ]

    assert {one.unit_id for one in states} == {NORTH}
    assert {one.source for one in states} == {"CSV/Excel + FHIR"}
    assert all(one.as_of and one.is_complete for one in states)


def test_the_report_says_who_was_joined_and_complains_of_nothing(together):
    assert set(together.report.joined) == {"FHIR → CSV/Excel"}
    assert together.report.blocking == []
    assert together.report.total.rejected == 0
