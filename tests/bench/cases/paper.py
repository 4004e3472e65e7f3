"""A pack of 120 citizens through the real print desk, CUPS and an engine of 30 pages a minute.

The engine is the measure: it should never wait for us. What it waits between two pages beyond the
time a page takes is a gap; between two print jobs that is what CUPS takes to hear that a job is
over, send the next and start it. Beside it the same pack on a printer that takes the next job while
it prints, so that the desk's own share can be told from CUPS's. Takes a quarter of an hour.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from tests.bench.harness import Comparison, Goal, Result, Skipped, result

_CITIZENS = 120
_PAGE_S = 2.0  # 30 pages a minute
_QUEUE = "bench"


@dataclass
class EngineWithQueue:
    """A printer of 30 pages a minute that takes the next job while it prints this one."""

    page_s: float = _PAGE_S
    out_at_s: list[float] = field(default_factory=list)
    jobs: dict[str, list[int]] = field(default_factory=dict)
    _printing: threading.Lock = field(default_factory=threading.Lock)

    def state(self):
        from printers.models import PrinterState

        return PrinterState(is_ready=True)

    def submit(self, job):
        from printers.models import JobHandle

        self.jobs[job.print_id] = [0, job.pages]
        threading.Thread(target=self._print, args=(job.print_id,), daemon=True).start()
        return JobHandle(job.print_id, job.pages)

    def job_state(self, handle):
        from printers.models import JobStage, JobState

        out, pages = self.jobs[handle.print_id]
        return JobState(JobStage.DONE if out == pages else JobStage.PRINTING, out)

    def cancel(self, handle):
        """Nothing is cancelled here."""

    def _print(self, print_id: str) -> None:
        with self._printing:
            job = self.jobs[print_id]
            while job[0] < job[1]:
                time.sleep(self.page_s)
                self.out_at_s.append(time.monotonic())
                job[0] += 1


def records_of_one_unit(path: Path) -> str:
    """Write a database in which 120 citizens live in one unit; return the unit's id."""
    from appliance.records.models import Citizen, SectionState
    from tests.bench.stage import records_of_town, write_records

    records = records_of_town()
    chosen = [each for each in records if isinstance(each, Citizen)][:_CITIZENS]
    unit_id = chosen[0].unit_id
    ids = {citizen.id for citizen in chosen}
    kept = [
        each
        for each in records
        if not isinstance(each, Citizen | SectionState)
        and getattr(each, "citizen_id", None) in {None, "", *ids}
    ]
    states = [
        each
        for each in records
        if isinstance(each, SectionState) and each.unit_id == unit_id and not each.citizen_id
    ]
    write_records(path, [*kept, *states, *(replace(one, unit_id=unit_id) for one in chosen)])
    return unit_id


def run_pack(folder: Path, printer, out: Callable[[], Sequence[float]]) -> tuple[list[float], int]:
    """Print the pack; return when each page came out, in seconds from the order, and how many."""
    from appliance.box_clock.clock import BoxClock
    from appliance.paper.document import PrintContext
    from appliance.paper.pack import render_pack
    from appliance.paper.serial import SerialBook
    from appliance.printing.desk import PrintDesk
    from appliance.printing.ledger import PrintLedger
    from appliance.printing.orders import Order
    from appliance.printing.print_queue import PrintQueue
    from appliance.records.store import RecordStore

    unit_id = records_of_one_unit(folder / "unit.db")
    store, clock = RecordStore(folder / "unit.db"), BoxClock(folder)
    serials = SerialBook(folder / "pack-serials")

    def make(order, done):
        assert not done
        context = PrintContext("AHO", clock.now(), "Solgården", serials)
        return render_pack(store, order.unit_id, context)

    queue = PrintQueue(PrintLedger(folder / f"ledger-{time.monotonic_ns()}"), clock)
    desk = PrintDesk(printer, make, queue, clock, lambda: None)
    desk.start()
    started = time.monotonic()
    job = queue.order(Order("pack", unit_id))
    desk.wake()
    while (job := queue.job(job.id)).phase.is_under_way:
        time.sleep(1)
    assert job.phase.value == "printed", job.phase
    pages = job.pages
    desk.stop()
    store.close()
    return [at - started for at in out()], pages


def figures(name: str, at_s: list[float], pages: int) -> list[Result]:
    """Judge a run: the first page, the gaps, and the whole beside the time the engine needs."""
    assert len(at_s) == pages
    gaps = sorted(later - earlier - _PAGE_S for earlier, later in pairwise(at_s))
    own = pages * _PAGE_S
    return [
        result(f"{name}: first page", "the engine", (at_s[0], _PAGE_S, "s")),
        result(f"{name}: longest gap", "", (gaps[-1], None, "s")),
        result(f"{name}: median of gaps over 0.3 s", "", (_median_of_long(gaps), None, "s")),
        result(f"{name}: whole pack", "the engine", (at_s[-1], own, "s"), Goal(1.05)),
    ]


def _median_of_long(gaps: list[float]) -> float:
    long = [gap for gap in gaps if gap > 0.3]
    return long[len(long) // 2] if long else 0.0


def measure_pack(folder: Path) -> list[Result]:
    """Print the pack through CUPS and on a printer with a queue of its own."""
    from printers.cups_printer import CupsPrinter
    from tests.simulators.cups_lab import CupsLab
    from tests.simulators.lab_tools import missing_tools

    if missing_tools():
        raise Skipped(missing_tools())
    engine = EngineWithQueue()
    found = figures(
        "paper, printer with a queue", *run_pack(folder, engine, lambda: engine.out_at_s)
    )
    with ExitStack() as stack:
        lab = stack.enter_context(CupsLab())
        eve = lab.add_printer("eve", "-2")
        eve.set("speed", _PAGE_S)
        lab.queue(_QUEUE, eve)
        printer = CupsPrinter(_QUEUE, lab.socket)
        run = run_pack(folder, printer, lambda: [sheet["at_s"] for sheet in eve.sheets()])
        found += figures("paper, CUPS", *run)
    return found


CASES = (
    Comparison(
        "paper",
        "the engine",
        "a pack of 120 citizens at 30 pages a minute: does the engine ever wait",
        measure_pack,
        only_asked=True,
    ),
)
