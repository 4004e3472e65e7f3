"""The invented town, written as lists and taken in, is the town that was invented."""

import zipfile
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.demo.feed_csv import write_csv_folder
from appliance.demo.feed_fhir import write_fhir_feed
from appliance.records.due import due_on
from appliance.records.models import (
    Attachment,
    Citizen,
    MedicationOrder,
    OtherItem,
    SectionState,
    StaffMember,
    Unit,
)
from appliance.records.schema import TABLES
from tests.provisioning.feeds import IDS, Taken, take
from tests.provisioning.lists.lists import (
    TOWN,
    take_feeds,
    town_tables,
    write_workbook,
)
from tests.provisioning.test_town_truth import counted, hash_code

pytestmark = pytest.mark.slow  # seconds, not milliseconds

SOURCE_MODELS = [
    table.model for table in TABLES if table.model not in (SectionState, Attachment, OtherItem)
]


def as_csv(folder, encoding, delimiter):
    write_csv_folder(TOWN, folder, encoding, delimiter, hash_code)
    return folder


def as_zip(folder, encoding, delimiter):
    as_csv(folder, encoding, delimiter)
    with zipfile.ZipFile(folder.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.iterdir()):
            packed.write(path, path.name)
    return folder.with_suffix(".zip")


def as_workbooks(folder, *_):
    folder.mkdir()
    for name, rows in town_tables().items():
        write_workbook(folder / f"{name}.xlsx", Ark1=rows)
    return folder


def as_one_workbook(folder, *_):
    folder.mkdir()
    write_workbook(folder / "Udtræk.xlsx", **town_tables())
    return folder


SLOW = pytest.mark.slow  # openpyxl both writes and reads a whole town
FORMS = {
    "cp1252 semicolon": (as_csv, "cp1252", ";"),
    "utf-8 comma": (as_csv, "utf-8", ","),
    "utf-8-sig tab": (as_csv, "utf-8-sig", "\t"),
    "zip": (as_zip, "utf-8", ";"),
    "workbooks": (as_workbooks, "", ""),
    "one workbook": (as_one_workbook, "", ""),
}


@pytest.fixture(
    scope="module",
    params=[pytest.param(form, marks=SLOW if "work" in form else ()) for form in FORMS],
)
def taken(request, tmp_path_factory) -> Taken:
    write, encoding, delimiter = FORMS[request.param]
    folder = tmp_path_factory.mktemp("town")
    return take_feeds([write(folder / "lists", encoding, delimiter)], folder, None)


@pytest.fixture(scope="module")
def as_fhir(tmp_path_factory) -> Taken:
    folder = tmp_path_factory.mktemp("fhir")
    write_fhir_feed(TOWN, folder / "feed", hash_code)
    return take(folder / "feed", folder)


def test_every_row_was_used_and_nothing_was_remarked(taken):
    assert taken.messages == ""
    assert taken.report.is_clean
    assert taken.report.total.used == taken.report.total.read


@pytest.mark.parametrize("model", SOURCE_MODELS, ids=lambda model: model.__name__)
def test_every_record_of_the_town_is_there_field_by_field(taken, model):
    expected = counted(truth_of(model), is_truth=True)

    found = counted(taken.all_of(model), is_truth=False)

    assert found - expected == Counter()
    assert expected - found == Counter()
    assert expected


def truth_of(model):
    return [record for record in TOWN if type(record) is model]


def test_age_and_delivery_of_every_section_are_as_the_town_has_them(taken):
    found = {(one.unit_id, one.section, one.citizen_id): one for one in taken.all_of(SectionState)}

    for expected in truth_of(SectionState):
        citizen = IDS.citizen(expected.citizen_id) if expected.citizen_id else ""
        state = found[expected.unit_id, expected.section, citizen]
        assert (state.as_of, state.is_delivered) == (expected.as_of, expected.is_delivered)


def test_copy_is_the_one_the_fhir_feed_gives(taken, as_fhir):
    """Record by record, the hub's own gaps and doubts included; ids where the lists carry one.

    Only what each dose is due by differs: a list has words where FHIR has a structure, and what the
    words mean for tonight is never guessed (`test_lists_never_say_otherwise_of_what_is_due`).
    """
    for model in SOURCE_MODELS:
        own = {"login_code_phc"} if model is StaffMember else {"id"} - {*with_own_id(model)}
        assert counted_whole(taken.all_of(model), own) == counted_whole(as_fhir.all_of(model), own)


def with_own_id(model):
    return ("id",) if model in (Citizen, StaffMember, Unit) else ()


def test_lists_never_say_otherwise_of_what_is_due(taken, as_fhir):
    def of_brand(source):
        return {(one.citizen_id, one.brand, one.strength): one for one in source}

    known, of_fhir = 0, of_brand(as_fhir.all_of(MedicationOrder))
    for key, order in of_brand(taken.all_of(MedicationOrder)).items():
        for day in (TOWN.night.date() + timedelta(days=number) for number in range(8)):
            due, expected = due_on(order, day), due_on(of_fhir[key], day)
            assert due.unknown or due == expected
            known += due.unknown is None
    assert known > 1000


def without_schedule(record):
    if not isinstance(record, MedicationOrder):
        return record
    return replace(record, dosage=replace(record.dosage, schedule=None))


def counted_whole(records, own):
    records = map(without_schedule, records)
    return Counter(
        repr([getattr(one, name) for name in one.__slots__ if name not in own]) for one in records
    )


def test_order_has_the_id_it_has_in_the_fhir_feed(taken, as_fhir):
    requests = {one.id for one in TOWN.unit("hjemmepleje-syd").care.medication}
    of_csv = {one.id for one in taken.all_of(MedicationOrder)}
    of_fhir = {one.id for one in as_fhir.all_of(MedicationOrder)}

    assert len(of_fhir - of_csv) == len(requests)
    assert {IDS.record(f"MedicationRequest/{one}") for one in requests} == of_fhir - of_csv
