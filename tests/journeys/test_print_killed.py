"""Whoever runs the print desk may be killed at any moment: nothing comes twice, nobody is lost.

Real processes, one queue, a real cupsd and a simulated engine; the lists are the real ones.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from appliance.box_clock.clock import BoxClock
from appliance.config import BoxConfig
from appliance.printing.box_desk import box_desk, follow
from appliance.printing.jobs import Job, Phase
from appliance.printing.ledger import PrintLedger
from appliance.printing.orders import Order
from appliance.printing.pages import PageState, again, lost_sheets, pages_of
from appliance.printing.print_queue import PrintQueue
from appliance.vault.log_sender import LogSender
from tests.real.job_steps import NEEDS_CUPS
from tests.simulators.box_people import SYD
from tests.simulators.box_state import new_ram_folder, remove_ram_folder
from tests.simulators.cups_lab import CupsLab, LabPrinter
from tests.simulators.desk_process import desk_config, keeper_of, start_desk
from tests.simulators.lab_tools import wait_until

pytestmark = NEEDS_CUPS
PACK = Order("pack", SYD.id, ordered_by="AB")


@dataclass
class Box:
    """A box with its records open, a printer, and programs that come and go."""

    config: BoxConfig
    engine: LabPrinter
    queue: PrintQueue
    folder: Path
    socket: str

    programs: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def start_desk(self) -> "subprocess.Popen[bytes]":
        self.programs.append(start_desk(self.folder, self.config.box.ram_dir, self.socket))
        return self.programs[-1]

    def kill_all(self) -> None:
        for program in self.programs:
            program.kill()
            program.wait()

    def now(self, job: Job) -> Job:
        found = self.queue.job(job.id)
        assert found is not None
        return found

    def until_over(self, job: Job) -> Job:
        wait_until(lambda: not self.now(job).phase.is_under_way, "the end of the job", 90)
        return self.now(job)

    def on_paper(self) -> Counter[tuple[str, int]]:
        """Return how often each page of each print came out."""
        found: Counter[tuple[str, int]] = Counter()
        for words in self.engine.words():
            # The footer's number is the last: a cover lists those of the others.
            serial = re.findall(r"Udskrift (\d{3}-\d{5})", words)[-1]
            page = re.findall(r"Side (\d+) af", words)[-1]
            found[serial, int(page)] += 1
        return found


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    ram = new_ram_folder()
    with CupsLab() as lab:
        engine = lab.add_printer("eve", "-2")
        lab.queue("nodboks", engine)
        engine.set("speed", 0.1)
        config = desk_config(tmp_path, ram, lab.socket)
        keeper_of(config).open()
        queue = PrintQueue(PrintLedger(config.web_dir), BoxClock(config.box.ram_dir))
        made = Box(config, engine, queue, tmp_path, lab.socket)
        yield made
        made.kill_all()
        queue.ledger.close()
    remove_ram_folder(ram)


def tells_the_truth(box: Box, job: Job) -> None:
    there = box.on_paper()
    for page in pages_of(job):
        is_there = there[page.sheet.serial, page.page] > 0
        if page.state is PageState.PRINTED:
            assert is_there, page
        elif page.state is PageState.MISSING:
            assert not is_there, page
        else:
            assert page.state is PageState.UNKNOWN, page


@pytest.mark.parametrize("sheets_out", [0, 1, 5, 9])
def test_killed_desk_is_followed_by_another_that_repeats_nothing_and_loses_nobody(
    box: Box, sheets_out: int
) -> None:
    first = box.start_desk()
    job = box.queue.order(PACK)
    wait_until(lambda: box.now(job).is_started, "a desk")
    wait_until(lambda: len(box.engine.sheets()) >= sheets_out, "paper")

    first.kill()
    first.wait()
    box.start_desk()
    over = box.until_over(job)

    tells_the_truth(box, over)
    assert over.phase in (Phase.PRINTED, Phase.UNKNOWN)
    assert set(box.on_paper().values()) == {1}
    whom = Counter(sheet.citizen_id for sheet in over.sheets if sheet.citizen_id)
    assert len(whom) == 13
    assert set(whom.values()) == {1}


def test_program_that_orders_prints_by_itself_where_nobody_does(box: Box) -> None:
    told: list[Phase] = []
    log = LogSender(keeper_of(box.config).log)
    with box_desk(box.config, BoxClock(box.config.box.ram_dir), log) as desk:
        job = desk.queue.order(PACK)
        over = follow(desk, job, lambda now: told.append(now.phase))
    log.stop()

    assert over.phase is Phase.PRINTED
    assert told[-1] is Phase.PRINTED
    assert len(set(told)) > 1
    tells_the_truth(box, over)


def test_two_programs_order_at_once_and_everything_comes_once(box: Box) -> None:
    box.start_desk()
    box.start_desk()
    jobs = [box.queue.order(PACK), box.queue.order(Order("life_critical", SYD.id))]

    over = [box.until_over(job) for job in jobs]

    assert {job.phase for job in over} == {Phase.PRINTED}
    assert set(box.on_paper().values()) == {1}


def test_records_locked_under_a_pack_end_it_and_say_which_lists_never_came(box: Box) -> None:
    box.start_desk()
    job = box.queue.order(PACK)
    wait_until(lambda: len(box.engine.sheets()) >= 2, "paper")

    keeper_of(box.config).lock()
    over = box.until_over(job)
    wait_until(lambda: not box.now(job).needs_work, "what was at the printer")

    over = box.now(job)
    tells_the_truth(box, over)
    assert (over.phase, over.trouble) == (Phase.FAILED, "N-404")
    assert again(over, lost_sheets(over)).replaces == job.id
