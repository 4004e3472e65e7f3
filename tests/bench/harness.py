"""Time two ways of doing one thing, side by side, and judge the difference by a goal.

Times are medians of several rounds in one process, the two ways by turns, so that a busy machine
slows both. Memory is the peak of a fresh process that does it once. Absolute figures belong to the
machine they were taken on; ratios travel.
"""

import gc
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

Work = Callable[[], object]


class Skipped(Exception):  # noqa: N818  (nothing is wrong: the reason is the message)
    """This machine cannot run the case."""


@dataclass(frozen=True)
class Goal:
    """What a figure must not exceed: a multiple of the peer's, or a value of its own."""

    most: float
    is_ratio: bool = True

    def text(self, unit: str) -> str:
        return f"≤ {self.most:.3g} × peer" if self.is_ratio else f"≤ {self.most:g} {unit}"

    def holds(self, value: float, ratio: float | None) -> bool:
        judged = ratio if self.is_ratio else value
        return judged is not None and judged <= self.most


@dataclass(frozen=True)
class Rate:
    """How many things one call goes through, and how many it must manage in a second."""

    number: int
    unit: str
    least: float


@dataclass(frozen=True)
class Case:
    """Our way and a peer's way of doing one thing; each is prepared in the staged folder first.

    `why` says what the peer shows. `calls` are made per round; the figure is for one. A peer that
    is a program of its own is timed, but its memory is not to be had without a helper in C. A case
    of one round is a long one: it is not warmed up. A case that is `only_asked` runs only when it
    is asked for by name.
    """

    name: str
    peer: str
    why: str
    ours: Callable[[Path], Work]
    theirs: Callable[[Path], Work] | None
    time_goal: Goal
    memory_goal: Goal
    rounds: int = 7
    calls: int = 1
    peer_is_program: bool = False
    rate: Rate | None = None
    only_asked: bool = False


@dataclass(frozen=True)
class Result:
    """One line of `build/bench.json`; without a goal it only tells."""

    name: str
    value: float
    unit: str
    peer: str | None
    peer_value: float | None
    ratio: float | None
    goal: str
    holds: bool


@dataclass(frozen=True)
class Comparison:
    """Several figures beside several peers, measured by the case itself."""

    name: str
    peer: str
    why: str
    measure: Callable[[Path], list[Result]]
    only_asked: bool = False


def measure(case: Case, folder: Path) -> list[Result]:
    """Return the case's time and memory.

    Raises:
        Skipped: something is missing here; the message says what.

    """
    try:
        ours = case.ours(folder)
        theirs = case.theirs(folder) if case.theirs else None
    except ImportError as error:
        raise Skipped(str(error)) from error
    own, other = time_by_turns(ours, theirs, case)
    own_mb = memory_of(case, "ours", folder)
    has_peer = theirs is not None and not case.peer_is_program
    other_mb = memory_of(case, "theirs", folder) if has_peer else None
    return [
        result(f"{case.name} time", case.peer, (own, other, "ms"), case.time_goal),
        result(f"{case.name} memory", case.peer, (own_mb, other_mb, "MB"), case.memory_goal),
        *([rate_result(case, case.rate, own, other)] if case.rate else []),
    ]


def rate_result(case: Case, rate: Rate, own: float, other: float | None) -> Result:
    """Return how many things a second; here more is better."""
    value = rate.number * 1000 / own
    peer_value = rate.number * 1000 / other if other else None
    return Result(
        name=f"{case.name} rate",
        value=round(value),
        unit=rate.unit,
        peer=case.peer if other else None,
        peer_value=round(peer_value) if peer_value else None,
        ratio=round(value / peer_value, 3) if peer_value else None,
        goal=f"≥ {rate.least:g} {rate.unit}",
        holds=value >= rate.least,
    )


def result(
    name: str, peer: str, figures: tuple[float, float | None, str], goal: Goal | None = None
) -> Result:
    """Judge a figure beside the peer's; without a goal it only tells."""
    value, peer_value, unit = figures
    ratio = value / peer_value if peer_value else None
    return Result(
        name=name,
        value=round(value, 3),
        unit=unit,
        peer=peer if peer_value else None,
        peer_value=round(peer_value, 3) if peer_value else None,
        ratio=round(ratio, 4) if ratio else None,
        goal=goal.text(unit) if goal else "",
        holds=goal.holds(value, ratio) if goal else True,
    )


def time_by_turns(ours: Work, theirs: Work | None, case: Case) -> tuple[float, float | None]:
    """Return the median milliseconds of one call of each; one unmeasured round warms both up."""
    works = [ours, theirs] if theirs else [ours]
    taken: list[list[float]] = [[] for _ in works]
    for turn in range(int(case.rounds == 1), case.rounds + 1):
        for number, work in enumerate(works):
            gc.collect()
            started = time.perf_counter()
            for _ in range(case.calls):
                work()
            if turn:
                taken[number].append((time.perf_counter() - started) * 1000 / case.calls)
    medians = [statistics.median(each) for each in taken]
    return medians[0], medians[1] if theirs else None


def memory_of(case: Case, side: str, folder: Path) -> float:
    """Return the peak resident megabytes of a new process that does the work once."""
    command = [sys.executable, "-m", "tests.bench", "--child", case.name, side, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def run_as_child(case: Case, side: str, folder: Path) -> None:
    """Do the work once and print the process's peak in megabytes."""
    prepare = case.ours if side == "ours" else case.theirs
    assert prepare is not None
    prepare(folder)()
    # Not getrusage: its peak is handed down from the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024)


def _figure(value: float) -> str:
    return f"{value:.0f}" if value >= 10_000 else f"{value:.4g}"


def table(results: list[Result]) -> str:
    """Lay the results out for a terminal."""
    rows = [("what", "ours", "peer", "ratio", "goal", "")]
    for each in results:
        peer = f"{_figure(each.peer_value)} {each.unit} {each.peer}" if each.peer_value else "–"
        verdict = "" if not each.goal else "holds" if each.holds else "DOES NOT HOLD"
        ratio = f"{each.ratio:{'.2f' if each.ratio >= 0.1 else '.2g'}}" if each.ratio else "–"
        rows.append(
            (each.name, f"{_figure(each.value)} {each.unit}", peer, ratio, each.goal, verdict)
        )
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
             for row in rows]  # fmt: skip
    return "\n".join(line.rstrip() for line in lines)
