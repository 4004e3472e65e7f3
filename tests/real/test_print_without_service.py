"""Kill, fill and starve the print service under the nurse's job, and count what came out."""

import json
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import asdict

import pytest

from printers.cups_or_ipp_printer import CupsOrIppPrinter
from printers.cups_printer import CupsPrinter, connect
from printers.errors import JobUnknownError, PrintServiceDownError
from printers.models import JobHandle, JobStage, JobState, PrintJob
from printers.reasons import PrinterReason
from tests.real.job_steps import (
    NEEDS_CUPS,
    QUEUE,
    RASTER_ONLY,
    job,
    wait_for_reason,
    wait_until_over,
    words,
)
from tests.simulators import lab_files
from tests.simulators.cups_lab import CupsLab, LabPrinter
from tests.simulators.lab_tools import wait_until

pytestmark = NEEDS_CUPS
DEATHS = [signal.SIGTERM, signal.SIGKILL]


@pytest.fixture
def printer(lab: CupsLab, eve: LabPrinter) -> CupsOrIppPrinter:
    """The box's printer, which has seen its queue in better times."""
    assert eve.name in lab.printers
    seen = CupsOrIppPrinter(CupsPrinter(QUEUE, lab.socket))
    assert seen.state().is_ready
    return seen


def after_a_restart(lab: CupsLab, handle: JobHandle) -> tuple[CupsOrIppPrinter, JobHandle]:
    """Return what a restarted asker has: a new printer, and the handle as it was stored."""
    stored = json.dumps(asdict(handle))
    return CupsOrIppPrinter(CupsPrinter(QUEUE, lab.socket)), JobHandle(**json.loads(stored))


@pytest.mark.parametrize("death", DEATHS)
def test_paper_comes_straight_from_the_printer_while_the_service_is_dead(
    lab: CupsLab, printer: CupsOrIppPrinter, eve: LabPrinter, death: signal.Signals
) -> None:
    lab.stop_cupsd(death)

    state = printer.state()
    handle = printer.submit(job(4))
    over = wait_until_over(printer, handle)

    assert (state.is_ready, state.reasons) == (True, ())
    assert handle.is_direct
    assert over == JobState(JobStage.DONE, 4)
    assert eve.words() == words(4)


def test_jobs_go_through_the_service_again_when_it_is_back(
    lab: CupsLab, printer: CupsOrIppPrinter, eve: LabPrinter
) -> None:
    lab.stop_cupsd()
    straight = printer.submit(job(2, "A"))
    wait_until_over(printer, straight)

    lab.start_cupsd()
    through = printer.submit(job(2, "B"))

    assert wait_until_over(printer, through) == JobState(JobStage.DONE, 2)
    assert printer.job_state(straight) == JobState(JobStage.DONE, 2)
    assert (straight.is_direct, through.is_direct) == (True, False)
    assert eve.words() == words(2) * 2


@pytest.mark.parametrize("death", DEATHS)
def test_job_is_followed_at_the_printer_when_the_service_dies_under_it(
    lab: CupsLab, printer: CupsOrIppPrinter, eve: LabPrinter, death: signal.Signals
) -> None:
    eve.set("speed", 0.2)
    handle = printer.submit(job(6, "UNDER-WAY"))
    wait_until(lambda: len(eve.sheets()) >= 2, "two sheets")

    lab.stop_cupsd(death)
    orphaned = printer.job_state(handle)
    over = wait_until_over(printer, handle)

    assert orphaned.stage is JobStage.PRINTING
    assert over == JobState(JobStage.DONE, 6)
    assert eve.words() == words(6)


def test_job_that_is_sent_again_after_a_crash_is_done_when_the_second_copy_is_out(
    lab: CupsLab, printer: CupsOrIppPrinter, eve: LabPrinter
) -> None:
    eve.set("speed", 0.2)
    handle = printer.submit(job(4, "TWICE"))
    wait_until(lambda: len(eve.sheets()) >= 1, "a sheet")

    # On the box the spool is emptied before the start; here it is not.
    lab.stop_cupsd(signal.SIGKILL)
    lab.start_cupsd()
    state = wait_until_over(printer, handle)

    assert state == JobState(JobStage.DONE, 4)
    assert eve.words() == words(4) * 2


def test_job_that_never_left_the_service_waits_for_it_and_is_then_unknown(
    lab: CupsLab, printer: CupsOrIppPrinter, eve: LabPrinter
) -> None:
    eve.set("jam_at", 1)
    printer.submit(job(1, "FIRST"))
    handle = printer.submit(job(2, "SECOND"))
    lab.stop_cupsd(signal.SIGKILL)

    with pytest.raises(PrintServiceDownError):
        printer.job_state(handle)
    with pytest.raises(PrintServiceDownError):
        printer.cancel(handle)
    lab.empty_spool()
    lab.start_cupsd()

    assert printer.job_state(handle).stage is JobStage.UNKNOWN
    assert eve.words() == []


def test_job_is_stopped_at_the_printer_while_the_service_is_dead(
    lab: CupsLab, printer: CupsOrIppPrinter, eve: LabPrinter
) -> None:
    eve.set("jam_at", 2)
    handle = printer.submit(job(3))
    wait_for_reason(printer, handle, PrinterReason.JAM)
    lab.stop_cupsd(signal.SIGKILL)

    printer.cancel(handle)
    eve.cure("jam_at")

    assert wait_until_over(printer, handle).stage is JobStage.CANCELLED


class CutOff(CupsPrinter):
    """A way through CUPS whose cupsd dies in the last moment of a hand-over."""

    def __init__(self, lab: CupsLab, eve: LabPrinter) -> None:
        super().__init__(QUEUE, lab.socket)
        self._lab = lab
        self._eve = eve

    def _send(self, number: int, job: PrintJob) -> str:
        super()._send(number, job)
        wait_until(lambda: len(self._eve.sheets()) == 1, "a sheet")
        self._lab.stop_cupsd(signal.SIGKILL)
        raise PrintServiceDownError("cut off")


def test_document_the_printer_already_has_is_not_sent_again(lab: CupsLab, eve: LabPrinter) -> None:
    eve.set("jam_at", 2)
    printer = CupsOrIppPrinter(CutOff(lab, eve))

    handle = printer.submit(job(3, "ONCE"))
    eve.cure("jam_at")

    assert handle.is_direct
    assert wait_until_over(printer, handle) == JobState(JobStage.DONE, 3)
    assert eve.words() == words(3)
    assert len(eve.received()) == 1


def test_stored_handles_work_after_a_restart_of_the_asker(
    lab: CupsLab, printer: CupsOrIppPrinter, eve: LabPrinter
) -> None:
    through = printer.submit(job(2, "A"))
    wait_until_over(printer, through)
    lab.stop_cupsd()
    straight = printer.submit(job(2, "B"))

    restarted, stored = after_a_restart(lab, straight)

    assert wait_until_over(restarted, stored) == JobState(JobStage.DONE, 2)
    restarted.cancel(stored)
    # The address of the printer is known from a handle alone, and so the next job has a way.
    restarted, stored = after_a_restart(lab, through)
    assert wait_until_over(restarted, stored) == JobState(JobStage.DONE, 2)
    assert wait_until_over(restarted, restarted.submit(job(2, "C"))).stage is JobStage.DONE
    assert eve.words() == words(2) * 3


@pytest.mark.usefixtures("eve")
def test_dead_service_is_named_where_the_printer_was_never_seen(lab: CupsLab) -> None:
    unseen = CupsOrIppPrinter(CupsPrinter(QUEUE, lab.socket))
    handle = JobHandle("7F3A", 1, 1, "urn:uuid:old")
    lab.stop_cupsd()

    for call in (
        unseen.state,
        lambda: unseen.submit(job(1)),
        lambda: unseen.job_state(handle),
        lambda: unseen.cancel(handle),
    ):
        with pytest.raises(PrintServiceDownError):
            call()


def test_printer_that_takes_no_pdf_waits_for_the_service(lab: CupsLab) -> None:
    picky = lab.add_printer("picky", description=RASTER_ONLY)
    lab.queue(QUEUE, picky)
    printer = CupsOrIppPrinter(CupsPrinter(QUEUE, lab.socket))
    assert printer.state().is_ready
    lab.stop_cupsd()

    with pytest.raises(PrintServiceDownError):
        printer.submit(job(1))

    assert picky.received() == []


def test_lost_queue_does_not_stop_the_paper(
    lab: CupsLab, printer: CupsOrIppPrinter, eve: LabPrinter
) -> None:
    connect(lab.socket).deletePrinter(QUEUE)

    handle = printer.submit(job(2))

    assert wait_until_over(printer, handle) == JobState(JobStage.DONE, 2)
    assert printer.state().is_ready
    assert eve.words() == words(2)


def test_lost_spool_does_not_stop_the_paper(
    lab: CupsLab, printer: CupsOrIppPrinter, eve: LabPrinter
) -> None:
    shutil.rmtree(lab.spool)

    handle = printer.submit(job(2))

    assert wait_until_over(printer, handle) == JobState(JobStage.DONE, 2)
    assert eve.words() == words(2)
    assert connect(lab.socket).getJobs(which_jobs="all") == {}


@pytest.fixture
def full_spool(lab: CupsLab, printer: CupsOrIppPrinter) -> Iterator[None]:
    """A spool on a RAM disk with 4 KB left."""
    assert printer.state().is_ready
    lab.stop_cupsd()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(lab.spool)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("a full spool needs leave to mount a RAM disk: run as root")
    try:
        (lab.spool / "tmp").mkdir()
        lab_files._let_lp_in(lab.base)
        (lab.spool / "filler").write_bytes(bytes(60 * 1024))
        lab.start_cupsd()
        yield
        lab.stop_cupsd()
    finally:
        subprocess.run(["umount", "--lazy", str(lab.spool)], check=True)


@pytest.mark.usefixtures("full_spool")
def test_full_spool_does_not_stop_the_paper(
    lab: CupsLab, printer: CupsOrIppPrinter, eve: LabPrinter
) -> None:
    handle = printer.submit(job(5))

    assert handle.is_direct
    assert wait_until_over(printer, handle) == JobState(JobStage.DONE, 5)
    assert eve.words() == words(5)
    assert sorted(path.name for path in lab.spool.iterdir()) == ["filler", "tmp"]


def test_job_the_printer_forgot_too_is_unknown_and_cannot_be_stopped(
    lab: CupsLab, printer: CupsOrIppPrinter, eve: LabPrinter
) -> None:
    lab.stop_cupsd()
    eve.set("jam_at", 2)
    handle = printer.submit(job(3))
    wait_for_reason(printer, handle, PrinterReason.JAM)

    eve.unplug()
    away = printer.job_state(handle)
    eve.plug_in()

    assert away == JobState(JobStage.BLOCKED, None, PrinterReason.UNREACHABLE)
    assert wait_until_over(printer, handle).stage is JobStage.UNKNOWN
    with pytest.raises(JobUnknownError):
        printer.cancel(handle)
    assert eve.words() == words(3)[:1]
