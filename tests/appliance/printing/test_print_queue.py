from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.printing.jobs import Answer, Job, Phase
from appliance.printing.ledger import PrintLedger
from appliance.printing.orders import Order
from appliance.printing.print_queue import PrintQueue
from printers.models import JobStage
from tests.appliance.printing.test_jobs import ORDER, PACK, part


@pytest.fixture
def queue(tmp_path: Path, clock: HeldClock) -> Iterator[PrintQueue]:
    ledger = PrintLedger(tmp_path)
    yield PrintQueue(ledger, clock)
    ledger.close()


def brought(queue: PrintQueue, order: Order, stage: JobStage) -> Job:
    """Order paper and let the printer say this of it."""
    job = queue.order(order)
    parts = (part(stage, 1, 2),)
    return queue.ledger.change(job.id, lambda now: replace(now, parts=parts, is_made=True))


def test_same_sheets_are_noticed_only_while_they_are_under_way(queue: PrintQueue) -> None:
    printing = brought(queue, ORDER, JobStage.PRINTING)
    brought(queue, PACK, JobStage.DONE)

    assert queue.under_way(replace(ORDER, ordered_by="CD")) == printing
    assert queue.under_way(PACK) is None


def test_sheets_that_came_out_a_moment_ago_are_noticed(queue: PrintQueue, clock: HeldClock) -> None:
    done = brought(queue, ORDER, JobStage.DONE)
    clock.move(timedelta(minutes=10))

    assert queue.printed_lately(replace(ORDER, ordered_by="CD")) == done
    assert queue.printed_lately(PACK) is None


@pytest.mark.parametrize("later", [timedelta(minutes=31), timedelta(minutes=-5)])
def test_sheets_of_long_ago_or_of_another_clock_are_not_asked_about(
    queue: PrintQueue, clock: HeldClock, later: timedelta
) -> None:
    brought(queue, ORDER, JobStage.DONE)
    clock.move(later)

    assert queue.printed_lately(ORDER) is None


@pytest.mark.parametrize("stage", [JobStage.UNKNOWN, JobStage.FAILED])
def test_paper_nobody_is_sure_of_is_no_reason_to_ask(queue: PrintQueue, stage: JobStage) -> None:
    brought(queue, ORDER, stage)

    assert queue.printed_lately(ORDER) is None


def test_person_has_the_last_word(queue: PrintQueue) -> None:
    job = brought(queue, ORDER, JobStage.DONE)

    said = queue.answer(job, Answer.MISSING, {2, 1})

    assert (said.phase, said.missing) == (Phase.MISSING, (1, 2))


def test_lock_ends_what_holds_records_and_lets_a_blank_form_be(queue: PrintQueue) -> None:
    about_one, about_all, form = (queue.order(each) for each in (ORDER, PACK, Order("fluid_form")))

    queue.forget()

    found = {job.id: job for job in queue.jobs()}
    assert [found[job.id].trouble for job in (about_one, about_all)] == ["N-404", "N-404"]
    assert found[form.id].phase is Phase.QUEUED
