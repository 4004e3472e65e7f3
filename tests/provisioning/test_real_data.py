"""What nobody here wrote: no crash, every resource counted, every living person there."""

import gzip
import json
import shutil
from collections import Counter

import pytest
from click.testing import CliRunner

from appliance.clock import parse_time
from appliance.records.models import Citizen, Condition, MedicationOrder, SectionState
from appliance.records.models import (
    Warning as Cave,
)
from appliance.records.terms import MedicationStatus, Section
from provisioning.cli import provision
from tests.provisioning.feeds import IDS, take
from tests.shared_data import folder

pytestmark = pytest.mark.slow  # seconds, not milliseconds

AS_OF = parse_time("2026-11-23T02:00")
DK_CORE = ("dk-core.ndjson", "dk-core-medication-draft.ndjson")


def resources_of(path, pattern):
    for file in sorted(path.glob(pattern)):
        content = file.read_bytes()
        content = gzip.decompress(content) if file.suffix == ".gz" else content
        yield from map(json.loads, content.splitlines())


def read_counts(taken):
    return {kind: item.read for kind, item in taken.report.counts.items()}


@pytest.fixture(scope="module")
def synthea(tmp_path_factory):
    return take(folder("synthea-elderly-r4"), tmp_path_factory.mktemp("synthea"), AS_OF)


def test_synthea_elderly_are_all_there_with_medicine_allergies_and_conditions(synthea):
    taken = synthea
    given = list(resources_of(folder("synthea-elderly-r4"), "*.ndjson.gz"))

    assert read_counts(taken) == Counter(one["resourceType"] for one in given)
    assert taken.report.total.read == 12_110
    assert taken.report.total.rejected == 0
    people = {one["id"] for one in given if one["resourceType"] == "Patient"}
    assert {one.id for one in taken.all_of(Citizen)} == set(map(IDS.citizen, people))
    for kind, model in (
        ("MedicationRequest", MedicationOrder),
        ("Condition", Condition),
        ("AllergyIntolerance", Cave),
    ):
        owners = Counter(
            IDS.citizen(
                one.get("subject", one.get("patient"))["reference"].removeprefix("urn:uuid:")
            )
            for one in given
            if one["resourceType"] == kind
        )
        assert Counter(one.citizen_id for one in taken.all_of(model)) == owners


def test_synthea_medicine_keeps_its_status_and_guesses_no_dose(synthea):
    orders = synthea.all_of(MedicationOrder)
    feed = folder("synthea-elderly-r4")
    given = Counter(one["status"] for one in resources_of(feed, "MedicationRequest.ndjson.gz"))

    assert Counter(order.status for order in orders) == {
        MedicationStatus.ACTIVE: given["active"],
        MedicationStatus.STOPPED: given["stopped"],
    }
    assert all(order.brand and order.dosage.grid is None for order in orders)
    texts = {order.dosage.text for order in orders}
    assert "1 (enhed ikke oplyst) 1 gang dagligt" in texts
    assert "dosis ikke oplyst efter behov" in texts


def test_real_bulk_export_is_read_line_by_line_but_for_its_diary(tmp_path):
    feed = folder("smart-bulk-10-patients")
    given = Counter(one["resourceType"] for one in resources_of(feed, "*.000.ndjson"))
    taken = take(feed, tmp_path, AS_OF)

    assert read_counts(taken) == given
    assert taken.report.total.rejected == 0
    assert len(taken.all_of(Citizen)) == 10  # of 13, three are dead
    assert taken.report.left_out["Patient of a citizen who is deceased"] == 3


@pytest.fixture
def dk_core(tmp_path):
    source = folder("dk-fhir-examples")
    (tmp_path / "feed").mkdir()
    for name in DK_CORE:
        shutil.copy(source / name, tmp_path / "feed" / name)
    return take(tmp_path / "feed", tmp_path, AS_OF)


def test_danish_test_persons_are_read_and_the_known_dirt_is_marked(dk_core):
    citizens = {one.name: one for one in dk_core.all_of(Citizen)}
    doubts = Counter(doubt for one in citizens.values() for doubt in one.identity_doubts)

    assert dk_core.report.total.read == 168 + 23  # lines, and the entries of three Bundles
    assert {one.cpr for one in citizens.values()} >= {"1206550VK9", "0703921VJ4"}
    assert doubts["duplicate_cpr"] >= 2
    assert dk_core.verdicts("RelatedPerson") == (42, 0, 0, 0)


def test_danish_medicine_is_shown_once_though_sent_twice(dk_core):
    orders = dk_core.all_of(MedicationOrder)

    assert {order.brand for order in orders} == {
        'Simvastatin "Actavis" filmovertrukne tabletter 40 mg',
        "Metformin 500 mg",
    }
    assert {order.dosage.text for order in orders} >= {"1 tablet dagligt til aftensmad"}
    assert {order.indication for order in orders} >= {"Hyperkolesterolæmi"}
    assert dk_core.verdicts("MedicationRequest") == (1, 2, 0, 0)


def test_medicine_card_tells_when_it_was_read(dk_core):
    own = [state for state in dk_core.all_of(SectionState) if state.citizen_id]

    assert [state.as_of for state in own] == [parse_time("2026-04-20")]
    assert own[0].section is Section.MEDICATION


@pytest.mark.parametrize("name", ["dk-fhir-examples", "hl7-r4-examples-core"])
def test_heap_of_examples_is_counted_to_the_last(tmp_path, name):
    source = folder(name)
    taken = take(source, tmp_path, AS_OF)
    given = list(resources_of(source, "*.ndjson"))
    strays = len(list(source.glob("*.json")))

    assert taken.report.total.read == len(given) + sum(map(entries_of, given)) + strays
    assert taken.report.total.accepted + taken.report.total.rejected == taken.report.total.read


def entries_of(resource):
    """Count the resources in a Bundle, and in the Bundles in it."""
    if resource["resourceType"] != "Bundle":
        return 0
    inside = [entry["resource"] for entry in resource.get("entry", []) if "resource" in entry]
    return sum(entries_of(one) + (one["resourceType"] != "Bundle") for one in inside)


FOLDERS = ("dk-fhir-examples", "hl7-r4-examples-core", "kl-term", "routing",
           "smart-bulk-10-patients", "synthea-elderly-r4", ".")  # fmt: skip


@pytest.mark.parametrize("name", FOLDERS)
def test_everything_real_goes_in_without_a_crash_and_with_its_table(name):
    given = ["check", "--quiet", "--feed", str(folder(name)), "--as-of", "2026-11-23T02:00"]
    said = CliRunner().invoke(provision, given)

    assert said.exception is None or isinstance(said.exception, SystemExit)
    assert said.exit_code in (0, 1)
    assert said.stdout.splitlines()[0].split() == [
        "type", "read", "used", "kept", "unknown", "rejected",
    ]  # fmt: skip
    (sums,) = [line for line in said.stdout.splitlines() if line.startswith("accepted")]
    accepted, rejected, read = (int(word) for word in sums.split() if word.isdigit())
    assert accepted + rejected == read > 0
