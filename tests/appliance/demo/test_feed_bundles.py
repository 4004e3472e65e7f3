"""The town as Bundles is the town as a Bulk Data feed; reports and messages find their citizen."""

import contextlib
import sqlite3
from dataclasses import replace

import orjson
import pytest

from appliance.demo.feed_bundles import bundle_files, gateway_files, write_bundle_feed
from appliance.demo.feed_fhir import write_fhir_feed
from appliance.demo.feed_messages import message_files, write_messages
from appliance.files import write_atomically
from appliance.records.models import Citizen, Condition, Flag, Note, Observation, SectionState
from appliance.records.rows import from_row
from appliance.records.schema import TABLE_OF_MODEL, TABLES
from appliance.records.terms import FlagKind
from provisioning.intake import take_in
from provisioning.sources.opaque_ids import OpaqueIds

pytestmark = pytest.mark.slow  # seconds, not milliseconds

IDS = OpaqueIds(b"sixteen-bytes-ok")


@pytest.fixture(scope="module")
def feed(small_town, hash_code, tmp_path_factory):
    folder = tmp_path_factory.mktemp("eksport")
    write_fhir_feed(small_town, folder, hash_code)
    return folder


def night_of(folder, *feeds):
    return take_in(list(feeds), folder / "staging.db", IDS.salt)


def staged(night, model):
    with contextlib.closing(sqlite3.connect(night.staging)) as database:
        database.row_factory = sqlite3.Row
        rows = database.execute(f"SELECT * FROM {TABLE_OF_MODEL[model].name}").fetchall()  # noqa: S608
    return {from_row(model, row) for row in rows}


@pytest.fixture(scope="module")
def as_bundles(small_town, hash_code, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundles")
    write_bundle_feed(small_town, folder / "feed", hash_code)
    return night_of(folder, folder / "feed")


@pytest.fixture(scope="module")
def as_lines(feed, tmp_path_factory):
    return night_of(tmp_path_factory.mktemp("lines"), feed)


@pytest.mark.parametrize(
    "model", [table.model for table in TABLES if table.model is not SectionState]
)
def test_the_town_as_bundles_is_the_town_as_lines(as_bundles, as_lines, model):
    assert staged(as_bundles, model) == staged(as_lines, model)


def test_bundles_leave_nothing_to_complain_of_but_the_ages_of_sections(as_bundles):
    assert as_bundles.report.is_clean
    assert as_bundles.report.total.unknown == as_bundles.report.total.rejected == 0
    states = [one for one in staged(as_bundles, SectionState) if not one.citizen_id]
    assert len({state.as_of for state in states if state.is_delivered} - {None}) == 1


def test_equal_towns_give_equal_bundles(small_town, hash_code):
    assert bundle_files(small_town, hash_code) == bundle_files(small_town, hash_code)
    assert message_files(small_town) == message_files(small_town)


def test_a_care_report_has_no_name_and_no_birth_date(small_town):
    for content in gateway_files(small_town, "hjemmepleje-nord").values():
        people = [
            entry["resource"]
            for entry in orjson.loads(content)["entry"]
            if entry["resource"]["resourceType"] == "Patient"
        ]
        assert [set(one) for one in people] == [{"resourceType", "id", "identifier"}]


def test_care_reports_are_joined_to_citizens_and_tell_nothing_twice(
    small_town, feed, as_lines, tmp_path
):
    for name, content in gateway_files(small_town, "hjemmepleje-nord").items():
        write_atomically(tmp_path / "gateway" / name, content)

    night = night_of(tmp_path, feed, tmp_path / "gateway")

    assert {one.id for one in staged(night, Citizen)} == {
        one.id for one in staged(as_lines, Citizen)
    }
    assert {replace(one, id="") for one in staged(night, Condition)} == {
        replace(one, id="") for one in staged(as_lines, Condition)
    }
    assert night.report.joined.total() > 0


def test_the_mailbox_finds_its_citizens(small_town, feed, as_lines, tmp_path):
    write_messages(small_town, tmp_path / "mail")

    night = night_of(tmp_path, feed, tmp_path / "mail")
    new = {
        model: staged(night, model) - staged(as_lines, model) for model in (Flag, Note, Observation)
    }

    assert staged(night, Citizen) == staged(as_lines, Citizen)
    assert [flag.kind for flag in new[Flag]] == [FlagKind.IN_HOSPITAL]
    assert {note.title for note in new[Note]} == {"Ødemer", "Målinger i hjemmet"}
    assert len(new[Note]) == 3
    assert {one.title for one in new[Observation]} == {"Puls", "Blodtryk systolisk", "Temperatur"}
    assert night.report.is_clean
    assert night.report.joined == {"FHIR → FHIR": 4}
