"""A stop, a lock, a kill, a full disk: what the desk keeps, drops and never does twice."""

from dataclasses import replace

import pytest

from appliance.errors import StorageError
from appliance.printing.jobs import Phase, with_part
from appliance.printing.pages import PageState
from printers.errors import (
    JobUnknownError,
    PrinterUnreachableError,
    PrintServiceDownError,
)
from printers.models import JobStage, PrinterState
from tests.appliance.printing.desk_under_test import Desk
from tests.appliance.printing.test_jobs import FORM, PACK
from tests.waiting import eventually


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


def test_stop_while_the_printer_is_being_asked_is_not_lost(at: Desk) -> None:
    at.printer.stage = JobStage.PRINTING
    job = at.print_one()
    ask = at.printer.job_state

    def ask_slowly(handle):
        at.desk.queue.stop(at.now(job))
        at.printer.job_state = ask
        at.printer.pages_out = 1
        return ask(handle)

    at.printer.job_state = ask_slowly
    at.steps(2)

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
    assert eventually(lambda: at.now(job).phase is Phase.PRINTED)

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


def fill_the_folder_during_the_submit(at: Desk) -> None:
    submit = at.printer.submit

    def submit_into_a_full_folder(sheet):
        at.desk._ledger._connection.execute("PRAGMA query_only = 1")
        return submit(sheet)

    at.printer.submit = submit_into_a_full_folder


def test_full_ram_folder_sends_nothing_twice_and_goes_on_by_itself(at: Desk) -> None:
    at.printer.stage = JobStage.PRINTING
    job = at.order()
    fill_the_folder_during_the_submit(at)
    at.desk.step()
    with pytest.raises(StorageError):
        at.desk.step()
    with pytest.raises(StorageError):
        at.desk.step()
    at.desk._ledger._connection.execute("PRAGMA query_only = 0")
    at.steps(3)

    assert at.printer.serials == ["417-00001"]
    assert at.now(job).phase is Phase.PRINTING


def test_lock_of_a_full_box_leaves_no_batch_that_seems_to_be_on_its_way(at: Desk) -> None:
    at.printer.stage = JobStage.PRINTING
    job = at.order()
    fill_the_folder_during_the_submit(at)
    at.desk.step()
    with pytest.raises(StorageError):
        at.desk.step()
    with pytest.raises(StorageError):
        at.desk.forget()
    held = [making.batch.pdf for making in at.desk._making.values()]
    at.desk._ledger._connection.execute("PRAGMA query_only = 0")
    at.desk.forget()
    at.printer.stage = JobStage.CANCELLED
    at.steps(3)

    assert held == [b""]
    assert at.printer.cancelled == at.printer.serials == ["417-00001"]
    assert (at.now(job).phase.is_under_way, at.desk._making) == (False, {})


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


def test_lock_takes_no_page_of_a_form_that_was_ready(at: Desk) -> None:
    at.documents = 25  # 50 pages: two batches
    at.printer.stage = JobStage.PRINTING
    job = at.order(FORM)
    at.steps(1)

    at.desk.forget()
    at.steps(4)

    assert [len(part.sheets) for part in at.now(job).parts] == [20, 5]
    assert all(part.handle for part in at.now(job).parts)
    assert sum(sheet.pages for sheet in at.printer.taken) == 50
    assert at.rendered == list(range(1, 26))


def test_lock_while_the_printer_takes_a_form_takes_none_of_the_rest(at: Desk) -> None:
    at.documents = 25
    job = at.order(FORM)
    submit = at.printer.submit

    def submit_slowly(sheet):
        at.desk.forget()
        return submit(sheet)

    at.printer.submit = submit_slowly
    at.steps(6)

    assert (at.now(job).phase, at.now(job).pages_out) == (Phase.PRINTED, 50)
    assert sum(sheet.pages for sheet in at.printer.taken) == 50
    assert all(sheet.pdf.startswith(b"%PDF") for sheet in at.printer.taken)


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
