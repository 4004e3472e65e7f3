"""Enter sheets into the sealed log: orders before the printer knows of them, sheets before paper.

Shared by everything that makes sheets: the web's print desk, the command line and the demo. Writes
nothing itself; what keeps the entries is handed in.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from appliance.clock import JudgedClock
from appliance.paper.document import Document
from appliance.records.models import Citizen
from appliance.records.store import RecordStore
from appliance.sealed_log.entry import (
    Action,
    Entry,
    When,
    Who,
    Whom,
    clipped,
    in_parts,
    new_whom,
)


class Log(Protocol):
    """The way to the sealed log (`vault/log_sender.py`)."""

    @property
    def shown(self) -> str:
        """Return the end of the log as paper shows it."""
        ...

    def enter(self, entries: Sequence[Entry]) -> bool:
        """Send entries; tell whether the log has them."""
        ...


@dataclass(frozen=True, slots=True)
class SheetLog:
    """The sealed log as it is told of one order: who ordered, for which unit."""

    log: Log
    clock: JudgedClock
    who: Who
    unit_id: str = ""

    def order(self, about: str, citizens: Iterable[Citizen]) -> bool:
        """Enter what was ordered and about whom; tell whether the log has it."""
        whom = tuple(new_whom(citizen.id, citizen.cpr) for citizen in citizens)
        entry = self._entry(Action.PRINT_ORDERED, whom, about)
        return self.log.enter(list(in_parts(entry)))

    def entered(
        self, documents: Iterator[Document], store: RecordStore | None
    ) -> Iterator[Document]:
        """Pass sheets on, each under its serial number in the log before it can reach paper."""
        for document in documents:
            entry = self._entry(Action.SHEET_MADE, _whom(store, document), document.serial)
            self.log.enter([entry])
            yield document

    def _entry(self, action: Action, whom: tuple[Whom, ...], about: str) -> Entry:
        when = When.by(self.clock)
        return Entry(action, when, self.who, whom, self.unit_id, clipped(about, "about"))


def _whom(store: RecordStore | None, document: Document) -> tuple[Whom, ...]:
    if store is None or document.citizen_id is None:
        return ()
    citizen = store.citizen(document.citizen_id)
    return (new_whom(citizen.id, citizen.cpr),) if citizen else ()
