"""Make ordered sheets from the records that are open when their turn comes.

Joins the print desk to `paper/sheets.py`. Refuses when the box has been locked meanwhile. Called by
the print desk's thread only.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from appliance.clock import Clock
from appliance.paper.document import Document, PrintContext, Serials
from appliance.paper.sheets import SHEETS
from appliance.printing.jobs import Order
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
            PaperError: the citizen or unit is not in the open copy.

        """
        context = PrintContext(
            printed_by=order.ordered_by or _NOBODY,
            printed_at=self.clock.now(),
            box_name=self.box_name,
            serials=self.serials,
        )
        subject = order.citizen_id or order.unit_id
        return SHEETS[order.kind].build(self.records.require().store, subject, context)
