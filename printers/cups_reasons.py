"""Decide what CUPS's attributes mean to a person: pure functions, no I/O, no `cups` import.

CUPS says "completed" too easily and its texts follow the locale, so nothing here reads a text for
its words; only states, counters and keywords count. Measured on 2.4.2 (Debian 12) with the
simulated printer of `tests/simulators/`. Called by `cups_printer.py`.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from printers.errors import (
    FolderFullError,
    JobRefusedError,
    PrinterError,
    PrinterStoppedError,
    PrinterUnreachableError,
    PrintServiceDownError,
)
from printers.keywords import reasons_from
from printers.models import JobHandle, JobStage, JobState, PrinterState
from printers.reasons import PrinterReason

A4 = "iso_a4_210x297mm"
LONG_EDGE = "two-sided-long-edge"

# Attributes to ask for; fewer is faster, and pycups 2.0.4 leaks a little for each.
QUEUE_ATTRIBUTES = (
    "device-uri",
    "media-supported",
    "printer-is-accepting-jobs",
    "printer-state",
    "printer-state-reasons",
    "sides-supported",
)
JOB_ATTRIBUTES = (
    "job-impressions-completed",
    "job-printer-state-message",
    "job-state",
    "job-state-reasons",
    "job-uuid",
    "number-of-documents",
    "time-at-processing",
)

# printer-state (RFC 8011 §5.4.11).
_PRINTER_STOPPED = 5
# job-state (RFC 8011 §5.3.7). CUPS uses 6 for one thing only: a filter failed and nobody retries.
_PENDING, _HELD, _PROCESSING, _STOPPED, _CANCELLED, _ABORTED, _COMPLETED = range(3, 10)

# The printer was switched off and on, so it no longer knows the job CUPS asks about.
HISTORY_LOST = "cups-ipp-missing-job-history"

# Where a device URI names no port.
_PORTS = {"ipp": 631, "ipps": 631, "http": 80, "https": 443, "socket": 9100, "lpd": 515}

# IPP status codes (RFC 8011 appendix B).
NOT_POSSIBLE = 0x0404
NOT_FOUND = 0x0406
# What CUPS 2.4.2 says of a document it cannot store: spool full, gone or read-only (measured).
_TOO_LARGE = 0x0409
_SERVER_ERRORS = 0x0500
_DEVICE_ERROR = 0x0504
_NOT_ACCEPTING = 0x0506


def endpoint(device_uri: str) -> tuple[str, int] | None:
    """Return where the printer listens, or None where that cannot be asked (USB, a file)."""
    parts = urlsplit(device_uri)
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    return parts.hostname, parts.port or _PORTS[parts.scheme]


def is_stopped(queue: Mapping[str, Any]) -> bool:
    """Tell whether the queue needs somebody to start it again."""
    return queue["printer-state"] == _PRINTER_STOPPED or not queue["printer-is-accepting-jobs"]


def is_history_lost(queue: Mapping[str, Any]) -> bool:
    """Tell whether the queue carries the mark of a printer that forgot a job.

    CUPS 2.4.2 never takes the mark away, so it is a fact about a job only if it was absent when
    that job was handed over.
    """
    return HISTORY_LOST in queue["printer-state-reasons"]


def refusal(queue: Mapping[str, Any], *, is_reachable: bool) -> PrinterReason | None:
    """Decide before paper is expected whether a job would be in vain.

    Paper, jam and toner are no refusal: the job waits and goes on by itself, and CUPS keeps an old
    jam on an idle queue until the next job corrects it.
    """
    if is_stopped(queue):
        return PrinterReason.STOPPED
    if not is_reachable:
        return PrinterReason.UNREACHABLE
    if not _accepts_a4(queue):
        return PrinterReason.MEDIA
    return None


def _accepts_a4(queue: Mapping[str, Any]) -> bool:
    # A queue without a list (an old driver) gets the benefit of the doubt.
    return A4 in _words(queue.get("media-supported", A4))


def _words(value: Any) -> tuple[str, ...]:
    """Return a list either way: pycups gives some single values as a bare string."""
    return (value,) if isinstance(value, str) else tuple(value)


def printer_state_from(queue: Mapping[str, Any], *, is_reachable: bool) -> PrinterState:
    """Describe the printer behind the queue."""
    refused = refusal(queue, is_reachable=is_reachable)
    said = reasons_from(queue["printer-state-reasons"])
    reasons = dict.fromkeys((refused, *said) if refused else said)
    return PrinterState(
        is_ready=refused is None,
        reasons=tuple(reasons),
        accepts_a4=_accepts_a4(queue),
        can_duplex=LONG_EDGE in _words(queue.get("sides-supported", ())),
    )


def job_options(queue: Mapping[str, Any], *, is_duplex: bool) -> dict[str, str]:
    """Return the options every job carries.

    Without page-logging=off CUPS counts all pages at once, even for a printer that is off; without
    outputorder=normal an everywhere queue prints the last page first; a `sides` the printer does
    not list gets the job cancelled.
    """
    options = {"media": A4, "page-logging": "off", "outputorder": "normal"}
    listed = _words(queue.get("sides-supported", ()))
    sides = LONG_EDGE if is_duplex else "one-sided"
    return {**options, "sides": sides} if sides in listed else options


def job_state_from(
    job: Mapping[str, Any], queue: Mapping[str, Any], handle: JobHandle, *, is_reachable: bool
) -> JobState:
    """Say how far a job has come, believing nothing that has been seen to be wrong."""
    if is_lost(job, handle):
        return JobState(JobStage.UNKNOWN, None, PrinterReason.JOB_UNKNOWN)
    counted = int(job.get("job-impressions-completed") or 0)
    stage, reason = _stage(job, queue, handle, is_reachable=is_reachable)
    return JobState(stage, counted, reason)


def _stage(
    job: Mapping[str, Any], queue: Mapping[str, Any], handle: JobHandle, *, is_reachable: bool
) -> tuple[JobStage, PrinterReason | None]:
    state = job["job-state"]
    if state == _COMPLETED:
        return _completed(job, queue, handle)
    if state == _CANCELLED:
        return _cancelled(job)
    if state in {_ABORTED, _STOPPED}:
        return JobStage.FAILED, PrinterReason.JOB_ABORTED
    if is_held(job):
        # `CupsPrinter` takes it out of the queue: see there.
        return JobStage.FAILED, PrinterReason.HELD
    return _under_way(job, queue, is_reachable=is_reachable)


def _completed(
    job: Mapping[str, Any], queue: Mapping[str, Any], handle: JobHandle
) -> tuple[JobStage, PrinterReason | None]:
    """Believe "completed" only with every page counted by a printer that kept its memory.

    CUPS 2.4.2 says it of a job the printer gave up in its first second, too, when its backend sees
    "aborted" before its own monitor does (1 of 8 on a busy machine). Nothing else tells such a job
    from one whose last pages were not counted, so both are unknown: somebody counts the sheets.
    """
    is_counted = job.get("job-impressions-completed") == handle.pages
    is_forgotten = is_history_lost(queue) and not handle.was_history_lost
    if is_counted and not is_forgotten:
        return JobStage.DONE, None
    return JobStage.UNKNOWN, PrinterReason.JOB_UNKNOWN


def _cancelled(job: Mapping[str, Any]) -> tuple[JobStage, PrinterReason | None]:
    """Tell our own cancel from a printer's: 7 is both, but a printer's leaves a message.

    CUPS 2.4.2 adds job-canceled-by-user only when the backend has ended, some seconds later.
    """
    is_by_user = "job-canceled-by-user" in _words(job.get("job-state-reasons", ()))
    if is_by_user or not job.get("job-printer-state-message"):
        return JobStage.CANCELLED, None
    return JobStage.FAILED, PrinterReason.JOB_ABORTED


def is_lost(job: Mapping[str, Any], handle: JobHandle) -> bool:
    """Tell whether CUPS no longer knows what becomes of the job."""
    return bool(job["job-uuid"] != handle.uuid) or _is_orphan(job)


def is_held(job: Mapping[str, Any]) -> bool:
    """Tell whether the job waits for somebody to release it, and nobody on the box does that."""
    return bool(job["job-state"] == _HELD)


def _is_orphan(job: Mapping[str, Any]) -> bool:
    """Tell whether cupsd was restarted under the job: pending for ever, its document gone."""
    has_begun = bool(job.get("time-at-processing"))
    return job["job-state"] == _PENDING and has_begun and not job.get("number-of-documents")


def _under_way(
    job: Mapping[str, Any], queue: Mapping[str, Any], *, is_reachable: bool
) -> tuple[JobStage, PrinterReason | None]:
    blocking = [r for r in reasons_from(queue["printer-state-reasons"]) if r.blocks]
    if is_stopped(queue):
        return JobStage.BLOCKED, PrinterReason.STOPPED
    # CUPS itself goes on saying "Printing." for as long as an unplugged printer stays away.
    reason = (blocking[0] if blocking else None) if is_reachable else PrinterReason.UNREACHABLE
    if job["job-state"] == _PENDING:
        return JobStage.WAITING, reason
    return (JobStage.BLOCKED if reason else JobStage.PRINTING), reason


def error_from_ipp(code: int, text: str, missing: type[PrinterError]) -> PrinterError:
    """Turn an IPP status into the error to raise; `missing` is what a not-found is about."""
    detail = f"IPP status 0x{code:04x}: {text}"
    if code == NOT_FOUND:
        return missing(detail)
    if code == _TOO_LARGE:
        return FolderFullError(detail)
    if code == _NOT_ACCEPTING:
        return PrinterStoppedError(detail)
    if code == _DEVICE_ERROR:
        return PrinterUnreachableError(detail)
    if code >= _SERVER_ERRORS:
        return PrintServiceDownError(detail)
    return JobRefusedError(detail)
