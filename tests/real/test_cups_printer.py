"""Print on a simulated printer through a real cupsd, and compare with what came out on paper."""

import signal
from pathlib import Path

import pytest

from printers.cups_printer import CupsPrinter, connect
from printers.errors import (
    FolderFullError,
    JobRefusedError,
    JobUnknownError,
    PrinterUnreachableError,
    PrintServiceDownError,
)
from printers.models import JobHandle, JobStage, JobState, PrintJob
from printers.reasons import PrinterReason
from tests.real.job_steps import NEEDS_CUPS, QUEUE, job, wait_for_reason, wait_until_over, words
from tests.simulators.cups_lab import CupsLab, LabPrinter
from tests.simulators.lab_tools import wait_until

pytestmark = NEEDS_CUPS


def test_every_page_comes_out_once_and_in_order(printer: CupsPrinter, eve: LabPrinter) -> None:
    state = wait_until_over(printer, printer.submit(job(10)))

    assert state == JobState(JobStage.DONE, 10)
    assert eve.words() == words(10)
    assert {sheet["sides"] for sheet in eve.sheets()} == {"one-sided"}
    assert len(eve.received()) == 1


def test_duplex_job_is_counted_in_sides_and_printed_on_both(
    printer: CupsPrinter, eve: LabPrinter
) -> None:
    state = wait_until_over(printer, printer.submit(job(5, is_duplex=True)))

    assert state == JobState(JobStage.DONE, 5)
    assert eve.words() == words(5)
    assert {sheet["sides"] for sheet in eve.sheets()} == {"two-sided-long-edge"}


def test_duplex_on_a_printer_without_it_comes_out_one_sided(lab: CupsLab) -> None:
    simple = lab.add_printer("simple")
    lab.queue("simple", simple)
    printer = CupsPrinter("simple", lab.socket)

    state = wait_until_over(printer, printer.submit(job(3, is_duplex=True)))

    assert state == JobState(JobStage.DONE, 3)
    assert simple.words() == words(3)
    assert not printer.state().can_duplex


@pytest.mark.parametrize(
    ("control", "reason"),
    [
        ("jam_at", PrinterReason.JAM),
        ("empty_at", PrinterReason.PAPER),
        ("door_at", PrinterReason.DOOR),
        ("toner_at", PrinterReason.TONER),
    ],
)
def test_fault_is_named_and_the_rest_comes_out_after_the_cure(
    printer: CupsPrinter, eve: LabPrinter, control: str, reason: PrinterReason
) -> None:
    eve.set(control, 3)
    handle = printer.submit(job(5))

    blocked = wait_for_reason(printer, handle, reason)
    said = printer.state()
    eve.cure(control)
    state = wait_until_over(printer, handle)

    assert blocked.stage is JobStage.BLOCKED
    assert said.is_ready
    assert said.reasons == (reason,)
    assert state == JobState(JobStage.DONE, 5)
    assert eve.words() == words(5)


def test_waiting_job_says_what_the_one_before_it_waits_for(
    printer: CupsPrinter, eve: LabPrinter
) -> None:
    eve.set("empty_at", 1)
    first = printer.submit(job(2, "A"))
    second = printer.submit(job(2, "B"))

    wait_for_reason(printer, first, PrinterReason.PAPER)
    waiting = printer.job_state(second)
    eve.cure("empty_at")

    assert waiting == JobState(JobStage.WAITING, 0, PrinterReason.PAPER)
    assert wait_until_over(printer, second).stage is JobStage.DONE


def test_printer_unplugged_in_the_middle_is_unknown_and_never_done(
    printer: CupsPrinter, eve: LabPrinter
) -> None:
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


def test_job_after_a_lost_one_is_believed_again(printer: CupsPrinter, eve: LabPrinter) -> None:
    eve.set("speed", 0.3)
    lost = printer.submit(job(4, "LOST"))
    wait_until(lambda: len(eve.sheets()) >= 2, "two sheets")
    eve.unplug()
    eve.plug_in()
    wait_until_over(printer, lost)

    good = printer.submit(job(2, "GOOD"))

    assert good.was_history_lost
    assert wait_until_over(printer, good) == JobState(JobStage.DONE, 2)
    assert printer.job_state(lost).stage is JobStage.UNKNOWN


def test_absent_printer_is_refused_before_anything_is_handed_over(
    lab: CupsLab, printer: CupsPrinter, eve: LabPrinter
) -> None:
    eve.unplug()

    with pytest.raises(PrinterUnreachableError) as caught:
        printer.submit(job(2))

    assert caught.value.next_step == "Tjek strøm og kabel."
    assert printer.state().reasons == (PrinterReason.UNREACHABLE,)
    assert connect(lab.socket).getJobs(which_jobs="all") == {}


def test_job_the_printer_gives_up_is_failed_with_words(
    printer: CupsPrinter, eve: LabPrinter
) -> None:
    eve.set("abort_at", 2)
    # As slow as a real printer. In the first second both halves of CUPS's backend look at once, and
    # when the wrong one is first, CUPS calls the job completed: see `_completed` in cups_reasons.
    eve.set("speed", 1.5)

    state = wait_until_over(printer, printer.submit(job(4)))

    assert (state.stage, state.reason) == (JobStage.FAILED, PrinterReason.JOB_ABORTED)
    assert state.reason is not None
    assert state.reason.sentence == "Printeren afbrød udskriften."
    assert eve.words() == words(4)[:1]


def test_damaged_document_fails_and_cancel_takes_it_out_of_the_spool(
    lab: CupsLab, printer: CupsPrinter
) -> None:
    handle = printer.submit(PrintJob("BAD", b"%PDF-1.7 broken", 1))

    state = wait_until_over(printer, handle)
    printer.cancel(handle)

    assert (state.stage, state.reason) == (JobStage.FAILED, PrinterReason.JOB_ABORTED)
    assert list(lab.spool.glob("d*")) == []


def test_dead_print_service_is_named_by_every_call(lab: CupsLab, printer: CupsPrinter) -> None:
    handle = printer.submit(job(1))
    wait_until_over(printer, handle)

    lab.stop_cupsd(signal.SIGKILL)

    for call in (
        printer.state,
        lambda: printer.submit(job(1)),
        lambda: printer.job_state(handle),
        lambda: printer.cancel(handle),
        lambda: connect(lab.socket),
    ):
        with pytest.raises(PrintServiceDownError):
            call()


def test_job_the_printer_has_is_followed_there_after_a_crash_that_emptied_the_spool(
    lab: CupsLab, printer: CupsPrinter, eve: LabPrinter
) -> None:
    eve.set("jam_at", 2)
    handle = printer.submit(job(4))
    wait_for_reason(printer, handle, PrinterReason.JAM)

    lab.stop_cupsd(signal.SIGKILL)
    lab.empty_spool()
    lab.start_cupsd()

    assert printer.job_state(handle) == JobState(JobStage.BLOCKED, 1, PrinterReason.JAM)
    eve.cure("jam_at")
    assert wait_until_over(printer, handle) == JobState(JobStage.DONE, 4)
    assert eve.words() == words(4)


def test_job_that_crash_and_printer_both_forgot_is_unknown(
    lab: CupsLab, printer: CupsPrinter, eve: LabPrinter
) -> None:
    eve.set("jam_at", 2)
    handle = printer.submit(job(4))
    wait_for_reason(printer, handle, PrinterReason.JAM)

    lab.stop_cupsd(signal.SIGKILL)
    lab.empty_spool()
    eve.unplug()
    lab.start_cupsd()
    with pytest.raises(PrinterUnreachableError):
        printer.job_state(handle)
    eve.plug_in()

    assert printer.job_state(handle) == JobState(JobStage.UNKNOWN, None, PrinterReason.JOB_UNKNOWN)
    with pytest.raises(JobUnknownError):
        printer.cancel(handle)


def test_lost_job_is_stopped_at_the_printer(
    lab: CupsLab, printer: CupsPrinter, eve: LabPrinter
) -> None:
    eve.set("jam_at", 2)
    handle = printer.submit(job(4))
    wait_for_reason(printer, handle, PrinterReason.JAM)
    lab.stop_cupsd(signal.SIGKILL)
    lab.empty_spool()
    lab.start_cupsd()

    printer.cancel(handle)
    eve.cure("jam_at")

    assert wait_until_over(printer, handle).stage is JobStage.CANCELLED


def test_job_the_print_service_lost_in_a_restart_is_followed_at_the_printer(
    lab: CupsLab, printer: CupsPrinter, eve: LabPrinter
) -> None:
    eve.set("speed", 0.3)
    handle = printer.submit(job(4))
    wait_until(lambda: len(eve.sheets()) >= 1, "a sheet")

    lab.stop_cupsd(signal.SIGTERM)
    lab.start_cupsd()

    assert wait_until_over(printer, handle) == JobState(JobStage.DONE, 4)
    assert eve.words() == words(4)


def test_number_that_belongs_to_another_job_is_unknown_and_not_cancelled(
    printer: CupsPrinter, eve: LabPrinter
) -> None:
    eve.set("jam_at", 1)
    mine = printer.submit(job(1))
    before_reset = JobHandle("OLD", 1, mine.number, "urn:uuid:of-the-old-job")

    with pytest.raises(JobUnknownError):
        printer.cancel(before_reset)

    assert printer.job_state(before_reset).stage is JobStage.UNKNOWN
    eve.cure("jam_at")
    assert wait_until_over(printer, mine).stage is JobStage.DONE


def test_cancelled_job_stops_and_a_finished_one_may_be_cancelled(
    printer: CupsPrinter, eve: LabPrinter
) -> None:
    eve.set("jam_at", 2)
    handle = printer.submit(job(4))
    wait_for_reason(printer, handle, PrinterReason.JAM)

    printer.cancel(handle)
    at_once = printer.job_state(handle)
    printer.cancel(handle)

    assert at_once.stage is JobStage.CANCELLED
    assert printer.job_state(handle).stage is JobStage.CANCELLED
    assert printer.state().is_ready


def test_cancel_forbidden_by_the_service_is_not_hidden() -> None:
    with CupsLab(forbidden="Cancel-Job") as lab:
        eve = lab.add_printer("eve")
        lab.queue(QUEUE, eve)
        printer = CupsPrinter(QUEUE, lab.socket)
        eve.set("jam_at", 1)
        handle = printer.submit(job(1))

        with pytest.raises(JobRefusedError, match="0x040"):
            printer.cancel(handle)


def test_document_too_large_for_the_service_is_refused_and_leaves_no_job(
    lab: CupsLab, printer: CupsPrinter
) -> None:
    too_large = PrintJob("BIG", b"%PDF-1.7 " + bytes(3_000_000), 1)

    with pytest.raises((FolderFullError, PrintServiceDownError)):
        printer.submit(too_large)

    assert connect(lab.socket).getJobs(which_jobs="all") == {}
    assert wait_until_over(printer, printer.submit(job(1))).stage is JobStage.DONE


def test_print_service_sees_only_the_opaque_id(lab: CupsLab, printer: CupsPrinter) -> None:
    handle = printer.submit(job(1, "7F3A-B001"))

    attributes = connect(lab.socket).getJobAttributes(handle.number)

    assert attributes["job-name"] == "7F3A-B001"
    assert attributes["document-name-supplied"] == "7F3A-B001"


def test_no_file_holds_the_document_after_printing(
    lab: CupsLab, printer: CupsPrinter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)

    wait_until_over(printer, printer.submit(job(2)))
    of_service = [p for p in lab.base.rglob("*") if p.is_file() and "printers" not in p.parts]

    assert list(tmp_path.iterdir()) == []
    assert [path for path in of_service if b"%PDF-" in path.read_bytes()] == []
