import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.errors import LockedError, NodboksError, PaperError, StorageError
from appliance.paper.document import Document
from appliance.printing.desk import PrintDesk
from appliance.printing.jobs import Job, Order, Phase, Sheet, with_part
from appliance.printing.ledger import PrintLedger
from appliance.printing.pages import PageState, pages_of
from appliance.printing.print_queue import PrintQueue
from appliance.records.terms import CitizenId
from printers.errors import (
    JobUnknownError,
    NoPaperError,
    PrinterUnreachableError,
    PrintServiceDownError,
    WrongMediaError,
)
from printers.models import JobStage, PrinterState
from printers.reasons import PrinterReason
from tests.appliance.printing.documents import document
from tests.appliance.printing.printer_on_strings import PrinterOnStrings
from tests.appliance.printing.test_jobs import ORDER, PACK


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

    def make(self, _order: Order, done: Sequence[Sheet]) -> Iterator[Document]:
        for number in range(1 + len(done), self.documents + 1):
            if self.problem is not None and number == self.documents:
                raise self.problem
            self.rendered.append(number)
            self.in_the_middle()
            yield document(number, 2, CitizenId(f"c-{number}"))

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


@pytest.fixture
def at(tmp_path: Path, clock: HeldClock) -> Iterator[Desk]:
    desk = Desk(tmp_path, clock)
    yield desk
    desk.desk.stop()


def eventually(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_every_sheet_is_handed_over_once_and_in_order(at: Desk) -> None:
    at.documents = 9

    job = at.print_one()

    assert at.printer.serials == ["417-00001", "417-00002", "417-00004", "417-00008"]
    assert [sheet.serial for sheet in job.sheets] == [f"417-{each:05}" for each in range(1, 10)]
    assert [sheet.pages for sheet in at.printer.taken] == [2, 4, 8, 4]
    assert (job.phase, job.pages, job.pages_out) == (Phase.PRINTED, 18, 18)


def test_first_sheet_is_at_the_printer_before_the_second_is_rendered(at: Desk) -> None:
    at.documents = 3
    job = at.order()

    at.steps(2)

    assert at.rendered == [1, 2]  # the second is looked at, to see that the batch is full
    assert len(at.printer.taken) == 1
    assert at.now(job).phase is Phase.MAKING


def test_one_batch_is_ready_and_no_more_while_the_printer_has_enough(at: Desk) -> None:
    at.documents, at.printer.stage, at.printer.pages_out = 60, JobStage.PRINTING, 0

    job = at.print_one(PACK)
    at.steps()

    assert at.printer.serials == ["417-00001", "417-00002"]
    assert [len(part.sheets) for part in at.now(job).parts] == [1, 2, 4]
    assert at.states(job)[6:] == [PageState.RENDERED] * 8
    assert max(at.rendered) == 8


def test_next_batch_is_at_the_printer_before_it_runs_dry(at: Desk) -> None:
    at.documents, at.printer.stage = 60, JobStage.PRINTING
    at.printer.stage_of = {"417-00001": JobStage.DONE, "417-00002": JobStage.DONE}
    at.printer.stage_of["417-00004"] = JobStage.DONE
    at.printer.pages_out = 3
    at.print_one(PACK)
    before = at.printer.serials[-1]

    at.printer.pages_out = 4
    at.desk.step()

    assert before == "417-00008"  # 16 sides, of which 13 are left
    assert at.printer.serials[-1] == "417-00016"


def test_list_for_a_bed_goes_between_the_batches_of_a_pack(at: Desk) -> None:
    at.documents, at.printer.stage, at.printer.pages_out = 60, JobStage.PRINTING, 0
    pack = at.print_one(PACK)
    at.documents = 1
    bed = at.order(ORDER)

    at.steps(2)
    at.printer.stage_of = {"417-00001": JobStage.DONE, "417-00002": JobStage.DONE}
    at.desk.step()

    assert at.printer.taken[-1].print_id == at.now(bed).parts[0].print_id
    assert len(at.printer.taken) == 3
    assert at.now(pack).parts[-1].handle is None


def test_printer_s_count_is_shown_while_it_prints(at: Desk) -> None:
    at.printer.stage, at.printer.pages_out = JobStage.PRINTING, 1

    job = at.print_one()

    assert (job.phase, job.pages_out) == (Phase.PRINTING, 1)


def test_count_never_exceeds_the_pages_there_are(at: Desk) -> None:
    at.printer.stage, at.printer.pages_out = JobStage.PRINTING, 7

    assert at.print_one().pages_out == 2


def test_count_stays_where_the_printer_does_not_count(at: Desk) -> None:
    at.printer.stage, at.printer.pages_out = JobStage.PRINTING, 1
    job = at.print_one()
    at.printer.pages_out = None

    at.desk.step()

    assert at.now(job).pages_out == 1


def test_empty_tray_is_told_and_forgotten_when_filled(at: Desk) -> None:
    at.printer.stage, at.printer.reason = JobStage.BLOCKED, PrinterReason.PAPER
    job = at.print_one()
    told = at.now(job).trouble
    at.printer.stage, at.printer.reason = JobStage.DONE, None

    at.desk.step()

    assert told == "N-801"
    assert (at.now(job).phase, at.now(job).trouble) == (Phase.PRINTED, "")


def test_printer_that_does_not_answer_is_tried_until_it_does(at: Desk) -> None:
    at.printer.refuses = PrinterUnreachableError()
    job = at.print_one()
    waiting = at.now(job)
    at.printer.refuses = None

    at.steps(3)

    assert (waiting.phase, waiting.trouble) == (Phase.BLOCKED, "N-806")
    assert at.now(job).phase is Phase.PRINTED
    assert at.rendered == [1]


def test_printer_that_goes_silent_while_printing_is_told(at: Desk) -> None:
    at.printer.stage = JobStage.PRINTING
    job = at.print_one()
    at.printer.is_deaf = NoPaperError()

    at.desk.step()

    assert (at.now(job).phase, at.now(job).trouble) == (Phase.BLOCKED, "N-801")


def test_printer_that_cannot_ever_print_this_ends_the_job(at: Desk) -> None:
    at.printer.refuses = WrongMediaError()

    job = at.print_one()

    assert (job.phase, job.trouble) == (Phase.FAILED, "N-811")
    assert set(at.states(job)) == {PageState.MISSING}


@pytest.mark.parametrize(("problem", "code"), [(PaperError(), "N-600"), (LockedError(), "N-404")])
def test_sheet_that_cannot_be_made_ends_the_job_but_not_the_next(
    at: Desk, problem: NodboksError, code: str
) -> None:
    at.problem = problem
    failed = at.print_one()
    at.problem = None

    job = at.print_one()

    assert (failed.phase, failed.trouble) == (Phase.FAILED, code)
    assert job.phase is Phase.PRINTED


def test_fault_in_a_sheet_is_logged_without_its_words(
    at: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    at.documents, at.problem = 2, KeyError("Aase Prøvesen")

    with caplog.at_level(logging.INFO):
        job = at.print_one()

    assert (job.phase, job.trouble, job.pages_out) == (Phase.FAILED, "N-000", 2)
    assert "KeyError at test_desk.py" in caplog.text
    assert "Aase" not in caplog.text


def test_stopped_job_is_cancelled_at_the_printer_and_makes_no_more(at: Desk) -> None:
    at.documents, at.printer.stage, at.printer.pages_out = 30, JobStage.PRINTING, 1
    job = at.print_one(PACK)
    rendered = len(at.rendered)

    at.desk.queue.stop(at.now(job))
    at.steps()

    assert at.printer.cancelled == ["417-00001", "417-00002"]
    assert len(at.rendered) == rendered
    assert at.desk._making == {}
    assert at.now(job).phase is Phase.STOPPED
    assert at.states(job)[6:] == [PageState.MISSING] * 8


def test_printer_that_cannot_be_told_to_stop_is_told_until_it_can(at: Desk) -> None:
    at.printer.stage = JobStage.PRINTING
    job = at.print_one()
    at.desk.queue.stop(job)
    at.printer.refuses_to_cancel = PrintServiceDownError()
    at.steps(2)
    before = list(at.printer.cancelled)
    at.printer.refuses_to_cancel = None

    at.steps(2)

    assert (before, at.printer.cancelled) == ([], ["417-00001"])


def test_job_the_printer_knows_nothing_of_any_more_need_not_be_stopped(at: Desk) -> None:
    at.printer.stage = JobStage.PRINTING
    job = at.print_one()
    at.desk.queue.stop(job)
    at.printer.refuses_to_cancel = JobUnknownError()

    at.desk.step()

    assert at.now(job).parts[0].is_told


def test_job_stopped_while_the_printer_takes_it_is_cancelled_too(at: Desk) -> None:
    at.printer.stage = JobStage.PRINTING
    job = at.order()
    submit = at.printer.submit

    def submit_slowly(sheet):
        at.desk.queue.stop(at.now(job))
        return submit(sheet)

    at.printer.submit = submit_slowly
    at.steps(4)

    assert at.printer.cancelled == ["417-00001"]


def test_stopping_a_finished_job_bothers_nobody(at: Desk) -> None:
    job = at.print_one()

    at.desk.queue.stop(job)
    at.desk.step()

    assert at.printer.cancelled == []


def test_kill_in_the_middle_of_a_pack_goes_on_with_what_was_not_handed_over(at: Desk) -> None:
    at.documents = 3
    job = at.order(PACK)
    at.steps(3)
    made = [part.handle is not None for part in at.now(job).parts]

    at.killed()
    at.desk.start()
    eventually(lambda: at.now(job).phase is Phase.PRINTED)

    assert made == [True, False]  # the second was ready in a memory that is gone
    assert at.printer.serials == ["417-00001", "417-00002"]
    assert [sheet.serial for sheet in at.now(job).sheets] == [f"417-0000{n}" for n in (1, 2, 3)]


def test_kill_while_handing_over_leaves_an_honest_unknown(at: Desk) -> None:
    at.documents = 3
    job = at.order(PACK)
    at.desk.step()
    part = at.now(job).parts[0]
    offered = replace(part, is_offered=True)
    at.desk._ledger.change(job.id, lambda now: with_part(now, offered))

    at.killed()
    at.steps()

    assert at.now(job).phase is Phase.UNKNOWN
    assert at.states(job) == [PageState.UNKNOWN] * 2 + [PageState.PRINTED] * 4
    assert at.printer.serials == ["417-00002"]


def test_printer_that_surely_took_nothing_leaves_nothing_unknown_after_a_kill(at: Desk) -> None:
    at.printer.refuses = PrinterUnreachableError()
    job = at.print_one()
    at.printer.refuses = None

    at.killed()
    at.steps()

    assert at.now(job).phase is Phase.PRINTED
    assert at.printer.serials == ["417-00001"]


def test_service_that_died_while_taking_a_batch_is_told_as_unknown_until_it_answers(
    at: Desk,
) -> None:
    at.printer.refuses = PrintServiceDownError()
    job = at.print_one()
    waiting, states = at.now(job), at.states(job)
    at.printer.refuses = None

    at.steps(3)

    assert (waiting.phase, waiting.trouble) == (Phase.BLOCKED, "N-807")
    assert set(states) == {PageState.UNKNOWN}
    assert set(at.states(job)) == {PageState.PRINTED}


def test_second_desk_looks_on_until_the_first_is_gone(at: Desk) -> None:
    job = at.order()
    at.desk.step()
    other = at.new()

    idle = other.step()
    at.desk._lock.let_go()
    other.step()

    assert not idle
    assert len(at.printer.taken) == 0  # what the first had only made is made again
    other.step()
    assert [part.handle is not None for part in at.now(job).parts] == [True]
    other.stop()


def test_full_ram_folder_sends_nothing_twice_and_goes_on_by_itself(at: Desk) -> None:
    at.printer.stage = JobStage.PRINTING
    job = at.order()
    submit = at.printer.submit

    def submit_into_a_full_folder(sheet):
        at.desk._ledger._connection.execute("PRAGMA query_only = 1")
        return submit(sheet)

    at.printer.submit = submit_into_a_full_folder
    at.desk.step()
    with pytest.raises(StorageError):
        at.desk.step()
    with pytest.raises(StorageError):
        at.desk.step()
    at.desk._ledger._connection.execute("PRAGMA query_only = 0")
    at.steps(3)

    assert at.printer.serials == ["417-00001"]
    assert at.now(job).phase is Phase.PRINTING


def test_sheet_that_meets_a_full_disk_is_made_when_there_is_room(at: Desk) -> None:
    at.documents, at.problem = 3, StorageError()
    job = at.print_one(PACK)
    waiting = at.now(job)
    at.problem = None

    at.steps()

    assert (waiting.phase, waiting.trouble) == (Phase.BLOCKED, "N-500")
    assert [sheet.serial for sheet in at.now(job).sheets] == [f"417-0000{n}" for n in (1, 2, 3)]
    assert at.now(job).phase is Phase.PRINTED


def test_two_sided_is_printed_only_where_the_printer_can(at: Desk) -> None:
    at.documents, at.desk.is_two_sided = 3, True
    at.print_one(PACK)
    at.printer.ready = PrinterState(is_ready=True, can_duplex=True)
    at.desk.watch.look(at.printer)
    at.print_one(PACK)

    assert [sheet.is_duplex for sheet in at.printer.taken] == [False, False, True, True]


def test_lock_ends_what_waits_and_what_is_queued_but_not_what_is_at_the_printer(at: Desk) -> None:
    at.printer.stage = JobStage.PRINTING
    printing = at.print_one()
    at.printer.refuses = PrinterUnreachableError()
    waiting, queued = at.print_one(), at.order()

    at.desk.forget()
    at.printer.refuses, at.printer.stage = None, JobStage.DONE
    at.steps(2)

    assert at.now(printing).phase is Phase.PRINTED
    assert [at.now(job).phase for job in (waiting, queued)] == [Phase.FAILED, Phase.FAILED]
    assert [at.now(job).trouble for job in (waiting, queued)] == ["N-404", "N-404"]
    assert len(at.printer.taken) == 1
    assert at.desk._making == {}


def test_lock_in_the_middle_of_making_a_sheet_keeps_it_from_the_printer(at: Desk) -> None:
    at.in_the_middle = at.desk.forget

    job = at.print_one()

    assert (job.phase, job.trouble) == (Phase.FAILED, "N-404")
    assert at.printer.taken == []
    assert at.desk._making == {}


def test_lock_that_cuts_the_records_under_a_sheet_is_called_a_lock(at: Desk) -> None:
    def lock() -> None:
        at.desk.forget()
        raise ValueError("file is not a database")

    at.in_the_middle = lock

    assert at.print_one().trouble == "N-404"


@pytest.mark.parametrize("refuses", [None, PrinterUnreachableError()])
def test_lock_while_the_printer_takes_a_sheet_calls_it_back(
    at: Desk, refuses: PrinterUnreachableError | None
) -> None:
    submit = at.printer.submit

    def submit_slowly(sheet):
        at.desk.forget()
        at.printer.refuses = refuses
        return submit(sheet)

    at.printer.submit = submit_slowly
    at.printer.stage = JobStage.CANCELLED
    job = at.print_one()

    assert job.trouble == "N-404"
    assert at.printer.cancelled == ([] if refuses else ["417-00001"])
    assert not job.phase.is_under_way


def test_sheet_of_a_job_stopped_while_it_is_made_stays_away_from_the_printer(at: Desk) -> None:
    job = at.order()
    at.in_the_middle = lambda: at.desk.queue.stop(at.now(job))

    at.desk.step()
    at.desk.step()

    assert at.printer.taken == []
    assert at.now(job).phase is Phase.STOPPED


def test_thread_looks_around_every_round(at: Desk) -> None:
    at.desk.start()

    eventually(lambda: at.rounds >= 2)


def test_thread_prints_by_itself(at: Desk) -> None:
    at.desk.start()

    job = at.order()

    eventually(lambda: at.now(job).phase is Phase.PRINTED)


def test_thread_survives_a_ledger_that_cannot_be_written(
    at: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    job = at.order()
    at.desk._ledger._connection.execute("PRAGMA query_only = 1")
    at.desk._thread = threading.Thread(target=at.desk._work)
    at.desk._thread.start()
    eventually(lambda: "print desk: N-500" in caplog.text)

    at.desk._ledger._connection.execute("PRAGMA query_only = 0")
    at.desk._wake.set()

    eventually(lambda: at.now(job).phase is Phase.PRINTED)


def test_printer_is_asked_now_and_then_and_its_words_kept(at: Desk, clock: HeldClock) -> None:
    before = at.desk.watch.view
    at.printer.ready = PrinterState(is_ready=True, reasons=(PrinterReason.TONER_LOW,))
    at.desk.watch.look(at.printer)
    at.printer.is_deaf = PrinterUnreachableError()
    at.desk.watch.look(at.printer)
    still = at.desk.watch.view
    clock.move(timedelta(seconds=6))
    at.desk.watch.look(at.printer)

    assert not before.is_known
    assert [words.code for words in still.words] == ["N-805"]
    assert not at.desk.watch.view.is_ready
    assert at.desk.watch.view.words[0].sentence == "Printeren svarer ikke."
