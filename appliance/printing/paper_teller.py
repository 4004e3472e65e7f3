"""Tell programs that may not see the print jobs how paper goes.

Called every second by the print desk's thread of the web; writes only what has changed, and every
few seconds that it is still there. Nothing here may stop the paper.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import StorageError
from appliance.health.paper_now import PaperNow, write_paper
from appliance.printing.jobs import Phase
from appliance.printing.ledger import PrintLedger
from appliance.printing.watch import PrinterView
from printers.reasons import PrinterReason

_log = logging.getLogger(__name__)
_EVERY_S = 5.0
_BLOCKING = frozenset(reason.code for reason in PrinterReason if reason.blocks)


@dataclass(slots=True)
class PaperTeller:
    """Keeps the file of one box up to date; `view` is how the printer stood a moment ago."""

    folder: Path
    ledger: PrintLedger
    clock: Clock
    view: Callable[[], PrinterView]
    _open: set[str] = field(default_factory=set)
    _finished_s: float | None = None
    _told: PaperNow | None = None

    def look(self) -> None:
        """Tell how paper goes now; a RAM folder that refuses is logged."""
        try:
            self._tell(self._now())
        except StorageError as error:
            _log.warning("paper: %s %s", error.code, error.detail)

    def _now(self) -> PaperNow:
        now_s = self.clock.monotonic()
        jobs = self.ledger.open_jobs()
        ended = [self.ledger.job(job_id) for job_id in self._open - {job.id for job in jobs}]
        if any(job is not None and job.phase.brought_paper for job in ended):
            self._finished_s = now_s
        self._open = {job.id for job in jobs}
        is_printing = any(job.phase.is_under_way and job.phase is not Phase.BLOCKED for job in jobs)
        return PaperNow(now_s, is_printing, wants_person(self.view()), self._finished_s)

    def _tell(self, now: PaperNow) -> None:
        told = self._told
        is_same = told is not None and _without_time(told) == _without_time(now)
        if told is None or not is_same or now.told_s - told.told_s >= _EVERY_S:
            write_paper(self.folder, now)
            self._told = now


def wants_person(view: PrinterView) -> bool:
    """Tell whether no paper comes until somebody has seen to the printer. Pure."""
    is_blocked = any(words.code in _BLOCKING for words in view.words)
    return view.is_known and (is_blocked or not view.is_ready)


def _without_time(paper: PaperNow) -> tuple[object, ...]:
    return paper.is_printing, paper.is_in_trouble, paper.finished_s
