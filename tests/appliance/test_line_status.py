import fcntl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.line_status import (
    SYNC_LOCK,
    SyncStatus,
    is_sync_running,
    read_status,
    write_status,
)

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "status", [SyncStatus(AT, None, "N-301", None), SyncStatus(AT, AT, None, 7)]
)
def test_a_status_survives_the_disk(tmp_path: Path, status: SyncStatus):
    write_status(tmp_path, status)

    assert read_status(tmp_path) == status


def test_there_is_no_status_before_the_first_sync(tmp_path: Path):
    assert read_status(tmp_path) is None


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff", b'{"last_try": 3}'])
def test_an_unreadable_status_is_no_status(tmp_path: Path, content: bytes):
    (tmp_path / "sync.json").write_bytes(content)

    assert read_status(tmp_path) is None


def test_sync_is_seen_while_it_holds_its_lock_and_not_otherwise(tmp_path: Path):
    never_run = is_sync_running(tmp_path)
    with (tmp_path / SYNC_LOCK).open("ab") as lock:
        open_only = is_sync_running(tmp_path)
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert is_sync_running(tmp_path)

    assert [never_run, open_only, is_sync_running(tmp_path)] == [False] * 3


def test_sync_is_not_seen_where_the_kernel_shows_no_locks(tmp_path: Path):
    (tmp_path / SYNC_LOCK).touch()

    assert not is_sync_running(tmp_path, tmp_path / "no-locks")
