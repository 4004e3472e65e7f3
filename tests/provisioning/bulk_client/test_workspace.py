from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.errors import StorageError
from provisioning.bulk_client.errors import BulkServerError
from provisioning.bulk_client.inspection import Inspection
from provisioning.bulk_client.workspace import Partial, RunState, Workspace, working_folder

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def work(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "work", tmp_path / "export")


def test_a_state_survives_the_disk(work: Workspace):
    state = RunState("order", "https://a.dk/jobs/1", NOW, "m")
    state.partial["a"] = Partial(7, '"etag"', "gzip")
    state.finished["b"] = Inspection(1, "s", "c", 2, is_packed=True)

    work.start(state)

    assert work.load() == state
    assert "jobs" not in repr(state)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"order": 1, "job_url": 2}', b"null"])
def test_a_state_that_makes_no_sense_is_no_state(work: Workspace, content: bytes):
    work.start(RunState("order", "job", NOW))
    (work.folder / "state.json").write_bytes(content)

    assert work.load() is None


def test_a_first_folder_and_the_next_are_put_in_place_whole(work: Workspace):
    for night in (b"1", b"2"):
        work.start(RunState("order", "job", NOW))
        work.path("error/a").write_bytes(night)
        work.path("left-over").write_bytes(night)
        work.publish({"n": 1}, {"error/a"})
        work.repair()

        found = sorted(path.name for path in work.target.rglob("*"))
        assert found == ["a", "error", "manifest.json"]
        assert (work.target / "error" / "a").read_bytes() == night


def test_a_link_into_nowhere_is_not_replaced(work: Workspace):
    work.target.symlink_to("nowhere")

    with pytest.raises(BulkServerError, match="no feed folder"):
        work.repair()


@pytest.mark.parametrize("is_file", [True, False])
def test_only_feeds_and_empty_folders_are_replaced(work: Workspace, *, is_file: bool):
    if is_file:
        work.target.write_text("x")
        with pytest.raises(BulkServerError):
            work.repair()
    else:
        work.target.mkdir()
        work.repair()


def test_a_disk_that_refuses_the_working_folder_is_said(tmp_path: Path):
    (tmp_path / "file").write_text("x")

    with pytest.raises(StorageError), working_folder(tmp_path / "file" / "export"):
        pass
