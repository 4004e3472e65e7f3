"""Print through CUPS, and say of a job only what can be known.

The only importer of `cups` (pycups). Hands documents over from memory, so that no file of ours
holds them; every decision is taken in `cups_reasons.py`. Refuses to retry a job: what was handed
over once is reported, not sent again. Called by the box through the `Printer` protocol.
"""

import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from printers import cups_reasons, device_reasons
from printers.device import Device, DeviceReport, Presence
from printers.errors import (
    JobUnknownError,
    PrinterError,
    PrinterUnreachableError,
    PrintServiceDownError,
    PrintServiceMissingError,
    QueueMissingError,
    error_for,
)
from printers.ipp_printer import take_up
from printers.models import JobHandle, JobStage, JobState, PrinterState, PrintJob
from printers.reasons import PrinterReason

try:
    import cups
except ImportError:
    # pycups has no wheels; a box that prints to a folder does without it.
    cups = None

DEFAULT_SERVER = "/run/cups/cups.sock"
# A queue that stops three times under one job has a fault a restart does not cure; CUPS would
# otherwise go round at 60 tries a second (measured).
MAX_REVIVALS = 3
# A printer on the other end of ipp-usb or a corridor's network answers at once or not at all.
PROBE_TIMEOUT_S = 2.0
_PDF = "application/pdf"


def connect(server: str = DEFAULT_SERVER) -> Any:
    """Return a connection to the print service: a socket's path or a host name.

    Always with a host: `cups.setServer` holds for one thread only.
    Raises: PrintServiceMissingError, PrintServiceDownError.
    """
    if cups is None:
        raise PrintServiceMissingError(
            "pycups is not installed: pip install 'nodboks[cups]', or Debian's python3-cups"
        )
    try:
        return cups.Connection(host=server)
    except RuntimeError as error:
        raise PrintServiceDownError(f"{server}: {error}") from error


def add_everywhere_queue(connection: Any, name: str, uri: str, timeout_s: float = 15) -> None:
    """Make a driverless queue and wait until jobs for it will work.

    CUPS 2.4.2 answers before the queue is ready, also for a dead address, and aborts jobs sent in
    between; 2.4.10 answers with an error. Leaves no half-made queue behind.
    Raises: PrinterUnreachableError, PrintServiceDownError, JobRefusedError.
    """
    if not is_reachable(uri):
        raise PrinterUnreachableError(uri)
    with named_errors(PrinterUnreachableError):
        _make_queue(connection, name, uri, timeout_s)
        # Not stop-printer (the queue dies until somebody types a command), not retry-*.
        connection.setPrinterErrorPolicy(name, "abort-job")
        connection.enablePrinter(name)
        connection.acceptJobs(name)


def _wait_until_whole(connection: Any, name: str, uri: str, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while not _is_everywhere(connection, name):
        if time.monotonic() > deadline:
            raise PrinterUnreachableError(f"{uri} told nothing of itself in {timeout_s} s")
        time.sleep(0.02)


def _make_queue(connection: Any, name: str, uri: str, timeout_s: float) -> None:
    """Add the queue and wait until it is whole; one that was not there before is taken away again.

    CUPS 2.4.2 says nothing of a device that is no printer, 2.4.10 answers with an error: both
    leave the queue standing.
    """
    was_there = name in connection.getPrinters()
    try:
        connection.addPrinter(name, device=uri, ppdname="everywhere")
        _wait_until_whole(connection, name, uri, timeout_s)
    except (PrinterUnreachableError, cups.IPPError, RuntimeError):
        if not was_there:
            with suppress(cups.IPPError, RuntimeError):
                connection.deletePrinter(name)
        raise


class CupsPrinter:
    """One CUPS queue; may be shared by threads, each of which gets its own connection."""

    def __init__(self, queue: str, server: str = DEFAULT_SERVER) -> None:
        self._queue = queue
        self._server = server
        self._local = threading.local()
        self._revivals: Counter[str] = Counter()
        self._device = Device("")
        self._cut_off: dict[str, int] = {}

    @property
    def device_uri(self) -> str:
        """Return where the printer itself was when the queue was last looked at, or nothing."""
        return self._device.uri

    def jobs_before(self, print_id: str) -> int | None:
        """Return the printer's newest job of before a hand-over that broke off in the middle.

        None where none did: then the printer has nothing of this document.
        """
        return self._cut_off.get(print_id)

    def state(self) -> PrinterState:
        """Return how the printer stands, by its own word where it speaks IPP.

        Of other printers, what CUPS last heard of paper and jam is from the last job.
        """
        queue, report = self._look(Device.look)
        return cups_reasons.printer_state_from(queue, is_reachable=_is_there(report))

    def submit(self, job: PrintJob) -> JobHandle:
        """Hand over one document after a look at whether it can come out at all.

        Raises: PrinterUnreachableError, PrinterStoppedError, WrongMediaError, QueueMissingError,
        FolderFullError, JobRefusedError: nothing was handed over. PrintServiceDownError: the same,
        unless the service died in the very end; a sheet that comes out anyway has the print id.
        """
        queue, before = self._ready_queue()
        options = cups_reasons.job_options(queue, is_duplex=job.is_duplex)
        self._cut_off[job.print_id] = before
        with self._service(QueueMissingError) as connection:
            number = connection.createJob(self._queue, job.print_id, options)
        try:
            uuid = self._send(number, job)
        except PrinterError:
            self._discard(number)
            raise
        del self._cut_off[job.print_id]
        return JobHandle(
            job.print_id,
            job.pages,
            number,
            uuid,
            was_history_lost=cups_reasons.is_history_lost(queue),
            device_uri=str(queue["device-uri"]),
            device_jobs_before=before,
        )

    def job_state(self, handle: JobHandle) -> JobState:
        """Return how far the job has come, by the printer's own count where it speaks IPP.

        Starts a stopped queue again, a few times, and takes a held job out of it. A job that CUPS
        no longer has, or whose number now belongs to another, is UNKNOWN unless the printer has it.
        """
        try:
            job = self._job_attributes(handle.number)
        except JobUnknownError:
            return _state_after_loss(handle)
        if cups_reasons.is_lost(job, handle):
            return _state_after_loss(handle)
        queue, report = self._look(
            lambda device: device.look_for(handle.print_id, handle.device_jobs_before)
        )
        by_cups = cups_reasons.job_state_from(job, queue, handle, is_reachable=_is_there(report))
        state = device_reasons.sharpened(by_cups, report, handle)
        if state.reason is PrinterReason.HELD:
            with suppress(PrinterError):
                self.cancel(handle)
        is_waiting_for_queue = not state.stage.is_over and cups_reasons.is_stopped(queue)
        if is_waiting_for_queue and self._may_revive(handle.uuid):
            self._revive()
        return state

    def cancel(self, handle: JobHandle) -> None:
        """Stop the job, and take the document of a failed one out of the spool.

        Raises: JobUnknownError where the number belongs to nobody or to another job by now, and
        the printer has none of its own.
        """
        if not self._is_ours(handle):
            found = take_up(handle, handle.device_uri)
            if found is None:
                raise JobUnknownError(f"job {handle.number} is another one now")
            direct, own = found
            direct.cancel(own)
            return
        with self._service(JobUnknownError) as connection:
            try:
                connection.cancelJob(handle.number)
            except cups.IPPError as error:
                # It was over already: then there is nothing left to stop.
                if error.args[0] != cups_reasons.NOT_POSSIBLE:
                    raise

    def _ready_queue(self) -> tuple[Mapping[str, Any], int]:
        """Return a queue that works, and the printer's newest job of before ours."""
        queue, report = self._look(Device.look)
        if cups_reasons.is_stopped(queue):
            self._revive()
            queue, report = self._look(Device.look)
        reason = cups_reasons.refusal(queue, is_reachable=_is_there(report))
        if reason is not None:
            raise error_for(reason, f"queue {self._queue} ({queue['device-uri']})")
        is_talking = report.presence is Presence.ANSWERS
        return queue, self._device.newest_job() if is_talking else 0

    def _look(
        self, ask: Callable[[Device], DeviceReport]
    ) -> tuple[Mapping[str, Any], DeviceReport]:
        """Return the queue as the printer itself says it is, and what else the printer says."""
        queue = self._queue_attributes()
        uri = str(queue["device-uri"])
        device = self._device
        if device.uri != uri:
            self._device = device = Device(uri)
        report = ask(device)
        # What does not speak IPP may at least be knocked at.
        if report.presence is Presence.MUTE and not is_reachable(uri):
            report = DeviceReport(Presence.ABSENT)
        return device_reasons.queue_with(report, queue), report

    def _is_ours(self, handle: JobHandle) -> bool:
        try:
            return bool(self._job_attributes(handle.number)["job-uuid"] == handle.uuid)
        except JobUnknownError:
            return False

    def _send(self, number: int, job: PrintJob) -> str:
        """Stream the document and return the job's uuid, asked for before paper can move."""
        uuid = str(self._job_attributes(number)["job-uuid"])
        with self._service(JobUnknownError) as connection:
            is_last_document = 1
            connection.startDocument(self._queue, number, job.print_id, _PDF, is_last_document)
            connection.writeRequestData(job.pdf, len(job.pdf))
            connection.finishDocument(self._queue)
        return uuid

    def _discard(self, number: int) -> None:
        """Remove a job that never got its document; the first error is the one to report."""
        with suppress(PrinterError), self._service(JobUnknownError) as connection:
            connection.cancelJob(number, purge_job=True)

    def _may_revive(self, uuid: str) -> bool:
        self._revivals[uuid] += 1
        return self._revivals[uuid] <= MAX_REVIVALS

    def _revive(self) -> None:
        with self._service(QueueMissingError) as connection:
            connection.enablePrinter(self._queue)
            connection.acceptJobs(self._queue)

    def _queue_attributes(self) -> Mapping[str, Any]:
        wanted = list(cups_reasons.QUEUE_ATTRIBUTES)
        with self._service(QueueMissingError) as connection:
            attributes: dict[str, Any] = connection.getPrinterAttributes(
                self._queue, requested_attributes=wanted
            )
        return attributes

    def _job_attributes(self, number: int) -> Mapping[str, Any]:
        wanted = list(cups_reasons.JOB_ATTRIBUTES)
        with self._service(JobUnknownError) as connection:
            attributes: dict[str, Any] = connection.getJobAttributes(number, wanted)
        return attributes

    @contextmanager
    def _service(self, missing: type[PrinterError]) -> Iterator[Any]:
        """Give this thread's connection; after any error the next call starts with a new one."""
        if not hasattr(self._local, "connection"):
            self._local.connection = connect(self._server)
        try:
            with named_errors(missing):
                yield self._local.connection
        except PrinterError:
            del self._local.connection
            raise


@contextmanager
def named_errors(missing: type[PrinterError]) -> Iterator[None]:
    """Turn what CUPS refuses in the block into an error with words; `missing` is a not-found."""
    try:
        yield
    except cups.IPPError as error:
        code, text = error.args
        raise cups_reasons.error_from_ipp(code, text, missing) from error


def _is_everywhere(connection: Any, name: str) -> bool:
    wanted = ["printer-make-and-model"]
    attributes = connection.getPrinterAttributes(name, requested_attributes=wanted)
    return "IPP Everywhere" in attributes["printer-make-and-model"]


def _state_after_loss(handle: JobHandle) -> JobState:
    """Say what became of a job CUPS no longer knows: the printer may have it all the same."""
    found = take_up(handle, handle.device_uri)
    if found is None:
        return JobState(JobStage.UNKNOWN, None, PrinterReason.JOB_UNKNOWN)
    direct, own = found
    return direct.job_state(own)


def _is_there(report: DeviceReport) -> bool:
    return report.presence is not Presence.ABSENT


def is_reachable(uri: str) -> bool:
    """Knock on the printer's door; CUPS does not notice a printer that is gone (measured)."""
    address = cups_reasons.endpoint(uri)
    if address is None:
        return True
    try:
        socket.create_connection(address, timeout=PROBE_TIMEOUT_S).close()
    except OSError:
        return False
    return True
