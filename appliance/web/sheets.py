"""Make ordered sheets from the records that are open when their turn comes.

Joins the print desk to `paper/sheets.py`. Refuses when the box has been locked meanwhile, or when
the citizen has moved to a unit the order is not for. Each sheet is an entry of the sealed log, and
its footer shows where the log stood. During a drill every sheet says that it is one. Called by the
print desk's thread only.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from appliance.clock import JudgedClock, reckoned_now
from appliance.errors import PaperError
from appliance.outage.journal import OnPaper
from appliance.paper.document import Document, PrintContext, Serials
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.paper.sheets import SHEETS
from appliance.plan.models import ResponsePlan
from appliance.printing.jobs import Order
from appliance.records.store import RecordStore
from appliance.sealed_log.entry import Action, Entry, When, Who, Whom, clipped, new_whom
from appliance.vault.log_sender import LogSender
from appliance.web.reading import OpenRecords

# Nobody is asked who they are before the paper comes; the sheet then says so.
_NOBODY = "–"


@dataclass(frozen=True, slots=True)
class SheetMaker:
    """Everything a sheet is made from besides the order."""

    records: OpenRecords
    serials: Serials
    clock: JudgedClock
    box_name: str
    log: LogSender
    plan: ResponsePlan | None = None
    outage: Callable[[], OnPaper] = OnPaper

    def documents(self, order: Order) -> Iterator[Document]:
        """Return the documents of an order, each rendered only when it is asked for.

        Raises:
            LockedError: the box is locked.
            PaperError: the citizen or unit is not in the open copy, or the citizen has moved.

        """
        store = self.records.require().store
        _refuse_moved_citizen(store, order)
        outage = self.outage()
        context = PrintContext(
            printed_by=order.ordered_by or _NOBODY,
            printed_at=reckoned_now(self.clock),
            box_name=self.box_name,
            serials=self.serials,
            log_head=self.log.shown,
            is_clock_trusted=self.clock.judged().is_trusted,
            is_drill=outage.is_drill,
        )
        subject = Subject.CITIZEN if order.citizen_id else Subject.UNIT
        wanted = Wanted(subject, order.citizen_id or order.unit_id)
        material = Material(store, plan=self.plan, outage_started_at=outage.started_at)
        made = SHEETS[order.kind].make(material, wanted, context)
        return self._entered(made, store, order)

    def _entered(
        self, documents: Iterator[Document], store: RecordStore, order: Order
    ) -> Iterator[Document]:
        """Pass sheets on, each under its serial number in the log before it can reach paper."""
        who = Who(initials=clipped(order.ordered_by, "initials"))
        for document in documents:
            when = When.by(self.clock)
            whom = _whom(store, document)
            serial = clipped(document.serial, "about")
            self.log.enter([Entry(Action.SHEET_MADE, when, who, whom, order.unit_id, serial)])
            yield document


def _whom(store: RecordStore, document: Document) -> tuple[Whom, ...]:
    citizen = store.citizen(document.citizen_id) if document.citizen_id else None
    return (new_whom(citizen.id, citizen.cpr),) if citizen else ()


def _refuse_moved_citizen(store: RecordStore, order: Order) -> None:
    """Keep the list of a citizen from whoever could order it while they lived elsewhere."""
    citizen = store.citizen(order.citizen_id) if order.citizen_id else None
    if citizen is not None and citizen.unit_id != order.unit_id:
        raise PaperError("the citizen has moved to another unit since the order")
