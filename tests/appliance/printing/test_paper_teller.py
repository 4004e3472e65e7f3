"""What the web tells of paper: from a real ledger, the desk and the printer's own word."""

from datetime import timedelta

import pytest

from appliance.health.paper_now import NAME, PaperNow, read_paper
from appliance.printing.paper_teller import PaperTeller, wants_person
from appliance.printing.watch import PrinterView
from appliance.words import words_of
from printers.reasons import PrinterReason

READY = PrinterView(is_ready=True, is_known=True)


@pytest.fixture
def teller(at, tmp_path, clock) -> PaperTeller:
    return PaperTeller(tmp_path / "panel", at.desk.queue.ledger, clock, lambda: READY)


def told(teller) -> PaperNow:
    teller.look()
    found = read_paper(teller.folder)
    assert found is not None
    return found


def test_idle_desk_tells_that_nothing_is_printing(teller, clock) -> None:
    assert told(teller) == PaperNow(clock.monotonic())


def test_paper_is_told_from_the_order_until_the_last_page_is_out(teller, at, clock) -> None:
    at.order()
    ordered = told(teller)
    clock.move(timedelta(seconds=3))
    at.steps()
    done = told(teller)
    clock.move(timedelta(seconds=3))

    assert (ordered.is_printing, ordered.finished_s) == (True, None)
    assert (done.is_printing, done.finished_s) == (False, clock.monotonic() - 3)
    assert told(teller).finished_s == done.finished_s


def test_job_that_came_to_nothing_is_not_told_as_finished(teller, at) -> None:
    job = at.order()
    told(teller)
    at.desk.queue.stop(job)

    assert told(teller) == PaperNow(0.0)


def test_unchanged_it_is_told_again_every_five_seconds_only(teller, clock) -> None:
    before = told(teller)
    clock.move(timedelta(seconds=4))
    same = told(teller)
    clock.move(timedelta(seconds=1))

    assert same == before
    assert told(teller).told_s == before.told_s + 5


@pytest.mark.parametrize(
    ("view", "wants"),
    [
        (PrinterView(), False),
        (READY, False),
        (PrinterView(is_ready=False, is_known=True), True),
        (PrinterView(True, (words_of(PrinterReason.PAPER),), is_known=True), True),
        (PrinterView(True, (words_of(PrinterReason.TONER_LOW),), is_known=True), False),
    ],
)
def test_printer_wants_a_person_when_no_paper_comes_without_one(view, wants) -> None:
    assert wants_person(view) is wants


def test_folder_that_refuses_stops_no_paper(teller, caplog) -> None:
    teller.folder.write_bytes(b"in the way")

    teller.look()

    assert "paper: N-50" in caplog.text
    assert not (teller.folder / NAME).exists()
