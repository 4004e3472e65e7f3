"""A printer that does as it is told by a test, and keeps what it was given."""

from dataclasses import dataclass, field

from printers.errors import PrinterError
from printers.models import JobHandle, JobStage, JobState, PrinterState, PrintJob
from printers.reasons import PrinterReason


@dataclass
class PrinterOnStrings:
    """Stands behind the `Printer` protocol; every answer is set by the test.

    Raises a new error each time, as a real printer does: an old one would hold on to its past.
    """

    stage: JobStage = JobStage.DONE
    pages_out: int | None = None
    reason: PrinterReason | None = None
    ready: PrinterState = field(default_factory=lambda: PrinterState(is_ready=True))
    refuses: PrinterError | None = None
    is_deaf: PrinterError | None = None
    taken: list[PrintJob] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    stage_of: dict[str, JobStage] = field(default_factory=dict)
    refuses_to_cancel: PrinterError | None = None

    @property
    def serials(self) -> list[str]:
        """Return what the jobs taken are called, oldest first."""
        return [job.print_id for job in self.taken]

    def state(self) -> PrinterState:
        """Return what the test set, or raise."""
        if self.is_deaf is not None:
            raise type(self.is_deaf)
        return self.ready

    def submit(self, job: PrintJob) -> JobHandle:
        """Take the job unless told to refuse."""
        if self.refuses is not None:
            raise type(self.refuses)
        self.taken.append(job)
        return JobHandle(job.print_id, job.pages)

    def job_state(self, handle: JobHandle) -> JobState:
        """Return what the test set, the same for every job but those it names."""
        if self.is_deaf is not None:
            raise type(self.is_deaf)
        stage = self.stage_of.get(handle.print_id, self.stage)
        return JobState(stage, self.pages_out, self.reason)

    def cancel(self, handle: JobHandle) -> None:
        """Note the job, unless told to refuse."""
        if self.refuses_to_cancel is not None:
            raise type(self.refuses_to_cancel)
        self.cancelled.append(handle.print_id)
