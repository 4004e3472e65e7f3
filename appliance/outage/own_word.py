"""Gather what this box tells the others of itself: outage, what is down, printer, copy, answer.

Reads what other programs have written down; where it cannot tell whether there is an outage, it
says nothing at all: the others then tell that the box is silent, which is true.
What people wrote is not passed on, but for one word: whether their own place is hit. Called by the
worker.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from appliance.beacon.statement import Answer, Ready, Standing, Word
from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.outage.events import Kind
from appliance.outage.journal import LONGEST_DRILL, OutageJournal
from appliance.outage.probe_status import read_probes
from appliance.outage.state import Lapse
from appliance.plan.models import ResponsePlan, place_key
from printers.base import Printer
from printers.errors import PrinterError

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
        """Return the word.

        Raises:
            StorageError: the log of the outage cannot be read.

        """
        lapse = self.journal.lapse()
        standing = standing_of(lapse)
        return Word(
            standing=standing,
            for_min=None if standing is Standing.NONE else _minutes(lapse),
            down=self._down(),
            printer=self._is_ready(),
            copy_at=self.copy_at(),
            answer=self._answer(lapse) if standing is Standing.OUTAGE else Answer.NOBODY_SAID,
        )

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

    def _answer(self, lapse: Lapse) -> Answer:
        """Return what people noted of the row of the round that is this box."""
        own = [each for each in self.plan.contacts if each.box == self.config.box.id]
        noted = [lapse.outage.about(Kind.ROUND, place_key(each.name)) for each in own]
        said = [each.what.answer for each in noted if each is not None]
        return next((Answer(each) for each in said if each in list(Answer)), Answer.NOBODY_SAID)


def standing_of(lapse: Lapse) -> Standing:
    """Return what is on: an outage, a drill or neither."""
    outage = lapse.outage
    if not outage.is_on:
        return Standing.NONE
    if not outage.is_drill:
        return Standing.OUTAGE
    # One nobody ended; the screens end it, but they may be down.
    return Standing.NONE if lapse.lasted.time >= LONGEST_DRILL else Standing.DRILL


def _minutes(lapse: Lapse) -> int | None:
    """Return for how long, where that is known; a least would be told as a time of day."""
    if not lapse.lasted.is_sure:
        return None
    return min(max(int(lapse.lasted.time.total_seconds()) // 60, 0), _MOST_MIN)
