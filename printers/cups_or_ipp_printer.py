"""Print through CUPS, and straight to the printer while CUPS is down.

Knows the printer's address from the last look at the queue, or from a stored handle. Refuses to
send a document the printer already has: where CUPS died under the hand-over, the printer's own job
is taken up instead. Called by the box through the `Printer` protocol.
"""

from printers.cups_printer import CupsPrinter
from printers.errors import (
    FolderFullError,
    JobRefusedError,
    PrinterNeedsHelpError,
    PrintServiceDownError,
    QueueMissingError,
)
from printers.ipp.transport import Address
from printers.ipp_printer import IppPrinter, take_up
from printers.models import JobHandle, JobState, PrinterState, PrintJob

# The print service does not answer, has forgotten the queue, or has no room: the printer may be
# well all the same.
_IS_DOWN = (PrintServiceDownError, QueueMissingError, FolderFullError)


class CupsOrIppPrinter:
    """One printer and the two ways to it; may be shared by threads."""

    def __init__(self, cups: CupsPrinter) -> None:
        self._cups = cups
        self._uri = ""
        # Kept: each remembers for a while that its printer was busy.
        self._straight: dict[str, IppPrinter] = {}

    def state(self) -> PrinterState:
        """Return how the printer stands, by CUPS or by its own word."""
        try:
            return self._cups.state()
        except _IS_DOWN:
            direct = self._past_cups()
            if direct is None:
                raise
            return direct.state()

    def submit(self, job: PrintJob) -> JobHandle:
        """Hand over one document; the handle says which way it went.

        Raises: what `CupsPrinter.submit` raises; while the print service is down, what
        `IppPrinter.submit` does, save that a printer nobody can print on without the print service
        is no other error than the service being down.
        """
        try:
            return self._cups.submit(job)
        except _IS_DOWN as down:
            direct = self._past_cups()
            if direct is None:
                raise
            try:
                before = self._cups.jobs_before(job.print_id)
                taken = None if before is None else direct.taken(job, above=before)
                return taken or direct.submit(job)
            except (JobRefusedError, PrinterNeedsHelpError):
                raise down from None

    def job_state(self, handle: JobHandle) -> JobState:
        """Return how far the job has come, whichever way it went.

        Raises: PrintServiceDownError while neither CUPS nor the printer knows of the job.
        """
        if handle.is_direct:
            return self._to(handle.device_uri).job_state(handle)
        self._remember(handle)
        try:
            return self._cups.job_state(handle)
        except PrintServiceDownError:
            found = take_up(handle, self._address())
            if found is None:
                raise
            direct, own = found
            return direct.job_state(own)

    def cancel(self, handle: JobHandle) -> None:
        """Stop the job, whichever way it went.

        Raises: what the printer of that way raises.
        """
        if handle.is_direct:
            self._to(handle.device_uri).cancel(handle)
            return
        self._remember(handle)
        try:
            self._cups.cancel(handle)
        except PrintServiceDownError:
            found = take_up(handle, self._address())
            if found is None:
                raise
            direct, own = found
            direct.cancel(own)

    def _remember(self, handle: JobHandle) -> None:
        """Learn the printer's address from a handle of before a restart of the asker."""
        self._uri = self._uri or handle.device_uri

    def _address(self) -> str:
        """Return the last known address of the printer; nothing where it was never seen."""
        self._uri = self._cups.device_uri or self._uri
        return self._uri

    def _past_cups(self) -> IppPrinter | None:
        uri = self._address()
        return self._to(uri) if Address.of(uri) else None

    def _to(self, uri: str) -> IppPrinter:
        return self._straight.setdefault(uri, IppPrinter(uri))
