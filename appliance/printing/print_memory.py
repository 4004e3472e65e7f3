"""Tell the keeper what came out on paper, so that a power cut does not make the box forget it.

Each sheet is told when the printer is done with it and again when a person has said something;
what the keeper did not hear is told again. Refuses to wait for the keeper: paper goes on without.
Called by the print desk and the queue.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence

from appliance.errors import NodboksError, VaultError
from appliance.printing.jobs import Job, Sheet
from appliance.printing.pages import PageState, pages_of
from appliance.sealed_log.entry import ClockTrust
from appliance.vault.print_note import PrintNote

_LOG = logging.getLogger(__name__)
_AT_ONCE = 100  # a request to the keeper has room for a few hundred
# The state of a sheet is that of its worst page.
_WORST_FIRST = (PageState.MISSING, PageState.UNKNOWN, PageState.PRINTED, PageState.CONFIRMED)

Send = Callable[[Sequence[PrintNote]], object]


class PrintMemory:
    """What the keeper has been told of, and what it has still to hear."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._sending = threading.Lock()
        self._known: dict[str, PrintNote] = {}
        self._waiting: dict[str, PrintNote] = {}

    def remember(self, job: Job) -> None:
        """Take in how a job's sheets stand; only what is new is told. Never raises."""
        with self._sending:
            for note in notes_of(job):
                if self._known.get(note.serial) != note:
                    self._waiting[note.serial] = note
            self._tell()

    def retry(self) -> None:
        """Tell again what the keeper did not hear. Never raises."""
        with self._sending:
            self._tell()

    def _tell(self) -> None:
        waiting = list(self._waiting.values())
        try:
            for first in range(0, len(waiting), _AT_ONCE):
                self._tell_some(waiting[first : first + _AT_ONCE])
        except NodboksError as error:
            _LOG.warning("print memory: %s", error.code)

    def _tell_some(self, notes: Sequence[PrintNote]) -> None:
        """Tell of some; one the keeper will never take holds nobody else's up for ever."""
        try:
            self._send(notes)
        except VaultError as error:
            if type(error) is not VaultError:  # such as a keeper that does not answer
                raise
            if len(notes) > 1:
                for note in notes:
                    self._tell_some([note])
                return
            _LOG.warning("print memory: a note is left out: %s", error.code)
        for note in notes:
            self._known[note.serial] = self._waiting.pop(note.serial)


def notes_of(job: Job) -> Iterator[PrintNote]:
    """Yield a note for each sheet that will not change by itself any more. Pure.

    Also of blank forms and of lists about a unit: after the outage every number is asked for.
    """
    states: dict[str, set[PageState]] = {}
    for page in pages_of(job):
        states.setdefault(page.sheet.serial, set()).add(page.state)
    for sheet in job.sheets:
        worst = [state for state in _WORST_FIRST if state in states[sheet.serial]]
        if worst and states[sheet.serial] <= {*_WORST_FIRST}:
            yield _note(job, sheet, worst[0])


def _note(job: Job, sheet: Sheet, state: PageState) -> PrintNote:
    return PrintNote(
        serial=sheet.serial,
        sheet=sheet.kind,
        unit_id=job.order.unit_id or "",
        citizen_id=sheet.citizen_id or "",
        digest=sheet.digest,
        printed_at=job.ordered_at,
        printed_by=job.order.ordered_by,
        state=state.value,
        clock=ClockTrust.OK if job.is_clock_sure else ClockTrust.UNSURE,
    )
