"""Describe a print job, what became of it and how the printer stands, as plain values.

Refuses to hold anything that identifies a citizen except the PDF itself, which stays in memory.
Made by the box (`PrintJob`) and by the printers (the rest).
"""

import re
from dataclasses import dataclass
from enum import Enum

from printers.reasons import PrinterReason

# Names in queues and folders are readable by others: an opaque id only, safe as a file name.
_PRINT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One PDF to put on paper; `pages` is the number of sides that must come out.

    Raises: ValueError where the id is not opaque, or the document or page count cannot be right.
    """

    print_id: str
    pdf: bytes
    pages: int
    is_duplex: bool = False

    def __post_init__(self) -> None:
        if not _PRINT_ID.fullmatch(self.print_id):
            raise ValueError("print_id must be 1-64 characters of A-Z a-z 0-9 . _ -")
        if self.pages < 1:
            raise ValueError(f"a job has at least one page, not {self.pages}")
        if not self.pdf.startswith(b"%PDF-"):
            raise ValueError("a job holds one PDF document")


@dataclass(frozen=True, slots=True)
class JobHandle:
    """What to keep in order to ask about a job later, also after a restart of the asker.

    `number` alone is not enough: a print service that was reset counts from 1 again, so `uuid`
    decides. `was_history_lost` is true where the queue had already lost an earlier job when this
    one was handed over (the mark sticks to the queue, so it then says nothing about this job).
    `device_uri` is the printer's own address where it has one; `is_direct` tells that the job went
    straight there, past the print service, and that `number` and `uuid` are the printer's own.
    Through the print service, the printer's job has a number above `device_jobs_before`.
    """

    print_id: str
    pages: int
    number: int = 0
    uuid: str = ""
    was_history_lost: bool = False
    device_uri: str = ""
    is_direct: bool = False
    device_jobs_before: int = 0


class JobStage(Enum):
    """How far a job has come; the values are stable and may be stored."""

    WAITING = "waiting"
    PRINTING = "printing"
    BLOCKED = "blocked"
    DONE = "done"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def is_over(self) -> bool:
        """Tell whether the stage will not change any more."""
        return self not in {JobStage.WAITING, JobStage.PRINTING, JobStage.BLOCKED}


@dataclass(frozen=True, slots=True)
class JobState:
    """Where a job stands; `pages_out` is None where nobody counted."""

    stage: JobStage
    pages_out: int | None = None
    reason: PrinterReason | None = None


@dataclass(frozen=True, slots=True)
class PrinterState:
    """How a printer stands.

    `is_ready` means that a job may be handed over now. It does not mean that the tray is full:
    `reasons` holds what the printer said last, and a job sent to an empty tray waits there and
    goes on by itself.
    """

    is_ready: bool
    reasons: tuple[PrinterReason, ...] = ()
    accepts_a4: bool = True
    can_duplex: bool = False
