"""Everything that goes wrong at a printer in the night, from the order to the paper in the hand.

Real desk, ledger, cupsd and IPP; the engine behind them does as it is told. In each fault the
ledger is held against the sheets that came out, page by page; nobody touches a shell; and what did
not come out is named and printed by one tap.
"""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.printing.jobs import Job, Phase
from appliance.printing.orders import Order
from appliance.printing.pages import PageState, lost_sheets, pages_of
from appliance.records.terms import CitizenId, UnitId
from printers.cups_or_ipp_printer import CupsOrIppPrinter
from printers.cups_printer import CupsPrinter
from tests.real.job_steps import NEEDS_CUPS, QUEUE
from tests.simulators.cups_lab import CupsLab, LabPrinter
from tests.simulators.lab_tools import wait_until
from tests.simulators.print_night import PACK, PrintNight

pytestmark = NEEDS_CUPS
ALL_PAGES = 14


@pytest.fixture
def lab() -> Iterator[CupsLab]:
    with CupsLab() as running:
        yield running


@pytest.fixture
def eve(lab: CupsLab) -> LabPrinter:
    printer = lab.add_printer("eve", "-2")
    lab.queue(QUEUE, printer)
    printer.set("speed", 0.15)
    return printer


@pytest.fixture
def night(lab: CupsLab, eve: LabPrinter, tmp_path: Path) -> Iterator[PrintNight]:
    printer = CupsOrIppPrinter(CupsPrinter(QUEUE, lab.socket))
    made = PrintNight(printer, eve, tmp_path / "web")
    made.desk.start()
    yield made
    made.desk.stop()


def states(job: Job) -> list[PageState]:
    return [page.state for page in pages_of(job)]


def came_out_once_and_in_order(night: PrintNight, job: Job) -> None:
    expected = [f"{page.sheet.serial} {page.sheet.citizen_id} side {page.page}"
                for page in pages_of(job)]  # fmt: skip
    assert night.on_paper() == expected
    assert len(expected) == ALL_PAGES


def test_pack_comes_out_once_and_in_order_when_nothing_goes_wrong(night: PrintNight) -> None:
    job = night.until_over(night.order())

    assert (job.phase, set(states(job))) == (Phase.PRINTED, {PageState.PRINTED})
    assert [len(part.sheets) for part in job.parts] == [1, 2, 4]
    came_out_once_and_in_order(night, job)


@pytest.mark.parametrize(
    ("control", "code"),
    [("jam_at", "N-802"), ("empty_at", "N-801"), ("door_at", "N-803"), ("toner_at", "N-804")],
)
def test_fault_a_nurse_mends_is_named_and_the_rest_comes_by_itself(
    night: PrintNight, eve: LabPrinter, control: str, code: str
) -> None:
    eve.set(control, 3)
    job = night.order()

    blocked = night.until(job, lambda now: now.trouble == code, code)
    standing = len(night.on_paper())
    eve.cure(control)
    over = night.until_over(job)

    assert blocked.phase is Phase.BLOCKED
    assert states(blocked).count(PageState.PRINTED) <= standing == 4
    assert (over.phase, over.trouble) == (Phase.PRINTED, "")
    came_out_once_and_in_order(night, over)


def test_printer_unplugged_under_a_batch_costs_no_citizen_their_list(
    night: PrintNight, eve: LabPrinter
) -> None:
    eve.set("speed", 0.3)
    job = night.order()
    wait_until(lambda: len(eve.sheets()) >= 8, "the last batch")

    eve.unplug()
    away = night.until(job, lambda now: now.trouble == "N-806", "N-806")
    eve.plug_in()
    over = night.until_over(job)

    assert away.phase is Phase.BLOCKED
    assert (over.phase, over.trouble) == (Phase.UNKNOWN, "N-814")
    night.tells_the_truth(over)
    assert {PageState.PRINTED, PageState.UNKNOWN} == set(states(over))
    mended = night.until_over(night.print_missing(job))
    assert mended.phase is Phase.PRINTED
    assert night.everybody_has_a_whole_list()


def test_printer_that_is_off_gets_the_pack_when_it_is_switched_on(
    night: PrintNight, eve: LabPrinter
) -> None:
    eve.unplug()
    job = night.order()
    waiting = night.until(job, lambda now: now.trouble == "N-806", "N-806")

    eve.plug_in()
    over = night.until_over(job)

    assert waiting.phase is Phase.BLOCKED
    assert set(states(waiting)) == {PageState.RENDERED}
    assert over.phase is Phase.PRINTED
    came_out_once_and_in_order(night, over)


def test_job_the_printer_gives_up_is_told_page_by_page_and_printed_by_one_tap(
    night: PrintNight, eve: LabPrinter
) -> None:
    eve.set("abort_at", 3)
    over = night.until_over(night.order())
    eve.cure("abort_at")

    assert (over.phase, over.trouble) == (Phase.FAILED, "N-813")
    night.tells_the_truth(over)
    assert states(over)[:2] == [PageState.PRINTED] * 2
    assert len(lost_sheets(over)) >= 4
    assert night.until_over(night.print_missing(over)).phase is Phase.PRINTED
    assert night.everybody_has_a_whole_list()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_print_service_that_dies_under_a_batch_loses_nobody(
    night: PrintNight, lab: CupsLab, eve: LabPrinter, how: signal.Signals
) -> None:
    eve.set("speed", 0.3)
    job = night.order()
    wait_until(lambda: len(eve.sheets()) >= 8, "the last batch")

    lab.stop_cupsd(how)
    lab.empty_spool()  # as the box does before each start
    lab.start_cupsd()
    over = night.until_over(job)

    night.tells_the_truth(over)
    if lost_sheets(over):
        night.until_over(night.print_missing(job))
    assert night.everybody_has_a_whole_list()


def test_print_service_that_stays_down_is_passed_by(
    night: PrintNight, lab: CupsLab, eve: LabPrinter
) -> None:
    first = night.until_over(night.order(Order("list", UnitId("u-syd"), CitizenId("c-1"))))
    lab.stop_cupsd(signal.SIGKILL)

    over = night.until_over(night.order(PACK))

    assert (first.phase, over.phase) == (Phase.PRINTED, Phase.PRINTED)
    night.tells_the_truth(over)
    assert len(eve.sheets()) == 2 + ALL_PAGES


def test_batch_whose_spool_is_gone_is_not_called_printed(
    night: PrintNight, lab: CupsLab, eve: LabPrinter
) -> None:
    eve.set("jam_at", 1)
    job = night.order()
    night.until(job, lambda now: now.trouble == "N-802", "N-802")
    lab.stop_cupsd(signal.SIGKILL)
    lab.empty_spool()
    eve.unplug()
    eve.plug_in()
    lab.start_cupsd()
    eve.cure("jam_at")

    over = night.until_over(job)

    night.tells_the_truth(over)
    if lost_sheets(over):
        night.until_over(night.print_missing(job))
    assert night.everybody_has_a_whole_list()


def test_two_programs_order_and_run_the_desk_and_every_page_comes_once(night: PrintNight) -> None:
    other = night.new_desk()
    other.start()
    beds = [Order("list", UnitId("u-syd"), CitizenId(f"c-{number}")) for number in (1, 2)]

    jobs = [night.order(PACK), other.queue.order(beds[0]), night.order(beds[1])]
    over = [night.until_over(job) for job in jobs]
    other.stop()

    assert {job.phase for job in over} == {Phase.PRINTED}
    assert len(night.on_paper()) == len(set(night.on_paper())) == ALL_PAGES + 4


def test_list_for_a_bed_comes_before_the_pack_is_out(night: PrintNight, eve: LabPrinter) -> None:
    night.citizens = 30
    pack = night.order()
    wait_until(lambda: len(eve.sheets()) >= 4, "paper")

    bed = night.until_over(night.order(Order("list", UnitId("u-syd"), CitizenId("c-30"))))
    before = len(night.on_paper())
    night.desk.queue.stop(night.now(pack))

    assert bed.phase is Phase.PRINTED
    assert before < 60
    night.tells_the_truth(night.until(pack, lambda now: not now.needs_work, "the end of it"))


def test_full_ram_folder_is_told_and_goes_on_when_there_is_room(night: PrintNight) -> None:
    connection = night.queue.ledger._connection
    job = night.order()
    night.until(job, lambda now: now.pages_out >= 2, "paper")
    # From here on every write is refused by SQLite itself, as on a tmpfs with no page left.
    connection.execute("PRAGMA query_only = 1")
    wait_until(lambda: len(night.on_paper()) >= 6, "what was at the printer")

    connection.execute("PRAGMA query_only = 0")
    over = night.until_over(job)

    assert over.phase is Phase.PRINTED
    came_out_once_and_in_order(night, over)


def test_stopped_pack_says_what_is_out_and_what_never_left_the_box(
    night: PrintNight, eve: LabPrinter
) -> None:
    eve.set("speed", 0.5)
    job = night.order()
    wait_until(lambda: len(eve.sheets()) >= 1, "paper")

    night.queue.stop(night.now(job))
    night.desk.wake()
    over = night.until(job, lambda now: not now.needs_work, "the printer has dropped it")

    assert over.phase is Phase.STOPPED
    night.tells_the_truth(over)
    assert len(night.on_paper()) < ALL_PAGES
