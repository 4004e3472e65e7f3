"""What goes out as a FHIR feed comes back through the hub's own source, field by field."""

import contextlib
import sqlite3
from collections import Counter
from dataclasses import fields, replace

import pytest

from appliance.demo.feed_fhir import write_fhir_feed
from appliance.records.models import Citizen, MedicationOrder, SectionState, StaffMember
from appliance.records.rows import from_row
from appliance.records.schema import TABLE_OF_MODEL, TABLES
from appliance.records.terms import Section
from provisioning.intake import take_in
from provisioning.sources.opaque_ids import OpaqueIds

IDS = OpaqueIds(b"sixteen-bytes-ok")
# Ids become opaque at the hub; gaps, doubts and the hash of a login code are not in the town.
_HUB_OWNS = {"id", "citizen_id", "gaps", "identity_doubts", "login_code_phc"}
_CARRIED = [
    table.model for table in TABLES if table.section not in (Section.ATTACHMENTS, Section.OTHER)
]


@pytest.fixture(scope="module")
def night(small_town, hash_code, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub")
    write_fhir_feed(small_town, folder / "feed", hash_code)
    return take_in([folder / "feed"], folder / "staging.db", IDS.salt)


def staged(night, model):
    with contextlib.closing(sqlite3.connect(night.staging)) as database:
        database.row_factory = sqlite3.Row
        rows = database.execute(f"SELECT * FROM {TABLE_OF_MODEL[model].name}").fetchall()  # noqa: S608
    return [from_row(model, row) for row in rows]


def content(record, citizen_id):
    if isinstance(record, MedicationOrder):
        # When each dose is due is worked out by the hub; `test_due_in_town` holds it to the town.
        record = replace(record, dosage=replace(record.dosage, schedule=None))
    values = (getattr(record, item.name) for item in fields(record) if item.name not in _HUB_OWNS)
    return (citizen_id, *values)


def test_hub_has_nothing_to_complain_of(night):
    assert night.report.is_clean
    assert night.report.total.unknown == 0
    assert night.report.total.kept == 0


@pytest.mark.parametrize("model", [model for model in _CARRIED if model is not SectionState])
def test_every_record_comes_back_with_every_field(night, small_town, model):
    sent = Counter(
        content(record, IDS.citizen(record.citizen_id) if hasattr(record, "citizen_id") else None)
        for record in small_town
        if type(record) is model
    )

    back = Counter(
        content(record, getattr(record, "citizen_id", None)) for record in staged(night, model)
    )

    assert back == sent
    assert sent.total() > 0


def test_hub_finds_everybody_who_can_be_mistaken(night, small_town):
    doubts = {citizen.id: citizen.identity_doubts for citizen in staged(night, Citizen)}

    for alike in small_town.look_alikes:
        for citizen_id in alike.citizen_ids:
            assert alike.kind in doubts[IDS.citizen(citizen_id)]


def test_ages_come_back_for_each_unit_and_each_treated_citizen(night, small_town):
    back = {
        (state.unit_id, state.section, state.citizen_id): state
        for state in staged(night, SectionState)
    }
    for unit in small_town.units:
        for state in unit.states:
            owner = IDS.citizen(state.citizen_id) if state.citizen_id else ""
            found = back[state.unit_id, state.section, owner]

            assert (found.as_of, found.is_delivered) == (state.as_of, state.is_delivered)


def test_login_codes_arrive_as_the_hash_that_was_asked_for(night, small_town, hash_code):
    hashes = {member.initials: member.login_code_phc for member in staged(night, StaffMember)}

    assert hashes == {who: hash_code(code) for who, code in small_town.login_codes.items()}
