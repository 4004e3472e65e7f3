"""A night at the print desk: a real queue, a simulated engine, and lists that say whose they are.

The desk, the ledger, cupsd and IPP are real; only the lists are simple, so that every page on
paper can be held against its row in the ledger. Used by the fault tests of printing.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from appliance.box_clock.clock import BoxClock
from appliance.paper.document import Document
from appliance.paper.sheet_kind import Subject
from appliance.printing.desk import PrintDesk
from appliance.printing.jobs import Job, Sheet
from appliance.printing.ledger import PrintLedger
from appliance.printing.orders import Order
from appliance.printing.pages import Page, PageState, again, lost_sheets, pages_of
from appliance.printing.print_queue import PrintQueue
from appliance.records.terms import CitizenId, UnitId
from printers.base import Printer
from tests.simulators.cups_lab import LabPrinter
from tests.simulators.lab_tools import wait_until
from tests.simulators.small_pdf import small_pdf

PAGES = 2
PACK = Order("pack", UnitId("u-syd"), ordered_by="AB")


@dataclass
class PrintNight:
    """One box's desk in front of one printer; `citizens` live in the unit."""

    printer: Printer
    engine: LabPrinter
    folder: Path
    citizens: int = 7
    serials: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.desk = self.new_desk()
        self.queue = self.desk.queue

    def new_desk(self) -> PrintDesk:
        """Return a desk as another process of the box would have it."""
        clock = BoxClock(self.folder)
        queue = PrintQueue(PrintLedger(self.folder), clock)
        return PrintDesk(self.printer, self.make, queue, clock, lambda: None)

    def make(self, order: Order, done: Sequence[Sheet]) -> Iterator[Document]:
        """Return one list of two pages per citizen, or those that are wanted again."""
        before = {sheet.citizen_id for sheet in done}
        everybody = [CitizenId(f"c-{number}") for number in range(1, self.citizens + 1)]
        if order.subject is Subject.CITIZEN and order.citizen_id is not None:
            everybody = [order.citizen_id]
        chosen = {each.citizen_id for each in order.chosen}
        for citizen_id in everybody:
            if citizen_id not in before and (not chosen or citizen_id in chosen):
                yield self._list(citizen_id)

    def _list(self, citizen_id: CitizenId) -> Document:
        serial = f"417-{next(self.serials):05}"
        words = [words_on(serial, citizen_id, page) for page in range(1, PAGES + 1)]
        pdf = small_pdf(words)
        return Document(pdf, PAGES, serial, "Medicinliste", "medication_list", citizen_id)

    def order(self, order: Order = PACK) -> Job:
        """Order paper as a screen does."""
        job = self.queue.order(order)
        self.desk.wake()
        return job

    def print_missing(self, job: Job) -> Job:
        """Do what the one button does: order every sheet again that lacks a page."""
        now = self.now(job)
        return self.order(again(now, lost_sheets(now)))

    def now(self, job: Job) -> Job:
        """Return the job as it stands in the ledger."""
        found = self.queue.job(job.id)
        assert found is not None
        return found

    def until(self, job: Job, is_so: Callable[[Job], bool], what: str, within_s: float = 60) -> Job:
        """Wait for something to be so, checking all the while that the ledger claims no paper."""

        def look() -> bool:
            now = self.now(job)
            self.claims_no_paper_that_is_not_there(now)
            return is_so(now)

        wait_until(look, what, within_s)
        return self.now(job)

    def until_over(self, job: Job) -> Job:
        """Wait until nothing about the job will change by itself any more."""
        return self.until(job, lambda now: not now.phase.is_under_way, "the end of the job")

    def on_paper(self) -> list[str]:
        """Return the words on every side that came out, oldest first."""
        return self.engine.words()

    def claims_no_paper_that_is_not_there(self, job: Job) -> None:
        """Fail where the ledger says of a page that it is out and no engine put it out."""
        claimed = {_words(page) for page in pages_of(job) if page.state is PageState.PRINTED}
        assert claimed <= set(self.on_paper())

    def tells_the_truth(self, job: Job) -> None:
        """Fail where the ledger is wrong about any page of a job that is over."""
        self.claims_no_paper_that_is_not_there(job)
        there = set(self.on_paper())
        for page in pages_of(job):
            if page.state is PageState.MISSING:
                assert _words(page) not in there, page
            if _words(page) not in there:
                assert page.state.is_lost, page

    def everybody_has_a_whole_list(self) -> bool:
        """Tell whether every citizen has all the pages of some print on paper."""
        there = set(self.on_paper())
        prints: dict[CitizenId | None, set[str]] = {}
        for job in self.queue.jobs():
            for sheet in job.sheets:
                words = {words_on(sheet.serial, sheet.citizen_id, page) for page in (1, 2)}
                if words <= there:
                    prints.setdefault(sheet.citizen_id, set()).add(sheet.serial)
        return len(prints) == self.citizens


def words_on(serial: str, citizen_id: CitizenId | None, page: int) -> str:
    """Return what stands on one page."""
    return f"{serial} {citizen_id} side {page}"


def _words(page: Page) -> str:
    return words_on(page.sheet.serial, page.sheet.citizen_id, page.page)
