"""A desk whose thread is the test itself, and whose documents are counted."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from appliance.clock import HeldClock
from appliance.paper.document import Document
from appliance.printing.desk import PrintDesk
from appliance.printing.jobs import Job, Sheet
from appliance.printing.ledger import PrintLedger
from appliance.printing.orders import Order
from appliance.printing.pages import PageState, pages_of
from appliance.printing.print_queue import PrintQueue
from appliance.records.terms import CitizenId
from tests.appliance.printing.documents import document
from tests.appliance.printing.printer_on_strings import PrinterOnStrings
from tests.appliance.printing.test_jobs import ORDER


@dataclass
class Desk:
    """A desk whose thread is the test itself."""

    folder: Path
    clock: HeldClock
    printer: PrinterOnStrings = field(default_factory=PrinterOnStrings)
    documents: int = 1
    problem: Exception | None = None
    rendered: list[int] = field(default_factory=list)
    rounds: int = 0
    in_the_middle: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.desk = self.new()

    def new(self) -> PrintDesk:
        queue = PrintQueue(PrintLedger(self.folder), self.clock)
        return PrintDesk(self.printer, self.make, queue, self.clock, self.note_round)

    def killed(self) -> None:
        """Let the desk die as kill -9 would, and another one take its place."""
        self.desk._lock.let_go()
        self.desk._ledger.close()
        self.desk = self.new()

    def make(self, order: Order, done: Sequence[Sheet]) -> Iterator[Document]:
        for number in range(1 + len(done), self.documents + 1):
            if self.problem is not None and number == self.documents:
                raise self.problem
            self.rendered.append(number)
            self.in_the_middle()
            is_about_one = order.subject.needs_unlock
            yield document(number, 2, CitizenId(f"c-{number}") if is_about_one else None)

    def note_round(self) -> None:
        self.rounds += 1

    def order(self, order: Order = ORDER) -> Job:
        return self.desk.queue.order(order)

    def steps(self, number: int = 12) -> None:
        for _ in range(number):
            self.desk.step()

    def print_one(self, order: Order = ORDER) -> Job:
        job = self.order(order)
        self.steps()
        return self.now(job)

    def states(self, job: Job) -> list[PageState]:
        return [page.state for page in pages_of(self.now(job))]

    def now(self, job: Job) -> Job:
        found = self.desk.queue.job(job.id)
        assert found is not None
        return found
