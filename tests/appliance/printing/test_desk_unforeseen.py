"""A fault nobody foresaw: it ends the job it came from, and the others' paper comes."""

from datetime import timedelta
from typing import NoReturn

import pytest

from appliance.clock import HeldClock
from appliance.printing.jobs import Phase
from appliance.printing.pages import PageState
from printers.errors import PrinterError
from printers.models import JobStage, PrintJob
from tests.appliance.printing.desk_under_test import Desk
from tests.appliance.printing.test_jobs import PACK
from tests.waiting import eventually


def broken(*_: object) -> NoReturn:
    """Do what no printer and no ledger should do."""
    raise ValueError("Åse Ågård")


def test_fault_nobody_foresaw_while_looking_around_costs_no_paper(
    at: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    at.desk._look_around = broken
    at.desk.start()

    job = at.order()

    assert eventually(lambda: at.now(job).phase is Phase.PRINTED)
    at.desk.stop()
    assert caplog.text.count("looking around: ValueError at test_desk_unforeseen.py") == 1
    assert "Åse" not in caplog.text


def test_fault_nobody_foresaw_while_handing_over_ends_the_job_and_is_never_tried_again(
    at: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    submit = at.printer.submit

    def submit_and_break(sheet: PrintJob) -> NoReturn:
        submit(sheet)
        broken()

    at.printer.submit = submit_and_break
    odd = at.print_one()
    at.printer.submit = submit
    next_one = at.print_one()

    assert at.states(odd) == [PageState.UNKNOWN] * 2  # it may well have come out
    assert (at.now(odd).phase, at.now(odd).trouble) == (Phase.UNKNOWN, "N-000")
    assert at.now(next_one).phase is Phase.PRINTED
    assert len(at.printer.taken) == 2
    assert at.desk._making == {}
    assert "Åse" not in caplog.text


def test_job_that_cannot_be_followed_costs_the_others_nothing(at: Desk) -> None:
    at.printer.stage, at.documents = JobStage.PRINTING, 3
    odd = at.print_one(PACK)
    ask = at.printer.job_state
    at.printer.job_state = lambda told: broken() if told.print_id == "417-00002" else ask(told)
    at.printer.stage, at.documents = JobStage.DONE, 1

    next_one = at.print_one()

    assert next_one.phase is Phase.PRINTED
    assert at.now(odd).phase.is_under_way


def test_fault_nobody_foresaw_in_a_round_costs_the_round_and_not_the_thread(
    at: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    sound = at.desk._ledger.open_jobs
    at.desk._ledger.open_jobs = broken
    at.desk.start()
    job = at.order()
    assert eventually(lambda: "print desk: ValueError" in caplog.text)

    at.desk._ledger.open_jobs = sound

    assert eventually(lambda: at.now(job).phase is Phase.PRINTED)


def test_printer_that_answers_nonsense_is_not_called_ready(at: Desk, clock: HeldClock) -> None:
    at.desk.watch.look(at.printer)
    was_ready = at.desk.watch.view.is_ready
    at.printer.state = broken
    clock.move(timedelta(seconds=6))

    at.desk.watch.look(at.printer)

    assert (was_ready, at.desk.watch.view.is_ready) == (True, False)
    assert [words.code for words in at.desk.watch.view.words] == [PrinterError.code]
