"""Bring ordered sheets to the printer, one document at a time, and follow them until paper.

One thread owns the printer. It renders the next document, hands it over, looks at what is under
way, and so on: rendering runs ahead of the printer and never waits for it. A printer that does not
answer is tried again until it does, because the nurse mends it while we wait; anything else ends
the job with a sentence. Exactly once on paper is impossible, so after a kill a document that was
being handed over is called unknown, never silently repeated. At a lock every sheet that is not at
the printer yet is dropped. Called by the print screens.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

from appliance.clock import Clock
from appliance.errors import LockedError, NodboksError
from appliance.paper.document import Document
from appliance.printing.jobs import (
    Answer,
    Job,
    Order,
    Part,
    after_restart,
    new_job,
    with_part,
)
from appliance.printing.ledger import PrintLedger
from appliance.printing.watch import PrinterWatch
from appliance.quiet_log import kind_and_place
from printers.base import Printer
from printers.errors import PrinterError
from printers.models import JobStage, PrintJob

_LOG = logging.getLogger(__name__)
_LOOK_EVERY_S = 1.0
# What a bug in a sheet is called on screen; the log has where it happened.
_BUG = NodboksError.code


MakeDocuments = Callable[[Order], Iterator[Document]]


class PrintDesk:
    """The one queue in front of the one printer."""

    def __init__(
        self,
        printer: Printer,
        make: MakeDocuments,
        ledger: PrintLedger,
        clock: Clock,
        look_around: Callable[[], None],
    ) -> None:
        self.printer = printer
        self._make = make
        self._ledger = ledger
        self._clock = clock
        self._look_around = look_around
        self._changing = threading.RLock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._documents: dict[str, Iterator[Document]] = {}
        self._waiting_document: dict[str, tuple[int, Document]] = {}
        self.watch = PrinterWatch(clock)

    def start(self) -> None:
        """Take up what a killed predecessor left, and begin to work."""
        for job in self._ledger.jobs():
            self._ledger.save(after_restart(job))
        self._thread = threading.Thread(target=self._work, name="print-desk", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the step at hand and stop; jobs stay in the ledger."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self._ledger.close()

    def order(self, order: Order) -> Job:
        """Put an order at the end of the queue.

        Raises:
            StorageError: the RAM folder is full.

        """
        job = new_job(order, self._clock.now())
        with self._changing:
            self._ledger.save(job)
        self._wake.set()
        return job

    def jobs(self) -> list[Job]:
        """Return every job, the newest first."""
        return self._ledger.jobs()

    def job(self, job_id: str) -> Job | None:
        """Return one job, or None."""
        return self._ledger.job(job_id)

    def under_way(self, order: Order) -> Job | None:
        """Return a job that is already bringing out the same sheets, or None."""
        same = (job for job in self.jobs() if job.order.is_same_paper(order))
        return next((job for job in same if job.phase.is_under_way), None)

    def answer(self, job: Job, answer: Answer) -> None:
        """Note what a person said about the pages."""
        self._change(job.id, lambda now: replace(now, answer=answer))

    def cancel(self, job: Job) -> None:
        """Stop a job; the sheet under way still comes out.

        Raises:
            PrinterError: the printer cannot be told.

        """
        stopped = self._change(job.id, lambda now: replace(now, is_stopped=True, is_made=True))
        for part in stopped.parts:
            if part.is_open and part.handle is not None:
                self.printer.cancel(part.handle)

    def forget(self) -> None:
        """Drop every sheet that is not at the printer yet: the box was locked.

        Raises:
            StorageError: the RAM folder is full; the sheets are dropped all the same.

        """
        with self._changing:
            self._documents.clear()
            self._waiting_document.clear()
            for job in self._ledger.jobs():
                if not job.is_made:
                    self._finish(job, LockedError.code)

    def step(self) -> bool:
        """Do the next small thing; tell whether there was one besides looking at the printer."""
        open_jobs = [job for job in reversed(self._ledger.jobs()) if _needs_work(job)]
        self._drop_finished({job.id for job in open_jobs if not job.is_made})
        for job in open_jobs:
            self._follow(job)
        for job in open_jobs:
            if not job.is_made:
                return self._make_next(job)
        return False

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            self._look_around()
            try:
                self.watch.look(self.printer)
                went_on = self.step()
            except (NodboksError, PrinterError) as error:
                _LOG.warning("print desk: %s", error.code)
                went_on = False
            if not went_on:
                self._wake.wait(_LOOK_EVERY_S)

    def _follow(self, job: Job) -> None:
        """Ask the printer how the job's documents are doing."""
        for part in job.parts:
            if not part.is_open or part.handle is None:
                continue
            try:
                state = self.printer.job_state(part.handle)
            except PrinterError as error:
                self._put_part(job, replace(part, stage=JobStage.BLOCKED, problem=error.code))
                return
            seen = replace(
                part,
                stage=state.stage,
                pages_out=_pages_out(part, state.stage, state.pages_out),
                problem=state.reason.code if state.reason else "",
            )
            if seen != part:
                self._put_part(job, seen)

    def _make_next(self, job: Job) -> bool:
        """Render the job's next document and hand it over; tell whether that went on."""
        if not job.is_started:
            job = self._change(job.id, lambda now: replace(now, is_started=True))
        try:
            found = self._next_document(job)
            if found is None:
                self._finish(job, "")
                return True
            self._hand_over(job, *found)
        except (NodboksError, PrinterError) as error:
            return self._meet(job, error)
        except Exception as error:  # noqa: BLE001
            # A fault in the making of one sheet must not stop the paper of everybody else.
            _LOG.error("print job %s: %s", job.id, kind_and_place(error))
            self._finish(job, _BUG)
        return True

    def _next_document(self, job: Job) -> tuple[int, Document] | None:
        """Return the document after those already handed over, with its number."""
        waiting = self._waiting_document.get(job.id)
        if waiting is not None:
            return waiting
        documents = self._documents.get(job.id)
        if documents is None:
            documents = self._make(job.order)
            for _ in job.parts:
                next(documents, None)
        document = next(documents, None)
        # Kept only now: a lock in the middle of the making must leave nothing behind.
        with self._changing:
            if not self._is_ended(job):
                self._documents[job.id] = documents
        return None if document is None else (len(job.parts) + 1, document)

    def _hand_over(self, job: Job, number: int, document: Document) -> None:
        part = Part(number, document.serial, document.pages)
        with self._changing:
            if self._is_ended(job):  # stopped or locked while the sheet was made
                return
            self._waiting_document[job.id] = (number, document)
            self._put_part(job, part)
        sheet = PrintJob(document.serial, document.pdf, document.pages)
        handle = self.printer.submit(sheet)
        self._waiting_document.pop(job.id, None)
        self._put_part(job, replace(part, handle=handle))
        now = self._change(job.id, lambda now: _with_problem(now, ""))
        if now.is_made:  # stopped or locked while the printer was taking it
            self.printer.cancel(handle)

    def _meet(self, job: Job, error: NodboksError | PrinterError) -> bool:
        """Wait for a printer that does not answer; end the job for anything else."""
        _LOG.warning("print job %s: %s", job.id, error.code)
        if isinstance(error, PrinterError) and isinstance(error, ConnectionError):
            self._change(job.id, lambda now: _with_problem(now, error.code))
            return False
        self._finish(job, error.code)
        return True

    def _finish(self, job: Job, problem: str) -> None:
        """Note that no further document of this job will come."""
        self._documents.pop(job.id, None)
        self._waiting_document.pop(job.id, None)
        self._change(job.id, lambda now: _finished(now, problem))

    def _drop_finished(self, being_made: set[str]) -> None:
        """Let go of rendered sheets of jobs that were stopped: they hold records."""
        with self._changing:
            for job_id in self._documents.keys() - being_made:
                del self._documents[job_id]
                self._waiting_document.pop(job_id, None)

    def _is_ended(self, job: Job) -> bool:
        """Tell whether the job was stopped or locked since this step began."""
        now = self._ledger.job(job.id)
        return now is None or now.is_made

    def _put_part(self, job: Job, part: Part) -> None:
        self._change(job.id, lambda now: with_part(now, part))

    def _change(self, job_id: str, change: Callable[[Job], Job]) -> Job:
        """Change the job as it stands now: a screen may have changed it since it was read."""
        with self._changing:
            now = self._ledger.job(job_id)
            if now is None:
                raise NodboksError(f"no print job {job_id}")
            changed = change(now)
            self._ledger.save(changed)
        return changed


def _with_problem(job: Job, problem: str) -> Job:
    """Return the job waiting for this, or for nothing; what ended it stays the reason."""
    return job if job.is_made else replace(job, problem=problem)


def _finished(job: Job, problem: str) -> Job:
    """Return the job with no more sheets to come; one the printer never took has failed."""
    for part in job.parts:
        if part.handle is None and not part.stage.is_over:
            job = with_part(job, replace(part, stage=JobStage.FAILED))
    return replace(_with_problem(job, problem), is_made=True)


def _needs_work(job: Job) -> bool:
    return not job.is_made or any(part.is_open for part in job.parts)


def _pages_out(part: Part, stage: JobStage, counted: int | None) -> int:
    """Return how many pages are out; the printer may not count, and may count covers too."""
    if stage is JobStage.DONE:
        return part.pages
    return min(part.pages, counted) if counted is not None else part.pages_out
