"""A printer that does as it is told by a test, and keeps what it was given."""

from dataclasses import dataclass, field

from printers.errors import PrinterError
from printers.models import JobHandle, JobStage, JobState, PrinterState, PrintJob
from printers.reasons import PrinterReason


@dataclass
class PrinterOnStrings:
    """Stands behind the `Printer` protocol; every answer is set by the test."""

    stage: JobStage = JobStage.DONE
    pages_out: int | None = None
    reason: PrinterReason | None = None
    ready: PrinterState = field(default_factory=lambda: PrinterState(is_ready=True))
    refuses: PrinterError | None = None
    is_deaf: PrinterError | None = None
    taken: list[PrintJob] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)

    def state(self) -> PrinterState:
        """Return what the test set, or raise."""
        if self.is_deaf is not None:
            raise self.is_deaf
        return self.ready

    def submit(self, job: PrintJob) -> JobHandle:
        """Take the job unless told to refuse."""
        if self.refuses is not None:
            raise self.refuses
        self.taken.append(job)
        return JobHandle(job.print_id, job.pages)

    def job_state(self, _handle: JobHandle) -> JobState:
        """Return what the test set, the same for every job."""
        if self.is_deaf is not None:
            raise self.is_deaf
        return JobState(self.stage, self.pages_out, self.reason)

    def cancel(self, handle: JobHandle) -> None:
        """Note the job."""
        self.cancelled.append(handle.print_id)
