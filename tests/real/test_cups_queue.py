"""Make, lose, stop and share queues of a real cupsd."""

import http.server
import os
import signal
import threading
from collections.abc import Iterator

import pytest

from printers.cups_printer import (
    MAX_REVIVALS,
    CupsPrinter,
    _wait_until_whole,
    add_everywhere_queue,
    connect,
)
from printers.errors import (
    PrinterUnreachableError,
    PrintServiceDownError,
    QueueMissingError,
)
from printers.models import JobStage, JobState
from printers.reasons import PrinterReason
from tests.real.job_steps import NEEDS_CUPS, QUEUE, job, wait_until_over
from tests.simulators import lab_files
from tests.simulators.cups_lab import CupsLab, LabPrinter
from tests.simulators.lab_tools import free_port, wait_until

pytestmark = NEEDS_CUPS
OLD_QUEUE = "old"


def test_stopped_queue_is_started_again_for_a_job(lab: CupsLab, printer: CupsPrinter) -> None:
    connection = connect(lab.socket)
    connection.disablePrinter(QUEUE)
    connection.rejectJobs(QUEUE)
    before = printer.state()

    state = wait_until_over(printer, printer.submit(job(2)))

    assert (before.is_ready, before.reasons) == (False, (PrinterReason.STOPPED,))
    assert state == JobState(JobStage.DONE, 2)


def test_queue_that_keeps_stopping_is_left_alone_and_named(
    lab: CupsLab, printer: CupsPrinter, eve: LabPrinter
) -> None:
    eve.set("jam_at", 1)
    handle = printer.submit(job(1))
    connection = connect(lab.socket)
    was_started_again = []

    for _ in range(MAX_REVIVALS + 1):
        connection.disablePrinter(QUEUE)
        assert printer.job_state(handle).reason is PrinterReason.STOPPED
        was_started_again.append(printer.state().is_ready)

    assert was_started_again == [True] * MAX_REVIVALS + [False]


def test_held_job_is_taken_out_of_the_queue_and_called_so(
    lab: CupsLab, printer: CupsPrinter, eve: LabPrinter
) -> None:
    eve.set("jam_at", 1)
    first = printer.submit(job(1, "FIRST"))
    held = printer.submit(job(2, "HELD"))
    connection = connect(lab.socket)
    connection.setJobHoldUntil(held.number, "indefinite")

    state = printer.job_state(held)
    eve.cure("jam_at")

    assert (state.stage, state.reason) == (JobStage.FAILED, PrinterReason.HELD)
    assert wait_until_over(printer, first).stage is JobStage.DONE
    assert connection.getJobs(which_jobs="not-completed") == {}
    assert len(eve.words()) == 1


def test_held_job_that_may_not_be_taken_out_is_called_so_all_the_same() -> None:
    with CupsLab(forbidden="Cancel-Job") as lab:
        eve = lab.add_printer("eve")
        lab.queue(QUEUE, eve)
        printer = CupsPrinter(QUEUE, lab.socket)
        eve.set("jam_at", 1)
        printer.submit(job(1, "FIRST"))
        held = printer.submit(job(2, "HELD"))
        connect(lab.socket).setJobHoldUntil(held.number, "indefinite")

        assert printer.job_state(held).reason is PrinterReason.HELD


def test_printer_that_is_only_knocked_at_is_missed_when_it_is_gone(lab: CupsLab) -> None:
    connection = connect(lab.socket)
    connection.addPrinter("sealed", device=f"ipps://localhost:{free_port()}/ipp/print")
    connection.enablePrinter("sealed")
    connection.acceptJobs("sealed")

    assert CupsPrinter("sealed", lab.socket).state().reasons == (PrinterReason.UNREACHABLE,)


def test_queue_that_does_not_exist_is_named(lab: CupsLab) -> None:
    with pytest.raises(QueueMissingError, match="0x0406"):
        CupsPrinter("nowhere", lab.socket).submit(job(1))


def test_printer_that_cannot_be_asked_is_taken_to_be_there(lab: CupsLab) -> None:
    connection = connect(lab.socket)
    connection.addPrinter("nulprinter", device="file:///dev/null")
    connection.enablePrinter("nulprinter")
    connection.acceptJobs("nulprinter")

    assert CupsPrinter("nulprinter", lab.socket).state().is_ready


def test_no_queue_is_made_for_a_dead_address(lab: CupsLab, eve: LabPrinter) -> None:
    eve.unplug()

    with pytest.raises(PrinterUnreachableError):
        add_everywhere_queue(connect(lab.socket), "dead", eve.uri)

    assert "dead" not in connect(lab.socket).getPrinters()


@pytest.fixture
def no_printer() -> Iterator[str]:
    """The address of something that answers but is no printer."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"ipp://localhost:{server.server_port}/ipp/print"
    server.shutdown()
    server.server_close()


def test_no_queue_is_left_for_something_that_is_no_printer(lab: CupsLab, no_printer: str) -> None:
    with pytest.raises((PrinterUnreachableError, PrintServiceDownError)):
        add_everywhere_queue(connect(lab.socket), "fake", no_printer, timeout_s=0.5)

    assert "fake" not in connect(lab.socket).getPrinters()


def test_queue_that_never_becomes_whole_is_given_up(lab: CupsLab, no_printer: str) -> None:
    connection = connect(lab.socket)
    connection.addPrinter(OLD_QUEUE, device=no_printer)  # a raw queue: it stays one for ever

    with pytest.raises(PrinterUnreachableError, match="told nothing of itself"):
        _wait_until_whole(connection, OLD_QUEUE, no_printer, timeout_s=0.1)


@pytest.mark.usefixtures("eve")
def test_queue_that_was_there_before_is_not_taken_away(lab: CupsLab, no_printer: str) -> None:
    connection = connect(lab.socket)
    connection.addPrinter(OLD_QUEUE, device=no_printer)

    with pytest.raises((PrinterUnreachableError, PrintServiceDownError)):
        add_everywhere_queue(connection, OLD_QUEUE, no_printer, timeout_s=0.5)

    assert OLD_QUEUE in connection.getPrinters()


@pytest.mark.usefixtures("eve")
def test_queue_aborts_a_job_it_cannot_print_instead_of_stopping(lab: CupsLab) -> None:
    attributes = connect(lab.socket).getPrinterAttributes(QUEUE)

    assert attributes["printer-error-policy"] == "abort-job"
    assert "IPP Everywhere" in attributes["printer-make-and-model"]


def test_threads_share_a_printer_each_with_its_own_connection(printer: CupsPrinter) -> None:
    ready: list[bool] = []
    threads = [
        threading.Thread(target=lambda: ready.append(printer.state().is_ready)) for _ in range(8)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ready == [True] * 8


def test_lab_leaves_nothing_behind() -> None:
    with CupsLab() as lab:
        eve = lab.add_printer("eve")
        lab.queue(QUEUE, eve)
        eve.set("jam_at", 1)
        CupsPrinter(QUEUE, lab.socket).submit(job(1))
        assert lab.cupsd is not None
        session = os.getsid(lab.cupsd.pid)
        lab.stop_cupsd(signal.SIGKILL)

    wait_until(lambda: not lab_files.processes_of(session), "the last of cupsd's children")
    assert not lab.base.exists()
