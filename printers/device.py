"""Ask the printer itself how it is and how far a job has come.

A thin shell around `ipp/`: one look is one `DeviceReport`, a value; what it means for paper is
decided in `device_reasons.py`. Refuses to raise: a printer that does not answer is a report too.
Called by `cups_printer.py`, `ipp_printer.py` and `cups_or_ipp_printer.py`.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from printers.ipp import codes
from printers.ipp.attributes import Attributes
from printers.ipp.client import IppClient
from printers.ipp.errors import (
    IppBusyError,
    IppError,
    IppStatusError,
    IppUnreachableError,
)
from printers.ipp.transport import Address, Patience

# A printer that was busy is left alone this long: each try would cost its whole patience, and a
# printer with one line may take our knocking before the print service's.
QUIET_S = 5.0

PRINTER_ATTRIBUTES = (
    "document-format-supported",
    "media-supported",
    "printer-is-accepting-jobs",
    "printer-state",
    "printer-state-reasons",
    "printer-up-time",
    "sides-supported",
)
JOB_ATTRIBUTES = (
    "job-id",
    "job-impressions-completed",
    "job-name",
    "job-state",
    "job-state-reasons",
    "job-uuid",
    "time-at-creation",
)


class Presence(Enum):
    """What a knock on the printer's door tells."""

    ANSWERS = "it answers in IPP"
    BUSY = "it is there and has no time"
    MUTE = "it is there, or cannot be asked, and tells nothing of itself"
    ABSENT = "nobody is there"


_NOTHING = Attributes({})
# What is over is asked for last: a job that ends between the questions is in the second list.
_UNDER_WAY, _OVER = "not-completed", "completed"


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """What the printer said in one look; `job` is None where it does not know the job."""

    presence: Presence
    printer: Attributes = field(default=_NOTHING)
    job: Attributes | None = None


class Device:
    """The printer behind a device URI; may be shared by threads."""

    def __init__(self, uri: str, patience: Patience | None = None) -> None:
        self.uri = uri
        self.client = IppClient(uri, patience) if Address.of(uri) else None
        self._quiet_until_s = 0.0

    def look(self) -> DeviceReport:
        """Return how the printer is."""
        if self.client is None:
            return DeviceReport(Presence.MUTE)
        if time.monotonic() < self._quiet_until_s:
            return DeviceReport(Presence.BUSY)
        try:
            told = self.client.printer_attributes(PRINTER_ATTRIBUTES)
        except IppError as error:
            return DeviceReport(self._presence(error))
        return DeviceReport(Presence.ANSWERS, told)

    def look_at(self, number: int) -> DeviceReport:
        """Return how the printer is and what it says of the job it gave this number."""
        report = self.look()
        if report.presence is not Presence.ANSWERS or self.client is None:
            return report
        try:
            job = self.client.job_attributes(number, JOB_ATTRIBUTES)
        except IppStatusError as error:
            is_forgotten = error.status in (codes.NOT_FOUND, codes.GONE)
            return report if is_forgotten else DeviceReport(Presence.MUTE)
        except IppError as error:
            return DeviceReport(self._presence(error))
        return DeviceReport(Presence.ANSWERS, report.printer, job)

    def look_for(self, print_id: str, above: int) -> DeviceReport:
        """Return how the printer is and the newest job of that name with a number above this.

        The print service gives its jobs numbers of its own, so the name has to do; it is opaque
        and used once.
        """
        report = self.look()
        if report.presence is not Presence.ANSWERS:
            return report
        newest = self._newest(_UNDER_WAY, print_id, above) or self._newest(_OVER, print_id, above)
        return DeviceReport(Presence.ANSWERS, report.printer, newest)

    def newest_job(self) -> int:
        """Return the highest number of a job the printer remembers; 0 where it does not say."""
        jobs = (*self._listed(_UNDER_WAY), *self._listed(_OVER))
        return max(map(_number, jobs), default=0)

    def _newest(self, which: str, print_id: str, above: int) -> Attributes | None:
        mine = (job for job in self._listed(which) if _is_called(job, print_id, above))
        return max(mine, key=_number, default=None)

    def _listed(self, which: str) -> Sequence[Attributes]:
        if self.client is None:
            return ()
        try:
            return self.client.jobs(JOB_ATTRIBUTES, which)
        except IppError:
            return ()

    def _presence(self, error: IppError) -> Presence:
        if isinstance(error, IppUnreachableError):
            return Presence.ABSENT
        if isinstance(error, IppBusyError):
            self._quiet_until_s = time.monotonic() + QUIET_S
            return Presence.BUSY
        return Presence.MUTE


def _number(job: Attributes) -> int:
    return job.number("job-id") or 0


def _is_called(job: Attributes, print_id: str, above: int) -> bool:
    return job.text("job-name") == print_id and _number(job) > above
