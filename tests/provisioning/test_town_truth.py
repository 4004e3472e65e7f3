"""The invented town, exported as FHIR and taken in, is the town that was invented."""

from collections import Counter
from dataclasses import fields, replace

import pytest

from appliance.demo.feed_fhir import write_feed_zip, write_fhir_feed
from appliance.demo.town import make_town
from appliance.records import models
from appliance.records.models import (
    CareInstruction,
    Citizen,
    MedicationOrder,
    SectionState,
    StaffMember,
)
from appliance.records.schema import TABLES
from tests.provisioning.feeds import IDS, Taken, take

pytestmark = pytest.mark.slow  # seconds, not milliseconds

TOWN = make_town(citizens_per_centre=8)
# What the hub works out for itself, and ids, which are its own.
OWN_FIELDS = {"id", "citizen_id", "gaps", "identity_doubts", "login_code_phc"}
SOURCE_MODELS = [
    table.model
    for table in TABLES
    if table.model not in (SectionState, CareInstruction, models.Attachment, models.OtherItem)
]


def hash_code(code: str) -> str:
    return f"$argon2id${code}"


@pytest.fixture(scope="module")
def taken(tmp_path_factory) -> Taken:
    folder = tmp_path_factory.mktemp("town")
    write_fhir_feed(TOWN, folder / "feed", hash_code)
    return take(folder / "feed", folder)


def facts(record):
    """Return everything a source says of a record, and whom it is about by our id."""
    said = {
        item.name: getattr(record, item.name)
        for item in fields(record)
        if item.name not in OWN_FIELDS
    }
    if isinstance(record, MedicationOrder):
        # When each dose is due is worked out by the hub; a test of its own holds it to the town.
        said["dosage"] = replace(record.dosage, schedule=None)
    return repr(sorted(said.items(), key=lambda pair: pair[0]))


def of_citizen(record, *, is_truth):
    citizen = getattr(record, "citizen_id", None)
    return IDS.citizen(citizen) if citizen and is_truth else citizen


def counted(records, *, is_truth):
    return Counter((of_citizen(one, is_truth=is_truth), facts(one)) for one in records)


def truth(model):
    return [record for record in TOWN if type(record) is model]


def test_every_resource_was_used(taken):
    assert taken.report.is_clean
    assert taken.report.total.used == taken.report.total.read
    assert taken.report.totals == {}


@pytest.mark.parametrize("model", [*SOURCE_MODELS, CareInstruction])
def test_every_record_is_there_field_by_field(taken, model):
    expected = counted(truth(model), is_truth=True)

    found = counted(taken.all_of(model), is_truth=False)

    assert found - expected == Counter()
    assert expected - found == Counter()
    assert model in (models.Attachment, models.OtherItem) or expected


def test_citizens_who_can_be_mistaken_are_marked_and_nobody_else_for_cpr(taken):
    doubts = {one.id: one.identity_doubts for one in taken.all_of(Citizen)}
    expected = Counter(
        (IDS.citizen(citizen), alike.kind)
        for alike in TOWN.look_alikes
        for citizen in alike.citizen_ids
    )

    assert [pair for pair in expected if pair[1] not in doubts[pair[0]]] == []
    shared = {one for one, kinds in doubts.items() if "duplicate_cpr" in kinds}
    assert shared == {one for one, kind in expected if kind == "duplicate_cpr"}


def test_fields_the_source_lacks_are_gaps_and_the_others_are_not(taken):
    orders = taken.all_of(MedicationOrder)
    owed = ("brand", "form", "strength", "indication", "ordered_on", "prescriber")

    for order in orders:
        gaps = {gap.field for gap in order.gaps}
        assert {name for name in owed if getattr(order, name) is None} == gaps & set(owed)
    assert any(order.gaps for order in orders)


def test_state_of_every_section_is_as_the_town_has_it(taken):
    found = {(one.unit_id, one.section, one.citizen_id): one for one in taken.all_of(SectionState)}
    compared = 0
    for expected in truth(SectionState):
        citizen = IDS.citizen(expected.citizen_id) if expected.citizen_id else ""
        state = found.get((expected.unit_id, expected.section, citizen))
        if state is None:
            # A source that sends requests cannot say when it read the medicine card.
            assert expected.citizen_id
            continue
        compared += 1
        assert (state.as_of, state.is_delivered) == (expected.as_of, expected.is_delivered)
    assert compared > len(TOWN.units) * 10


def test_staff_carry_the_hash_of_their_code(taken):
    found = {one.initials: one.login_code_phc for one in taken.all_of(StaffMember)}

    assert found == {who: hash_code(code) for who, code in TOWN.login_codes.items()}


def test_zip_holds_the_same_town(taken, tmp_path):
    write_feed_zip(TOWN, tmp_path / "town.zip", hash_code)
    zipped = take(tmp_path / "town.zip", tmp_path)

    for model in (Citizen, MedicationOrder):
        assert zipped.all_of(model) == taken.all_of(model)


def test_no_id_of_the_source_is_an_id_of_ours(taken):
    ours = {one.id for one in taken.all_of(Citizen)}

    assert not ours & {one.id for one in TOWN.citizens}
    assert not ours & {one.cpr for one in TOWN.citizens}
