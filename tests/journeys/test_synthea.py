"""A feed nobody here wrote goes the whole way: export, hub, box, records (and nobody is lost)."""

import gzip
import json
import shutil

import pytest

from appliance.demo.box import BoxFolder, ram_folder
from appliance.demo.hub import Hub, serving
from appliance.demo.night import wait_for_keeper
from appliance.demo.processes import programs_running, run_program
from appliance.records import models, terms
from appliance.records.store import RecordStore
from appliance.vault.enrolment import for_hub
from appliance.vault.opened import Opened
from tests import shared_data

pytestmark = pytest.mark.slow
TYPES = ("Patient", "MedicationRequest", "AllergyIntolerance", "Condition")


def read(folder, kind: str) -> list[dict]:
    with gzip.open(folder / f"{kind}.ndjson.gz") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The Synthea files with the manifest a Bulk Data server would have sent beside them."""
    folder = tmp_path_factory.mktemp("synthea") / "feed"
    shutil.copytree(shared_data.folder("synthea-elderly-r4"), folder)
    output = [
        {"type": path.name.split(".")[0], "url": path.name}
        for path in sorted(folder.glob("*.ndjson.gz"))
    ]
    manifest = {
        "transactionTime": "2026-11-23T01:05:00Z",
        "request": "https://example.org/fhir/$export",
        "requiresAccessToken": False,
        "output": output,
        "error": [],
    }
    folder.chmod(0o755)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


@pytest.fixture(scope="module")
def store(source, tmp_path_factory):
    """Publish the feed, fetch and open it with the card code, and read the copy in RAM."""
    out = tmp_path_factory.mktemp("synthea-box")
    hub, box = Hub(out / "hub"), BoxFolder(out / "box", out / "paper")
    hub.create()
    with ram_folder() as ram, serving(hub.public) as url:
        config = box.write_config(url, ram, 8080)
        enrolment = box.enrol(config, hub.trust)
        hub.accept(for_hub(config, enrolment), "Alle", "*")
        hub.publish(source)
        run_program("appliance", "sync", "--config", str(box.config_path))
        with programs_running(box.config_path, out / "log", "keeper"):
            wait_for_keeper(config).unlock(enrolment.card_code)
            opened = Opened.read(config.records_dir)
            yield RecordStore(opened.records)


def test_every_living_patient_is_a_citizen_by_name(store, source):
    living = [item for item in read(source, "Patient") if "deceasedDateTime" not in item]
    expected = sorted(
        " ".join([*item["name"][0]["given"], item["name"][0]["family"]]) for item in living
    )

    assert len(living) == 42
    assert sorted(citizen.name for citizen in store.citizens()) == expected


@pytest.mark.parametrize(
    ("kind", "model"),
    [
        ("MedicationRequest", models.MedicationOrder),
        ("AllergyIntolerance", models.Warning),
        ("Condition", models.Condition),
    ],
)
def test_every_medication_allergy_and_condition_is_there(store, source, kind, model):
    expected = len(read(source, kind))

    assert expected > 0
    assert len(store.all_of(model)) == expected


def test_sections_the_source_never_delivered_are_said_to_be_missing(store):
    citizen = store.citizens()[0]

    assert store.section(citizen, terms.Section.MEDICATION).is_delivered
    assert not store.section(citizen, terms.Section.VISITS).is_delivered
