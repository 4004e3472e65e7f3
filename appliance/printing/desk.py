"""Bring ordered sheets to the printer, batch by batch, and follow them until paper.

One thread of one process owns the printer. It makes the next batch, hands it over when the printer
is about to run dry, looks at what is under way, and so on: rendering runs one batch ahead and the
printer never waits for it. A printer that does not answer is tried again until it does, because the
nurse mends it while we wait; anything else ends the job with a sentence. Exactly once on paper is
impossible, so after a kill a batch that was being handed over is called unknown, never silently
repeated. At a lock every sheet that is not at the printer yet is dropped. An unforeseen fault ends
its job, never the thread. Called by whoever serves the box's paper; orders come through the queue.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from appliance.attempts import Failed, Lasting, attempt
from appliance.clock import Clock
from appliance.errors import NodboksError, StorageError
from appliance.paper.document import Document
from appliance.printing.batches import Batch, Source, in_turn, may_hand_over
from appliance.printing.desk_lock import DeskLock
from appliance.printing.jobs import (
    Job,
    Part,
    Sheet,
    after_restart,
    finished,
    recalled,
    with_part,
    with_problem,
    without_unoffered,
)
from appliance.printing.orders import Order
from appliance.printing.print_queue import PrintQueue
from appliance.printing.watch import PrinterWatch
from appliance.quiet_log import kind_and_place
from printers.base import Printer
from printers.errors import JobUnknownError, PrinterError, PrintServiceDownError
from printers.models import JobHandle, JobStage, JobState, PrintJob

_LOG = logging.getLogger(__name__)
_LOOK_EVERY_S = 1.0
# What a bug is called on screen; the log has where it happened.
_BUG = NodboksError.code
# What went wrong and is dealt with where it can be; anything else is a bug.
_KNOWN = (NodboksError, PrinterError)

# Make what an order asks for, but for the sheets that were made before a kill.
MakeDocuments = Callable[[Order, Sequence[Sheet]], Iterator[Document]]


@dataclass(slots=True)
class _Making:
    """What is in memory of one job: where its documents come from, and the batch that is ready."""

    source: Source
    holds_records: bool
    batch: Batch | None = None

    @property
    def is_taken(self) -> bool:
        """Tell whether the printer has the batch and the ledger does not know yet."""
        return self.batch is not None and self.batch.handle is not None

    def forget(self) -> None:
        """Let go of everything that holds records."""
        self.source = Source(iter(()))
        if self.batch is not None:
            self.batch.pdf = b""


class PrintDesk:
    """The one that prints what is in the queue, while no other process does."""

    def __init__(
        self,
        printer: Printer,
        make: MakeDocuments,
        queue: PrintQueue,
        clock: Clock,
        look_around: Callable[[], None],
    ) -> None:
        self.printer = printer
        self.queue = queue
        self.is_two_sided = False
        # Whether paper of another desk goes first; then nothing is handed over.
        self.gives_way: Callable[[], bool] = _never
        self._make = make
        self._look_around = look_around
        self._ledger = queue.ledger
        self._lock = DeskLock(queue.ledger.folder)
        self._changing = threading.RLock()
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._making: dict[str, _Making] = {}
        self.watch = PrinterWatch(clock)

    def start(self) -> None:
        """Begin to work in a thread of its own."""
        self._thread = threading.Thread(target=self._work, name="print-desk", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the step at hand and stop; jobs stay in the ledger."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self._lock.let_go()
        self._ledger.close()

    def wake(self) -> None:
        """Look at the queue now: something was ordered or stopped."""
        self._wake.set()

    def forget(self) -> None:
        """Drop every sheet that holds records and is not at the printer: the box was locked.

        Blank forms and the plan go on where they were.

        Raises:
            StorageError: the RAM folder is full; the sheets are dropped all the same.

        """
        with self._changing:
            for job_id, making in list(self._making.items()):
                if making.holds_records:
                    making.forget()
                    if not making.is_taken:
                        del self._making[job_id]
            self.queue.forget()

    def step(self) -> bool:
        """Do the next small thing; tell whether there was one besides looking at the printer."""
        if not self._is_mine():
            return False
        self._note_taken()
        jobs = self._ledger.open_jobs()
        self._drop_ended({job.id for job in jobs if not job.is_made})
        followed = [self._followed(job) for job in jobs]
        for job in followed:
            self.queue.memory.remember(job)
        self.queue.memory.retry()
        at_the_printer = [part for job in followed for part in job.parts if part.is_open]
        for job in in_turn(job for job in followed if not job.is_made):
            went_on = attempt(partial(self._go_on, job, at_the_printer), *_KNOWN)
            if isinstance(went_on, Failed):
                self._give_up(job, went_on.error)
                return True
            return went_on
        return False

    def _work(self) -> None:
        around, rounds = Lasting(_LOG, "looking around"), Lasting(_LOG, "print desk")
        while not self._stopping.is_set():
            self._wake.clear()
            around.do(self._look_around, None)
            if not rounds.do(self._round, instead=False):
                self._wake.wait(_LOOK_EVERY_S)

    def _round(self) -> bool:
        try:
            self.watch.look(self.printer)
            return self.step()
        except _KNOWN as error:
            _LOG.warning("print desk: %s", error.code)
            return False

    def _is_mine(self) -> bool:
        """Take the desk unless another process has it, and what its last owner left behind."""
        if self._lock.is_held:
            return True
        if not self._lock.is_mine():
            return False
        try:
            for job in self._ledger.open_jobs():
                self._ledger.change(job.id, after_restart)
            for job in self._ledger.jobs():
                self.queue.memory.remember(job)
        except Exception:
            self._lock.let_go()  # else what was left behind would be taken for our own
            raise
        return True

    def _followed(self, job: Job) -> Job:
        """Follow a job; one that cannot be followed stays as it is, and the others go on."""
        done = attempt(lambda: self._follow(job), *_KNOWN)
        if not isinstance(done, Failed):
            return done
        _LOG.error("following print job %s: %s", job.id, kind_and_place(done.error))
        return job

    def _follow(self, job: Job) -> Job:
        """Ask the printer how the job's parts are doing, and call back what must not come out."""
        for part in job.parts:
            if part.is_open and part.handle is not None:
                told = self._told(part, part.handle)
                seen = _seen(told, self._state(part.handle))
                if seen != part:
                    job = self._ledger.change(job.id, partial(_with_seen, seen=seen))
        return job

    def _told(self, part: Part, handle: JobHandle) -> Part:
        """Have the printer drop a part that was recalled; it is asked until it has understood."""
        if not part.is_recalled or part.is_told:
            return part
        try:
            self.printer.cancel(handle)
        except JobUnknownError:
            _LOG.info("print job %s is not at the printer any more", handle.print_id)
        except PrinterError as error:
            _LOG.warning("print job %s cannot be called back: %s", handle.print_id, error.code)
            return part
        return replace(part, is_told=True)

    def _state(self, handle: JobHandle) -> JobState | PrinterError:
        try:
            return self.printer.job_state(handle)
        except PrinterError as error:
            return error

    def _go_on(self, job: Job, at_the_printer: Sequence[Part]) -> bool:
        """Make the job's next batch, or hand it over; tell whether either was possible."""
        try:
            if not job.is_started:
                job = self._ledger.change(job.id, lambda now: replace(now, is_started=True))
            job, making = self._making_of(job)
            if making.batch is None:
                return self._make_batch(job, making)
            if not may_hand_over(at_the_printer) or self.gives_way():
                return False
            self._hand_over(job, making)
        except (NodboksError, PrinterError) as error:
            return self._meet(job, error)
        return True

    def _making_of(self, job: Job) -> tuple[Job, _Making]:
        """Return a job and what is in memory of it; begin with what was not handed over before."""
        with self._changing:
            making = self._making.get(job.id)
        if making is None:
            job = self._ledger.change(job.id, without_unoffered)
            making = _Making(Source(self._documents(job)), job.order.subject.needs_unlock)
            with self._changing:
                if not self._is_ended(job):
                    self._making[job.id] = making
        return job, making

    def _documents(self, job: Job) -> Iterator[Document]:
        # A generator: what goes wrong at the very beginning goes wrong in the source, too.
        yield from self._make(job.order, job.sheets)

    def _make_batch(self, job: Job, making: _Making) -> bool:
        """Render the next batch; a lock in the middle of it must leave nothing behind."""
        batch = making.source.next_batch(
            job.next_part,
            is_two_sided=self.is_two_sided and self.watch.view.can_duplex,
            is_ended=lambda: self._is_ended(job),
        )
        if batch is None:
            return self._run_out(job, making.source.failure)
        with self._changing:
            if self._making.get(job.id) is making and not self._is_ended(job):
                self._put_part(job, batch.part)
                making.source.taken()
                making.batch = batch
        return True

    def _run_out(self, job: Job, failure: Exception | None) -> bool:
        """End a job that has no more sheets, or whose next sheet cannot be made."""
        if failure is None:
            self._finish(job, "")
            return True
        with self._changing:
            self._making.pop(job.id, None)  # it will give nothing more
        if isinstance(failure, NodboksError):
            return self._meet(job, failure)
        _LOG.error("print job %s: %s", job.id, kind_and_place(failure))
        self._finish(job, _BUG)
        return True

    def _hand_over(self, job: Job, making: _Making) -> None:
        """Give the printer a batch: it is noted before, so that a kill leaves an honest unknown."""
        if making.batch is not None and self._offer(job, making.batch):
            with self._changing:
                self._making[job.id] = making  # also where the box was locked meanwhile
            self._note_taken()

    def _note_taken(self) -> None:
        """Note what the printer has: a full RAM folder must not send a batch twice."""
        with self._changing:
            taken = [(job_id, each) for job_id, each in self._making.items() if each.is_taken]
        for job_id, making in taken:
            if making.batch is not None:
                self._ledger.change(job_id, partial(_taken, batch=making.batch))
                making.batch = None

    def _offer(self, job: Job, batch: Batch) -> bool:
        """Tell the printer, unless the job was stopped or locked since the batch was made."""
        with self._changing:
            if self._is_ended(job):
                return False
            part = batch.part = replace(batch.part, is_offered=True)
            self._put_part(job, part)
            # Taken in here: a lock empties the batch.
            sheet = PrintJob(part.print_id, batch.pdf, part.all_sides, part.is_two_sided)
        try:
            batch.handle = self.printer.submit(sheet)
        except PrinterError as error:
            batch.part = _refused(part, error)
            self._ledger.change(job.id, lambda now: _with_refused(now, batch.part))
            raise
        return True

    def _meet(self, job: Job, error: NodboksError | PrinterError) -> bool:
        """Wait for a printer that does not answer or a full disk; end the job for anything else."""
        _LOG.warning("print job %s: %s", job.id, error.code)
        is_printer_away = isinstance(error, PrinterError) and isinstance(error, ConnectionError)
        if is_printer_away or isinstance(error, StorageError):
            self._ledger.change(job.id, lambda now: with_problem(now, error.code))
            return False
        self._finish(job, error.code)
        return True

    def _give_up(self, job: Job, error: Exception) -> None:
        """End a job at a fault nobody foresaw: what was being handed over is unknown."""
        _LOG.error("print job %s: %s", job.id, kind_and_place(error))
        self._ledger.change(job.id, after_restart)
        self._finish(job, _BUG)

    def _finish(self, job: Job, problem: str) -> None:
        """Note that no further sheet of this job will come."""
        with self._changing:
            self._making.pop(job.id, None)
        self._ledger.change(job.id, lambda now: finished(now, problem))

    def _drop_ended(self, being_made: set[str]) -> None:
        """Let go of rendered sheets of jobs that were stopped: they hold records."""
        with self._changing:
            for job_id in self._making.keys() - being_made:
                del self._making[job_id]

    def _is_ended(self, job: Job) -> bool:
        """Tell whether the job was stopped or locked since this step began."""
        now = self._ledger.job(job.id)
        return now is None or now.is_made

    def _put_part(self, job: Job, part: Part) -> Job:
        return self._ledger.change(job.id, lambda now: with_part(now, part))


def _never() -> bool:
    return False


def _taken(job: Job, batch: Batch) -> Job:
    """Return the job with the part at the printer; called back where the job has ended."""
    part = replace(batch.part, handle=batch.handle, stage=JobStage.WAITING)
    return with_problem(with_part(job, recalled(part) if job.is_made else part), "")


def _refused(part: Part, error: PrinterError) -> Part:
    """Return the part the printer did not take, unless its service died in the middle of it."""
    if isinstance(error, PrintServiceDownError):
        return replace(part, stage=JobStage.UNKNOWN)
    return replace(part, is_offered=False, stage=JobStage.WAITING)


def _with_refused(job: Job, part: Part) -> Job:
    """Return the job with the refused part; it has failed where the job ended meanwhile."""
    changed = with_part(job, part)
    return finished(changed, "") if job.is_made else changed


def _with_seen(job: Job, seen: Part) -> Job:
    """Return the job with what was seen of a part; somebody may have stopped it meanwhile."""
    is_recalled = any(part.is_recalled for part in job.parts if part.number == seen.number)
    return with_part(job, replace(seen, is_recalled=is_recalled))


def _seen(part: Part, state: JobState | PrinterError) -> Part:
    """Return the part as the printer tells of it. It may not count, and may count covers too."""
    if isinstance(state, PrinterError):
        return replace(part, stage=JobStage.BLOCKED, problem=state.code)
    if state.stage is JobStage.DONE:
        out = part.all_sides
    elif state.pages_out is None:
        out = part.sides_out
    else:
        out = max(part.sides_out, min(part.all_sides, state.pages_out))
    return replace(
        part,
        stage=state.stage,
        sides_out=out,
        is_counted=state.pages_out is not None,
        problem=state.reason.code if state.reason else "",
    )
