"""Hold a process to a share of one core: a stand-in for a small, slow box.

By a cgroup where this machine lets us make one, else by stopping and continuing the process by
turns. A share of a fast core is no Pi: its caches and memory are still those of this machine.
"""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

PERIOD_US = 100_000
CGROUPS = Path("/sys/fs/cgroup")
_V1_FOLDERS = ("cpu", "cpu,cpuacct")


@contextlib.contextmanager
def held_to(percent: int, process_group: int, cgroups: Path = CGROUPS) -> Iterator[str]:
    """Hold a process group's leader, and what it starts, to it for the block; say how it is done.

    The process must have ended when the block does, or the cgroup stays behind.
    """
    group = make_cgroup(percent, process_group, cgroups)
    if group is None:
        with by_turns(percent, process_group):
            yield f"stopped for {100 - percent} of every 100 ms"
        return
    try:
        yield f"cgroup {'v2 cpu.max' if _is_v2(cgroups) else 'v1 cpu.cfs_quota_us'}"
    finally:
        with contextlib.suppress(OSError):
            group.rmdir()


def make_cgroup(percent: int, process: int, cgroups: Path) -> Path | None:
    """Make a cgroup with the limit and put the process into it; None where that cannot be."""
    for parent, settings in limits(percent, cgroups):
        group = parent / f"nodboks-bench-{process}"
        try:
            group.mkdir()
            for name, value in settings.items():
                (group / name).write_text(value, encoding="ascii")
            (group / "cgroup.procs").write_text(str(process), encoding="ascii")
        except OSError:
            with contextlib.suppress(OSError):
                group.rmdir()
        else:
            return group
    return None


def limits(percent: int, cgroups: Path) -> list[tuple[Path, dict[str, str]]]:
    """Return where a cgroup could be made on this machine, and what must be written into it."""
    quota = PERIOD_US * percent // 100
    if _is_v2(cgroups):
        return [(cgroups, {"cpu.max": f"{quota} {PERIOD_US}"})]
    settings = {"cpu.cfs_period_us": str(PERIOD_US), "cpu.cfs_quota_us": str(quota)}
    parents = [cgroups / name for name in _V1_FOLDERS]
    return [(parent, settings) for parent in parents if (parent / "cpu.cfs_quota_us").exists()]


def _is_v2(cgroups: Path) -> bool:
    shared = cgroups / "cgroup.subtree_control"
    return shared.exists() and "cpu" in shared.read_text(encoding="ascii").split()


@contextlib.contextmanager
def by_turns(percent: int, process_group: int) -> Iterator[None]:
    """Let the process group run for its share of each period, and stop it for the rest."""
    is_over = threading.Event()
    running_s = PERIOD_US * percent / 100 / 1e6
    resting_s = PERIOD_US / 1e6 - running_s

    def turn() -> None:
        with contextlib.suppress(ProcessLookupError):
            while not is_over.is_set():
                os.killpg(process_group, signal.SIGSTOP)
                is_over.wait(resting_s)
                os.killpg(process_group, signal.SIGCONT)
                is_over.wait(running_s)

    thread = threading.Thread(target=turn, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
