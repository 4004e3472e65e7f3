import hashlib
import json
import re
import time
import zipfile
from collections import Counter
from datetime import timedelta

import pytest

from appliance.clock import format_time, parse_time
from appliance.demo.feed_fhir import feed_files, write_feed_zip, write_fhir_feed

pytestmark = pytest.mark.slow  # seconds, not milliseconds


@pytest.fixture(scope="module")
def files(town, hash_code):
    return feed_files(town, hash_code)


@pytest.fixture(scope="module")
def resources(files):
    return [
        (name.split("/", maxsplit=1)[0], json.loads(line))
        for name, content in files.items()
        if name.endswith(".ndjson")
        for line in content.splitlines()
    ]


def manifest(files, slug):
    return json.loads(files[f"{slug}/manifest.json"])


def of_type(resources, kind):
    return [resource for _, resource in resources if resource["resourceType"] == kind]


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_every_unit_has_a_folder_and_the_rest_is_shared(files, town):
    folders = {name.split("/", maxsplit=1)[0] for name in files}

    assert folders == {unit.slug for unit in town.units} | {"faelles"}


def test_manifest_counts_and_sums_are_those_of_the_files(files):
    for name in [name for name in files if name.endswith("manifest.json")]:
        folder = name.split("/", maxsplit=1)[0]
        for item in manifest(files, folder)["output"]:
            content = files[f"{folder}/{item['url']}"]

            assert item["count"] == content.count(b"\n")
            assert item["extension"]["sha256"] == hashlib.sha256(content).hexdigest()


def test_every_file_is_listed_and_lists_only_its_own_type(files):
    for name, content in files.items():
        folder, _, file = name.partition("/")
        if file == "manifest.json":
            continue
        listed = {item["url"]: item["type"] for item in manifest(files, folder)["output"]}

        assert {json.loads(line)["resourceType"] for line in content.splitlines()} <= {listed[file]}


def test_every_reference_leads_somewhere(resources):
    known = {f"{resource['resourceType']}/{resource['id']}" for _, resource in resources}
    for _, resource in resources:
        inside = {f"#{item['id']}" for item in resource.get("contained", [])}

        assert set(references(resource)) - inside <= known


def test_references_to_citizens_stay_within_the_unit(resources):
    home = {one["id"]: folder for folder, one in resources if one["resourceType"] == "Patient"}
    for folder, resource in resources:
        pointed = [target for target in references(resource) if target.startswith("Patient/")]

        assert all(home[target.removeprefix("Patient/")] == folder for target in pointed)


def test_ids_are_legal_and_one_resource_has_one_version(resources):
    versions = {}
    for _, resource in resources:
        assert re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", resource["id"])
        key = (resource["resourceType"], resource["id"])
        assert versions.setdefault(key, resource) == resource


def test_nothing_is_null_or_empty(files):
    everything = b"".join(content for name, content in files.items() if name.endswith(".ndjson"))

    assert not re.search(rb':(null|""|\[\]|\{\})', everything)


def test_stale_medication_is_told_by_the_manifest_and_by_each_statement(files, town):
    stale = town.night - timedelta(days=3)
    ages = {
        item["type"]: item["extension"]["asOf"] for item in manifest(files, "kaerhoej")["output"]
    }
    lines = files["kaerhoej/MedicationStatement.ndjson"].splitlines()
    read = [parse_time(json.loads(line)["dateAsserted"]) for line in lines]

    assert ages["MedicationStatement"] == ages["Medication"] == format_time(stale)
    assert ages["Patient"] == format_time(town.night)
    assert max(read) < stale


def test_type_that_a_unit_does_not_deliver_is_not_listed(files):
    types = {item["type"] for item in manifest(files, "fyrtaarnet")["output"]}

    assert "AllergyIntolerance" not in types
    assert "fyrtaarnet/AllergyIntolerance.ndjson" not in files


def test_type_that_is_delivered_but_empty_is_listed(files):
    counts = {item["type"]: item["count"] for item in manifest(files, "solgaarden")["output"]}

    assert counts["Appointment"] == 0
    assert files["solgaarden/Appointment.ndjson"] == b""


def test_one_unit_sends_requests_and_the_others_statements(resources):
    senders = Counter(
        (folder, one["resourceType"])
        for folder, one in resources
        if one["resourceType"] in ("MedicationRequest", "MedicationStatement")
    )

    assert {folder for folder, kind in senders if kind == "MedicationRequest"} == {
        "hjemmepleje-syd"
    }
    assert ("hjemmepleje-syd", "MedicationStatement") not in senders


def test_medicine_comes_by_reference_inside_and_as_words(resources):
    orders = of_type(resources, "MedicationStatement")
    inside = sum("contained" in order for order in orders)
    words = sum("medicationCodeableConcept" in order for order in orders)

    assert 0.05 < inside / len(orders) < 0.25
    assert 0.01 < words / len(orders) < 0.25
    assert all(
        "medicationReference" in order or "medicationCodeableConcept" in order for order in orders
    )


def test_official_text_stands_on_every_entry_of_a_dosage(resources):
    dosages = [order.get("dosage", []) for order in of_type(resources, "MedicationStatement")]

    assert all(len({entry["text"] for entry in dosage}) == 1 for dosage in dosages if dosage)
    assert any(len(dosage) > 3 for dosage in dosages)


def test_numbers_of_one_dose_share_a_unit(resources):
    for order in of_type(resources, "MedicationStatement"):
        units = {
            entry["doseAndRate"][0]["doseQuantity"]["unit"]
            for entry in order.get("dosage", [])
            if "when" in entry.get("timing", {}).get("repeat", {})
            and "doseQuantity" in entry["doseAndRate"][0]
            and "boundsPeriod" not in entry["timing"]["repeat"]
        }

        assert len(units) <= 1


def test_replacement_numbers_stand_in_their_own_systems(resources):
    systems = Counter(
        identifier["system"]
        for patient in of_type(resources, "Patient")
        for identifier in patient.get("identifier", [])
    )

    assert systems["urn:oid:1.2.208.176.1.6.1.1"] >= 1
    assert systems["urn:oid:1.2.208.176.1.6.1.3.177"] >= 1
    assert systems["urn:oid:1.2.208.176.1.2"] > 400


def test_login_codes_travel_only_as_hashes(files, town, hash_code):
    shared = files["faelles/Practitioner.ndjson"].decode()

    assert all(hash_code(code) in shared for code in town.login_codes.values())
    assert not any(f'"{code}"' in shared for code in town.login_codes.values())


def test_asking_and_finding_no_allergy_is_sent_as_such(resources):
    codes = [
        coding["code"]
        for allergy in of_type(resources, "AllergyIntolerance")
        for coding in allergy["code"].get("coding", [])
    ]

    assert codes.count("716186003") > 30


def test_later_export_moves_every_age_alike(small_town, hash_code):
    later = small_town.night + timedelta(hours=5)

    files = feed_files(small_town, hash_code, as_of=later)

    written = manifest(files, "kaerhoej")
    ages = {item["type"]: item["extension"]["asOf"] for item in written["output"]}
    assert written["transactionTime"] == ages["Patient"] == format_time(later)
    assert ages["MedicationStatement"] == format_time(later - timedelta(days=3))


def test_folder_and_zip_hold_the_same_files(small_town, hash_code, tmp_path):
    write_fhir_feed(small_town, tmp_path / "feed", hash_code)
    write_feed_zip(small_town, tmp_path / "feed.zip", hash_code)

    expected = feed_files(small_town, hash_code)
    with zipfile.ZipFile(tmp_path / "feed.zip") as packed:
        assert {name: packed.read(name) for name in packed.namelist()} == expected
    for name, content in expected.items():
        assert (tmp_path / "feed" / name).read_bytes() == content


def test_two_zips_are_equal_bytes(small_town, hash_code, tmp_path):
    write_feed_zip(small_town, tmp_path / "one.zip", hash_code)
    write_feed_zip(small_town, tmp_path / "two.zip", hash_code)

    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_whole_feed_is_made_fast_enough_for_the_demo(town, hash_code):
    started_s = time.process_time()  # the machine may have other things to do
    feed_files(town, hash_code)

    assert time.process_time() - started_s < 3
