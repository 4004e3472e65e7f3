"""Put orders in the one queue, and follow them: what every process that wants paper calls.

The queue is the ledger in the RAM folder, so it does not matter which process prints. Whoever
holds the lock beside it runs the desk; the others look on. Called by the web, the desk and
anything else that orders paper.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from appliance.care_journal.numbered_paper import PaperOut
from appliance.clock import JudgedClock, is_day_sure
from appliance.errors import LockedError
from appliance.paper.document import Paper
from appliance.policy import PRINTED_LATELY
from appliance.printing.jobs import Answer, Job, finished, new_job, stopped
from appliance.printing.last_papers import last_papers
from appliance.printing.ledger import PrintLedger
from appliance.printing.orders import Order
from appliance.printing.papers_out import papers_out
from appliance.printing.print_memory import PrintMemory
from appliance.records.terms import CitizenId, UnitId
from appliance.vault.print_note import PrintNote


class PrintQueue:
    """The orders of the box, as one process sees them.

    `memory` outlives a power cut; `kept` is what it gave back when the box was unlocked, None while
    nobody can tell.
    """

    def __init__(
        self,
        ledger: PrintLedger,
        clock: JudgedClock,
        memory: PrintMemory | None = None,
        kept: Callable[[], Sequence[PrintNote] | None] = tuple,
    ) -> None:
        self.ledger = ledger
        self.memory = memory or PrintMemory(lambda _: None)
        self._clock = clock
        self._kept = kept

    def order(self, order: Order) -> Job:
        """Put an order in the queue.

        Raises:
            StorageError: the RAM folder is full.

        """
        job = new_job(order, self._clock.now(), is_clock_sure=is_day_sure(self._clock))
        self.ledger.add(job)
        return job

    def jobs(self) -> list[Job]:
        """Return every job, the newest first."""
        return self.ledger.jobs()

    def job(self, job_id: str) -> Job | None:
        """Return one job, or None."""
        return self.ledger.job(job_id)

    def under_way(self, order: Order) -> Job | None:
        """Return a job that is already bringing out the same sheets, or None."""
        same = (job for job in self.jobs() if job.order.is_same_paper(order))
        return next((job for job in same if job.phase.is_under_way), None)

    def printed_lately(self, order: Order) -> Job | None:
        """Return a job that brought out the same sheets a moment ago, or None."""
        now = self._clock.now()
        for job in self.jobs():
            is_late = timedelta(0) <= now - job.ordered_at <= PRINTED_LATELY
            if job.order.is_same_paper(order) and is_late and job.phase.brought_paper:
                return job
        return None

    def papers(self, unit_id: UnitId) -> dict[CitizenId, Paper]:
        """Return what may be on paper of the medication lists of a unit's citizens.

        What nobody can tell counts as never printed, and comes again: the safe side.
        """
        return last_papers(self.jobs(), unit_id, self._kept() or ())

    def papers_out(self) -> tuple[list[PaperOut], bool]:
        """Return every numbered sheet that came out, or may have, and whether that is all of them.

        It is not where nobody can tell what came out before the power was cut.
        """
        kept = self._kept()
        return papers_out(self.jobs(), kept or ()), kept is not None

    def answer(self, job: Job, answer: Answer, missing: Iterable[int] = ()) -> Job:
        """Note what a person said about the pages, and which are missing.

        Raises:
            StorageError: the RAM folder is full.

        """
        numbers = tuple(sorted(missing))
        said = self.ledger.change(job.id, lambda now: replace(now, answer=answer, missing=numbers))
        self.memory.remember(said)
        return said

    def stop(self, job: Job) -> Job:
        """Stop a job; the sheet under way still comes out. The desk tells the printer.

        Raises:
            StorageError: the RAM folder is full.

        """
        return self.ledger.change(job.id, stopped)

    def forget(self) -> None:
        """End every job whose sheets are not at the printer yet: the box was locked.

        Sheets that hold nothing of any citizen are not in the vault and come out all the same.

        Raises:
            StorageError: the RAM folder is full.

        """
        for job in self.ledger.open_jobs():
            if not job.is_made and job.order.subject.needs_unlock:
                self.ledger.change(job.id, lambda now: finished(now, LockedError.code))
