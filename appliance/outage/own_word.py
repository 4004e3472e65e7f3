"""Gather what this box tells the others of itself: outage, what is down, printer, copy, answer.

Reads what other programs have written down; whatever cannot be read is left unsaid, never guessed.
What people wrote is not passed on, but for one word: whether their own place is hit. Called by the
worker.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.beacon.statement import Answer, Ready, Standing, Word
from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.errors import StorageError
from appliance.outage.events import Kind, place_key
from appliance.outage.journal import LONGEST_DRILL, OutageJournal
from appliance.outage.probe_status import read_probes
from appliance.outage.state import Lapse
from appliance.plan.models import ResponsePlan
from printers.base import Printer
from printers.errors import PrinterError

_log = logging.getLogger("nodboks.beacon")
_MOST_MIN = 60 * 24 * 366
# A look at the printer asks the print service: not for every box that is spoken to.
_LOOK_AT_PRINTER_EVERY_S = 30.0


@dataclass(slots=True)
class OwnWord:
    """Says how this box is, each time it is asked."""

    config: BoxConfig
    plan: ResponsePlan
    journal: OutageJournal
    printer: Printer
    clock: JudgedClock
    copy_at: Callable[[], datetime | None]
    _ready: Ready = Ready.UNKNOWN
    _looked_s: float | None = None

    def say(self) -> Word:
        """Return the word."""
        lapse = self._lapse()
        outage = lapse.outage if lapse else None
        is_over = outage is not None and outage.is_drill and _lasted(lapse) >= LONGEST_DRILL
        is_on = outage is not None and outage.is_on and not is_over
        standing = _standing(is_on=is_on, is_drill=outage is not None and outage.is_drill)
        return Word(
            standing=standing,
            for_min=_minutes(lapse) if lapse and is_on else None,
            down=self._down(),
            printer=self._is_ready(),
            copy_at=self.copy_at(),
            answer=self._answer(lapse) if standing is Standing.OUTAGE else Answer.NOBODY_SAID,
        )

    def _lapse(self) -> Lapse | None:
        try:
            return self.journal.lapse()
        except StorageError as error:
            _log.warning("outage: %s %s", error.code, error.detail)
            return None

    def _down(self) -> tuple[str, ...]:
        status = read_probes(self.config.box.state_dir)
        if status is None or status.age_s(self.clock.monotonic()) is None:
            return ()
        return tuple(each.what.value for each in status.seen if not each.is_up)

    def _is_ready(self) -> Ready:
        now_s = self.clock.monotonic()
        if self._looked_s is None or now_s - self._looked_s >= _LOOK_AT_PRINTER_EVERY_S:
            self._looked_s = now_s
            try:
                self._ready = Ready.YES if self.printer.state().is_ready else Ready.NO
            except PrinterError:
                self._ready = Ready.NO
        return self._ready

    def _answer(self, lapse: Lapse | None) -> Answer:
        """Return what people noted of the row of the round that is this box."""
        own = [each for each in self.plan.contacts if each.box == self.config.box.id]
        noted = [lapse.outage.about(Kind.ROUND, place_key(each.name)) for each in own if lapse]
        said = [each.what.answer for each in noted if each is not None]
        return next((Answer(each) for each in said if each in list(Answer)), Answer.NOBODY_SAID)


def _standing(*, is_on: bool, is_drill: bool) -> Standing:
    if not is_on:
        return Standing.NONE
    return Standing.DRILL if is_drill else Standing.OUTAGE


def _lasted(lapse: Lapse | None) -> timedelta:
    return lapse.lasted.time if lapse else timedelta(0)


def _minutes(lapse: Lapse) -> int | None:
    """Return for how long, where that is known; a least would be told as a time of day."""
    if not lapse.lasted.is_sure:
        return None
    return min(max(int(lapse.lasted.time.total_seconds()) // 60, 0), _MOST_MIN)
