"""Define the seam between the box and anything that brings out paper.

Refuses to say how: `folder_printer.py` and `cups_printer.py` do. Used by the box as the type of its
printer.
"""

from typing import Protocol

from printers.models import JobHandle, JobState, PrinterState, PrintJob


class Printer(Protocol):
    """Bring PDF documents out on paper and tell the truth about how it goes.

    Every method may raise a `PrinterError`, whose sentence and next step are for the nurse. The
    only name others see is the job's opaque `print_id`.
    """

    def state(self) -> PrinterState:
        """Return how the printer stands now."""
        ...

    def submit(self, job: PrintJob) -> JobHandle:
        """Hand over one document; returns before any paper has come out."""
        ...

    def job_state(self, handle: JobHandle) -> JobState:
        """Return how far the job has come. DONE is said only with proof, otherwise UNKNOWN."""
        ...

    def cancel(self, handle: JobHandle) -> None:
        """Stop the job and remove what is stored of it; the sheet under way still comes out."""
        ...
