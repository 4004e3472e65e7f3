from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.outage.probe_status import NAME, Probed, ProbeStatus, Seen, read_probes, write_probes

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
STATUS = ProbeStatus(
    5000.0, (Seen(Probed.LINK, True, AT, 900.0), Seen(Probed.CARE_SYSTEM, False, AT, 60.0))
)  # fmt: skip


def test_what_was_seen_survives_the_disk(tmp_path: Path) -> None:
    write_probes(tmp_path, STATUS)

    assert read_probes(tmp_path) == STATUS


@pytest.mark.parametrize("looked_s", [5000.0, 5000.04, 5000.06, 5000.099])
def test_a_look_counts_from_the_moment_it_was_taken(tmp_path: Path, looked_s: float) -> None:
    write_probes(tmp_path, replace(STATUS, monotonic_s=looked_s))

    age = read_probes(tmp_path).age_s(looked_s)

    assert 0 <= age < 0.1


def test_the_file_names_no_address(tmp_path: Path) -> None:
    write_probes(tmp_path, STATUS)

    assert "://" not in (tmp_path / NAME).read_text()


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff", b'{"format":2}', b'{"format":1,"mono":0,"seen":[{}]}']
)
def test_a_file_that_cannot_be_read_says_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)

    assert read_probes(tmp_path) is None


@pytest.mark.parametrize(("now_s", "age"), [(5060, 60), (4000, None), (9000, None)])
def test_a_look_of_another_run_or_of_long_ago_says_nothing(now_s: float, age: float | None) -> None:
    assert STATUS.age_s(now_s) == age


def test_what_is_not_looked_at_is_not_known() -> None:
    assert STATUS.of(Probed.HUB) is None
    assert STATUS.of(Probed.LINK) == STATUS.seen[0]
