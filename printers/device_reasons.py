"""Decide what a printer's own words mean for paper, alone and beside what CUPS says: no I/O.

Nothing gets better by a doubt: where CUPS and the printer disagree, the job is unknown or the less
happy of the two. Called by `cups_printer.py`, `ipp_printer.py` and `cups_or_ipp_printer.py`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from printers.cups_reasons import A4, LONG_EDGE
from printers.device import DeviceReport, Presence
from printers.errors import (
    JobRefusedError,
    PrinterBusyError,
    PrinterError,
    PrinterNeedsHelpError,
    PrinterStoppedError,
    PrinterUnreachableError,
    WrongMediaError,
)
from printers.ipp import codes
from printers.ipp.attributes import Attributes, keyword
from printers.ipp.client import PDF
from printers.ipp.codes import JobStatus
from printers.ipp.errors import IppBusyError, IppError, IppStatusError, IppUnreachableError
from printers.ipp.message import Attribute
from printers.keywords import reasons_from
from printers.models import JobHandle, JobStage, JobState, PrinterState
from printers.reasons import PrinterReason

ONE_SIDED = "one-sided"
# Marks CUPS sets itself; all other keywords on a queue are copied from the printer.
_OF_CUPS = "cups-"
# job-state-reasons of a job that somebody other than us gave up.
_GIVEN_UP = ("aborted-by-system", "job-canceled-at-device", "job-canceled-by-operator")
_HELD_BY_SOMEBODY = (
    "job-held-for-authorization",
    "job-held-for-review",
    "job-hold-until-specified",
    "job-password-wait",
)
# What a printer that tells nothing is called.
SILENT = {
    Presence.ABSENT: PrinterReason.UNREACHABLE,
    Presence.BUSY: PrinterReason.BUSY,
    Presence.MUTE: PrinterReason.ATTENTION,
}
_UNCERTAIN = (JobStage.UNKNOWN, PrinterReason.JOB_UNKNOWN)
_LOST = JobState(JobStage.UNKNOWN, None, PrinterReason.JOB_UNKNOWN)


def refusal(report: DeviceReport) -> PrinterReason | None:
    """Decide before paper is expected whether a job straight to the printer would be in vain."""
    if report.presence in SILENT:
        return SILENT[report.presence]
    if report.printer.flag("printer-is-accepting-jobs") is False:
        return PrinterReason.STOPPED
    if not _accepts_a4(report.printer):
        return PrinterReason.MEDIA
    if not _accepts_pdf(report.printer):
        return PrinterReason.JOB_REFUSED
    return None


def _accepts_a4(printer: Attributes) -> bool:
    # media-ready is not asked: small printers do not know what lies in the tray.
    return A4 in (printer.words("media-supported") or (A4,))


def _accepts_pdf(printer: Attributes) -> bool:
    listed = printer.words("document-format-supported") or (PDF,)
    # "automatic" alone promises nothing: it may mean PCL and PostScript.
    return PDF in listed


def printer_state_from(report: DeviceReport) -> PrinterState:
    """Describe a printer that is printed on directly."""
    refused = refusal(report)
    said = _said(report)
    reasons = dict.fromkeys((refused, *said) if refused else said)
    return PrinterState(
        is_ready=refused is None,
        reasons=tuple(reasons),
        accepts_a4=_accepts_a4(report.printer),
        can_duplex=LONG_EDGE in report.printer.words("sides-supported"),
    )


def _said(report: DeviceReport) -> tuple[PrinterReason, ...]:
    return reasons_from(report.printer.words("printer-state-reasons"))


def job_wishes(report: DeviceReport, *, is_duplex: bool) -> list[Attribute]:
    """Return what a job asks of the printer; `sides` only where the printer lists it."""
    sides = LONG_EDGE if is_duplex else ONE_SIDED
    wishes = [keyword("media", A4)]
    if sides in report.printer.words("sides-supported"):
        wishes.append(keyword("sides", sides))
    return wishes


def identity(job: Attributes) -> str:
    """Return what tells this job from a later one with its number.

    A printer that was switched off counts from 1 again; some give the same uuid again, too.
    """
    return f"{job.text('job-uuid')}#{job.number('time-at-creation')}"


def job_state_from(report: DeviceReport, handle: JobHandle) -> JobState:
    """Say how far a job is that the printer itself has, believing only what it can know."""
    if report.presence is Presence.BUSY:
        return JobState(JobStage.WAITING, None, PrinterReason.BUSY)
    if report.presence is not Presence.ANSWERS:
        return JobState(JobStage.BLOCKED, None, SILENT[report.presence])
    if report.job is None or not is_known(report, handle):
        return _LOST
    stage, reason = _stage(report, report.job, handle)
    return JobState(stage, _counted(report.job), reason)


def is_known(report: DeviceReport, handle: JobHandle) -> bool:
    """Tell whether the printer still knows the job, and not another under its number."""
    job = report.job
    if job is None:
        return False
    is_another = handle.is_direct and bool(handle.uuid) and identity(job) != handle.uuid
    created_s = job.number("time-at-creation")
    up_s = report.printer.number("printer-up-time")
    # A job older than the printer's own start: RFC 8011 §5.3.14 makes such times negative.
    is_from_before = created_s is not None and (created_s < 0 or created_s > (up_s or created_s))
    is_renamed = job.text("job-name") not in ("", handle.print_id)
    return not (is_another or is_from_before or is_renamed)


def _counted(job: Attributes) -> int | None:
    return job.number("job-impressions-completed")


def _stage(
    report: DeviceReport, job: Attributes, handle: JobHandle
) -> tuple[JobStage, PrinterReason | None]:
    blocking = _blocking(report)
    is_whole = _counted(job) == handle.pages
    stages: dict[int, tuple[JobStage, PrinterReason | None]] = {
        JobStatus.PENDING: (JobStage.WAITING, blocking),
        JobStatus.HELD: _held(job),
        JobStatus.PROCESSING: (JobStage.BLOCKED if blocking else JobStage.PRINTING, blocking),
        JobStatus.STOPPED: (JobStage.BLOCKED, blocking or PrinterReason.ATTENTION),
        JobStatus.CANCELLED: _cancelled(job),
        JobStatus.ABORTED: (JobStage.FAILED, PrinterReason.JOB_ABORTED),
        JobStatus.COMPLETED: (JobStage.DONE, None) if is_whole else _UNCERTAIN,
    }
    return stages.get(job.number("job-state") or 0, _UNCERTAIN)


def _cancelled(job: Attributes) -> tuple[JobStage, PrinterReason | None]:
    if set(_GIVEN_UP) & set(job.words("job-state-reasons")):
        return JobStage.FAILED, PrinterReason.JOB_ABORTED
    return JobStage.CANCELLED, None


def _held(job: Attributes) -> tuple[JobStage, PrinterReason | None]:
    """Tell a job somebody must release from one whose document is still on its way."""
    if set(_HELD_BY_SOMEBODY) & set(job.words("job-state-reasons")):
        return JobStage.FAILED, PrinterReason.HELD
    return JobStage.WAITING, None


def _blocking(report: DeviceReport) -> PrinterReason | None:
    named = next((reason for reason in _said(report) if reason.blocks), None)
    is_stopped = report.printer.number("printer-state") == codes.PRINTER_STOPPED
    return named or (PrinterReason.ATTENTION if is_stopped else None)


def error_from(error: IppError) -> PrinterError:
    """Turn what the IPP client met into the error to raise."""
    if isinstance(error, IppUnreachableError):
        return PrinterUnreachableError(str(error))
    if isinstance(error, IppBusyError):
        return PrinterBusyError(str(error))
    if isinstance(error, IppStatusError):
        return _BY_STATUS.get(error.status, JobRefusedError)(str(error))
    return PrinterNeedsHelpError(str(error))


_BY_STATUS: dict[int, type[PrinterError]] = {
    # The only thing every job insists on is A4.
    codes.ATTRIBUTES_NOT_SUPPORTED: WrongMediaError,
    codes.NOT_ACCEPTING: PrinterStoppedError,
    codes.DEVICE_ERROR: PrinterNeedsHelpError,
}


def queue_with(report: DeviceReport, queue: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a queue's attributes with what CUPS copied from the printer, as it is now.

    CUPS is seconds late and keeps the jam of a cancelled job for ever. Its own marks stay.
    """
    if report.presence is not Presence.ANSWERS:
        return queue
    own = [word for word in queue["printer-state-reasons"] if word.startswith(_OF_CUPS)]
    said = report.printer.words("printer-state-reasons")
    # Both must take A4: CUPS lists what the printer had when the queue was made.
    media = {} if _accepts_a4(report.printer) else {"media-supported": ["none"]}
    return {**queue, **media, "printer-state-reasons": [*own, *said]}


def sharpened(by_cups: JobState, report: DeviceReport, handle: JobHandle) -> JobState:
    """Return CUPS's verdict on a job, corrected by the printer's own where that is known."""
    job = report.job
    # What waits in CUPS has not been sent: a job of that name is not this one.
    if by_cups.stage is JobStage.WAITING or job is None or not is_known(report, handle):
        return by_cups
    by_printer = job_state_from(report, handle)
    pages = by_cups.pages_out if by_printer.pages_out is None else by_printer.pages_out
    if by_cups.stage is JobStage.DONE:
        stated = _done(by_cups, by_printer, job, handle)
    elif by_cups.stage is JobStage.UNKNOWN:
        # Of what went wrong the printer may know more; that it went well needs both.
        stated = by_printer if by_printer.stage is JobStage.FAILED else by_cups
    else:
        stated = _under_way(by_cups, by_printer)
    return replace(stated, pages_out=pages)


def _done(by_cups: JobState, by_printer: JobState, job: Attributes, handle: JobHandle) -> JobState:
    """Keep "done" unless the printer contradicts it; one that does not count contradicts nobody."""
    if not by_printer.stage.is_over:
        return by_printer
    is_completed = job.number("job-state") == JobStatus.COMPLETED
    is_agreed = is_completed and _counted(job) in (None, handle.pages)
    return by_cups if is_agreed else _LOST


def _under_way(by_cups: JobState, by_printer: JobState) -> JobState:
    """Take the printer's stage while it is at work; CUPS says when a job is over.

    Save where it is held at the printer: CUPS would wait for ever.
    """
    if by_printer.reason is PrinterReason.HELD:
        return by_printer
    is_queue_in_the_way = by_cups.reason is PrinterReason.STOPPED
    is_told_by_cups = by_cups.stage.is_over or by_printer.stage.is_over or is_queue_in_the_way
    return by_cups if is_told_by_cups else by_printer
