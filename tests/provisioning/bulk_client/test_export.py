from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from provisioning.bulk_client.errors import (
    ExportExpiredError,
    ExportFailedError,
    OutOfTimeError,
    ServerRefusedError,
    ServerSettingsError,
    ServerUnreachableError,
)
from provisioning.bulk_client.settings import ExportSection
from tests.provisioning.bulk_client.conftest import PATIENTS, Lab
from tests.simulators.bulk_server import hang_up, http_time, many, outcome, reply

pytestmark = pytest.mark.slow  # seconds, not milliseconds

LAST = "MedicationStatement"  # the last file of the manifest


def files_of(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


# ── files that run out, logins that end ───────────────────────────────────────────────────────


def test_links_that_run_out_are_asked_for_again(lab: Lab):
    def run_out(handler: Any) -> None:
        lab.server.renew_links()
        handler.answer()

    lab.server.faults[LAST] = [run_out]

    assert lab.fetch().files == 3
    assert lab.server.paths("/files/0/", "GET")
    assert lab.server.paths(f"/files/1/output/{LAST}", "GET")


@pytest.mark.parametrize("status", [404, 410])
def test_files_that_are_gone_are_called_expired_and_the_next_run_orders_anew(lab: Lab, status: int):
    lab.server.faults[LAST] = many(reply(status, outcome("not-found")), 2)

    with pytest.raises(
        ExportExpiredError, match=rf"MedicationStatement\.001\.ndjson: status {status}"
    ):
        lab.fetch()

    assert lab.fetch().files == 3
    assert len(lab.server.paths("$export")) == 2


def test_a_passed_expires_is_named_with_its_time(lab: Lab):
    lab.server.expires = http_time(lab.clock.now() - timedelta(minutes=1))
    lab.server.faults[LAST] = many(reply(403))

    with pytest.raises(ExportExpiredError, match=r"403; it was good until 2026-11-23T01:59:00Z"):
        lab.fetch()


def test_a_file_that_is_forbidden_in_time_is_refused_not_expired(lab: Lab):
    lab.server.expires = "0"
    lab.server.faults[LAST] = many(reply(403, outcome("forbidden")))

    with pytest.raises(ServerRefusedError, match="status 403, error/forbidden"):
        lab.fetch()


def test_an_export_that_changes_while_it_is_fetched_is_not_mixed(lab: Lab):
    def change(handler: Any) -> None:
        lab.server.manifest_fields = {"transactionTime": "2026-11-23T03:00:00Z"}
        handler.send(410)

    lab.server.faults[LAST] = [change]

    with pytest.raises(ExportExpiredError, match="the manifest is another now"):
        lab.fetch()


def test_the_servers_own_words_are_kept_in_a_file_and_nowhere_else(lab: Lab):
    lab.server.faults["$export"] = [reply(400, outcome("invalid"))]

    with pytest.raises(ServerRefusedError) as caught:
        lab.fetch()

    kept = lab.working / "all" / "server-answer.txt"
    assert b"Hemmelig" in kept.read_bytes()
    assert kept.stat().st_mode & 0o77 == 0
    assert "Hemmelig" not in f"{caught.value}{lab.spoken()}"


def test_a_failed_export_is_ordered_anew_by_the_next_run(lab: Lab):
    lab.server.faults["/jobs/"] = [reply(500, outcome("processing"))]

    with pytest.raises(ExportFailedError, match="status 500, error/processing"):
        lab.fetch()

    assert lab.fetch().files == 3
    assert len(lab.server.paths("$export")) == 2


# ── going on with a run that was cut short ────────────────────────────────────────────────────


def fail_once(lab: Lab) -> None:
    """Bring Patient and Organization home, and then lose the server."""
    lab.server.faults[LAST] = many(hang_up, 6)
    with pytest.raises(ServerUnreachableError):
        lab.fetch()
    lab.server.seen.clear()


def test_the_next_run_goes_on_with_the_same_job(lab: Lab):
    fail_once(lab)

    assert lab.fetch().files == 3
    assert lab.server.paths("$export") == []
    assert [path.split("/")[4] for path in lab.server.paths("/files/")] == [LAST]
    assert "going on with the export ordered at 2026-11-23T02:00" in lab.spoken()


def test_what_was_dropped_by_the_server_meanwhile_is_ordered_anew(lab: Lab):
    fail_once(lab)
    lab.server.jobs.clear()

    assert lab.fetch().files == 3
    assert len(lab.server.paths("$export")) == 1
    assert "the server has dropped it" in lab.spoken()


@pytest.mark.parametrize("hours", [6, -1])
def test_yesterdays_export_is_not_gone_on_with(lab: Lab, hours: int):
    fail_once(lab)
    lab.clock.move(timedelta(hours=hours))

    lab.fetch()

    assert lab.server.paths("/jobs/", "DELETE") == ["/fhir/jobs/1", "/fhir/jobs/2"]
    assert len(lab.server.paths("/files/")) == 3


def test_afresh_throws_the_half_done_run_away(lab: Lab):
    fail_once(lab)

    lab.fetch(afresh=True)

    assert len(lab.server.paths("$export")) == 1


def test_other_settings_mean_another_export(lab: Lab):
    fail_once(lab)
    lab.export = ExportSection(types=("Patient",))

    lab.fetch()

    assert len(lab.server.paths("$export")) == 1
    assert lab.server.paths("/jobs/1", "DELETE") == []


def test_a_finished_file_that_shrank_on_disk_is_fetched_again(lab: Lab):
    fail_once(lab)
    (lab.working / "all" / "feed" / "Patient.001.ndjson").write_bytes(b"")

    lab.fetch()

    assert (lab.out / "Patient.001.ndjson").read_bytes() == PATIENTS


def test_files_of_another_manifest_are_not_mixed_in(lab: Lab):
    fail_once(lab)
    lab.server.manifest_fields = {"transactionTime": "2026-11-23T03:00:00Z"}
    del lab.server.files["output/Organization/0"]

    lab.fetch()

    assert files_of(lab.out) == [
        "MedicationStatement.001.ndjson",
        "Patient.001.ndjson",
        "manifest.json",
    ]
    assert len(lab.server.paths("/files/")) == 2


def test_a_state_file_that_cannot_be_read_means_a_new_export(lab: Lab):
    fail_once(lab)
    (lab.working / "all" / "state.json").write_bytes(b'{"order": 1}')

    lab.fetch()

    assert len(lab.server.paths("$export")) == 1


def test_a_run_killed_after_the_folder_was_put_in_place_is_not_repeated_as_new(lab: Lab):
    fail_once(lab)
    (lab.working / "all" / "feed").rename(lab.working / "all" / "gone")

    lab.fetch()

    assert len(lab.server.paths("$export")) == 1


def test_a_run_killed_between_the_two_renames_is_repaired(lab: Lab):
    lab.fetch()
    (lab.working / "all").mkdir()
    lab.out.rename(lab.working / "all" / "old")
    lab.server.faults["$export"] = [reply(400, outcome("invalid"))]

    with pytest.raises(ServerRefusedError):
        lab.fetch()

    assert (lab.out / "Patient.001.ndjson").read_bytes() == PATIENTS


# ── how long and how much ─────────────────────────────────────────────────────────────────────


def test_an_export_that_never_ends_is_left_in_time_and_gone_on_with(lab: Lab):
    lab.server.looks = 10**6
    lab.server.retry_after = "600"
    lab.limit(total_min=60)

    with pytest.raises(OutOfTimeError, match="the export: not done in 60 min"):
        lab.fetch()
    waited = sum(lab.waits)
    lab.server.jobs["/fhir/jobs/1"].looks_left = 0

    assert waited == 3600
    assert lab.fetch().files == 3
    assert len(lab.server.paths("$export")) == 1


def test_a_file_larger_than_allowed_is_refused_before_it_is_fetched(lab: Lab):
    lab.server.files["output/Patient/0"] = PATIENTS * 200
    lab.limit(file_mb=1)

    with pytest.raises(ServerSettingsError, match="file_mb"):
        lab.fetch()

    assert (lab.working / "all" / "feed" / "Patient.001.ndjson.part").stat().st_size == 0


def test_all_files_together_may_not_be_larger_than_allowed(lab: Lab):
    lab.server.files = {f"output/Patient/{n}": PATIENTS * 100 for n in range(2)}
    lab.limit(total_mb=1)

    with pytest.raises(ServerSettingsError, match="total_mb"):
        lab.fetch()

    assert len(PATIENTS) * 100 < 1024 * 1024 < len(PATIENTS) * 200
