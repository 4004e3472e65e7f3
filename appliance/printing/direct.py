"""Make sheets from the opened copy in a program of its own, for files instead of the printer.

Works from what the keeper has opened into RAM, and holds no key. Every order and every sheet is an
entry of the sealed log; one the keeper cannot take keeps no paper back. Refuses to hand on a sheet
once the box was locked or a newer copy opened: what it read by then may have been half wiped.
Called by the command line and the demo.
"""

from collections.abc import Iterable, Iterator

from appliance.clock import JudgedClock
from appliance.config import BoxConfig
from appliance.errors import LockedError, PaperError
from appliance.paper.document import Document
from appliance.printing.box_desk import OpenNow
from appliance.printing.orders import Order
from appliance.printing.print_queue import PrintQueue
from appliance.printing.wiring import box_around, box_maker, box_queue
from appliance.records.models import Citizen
from appliance.records.store import RecordStore
from appliance.sealed_log.entry import Action, Entry, When, Who, clipped, in_parts, new_whom
from appliance.vault.log_sender import LogSender
from appliance.vault.opened import Opened


class DirectSheets:
    """The box as it stands open, and the sheets that can be made of it without its queue."""

    def __init__(self, config: BoxConfig, clock: JudgedClock, log: LogSender) -> None:
        self._config = config
        self._clock = clock
        self._log = log
        self._records = OpenNow(config.records_dir)
        self._queue: PrintQueue | None = None
        self._around = box_around(config, clock)
        self._maker = box_maker(self._around, log, self._records.store, self._open_queue)

    def store(self) -> RecordStore:
        """Return the records that are open now.

        Raises:
            LockedError: none are.
            VaultError, SnapshotError: this software cannot read them.

        """
        return self._records.store()

    def enter_order(self, order: Order, device: str = "") -> bool:
        """Enter an order and all it is about into the log; tell whether the log has it."""
        whom = tuple(new_whom(citizen.id, citizen.cpr) for citizen in self._citizens(order))
        who = Who(clipped(order.ordered_by, "initials"), device=device)
        when, about = When.by(self._clock), clipped(order.kind, "about")
        entry = Entry(Action.PRINT_ORDERED, when, who, whom, order.unit_id or "", about)
        return self._log.enter(list(in_parts(entry)))

    def sheets(self, order: Order) -> Iterator[Document]:
        """Return the documents, each made when it is asked for and entered before it is handed on.

        Raises:
            LockedError: the box is locked, or was locked meanwhile.
            PaperError: the sheet cannot be about that, or a newer copy was opened meanwhile.
            StorageError: no serial number could be taken.

        """
        opened = Opened.read(self._config.records_dir)
        made = self._maker.documents(order)
        return self._while_open(made, opened) if order.subject.needs_unlock else made

    def close(self) -> None:
        """Let go of the records, the journal and the ledger."""
        self._records.close()
        self._around.journal.forget()
        if self._queue is not None:
            self._queue.ledger.close()

    def _open_queue(self) -> PrintQueue:
        """Return the box's queue: a file says of earlier paper what the printer would."""
        if self._queue is None:
            self._queue = box_queue(self._config, self._clock, lambda _notes: None)
        return self._queue

    def _citizens(self, order: Order) -> list[Citizen]:
        """Return whose records go onto the paper."""
        if not order.subject.needs_unlock:
            return []
        if order.citizen_id is None:
            return self.store().citizens(order.unit_id)
        citizen = self.store().citizen(order.citizen_id)
        return [citizen] if citizen else []

    def _while_open(
        self, documents: Iterable[Document], opened: Opened | None
    ) -> Iterator[Document]:
        """Pass sheets on as long as the copy they were read from is the one that is open."""
        for document in documents:
            now = Opened.read(self._config.records_dir)
            if now is None:
                raise LockedError("the box was locked while the sheets were being made")
            if opened is None or now.opened_at != opened.opened_at:
                raise PaperError("a newer copy was opened meanwhile; print again")
            yield document
