"""Keep the log of an outage going while nobody touches a phone.

Every second, in the print desk's thread: note restarts and the pulse, note the first paper, keep
the report of what is over, and begin an outage where box.toml lets the box do so, once for each
time the care system goes down. Nothing here may stop the paper. Called by `server.py`.
"""

import logging
import threading
from collections.abc import Callable, Iterable

from appliance.clock import Clock
from appliance.config import BoxConfig
from appliance.errors import StorageError
from appliance.files import stamp_of
from appliance.outage.events import Happening, Kind
from appliance.outage.journal import BOX, Beginning, OutageJournal
from appliance.outage.probe_status import NAME, ProbeStatus, read_probes
from appliance.outage.report_shelf import ReportShelf
from appliance.outage.suspicion import Suspicion, Verdict, suspicion_of
from appliance.outage_settings import START_BY_BOX
from appliance.paper.drill_pack import SHEET
from appliance.printing.jobs import Job
from appliance.web.outage_words import PROBED

_log = logging.getLogger(__name__)
_MINUTE_S = 60


class SuspicionReader:
    """Says what the worker's probes mean now; reads their file only when it is a new one."""

    def __init__(self, config: BoxConfig, clock: Clock) -> None:
        self._folder = config.box.state_dir
        self._down_after_s = config.outage.down_after_min * _MINUTE_S
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._status: ProbeStatus | None = None

    def now(self) -> Suspicion:
        """Return what to think now."""
        with self._lock:
            stamp = stamp_of(self._folder / NAME)
            if stamp != self._seen:
                self._status, self._seen = read_probes(self._folder), stamp
            status = self._status
        return suspicion_of(status, self._clock.monotonic(), self._down_after_s)


class OutageWatch:
    """Looks after the log of one box."""

    def __init__(
        self,
        journal: OutageJournal,
        suspicion: Callable[[], Suspicion],
        jobs: Callable[[], Iterable[Job]],
        shelf: ReportShelf,
        start: str,
    ) -> None:
        self._journal = journal
        self._shelf = shelf
        self._suspicion = suspicion
        self._jobs = jobs
        self._may_begin = start == START_BY_BOX
        self._settled = ""  # what the box has begun an outage for, or need not

    def look(self) -> None:
        """Do what is due; a disk that refuses is logged."""
        self._journal.beat()
        try:
            if self._may_begin:
                self._begin()
            self._note_paper()
            self._shelf.keep_ended()
        except StorageError as error:
            _log.warning("outage: %s %s", error.code, error.detail)

    def _begin(self) -> None:
        now = self._suspicion()
        if now.verdict is not Verdict.DOWN or now.key == self._settled:
            return
        if not any(start.what.about == now.key for _, start in self._journal.kept()):
            down = tuple(PROBED[each] for each in now.down)
            minutes = int(now.for_s // _MINUTE_S)
            self._journal.begin(Beginning(BOX, minutes, down, reason=now.key))
        self._settled = now.key

    def _note_paper(self) -> None:
        outage = self._journal.outage()
        if not outage.is_on or outage.start is None or outage.paper is not None:
            return
        began = self._journal.lapse().at(outage.start)
        # A drill just before, of the hour somebody said that it began, was no paper of the outage.
        jobs = (job for job in self._jobs() if outage.is_drill or job.order.kind != SHEET)
        if any(job.pages_out and job.ordered_at >= began for job in jobs):
            self._journal.write(Happening(Kind.PAPER))
