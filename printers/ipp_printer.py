"""Print straight to the printer over IPP, without a print service in between.

Holds documents in memory only, and sends each once: where the printer hung up in the middle, it is
asked whether it took the job. Refuses printers that take no PDF: there is nobody here to make
another format of it. Decisions are taken in `device_reasons.py`. Called by the box through the
`Printer` protocol, mostly by `cups_or_ipp_printer.py`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace

from printers import device_reasons
from printers.device import JOB_ATTRIBUTES, Device, Presence
from printers.errors import JobUnknownError, error_for
from printers.ipp import codes
from printers.ipp.client import IppClient
from printers.ipp.errors import IppError, IppStatusError
from printers.ipp.message import Attribute
from printers.ipp.transport import Address, Patience
from printers.models import JobHandle, JobStage, JobState, PrinterState, PrintJob
from printers.reasons import PrinterReason

# Here is no print service to wait in its place, and a printer that wakes up takes its time.
_PATIENCE = Patience(answer_s=10.0)


class IppPrinter:
    """One printer by its own address, `ipp://` or `http://`; may be shared by threads.

    Raises: PrinterUnreachableError for an address of another kind.
    """

    def __init__(self, uri: str, patience: Patience = _PATIENCE) -> None:
        self._uri = uri
        self._device = Device(uri, patience)
        with _named_errors():
            self._client = IppClient(uri, patience)

    def state(self) -> PrinterState:
        """Return how the printer stands now."""
        return device_reasons.printer_state_from(self._device.look())

    def submit(self, job: PrintJob) -> JobHandle:
        """Hand over one document after the printer has said that it would take it.

        Raises: PrinterUnreachableError, PrinterBusyError: nothing was handed over as far as the
        printer tells; a sheet that comes out anyway carries the print id. PrinterStoppedError,
        WrongMediaError, JobRefusedError, PrinterNeedsHelpError: nothing was handed over.
        """
        report = self._device.look()
        reason = device_reasons.refusal(report)
        if reason is not None:
            raise error_for(reason, self._uri)
        wishes = device_reasons.job_wishes(report, is_duplex=job.is_duplex)
        with _named_errors():
            self._validate(wishes, job.print_id)
            number = self._send(job, wishes)
        return JobHandle(
            job.print_id,
            job.pages,
            number,
            self._identity(number),
            device_uri=self._uri,
            is_direct=True,
        )

    def job_state(self, handle: JobHandle) -> JobState:
        """Return how far the job has come; one the printer no longer knows is UNKNOWN.

        A job that somebody would have to release at the printer is stopped and called so.
        """
        report = self._device.look_at(handle.number)
        state = device_reasons.job_state_from(report, handle)
        if state.reason is PrinterReason.HELD:
            with suppress(IppError):
                self._stop(handle.number)
        return state

    def adopted(self, handle: JobHandle) -> JobHandle | None:
        """Return the handle of the printer's own job for one that went through a print service.

        None where the printer knows of none.
        Raises: PrinterUnreachableError, PrinterBusyError.
        """
        report = self._device.look_for(handle.print_id, handle.device_jobs_before)
        if report.presence in (Presence.ABSENT, Presence.BUSY):
            raise error_for(device_reasons.SILENT[report.presence], self._uri)
        if report.job is None or not device_reasons.is_known(report, handle):
            return None
        return replace(
            handle,
            number=report.job.number("job-id") or 0,
            uuid=device_reasons.identity(report.job),
            device_uri=self._uri,
            is_direct=True,
        )

    def taken(self, job: PrintJob, above: int) -> JobHandle | None:
        """Return the handle of a job of this print id with a number above this, if there is one.

        None also where it was stopped or given up: then the document may be sent.
        """
        own = self.adopted(JobHandle(job.print_id, job.pages, device_jobs_before=above))
        is_in_vain = own and self.job_state(own).stage in (JobStage.FAILED, JobStage.CANCELLED)
        return None if is_in_vain else own

    def cancel(self, handle: JobHandle) -> None:
        """Stop the job; the sheet under way still comes out.

        Raises: JobUnknownError where the number belongs to nobody or to another job by now,
        PrinterUnreachableError, PrinterBusyError.
        """
        report = self._device.look_at(handle.number)
        if device_reasons.is_known(report, handle):
            with _named_errors():
                self._stop(handle.number)
        elif report.presence in device_reasons.SILENT:
            raise error_for(device_reasons.SILENT[report.presence], self._uri)
        else:
            raise JobUnknownError(f"{self._uri} has no job {handle.number} of ours")

    def _validate(self, wishes: Sequence[Attribute], print_id: str) -> None:
        try:
            self._client.validate_job(wishes, print_id)
        except IppStatusError as error:
            # The answer to the job itself then has to do.
            if error.status != codes.OPERATION_NOT_SUPPORTED:
                raise

    def _send(self, job: PrintJob, wishes: Sequence[Attribute]) -> int:
        before = self._device.newest_job()
        try:
            return self._client.print_job(job.pdf, wishes, job.print_id)
        except IppStatusError:
            raise
        except IppError:
            # The line broke, or the answer did: the printer may have the document all the same,
            # and a second one would be a second sheet.
            taken = self._device.look_for(job.print_id, before).job
            number = taken.number("job-id") if taken else None
            if number is None:
                raise
            return number

    def _identity(self, number: int) -> str:
        """Return what tells this job from others; nothing where the printer does not say."""
        try:
            return device_reasons.identity(self._client.job_attributes(number, JOB_ATTRIBUTES))
        except IppError:
            return ""

    def _stop(self, number: int) -> None:
        try:
            self._client.cancel_job(number)
        except IppStatusError as error:
            # It was over already: then there is nothing left to stop.
            if error.status != codes.NOT_POSSIBLE:
                raise


def take_up(handle: JobHandle, uri: str) -> tuple[IppPrinter, JobHandle] | None:
    """Return the printer at an address and its own job for one a print service lost.

    None where the printer has no such job or does not speak IPP.
    Raises: PrinterUnreachableError, PrinterBusyError.
    """
    if Address.of(uri) is None:
        return None
    printer = IppPrinter(uri)
    own = printer.adopted(handle)
    return (printer, own) if own else None


@contextmanager
def _named_errors() -> Iterator[None]:
    try:
        yield
    except IppError as error:
        raise device_reasons.error_from(error) from error
