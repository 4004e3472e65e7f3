import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.errors import LockedError, NodboksError, PaperError
from appliance.paper.document import Document
from appliance.printing.desk import PrintDesk
from appliance.printing.jobs import Answer, Job, Order, Phase
from appliance.printing.ledger import PrintLedger
from printers.errors import NoPaperError, PrinterUnreachableError, WrongMediaError
from printers.models import JobStage, PrinterState
from printers.reasons import PrinterReason
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
        ledger = PrintLedger(self.folder)
        return PrintDesk(self.printer, self.make, ledger, self.clock, self.note_round)

    def make(self, _order: Order) -> Iterator[Document]:
        for number in range(1, self.documents + 1):
            if self.problem is not None and number == self.documents:
                raise self.problem
            self.rendered.append(number)
            self.in_the_middle()
            yield Document(b"%PDF-1.7", 2, f"417-{number:05}", "Medicinliste", "medication_list")

    def note_round(self) -> None:
        self.rounds += 1

    def print_one(self, steps: int = 10) -> Job:
        job = self.desk.order(ORDER)
        for _ in range(steps):
            self.desk.step()
        return self.now(job)

    def now(self, job: Job) -> Job:
        found = self.desk.job(job.id)
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


def test_every_document_is_handed_over_once_and_in_order(at: Desk) -> None:
    at.documents = 3

    job = at.print_one()

    assert [sheet.print_id for sheet in at.printer.taken] == ["417-00001", "417-00002", "417-00003"]
    assert (job.phase, job.pages, job.pages_out) == (Phase.PRINTED, 6, 6)


def test_first_document_is_at_the_printer_before_the_second_is_rendered(at: Desk) -> None:
    at.documents = 3
    job = at.desk.order(ORDER)

    at.desk.step()

    assert at.rendered == [1]
    assert len(at.printer.taken) == 1
    assert at.now(job).phase is Phase.MAKING


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

    at.desk.step()
    at.desk.step()
    at.desk.step()

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

    assert (job.phase, job.trouble) == (Phase.FAILED, "N-000")
    assert "KeyError at test_desk.py" in caplog.text
    assert "Aase" not in caplog.text


def test_second_order_for_the_same_sheets_is_noticed_while_under_way(at: Desk) -> None:
    at.printer.stage = JobStage.PRINTING
    job = at.print_one()

    found = at.desk.under_way(ORDER)
    at.printer.stage = JobStage.DONE
    at.desk.step()

    assert found is not None
    assert found.id == job.id
    assert at.desk.under_way(ORDER) is None


def test_person_has_the_last_word(at: Desk) -> None:
    job = at.print_one()

    at.desk.answer(job, Answer.MISSING)

    assert at.now(job).phase is Phase.MISSING


def test_stopped_job_is_cancelled_at_the_printer_and_makes_no_more(at: Desk) -> None:
    at.documents, at.printer.stage = 3, JobStage.PRINTING
    job = at.desk.order(ORDER)
    at.desk.step()

    at.desk.cancel(at.now(job))
    at.desk.step()

    assert at.printer.cancelled == ["417-00001"]
    assert at.rendered == [1]
    assert at.now(job).phase is Phase.STOPPED


def test_job_stopped_while_the_printer_takes_it_is_cancelled_too(at: Desk) -> None:
    job = at.desk.order(ORDER)
    submit = at.printer.submit

    def submit_slowly(sheet):
        at.desk.cancel(at.now(job))
        return submit(sheet)

    at.printer.submit = submit_slowly
    at.desk.step()

    assert at.printer.cancelled == ["417-00001"]


def test_stopping_a_finished_job_bothers_nobody(at: Desk) -> None:
    job = at.print_one()

    at.desk.cancel(job)

    assert at.printer.cancelled == []


def test_kill_in_the_middle_of_a_pack_goes_on_with_what_was_not_handed_over(at: Desk) -> None:
    at.documents = 3
    job = at.desk.order(ORDER)
    at.desk.step()
    at.desk._ledger.close()

    at.desk = at.new()
    at.desk.start()
    eventually(lambda: at.now(job).phase is Phase.PRINTED)

    assert [sheet.print_id for sheet in at.printer.taken] == ["417-00001", "417-00002", "417-00003"]


def test_kill_while_handing_over_leaves_an_honest_unknown(at: Desk) -> None:
    at.printer.refuses = PrinterUnreachableError()
    job = at.print_one()
    at.desk._ledger.close()
    at.printer.refuses = None

    at.desk = at.new()
    at.desk.start()
    eventually(lambda: at.now(job).is_made)

    assert at.now(job).phase is Phase.UNKNOWN
    assert at.printer.taken == []


def test_lock_ends_what_waits_and_what_is_queued_but_not_what_is_at_the_printer(at: Desk) -> None:
    at.printer.stage = JobStage.PRINTING
    printing = at.print_one()
    at.printer.refuses = PrinterUnreachableError()
    waiting, queued = at.print_one(), at.desk.order(ORDER)

    at.desk.forget()
    at.printer.refuses, at.printer.stage = None, JobStage.DONE
    at.desk.step()
    at.desk.step()

    assert at.now(printing).phase is Phase.PRINTED
    assert [at.now(job).phase for job in (waiting, queued)] == [Phase.FAILED, Phase.FAILED]
    assert [at.now(job).trouble for job in (waiting, queued)] == ["N-404", "N-404"]
    assert len(at.printer.taken) == 1
    assert (at.desk._documents, at.desk._waiting_document) == ({}, {})


def test_lock_in_the_middle_of_making_a_sheet_keeps_it_from_the_printer(at: Desk) -> None:
    at.in_the_middle = at.desk.forget

    job = at.print_one()

    assert (job.phase, job.trouble) == (Phase.FAILED, "N-404")
    assert at.printer.taken == []
    assert (at.desk._documents, at.desk._waiting_document) == ({}, {})


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
    job = at.desk.order(ORDER)
    at.in_the_middle = lambda: at.desk.cancel(at.now(job))

    at.desk.step()
    at.desk.step()

    assert at.printer.taken == []
    assert at.now(job).phase is Phase.STOPPED


def test_thread_looks_around_every_round(at: Desk) -> None:
    at.desk.start()

    eventually(lambda: at.rounds >= 2)


def test_thread_prints_by_itself(at: Desk) -> None:
    at.desk.start()

    job = at.desk.order(ORDER)

    eventually(lambda: at.now(job).phase is Phase.PRINTED)


def test_thread_survives_a_ledger_that_cannot_be_written(
    at: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    job = at.desk.order(ORDER)
    at.desk._ledger._connection.execute("PRAGMA query_only = 1")
    at.desk._thread = threading.Thread(target=at.desk._work)
    at.desk._thread.start()
    eventually(lambda: "print desk: N-500" in caplog.text)

    at.desk._ledger._connection.execute("PRAGMA query_only = 0")
    at.desk._wake.set()

    eventually(lambda: at.now(job).phase is Phase.PRINTED)


def test_unknown_job_is_a_named_error(at: Desk) -> None:
    job = at.desk.order(ORDER)
    at.desk._ledger._run("DELETE FROM jobs")

    with pytest.raises(NodboksError):
        at.desk.answer(job, Answer.ALL_THERE)


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
