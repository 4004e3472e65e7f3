"""A snapshot made by the version before this one is read, with what it could not know left open.

`schema_1.sql` is the dump of a database that version 0.1.0 wrote; its people are invented.
"""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from appliance.records.dosage import Grid
from appliance.records.due import NO_STRUCTURE, due_on
from appliance.records.models import Attachment, Citizen, MedicationOrder, Observation
from appliance.records.schema import READABLE_VERSIONS, SCHEMA_VERSION
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId, Section

DUMP = Path(__file__).with_name("schema_1.sql")


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "records.db"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(DUMP.read_text(encoding="utf-8"))
    return RecordStore(path)


def test_this_version_and_the_one_before_are_read():
    assert SCHEMA_VERSION in READABLE_VERSIONS
    assert SCHEMA_VERSION - 1 in READABLE_VERSIONS


def test_everything_that_was_there_is_there(store):
    (citizen,) = store.all_of(Citizen)
    first = store.all_of(MedicationOrder)[0]

    assert (citizen.name, citizen.dwelling, citizen.birth_date) == (
        "Åse Marie Ågård", "101", date(1940, 12, 31),
    )  # fmt: skip
    assert citizen.identity_doubts == ("similar_name",)
    assert first.dosage.grid == Grid("1", "", "2", "", "tabletter")
    assert [gap.field for gap in first.gaps] == ["prescriber"]
    assert store.section(citizen, Section.MEDICATION).source == "CSV/Excel"


def test_what_it_could_not_know_is_not_known(store):
    (citizen,), (observation,) = store.all_of(Citizen), store.all_of(Observation)
    (attachment,) = store.all_of(Attachment)

    assert (citizen.easting, citizen.northing) == (None, None)
    assert observation.note is None
    assert (attachment.citizen_id, attachment.unit_id) == (CitizenId("c1"), None)


def test_what_is_due_is_told_from_the_columns_and_never_guessed_from_words(store):
    columns, words = store.all_of(MedicationOrder)

    assert [dose.when for dose in due_on(columns, date(2026, 11, 23)).doses] == ["morgen", "aften"]
    assert due_on(words, date(2026, 11, 23)).unknown == NO_STRUCTURE
