from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.line_status import SyncStatus, read_status, write_status

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
