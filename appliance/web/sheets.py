"""Make ordered sheets from the records that are open when their turn comes.

Joins the print desk to `paper/sheets.py`. Refuses when the box has been locked meanwhile, or when
the citizen has moved to a unit the order is not for. Each sheet is an entry of the sealed log, and
its footer shows where the log stood. Called by the print desk's thread only.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.clock import JudgedClock, reckoned_now
from appliance.errors import PaperError
from appliance.paper.document import Document, PrintContext, Serials
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.paper.sheets import SHEETS
from appliance.printing.jobs import Order
from appliance.printing.sheet_log import Log, SheetLog
from appliance.records.store import RecordStore
from appliance.sealed_log.entry import Who, clipped
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
    log: Log

    def documents(self, order: Order) -> Iterator[Document]:
        """Return the documents of an order, each rendered only when it is asked for.

        Raises:
            LockedError: the box is locked.
            PaperError: the citizen or unit is not in the open copy, or the citizen has moved.

        """
        store = self.records.require().store
        _refuse_moved_citizen(store, order)
        context = PrintContext(
            printed_by=order.ordered_by or _NOBODY,
            printed_at=reckoned_now(self.clock),
            box_name=self.box_name,
            serials=self.serials,
            log_head=self.log.shown,
            is_clock_trusted=self.clock.judged().is_trusted,
        )
        subject = Subject.CITIZEN if order.citizen_id else Subject.UNIT
        wanted = Wanted(subject, order.citizen_id or order.unit_id)
        made = SHEETS[order.kind].make(Material(store), wanted, context)
        who = Who(initials=clipped(order.ordered_by, "initials"))
        return SheetLog(self.log, self.clock, who, order.unit_id).entered(made, store)


def _refuse_moved_citizen(store: RecordStore, order: Order) -> None:
    """Keep the list of a citizen from whoever could order it while they lived elsewhere."""
    citizen = store.citizen(order.citizen_id) if order.citizen_id else None
    if citizen is not None and citizen.unit_id != order.unit_id:
        raise PaperError("the citizen has moved to another unit since the order")
