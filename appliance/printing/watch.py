"""Remember how the printer stood when it was last asked, so that no page waits for a printer.

Asking a printer that was switched off can take seconds. Called by the print desk's thread, read by
every page that shows the printer.
"""

import logging
from dataclasses import dataclass

from appliance.attempts import Lasting
from appliance.clock import Clock
from appliance.words import Words, words_of
from printers.base import Printer
from printers.errors import PrinterError

_LOG = logging.getLogger(__name__)
_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class PrinterView:
    """How the printer stood a moment ago."""

    is_ready: bool = False
    words: tuple[Words, ...] = ()
    is_known: bool = False
    can_duplex: bool = False


class PrinterWatch:
    """The last answer of the printer."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asked_s: float | None = None
        self._asking = Lasting(_LOG, "asking the printer")
        self.view = PrinterView()

    def look(self, printer: Printer) -> None:
        """Ask the printer how it is, at most every few seconds."""
        now_s = self._clock.monotonic()
        if self._asked_s is None or now_s - self._asked_s >= _EVERY_S:
            self._asked_s = now_s
            self.view = self._asking.do(lambda: _ask(printer), _not_ready(PrinterError()))


def _ask(printer: Printer) -> PrinterView:
    try:
        state = printer.state()
    except PrinterError as error:
        return _not_ready(error)
    words = tuple(map(words_of, state.reasons))
    return PrinterView(state.is_ready, words, is_known=True, can_duplex=state.can_duplex)


def _not_ready(error: PrinterError) -> PrinterView:
    return PrinterView(is_ready=False, words=(words_of(error),), is_known=True)
