"""Break the printer in every way we know, on each way to it, and count what came out on paper."""

import threading
from collections.abc import Callable

import pytest

from printers.base import Printer
from printers.cups_or_ipp_printer import CupsOrIppPrinter
from printers.cups_printer import CupsPrinter
from printers.errors import PrinterBusyError, PrinterUnreachableError, WrongMediaError
from printers.ipp.client import IppClient
from printers.ipp_printer import IppPrinter
from printers.models import JobHandle, JobStage, JobState, PrintJob
from printers.reasons import PrinterReason
from tests.real.job_steps import (
    LETTER_ONLY,
    NEEDS_CUPS,
    QUEUE,
    job,
    wait_for,
    wait_for_reason,
    wait_until_over,
    words,
)
from tests.simulators.cups_lab import CupsLab, LabPrinter
from tests.simulators.lab_tools import wait_until

pytestmark = NEEDS_CUPS

WAYS: dict[str, Callable[[CupsLab, LabPrinter], Printer]] = {
    # As the box does it: through CUPS for as long as there is one.
    "through_cups": lambda lab, _: CupsOrIppPrinter(CupsPrinter(QUEUE, lab.socket)),
    "straight": lambda _, eve: IppPrinter(eve.uri),
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def printer(lab: CupsLab, eve: LabPrinter, way: str) -> Printer:
    return WAYS[way](lab, eve)


FAULTS = [
    ("jam_at", PrinterReason.JAM),
    ("empty_at", PrinterReason.PAPER),
    ("door_at", PrinterReason.DOOR),
    ("toner_at", PrinterReason.TONER),
]


@pytest.mark.parametrize(("control", "reason"), FAULTS)
def test_fault_is_named_with_the_pages_that_are_out_and_cured_by_itself(
    printer: Printer, eve: LabPrinter, control: str, reason: PrinterReason
) -> None:
    eve.set(control, 3)
    handle = printer.submit(job(5))

    blocked = wait_for_reason(printer, handle, reason)
    said = printer.state()
    eve.cure(control)
    state = wait_until_over(printer, handle)

    assert blocked == JobState(JobStage.BLOCKED, 2, reason)
    assert (said.is_ready, said.reasons) == (True, (reason,))
    assert state == JobState(JobStage.DONE, 5)
    assert eve.words() == words(5)


def test_duplex_comes_out_on_both_sides_and_is_counted_in_sides(
    printer: Printer, eve: LabPrinter
) -> None:
    state = wait_until_over(printer, printer.submit(job(5, is_duplex=True)))

    assert state == JobState(JobStage.DONE, 5)
    assert eve.words() == words(5)
    assert {sheet["sides"] for sheet in eve.sheets()} == {"two-sided-long-edge"}


def test_printer_unplugged_in_the_middle_is_never_done(printer: Printer, eve: LabPrinter) -> None:
    eve.set("speed", 0.3)
    handle = printer.submit(job(8))
    wait_until(lambda: len(eve.sheets()) >= 3, "three sheets")

    eve.unplug()
    away = printer.job_state(handle)
    eve.plug_in()
    state = wait_until_over(printer, handle)

    assert (away.stage, away.reason) == (JobStage.BLOCKED, PrinterReason.UNREACHABLE)
    assert (state.stage, state.reason) == (JobStage.UNKNOWN, PrinterReason.JOB_UNKNOWN)
    assert eve.words() == words(8)[: len(eve.words())]
    assert len(eve.words()) < 8


def test_absent_printer_is_refused_before_anything_is_handed_over(
    printer: Printer, eve: LabPrinter
) -> None:
    eve.unplug()

    with pytest.raises(PrinterUnreachableError):
        printer.submit(job(2))
    eve.plug_in()
    state = wait_until_over(printer, printer.submit(job(2, "AGAIN")))

    assert state.stage is JobStage.DONE
    assert eve.words() == words(2)


def test_job_the_printer_gives_up_is_never_done(printer: Printer, eve: LabPrinter) -> None:
    eve.set("abort_at", 3)

    state = wait_until_over(printer, printer.submit(job(5)))

    assert (state.stage, state.reason) == (JobStage.FAILED, PrinterReason.JOB_ABORTED)
    assert state.pages_out == 2
    assert eve.words() == words(5)[:2]


def test_printer_without_a4_is_refused_before_paper(lab: CupsLab, way: str) -> None:
    letter = lab.add_printer("letter", description=LETTER_ONLY)
    lab.queue(QUEUE, letter)
    printer = WAYS[way](lab, letter)

    with pytest.raises(WrongMediaError):
        printer.submit(job(1))

    assert not printer.state().accepts_a4
    assert letter.received() == []


def test_stopped_job_is_cancelled_and_the_rest_stays_in_the_printer(
    printer: Printer, eve: LabPrinter
) -> None:
    eve.set("speed", 0.3)
    handle = printer.submit(job(9))
    wait_until(lambda: len(eve.sheets()) >= 1, "a sheet")

    printer.cancel(handle)
    state = wait_until_over(printer, handle)
    printer.cancel(handle)

    assert state.stage is JobStage.CANCELLED


def submit_patiently(printer: Printer, wanted: PrintJob) -> JobHandle:
    """Do as the box does: a busy printer is asked again until it takes the job."""
    handles: list[JobHandle] = []

    def took_it() -> bool:
        try:
            handles.append(printer.submit(wanted))
        except PrinterBusyError:
            return False
        return True

    wait_until(took_it, f"room for {wanted.print_id}")
    return handles[0]


def test_two_who_print_at_once_get_every_page_of_both(
    lab: CupsLab, eve: LabPrinter, way: str
) -> None:
    states: dict[str, JobState] = {}

    def bring_out(print_id: str) -> None:
        # A printer of its own, as the button's process and the web's have.
        printer = WAYS[way](lab, eve)
        handle = submit_patiently(printer, job(3, print_id))
        states[print_id] = wait_until_over(printer, handle)

    both = [threading.Thread(target=bring_out, args=(name,)) for name in ("A", "B")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()

    assert states == {"A": JobState(JobStage.DONE, 3), "B": JobState(JobStage.DONE, 3)}
    assert eve.words() == words(3) * 2


def test_job_of_a_stranger_in_between_is_not_taken_for_ours(
    printer: Printer, eve: LabPrinter
) -> None:
    eve.set("jam_at", 2)
    IppClient(eve.uri).print_job(job(4).pdf, [], "STRANGER")
    wait_until(lambda: len(eve.sheets()) == 1, "a sheet of the stranger")

    busy_or_waiting = waits_or_is_refused(printer)
    eve.cure("jam_at")
    handle = busy_or_waiting or submit_patiently(printer, job(2, "OURS"))
    state = wait_until_over(printer, handle)

    assert state == JobState(JobStage.DONE, 2)
    assert eve.words() == words(4) + words(2)


def waits_or_is_refused(printer: Printer) -> JobHandle | None:
    """Hand over while the stranger's job is stuck: no page of it may be counted as ours."""
    try:
        handle = printer.submit(job(2, "OURS"))
    except PrinterBusyError:
        return None
    state = wait_for(printer, handle, lambda seen: seen.reason is PrinterReason.JAM)
    assert state.pages_out == 0
    return handle
