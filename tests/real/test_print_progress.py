"""The box hears of a page and of a jam from the printer, long before CUPS passes it on."""

import time
from collections.abc import Callable
from statistics import median

from printers.cups_printer import CupsPrinter, connect
from printers.models import JobState
from printers.reasons import PrinterReason
from tests.real.job_steps import NEEDS_CUPS, job, wait_until_over
from tests.simulators.cups_lab import CupsLab, LabPrinter
from tests.simulators.lab_tools import wait_until

pytestmark = NEEDS_CUPS
# A look takes a few milliseconds; the rest is room for a machine busy with other things. One that
# stands still for a while does so for one of three faults: the middle one counts.
SOON_S = 0.8
FAULTS = {
    "jam_at": PrinterReason.JAM,
    "door_at": PrinterReason.DOOR,
    "empty_at": PrinterReason.PAPER,
}


def seconds_until(is_true: Callable[[], bool], what: str) -> float:
    started_s = time.monotonic()
    wait_until(is_true, what)
    return time.monotonic() - started_s


def test_jam_and_pages_are_told_at_once_through_cups_too(
    printer: CupsPrinter, eve: LabPrinter
) -> None:
    for page, fault in enumerate(FAULTS, start=4):
        eve.set(fault, page)
    handle = printer.submit(job(6))

    def told() -> JobState:
        return printer.job_state(handle)

    def seconds_to_tell(page: int, fault: str) -> tuple[float, float, float]:
        """Return how soon a fault, its cure and the page after it are told."""
        wait_until(lambda: len(eve.sheets()) == page - 1, "the sheets before it")
        fault_s = seconds_until(lambda: told().reason is FAULTS[fault], fault)
        assert told().pages_out == page - 1
        eve.cure(fault)
        cure_s = seconds_until(lambda: told().reason is not FAULTS[fault], "the cure")
        wait_until(lambda: len(eve.sheets()) == page, "the sheet after it")
        return fault_s, cure_s, seconds_until(lambda: told().pages_out == page, "the page")

    usual = map(median, zip(*map(seconds_to_tell, range(4, 7), FAULTS), strict=True))

    assert max(usual) < SOON_S


def test_printer_is_ahead_of_cups_and_done_waits_for_both(
    lab: CupsLab, printer: CupsPrinter
) -> None:
    handle = printer.submit(job(4))
    wait_until(lambda: printer.job_state(handle).pages_out == 4, "four pages at the printer")

    by_cups = connect(lab.socket).getJobAttributes(handle.number)["job-state"]
    stage = printer.job_state(handle).stage

    assert by_cups == 9 or not stage.is_over
    assert wait_until_over(printer, handle).pages_out == 4


def test_jam_of_a_cancelled_job_is_not_told_of_an_idle_printer(
    printer: CupsPrinter, eve: LabPrinter
) -> None:
    eve.set("jam_at", 1)
    handle = printer.submit(job(1))
    wait_until(lambda: printer.job_state(handle).reason is PrinterReason.JAM, "the jam")

    printer.cancel(handle)
    eve.cure("jam_at")

    wait_until(lambda: printer.state().reasons == (), "an idle printer without a jam")
    assert printer.state().is_ready
