import gzip
import hashlib
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import orjson
import pytest

from provisioning.bulk_client.errors import (
    BulkServerError,
    ExportExpiredError,
    ServerRefusedError,
    ServerUnreachableError,
)
from provisioning.bulk_client.settings import ExportSection, KickOff, Level
from provisioning.bulk_client.workspace import working_folder
from tests.provisioning.bulk_client.conftest import PATIENTS, Lab
from tests.provisioning.feeds import take
from tests.simulators.bulk_server import AS_OF, hang_up, many, outcome, reply

LAST = "MedicationStatement"  # the last file of the manifest


def files_of(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_an_export_becomes_a_feed_folder_with_local_names_and_hashes(lab: Lab):
    result = lab.fetch()

    manifest = lab.manifest()
    assert files_of(lab.out) == [
        "MedicationStatement.001.ndjson",
        "Organization.001.ndjson",
        "Patient.001.ndjson",
        "manifest.json",
    ]
    assert manifest["transactionTime"] == AS_OF
    assert manifest["requiresAccessToken"] is False
    assert manifest["output"][0] == {
        "type": "Patient",
        "url": "Patient.001.ndjson",
        "count": 40,
        "extension": {"sha256": hashlib.sha256(PATIENTS).hexdigest()},
    }
    assert (result.files, result.resources, result.transaction_time) == (3, 81, AS_OF)


def test_nothing_secret_and_nothing_half_done_is_left_behind(lab: Lab):
    lab.fetch()

    assert [path.name for path in lab.working.iterdir()] == ["lock"]
    assert lab.out.stat().st_mode & 0o777 == 0o700
    assert all(p.stat().st_mode & 0o77 == 0 for p in lab.out.rglob("*"))
    assert b"s3cret" not in (lab.out / "manifest.json").read_bytes()
    assert "s3cret" not in lab.spoken()


def test_the_reader_of_the_hub_takes_the_folder_without_a_problem(lab: Lab):
    lab.server.packs = True
    lab.fetch()

    taken = take(lab.out, lab.folder)

    assert taken.report.is_clean
    assert taken.report.total.read == 81


def test_packed_files_stay_packed_on_disk(lab: Lab):
    lab.server.packs = True

    result = lab.fetch()

    entry = lab.manifest()["output"][0]
    content = (lab.out / "Patient.001.ndjson.gz").read_bytes()
    assert gzip.decompress(content) == PATIENTS
    assert entry["url"] == "Patient.001.ndjson.gz"
    assert entry["extension"]["sha256"] == hashlib.sha256(content).hexdigest()
    assert result.resources == 81


def test_the_job_is_deleted_when_all_is_home(lab: Lab):
    lab.fetch()

    assert lab.server.paths("/jobs/", "DELETE") == ["/fhir/jobs/1"]
    assert lab.server.jobs == {}


def test_a_server_that_knows_no_delete_harms_nothing(lab: Lab):
    lab.server.faults["DELETE"] = [reply(405, outcome("not-supported"))]

    assert lab.fetch().files == 3
    assert len(lab.server.paths("/jobs/", "DELETE")) == 1


def test_a_server_that_dies_after_the_last_file_harms_nothing(lab: Lab):
    lab.server.faults["DELETE"] = [hang_up]

    assert lab.fetch().files == 3


def test_messages_and_deleted_resources_are_kept_apart_and_counted(lab: Lab):
    noted = outcome("processing") + b"\n" + outcome("informational", "warning") + b"\n\nrubbish}\n"
    lab.server.files["error/OperationOutcome/0"] = b"{}\n" + noted
    lab.server.files["deleted/Bundle/0"] = b'{"resourceType":"Bundle"}\n'

    result = lab.fetch()

    manifest = lab.manifest()
    assert result.said == {"error": 1, "warning": 1, "unreadable": 2}
    assert result.deleted_files == 1
    assert result.resources == 81
    assert manifest["error"][0]["url"] == "error/OperationOutcome.001.ndjson"
    assert manifest["deleted"][0]["url"] == "deleted/Bundle.001.ndjson"
    assert (lab.out / "error" / "OperationOutcome.001.ndjson").is_file()


def test_an_export_without_a_single_resource_is_an_empty_feed(lab: Lab):
    lab.server.files = {}

    assert lab.fetch().resources == 0
    assert lab.manifest()["output"] == []


def test_the_next_night_replaces_the_folder(lab: Lab):
    lab.fetch()
    lab.server.files = {"output/Patient/0": PATIENTS}

    lab.fetch()

    assert files_of(lab.out) == ["Patient.001.ndjson", "manifest.json"]


def test_a_failed_night_leaves_yesterdays_folder_untouched(lab: Lab):
    lab.fetch()
    before = files_of(lab.out)
    lab.server.faults[LAST] = many(reply(404, outcome("not-found")))

    with pytest.raises(ExportExpiredError):
        lab.fetch()

    assert files_of(lab.out) == before


def test_a_folder_that_is_no_feed_is_never_replaced(lab: Lab):
    lab.out.mkdir()
    (lab.out / "letter.txt").write_text("dear")

    with pytest.raises(BulkServerError, match="no feed folder"):
        lab.fetch()

    assert lab.server.seen == []
    assert (lab.out / "letter.txt").exists()


def test_only_one_run_at_a_time_may_fetch_to_a_folder(lab: Lab):
    with working_folder(lab.out), pytest.raises(BulkServerError, match="another run"):
        lab.run()


# ── groups ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def groups(lab: Lab) -> Lab:
    lab.export = ExportSection(Level.GROUP, groups=("soelund", "birk"))
    return lab


def test_each_group_gets_a_folder_of_its_own(groups: Lab):
    report = groups.run()

    assert report.is_complete
    assert [job.split("?")[0] for job in groups.server.paths("$export")] == [
        "/fhir/Group/soelund/$export",
        "/fhir/Group/birk/$export",
    ]
    assert groups.manifest(groups.out / "Group" / "birk")["transactionTime"] == AS_OF


def test_a_group_that_fails_keeps_its_folder_and_the_others_go_on(groups: Lab):
    groups.run()
    groups.server.faults["soelund"] = [reply(404, outcome("not-found"))]
    groups.server.manifest_fields = {"transactionTime": "2026-11-24T02:00:00Z"}

    failed, done = groups.run().results

    assert isinstance(failed.error, ServerRefusedError)
    assert done.error is None
    assert groups.manifest(groups.out / "Group" / "soelund")["transactionTime"] == AS_OF
    assert groups.manifest(groups.out / "Group" / "birk")["transactionTime"] != AS_OF


def test_a_server_that_is_down_is_not_tried_for_every_group(groups: Lab):
    groups.server.faults["$export"] = many(hang_up)

    report = groups.run()

    assert [type(result.error) for result in report.results] == [ServerUnreachableError] * 2
    assert len(groups.server.paths("$export")) == 6
    assert not report.is_complete


def test_what_lies_in_the_feed_and_was_not_fetched_is_named(groups: Lab):
    groups.run()
    (groups.out / "manifest.json").write_text("{}")
    groups.export = replace(groups.export, groups=("birk",))

    assert groups.run().strays == ("manifest.json", "Group/soelund")


def test_half_done_data_of_a_group_no_longer_asked_for_are_deleted(groups: Lab):
    groups.server.faults["/files/"] = many(hang_up, 6)
    groups.run()
    groups.export = replace(groups.export, groups=("birk",))
    assert (groups.working / "group-soelund").exists()

    groups.run()

    assert not (groups.working / "group-soelund").exists()


def test_the_order_says_what_was_asked_for(lab: Lab):
    types = ("Patient", "MedicationStatement")
    lab.export = ExportSection(Level.SYSTEM, types=types, since="2026-11-01T00:00:00+01:00")

    lab.fetch()

    (job,) = lab.server.sent("$export")
    query = parse_qs(job.path.partition("?")[2])
    assert job.path.startswith("/fhir/$export?")
    assert query["_type"] == ["Patient,MedicationStatement"]
    assert query["_since"] == ["2026-11-01T00:00:00+01:00"]
    assert query["_outputFormat"] == ["application/fhir+ndjson"]
    assert job.headers["Prefer"] == "respond-async"
    assert job.headers["Accept"] == "application/fhir+json"


def test_an_order_by_post_carries_its_parameters_in_the_body(lab: Lab):
    types = ("Patient", "Flag")
    since = "2026-11-01T00:00:00Z"
    lab.export = ExportSection(kick_off=KickOff.POST, types=types, since=since)

    lab.fetch()

    (job,) = lab.server.sent("$export")
    assert (job.method, job.path) == ("POST", "/fhir/Patient/$export")
    assert orjson.loads(job.body)["parameter"] == [
        {"name": "_outputFormat", "valueString": "application/fhir+ndjson"},
        {"name": "_type", "valueString": "Patient"},
        {"name": "_type", "valueString": "Flag"},
        {"name": "_since", "valueInstant": since},
    ]
