"""Make ordered sheets from the records that are open when their turn comes.

Joins the print desk to `paper/sheets.py`. Refuses when the box has been locked meanwhile, or when
the citizen has moved to a unit the order is not for. Called by the print desk's thread only.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.errors import PaperError
from appliance.paper.document import Document, PrintContext, Serials
from appliance.paper.sheets import SHEETS
from appliance.printing.jobs import Order
from appliance.records.store import RecordStore
from appliance.web.reading import OpenRecords

# Nobody is asked who they are before the paper comes; the sheet then says so.
_NOBODY = "–"


@dataclass(frozen=True, slots=True)
class SheetMaker:
    """Everything a sheet is made from besides the order."""

    records: OpenRecords
    serials: Serials
    clock: Clock
    box_name: str

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
            printed_at=self.clock.now(),
            box_name=self.box_name,
            serials=self.serials,
        )
        subject = order.citizen_id or order.unit_id
        return SHEETS[order.kind].build(store, subject, context)


def _refuse_moved_citizen(store: RecordStore, order: Order) -> None:
    """Keep the list of a citizen from whoever could order it while they lived elsewhere."""
    citizen = store.citizen(order.citizen_id) if order.citizen_id else None
    if citizen is not None and citizen.unit_id != order.unit_id:
        raise PaperError("the citizen has moved to another unit since the order")
