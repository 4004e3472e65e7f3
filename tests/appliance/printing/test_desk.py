import logging
import threading
from datetime import timedelta

import pytest

from appliance.clock import HeldClock
from appliance.errors import LockedError, NodboksError, PaperError
from appliance.printing.jobs import Phase
from appliance.printing.pages import PageState
from printers.errors import (
    NoPaperError,
    PrinterUnreachableError,
    WrongMediaError,
)
from printers.models import JobStage, PrinterState
from printers.reasons import PrinterReason
from tests.appliance.printing.desk_under_test import Desk
from tests.appliance.printing.test_jobs import ORDER, PACK
from tests.waiting import eventually


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
    assert "KeyError at desk_under_test.py" in caplog.text
    assert "Aase" not in caplog.text


def test_thread_looks_around_every_round(at: Desk) -> None:
    at.desk.start()

    assert eventually(lambda: at.rounds >= 2)


def test_thread_prints_by_itself(at: Desk) -> None:
    at.desk.start()

    job = at.order()

    assert eventually(lambda: at.now(job).phase is Phase.PRINTED)


def test_thread_survives_a_ledger_that_cannot_be_written(
    at: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    job = at.order()
    at.desk._ledger._connection.execute("PRAGMA query_only = 1")
    at.desk._thread = threading.Thread(target=at.desk._work)
    at.desk._thread.start()
    assert eventually(lambda: "print desk: N-500" in caplog.text)

    at.desk._ledger._connection.execute("PRAGMA query_only = 0")
    at.desk._wake.set()

    assert eventually(lambda: at.now(job).phase is Phase.PRINTED)


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
