"""A process is held to its share, in whatever way this machine allows."""

import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bench.cpu_quota import held_to, limits, make_cgroup

BUSY = "import time\nend = time.monotonic() + 1\nwhile time.monotonic() < end: pass"


def v2(root: Path, shared: str) -> Path:
    (root / "cgroup.subtree_control").write_text(shared, encoding="ascii")
    return root


def v1(root: Path) -> Path:
    (root / "cpu").mkdir()
    (root / "cpu" / "cpu.cfs_quota_us").write_text("-1", encoding="ascii")
    return root


def test_the_newer_cgroups_take_one_line(tmp_path):
    assert limits(15, v2(tmp_path, "cpu memory\n")) == [(tmp_path, {"cpu.max": "15000 100000"})]


def test_the_older_cgroups_take_quota_and_period(tmp_path):
    ((parent, settings),) = limits(15, v1(tmp_path))

    assert parent == tmp_path / "cpu"
    assert settings == {"cpu.cfs_period_us": "100000", "cpu.cfs_quota_us": "15000"}


@pytest.mark.parametrize("shared", ["", "cpuset memory\n"])
def test_cgroups_without_the_processor_are_no_way(tmp_path, shared):
    assert make_cgroup(15, 1, v2(tmp_path, shared)) is None


def test_the_limit_stands_before_the_process_comes_in(tmp_path):
    group = make_cgroup(15, 4711, v1(tmp_path))

    written = sorted(group.iterdir(), key=lambda file: file.stat().st_mtime_ns)
    assert written[-1].name == "cgroup.procs"
    assert written[-1].read_text(encoding="ascii") == "4711"


def test_a_cgroup_that_cannot_be_made_leaves_nothing_behind(tmp_path):
    parent = v1(tmp_path) / "cpu"
    (parent / "nodboks-bench-7").mkdir()

    assert make_cgroup(15, 7, tmp_path) is None
    assert [path.name for path in parent.iterdir()] == ["cpu.cfs_quota_us"]


@pytest.mark.slow
@pytest.mark.parametrize("cgroups", [Path("/sys/fs/cgroup"), Path("/nowhere")])
def test_a_busy_process_gets_far_less_than_a_core(cgroups):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()

    process = subprocess.Popen([sys.executable, "-c", BUSY], start_new_session=True)
    with held_to(15, process.pid, cgroups) as how:
        assert process.wait() == 0

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent < (time.monotonic() - started) / 2
    assert how.startswith("cgroup v") or how == "stopped for 85 of every 100 ms"
