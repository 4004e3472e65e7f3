"""Test pages on a printer that does as it is told: asked for, followed, taken back, answered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from appliance.clock import ClockLevel, HeldClock, Judgement
from appliance.config import parse_config
from appliance.health import printer_test as note
from appliance.health.printer_test import NOTE, AskedBy, read_test
from appliance.printing.printer_test import PrinterTester
from printers.errors import PrinterUnreachableError
from printers.models import JobStage
from printers.reasons import PrinterReason
from tests.appliance.printing.printer_on_strings import PrinterOnStrings

# A Tuesday at 10.00 in Denmark.
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RELEASED = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def clock():
    return HeldClock(TUESDAY)


@pytest.fixture
def config(tmp_path):
    raw = {
        "box": {"id": "boks-1", "name": "Test", "state_dir": "state", "ram_dir": "ram"},
        "hub": {"url": "http://127.0.0.1:9"},
        "printer": {"kind": "cups"},
    }
    return parse_config(raw, "box.toml", tmp_path)


@pytest.fixture
def printer():
    return PrinterOnStrings(stage=JobStage.PRINTING, pages_out=0)


@pytest.fixture
def tester(config, printer, clock):
    return PrinterTester(config, printer, clock)


def stage_now(config):
    last = read_test(config.box.state_dir)
    return None if last is None else last.stage


def test_the_weekly_page_is_printed_followed_and_remembered(tester, printer, clock, config):
    tester.take_turn()
    handed_over = tester.last
    printer.stage, printer.pages_out = JobStage.DONE, 1
    clock.move(timedelta(minutes=1))
    tester.take_turn()

    assert [job.print_id for job in printer.taken] == [handed_over.serial]
    assert (handed_over.stage, handed_over.asked_by) == (JobStage.WAITING, AskedBy.TIMETABLE)
    assert (stage_now(config), tester.last.pages_out) == (JobStage.DONE, 1)


def test_a_week_of_turns_prints_one_page(tester, printer, clock):
    printer.stage, printer.pages_out = JobStage.DONE, 1
    for _ in range(7 * 24 * 6 - 1):
        tester.take_turn()
        clock.move(timedelta(minutes=10))

    assert len(printer.taken) == 1


def test_at_a_clock_nobody_trusts_nothing_is_printed(tester, printer, clock):
    clock.judgement = Judgement(ClockLevel.UNSURE, RELEASED)

    tester.take_turn()

    assert printer.taken == []
    assert tester.last is None


def test_a_printer_that_is_off_is_noted_logged_and_tried_again_in_an_hour(
    tester, printer, clock, config, caplog
):
    printer.refuses = PrinterUnreachableError("ipp://localhost:60000")
    tester.take_turn()
    clock.move(timedelta(minutes=59))
    tester.take_turn()
    first = read_test(config.box.state_dir)
    printer.refuses = None
    clock.move(timedelta(minutes=1))
    tester.take_turn()

    assert (first.stage, first.problem, first.asked_at) == (JobStage.FAILED, "N-806", TUESDAY)
    assert [record.getMessage()[:16] for record in caplog.records] == ["test page: N-806"]
    assert len(printer.taken) == 1


def test_a_page_that_is_stuck_is_taken_back_before_the_night_needs_the_printer(
    tester, printer, clock
):
    printer.stage, printer.reason = JobStage.BLOCKED, PrinterReason.JAM
    tester.take_turn()
    clock.move(timedelta(minutes=9))
    tester.take_turn()
    waiting = (tester.last.stage, tester.last.problem)
    clock.move(timedelta(minutes=1))
    tester.take_turn()

    assert waiting == (JobStage.BLOCKED, "N-802")
    assert printer.cancelled == [tester.last.serial]
    assert (tester.last.stage, tester.last.problem) == (JobStage.CANCELLED, "N-802")


def test_a_page_on_its_way_when_the_clock_is_set_back_is_given_up_too(tester, printer, clock):
    tester.take_turn()
    clock.at -= timedelta(days=400)

    tester.take_turn()

    assert printer.cancelled == [tester.last.serial]
    assert tester.last.problem == "N-814"


def test_a_printer_that_turns_deaf_is_blocked_and_the_page_is_given_up(tester, printer, clock):
    tester.take_turn()
    printer.is_deaf = PrinterUnreachableError()
    clock.move(timedelta(minutes=1))
    tester.take_turn()
    blocked = (tester.last.stage, tester.last.problem)
    clock.move(timedelta(minutes=10))
    tester.take_turn()

    assert blocked == (JobStage.BLOCKED, "N-806")
    assert tester.last.stage is JobStage.CANCELLED


def test_a_disk_that_refuses_the_note_prints_nothing_rather_than_page_after_page(
    tester, printer, config, caplog
):
    config.box.state_dir.mkdir()
    (config.box.state_dir / "printer").touch()

    for _ in range(3):
        tester.take_turn()

    assert printer.taken == []
    assert len(caplog.records) == 3


def test_a_kill_between_writing_down_and_printing_costs_a_page_and_repeats_none(
    tester, printer, clock
):
    tester.take_turn()
    note.write_test(tester._config.box.state_dir, replace(tester.last, handle=None))

    for _ in range(60):
        clock.move(timedelta(minutes=1))
        tester.take_turn()

    assert len(printer.taken) == 1


def test_a_damaged_note_costs_at_most_one_more_page(tester, printer, config):
    tester.take_turn()
    (config.box.state_dir / NOTE).write_bytes(b"{")

    tester.take_turn()
    tester.take_turn()

    assert len(printer.taken) == 2


def test_the_timetable_leaves_a_person_s_page_to_the_person(tester, printer, clock):
    tester.start(AskedBy.PERSON)
    printer.stage = JobStage.DONE
    clock.move(timedelta(minutes=20))

    tester.take_turn()

    assert tester.last.stage is JobStage.WAITING
    assert len(printer.taken) == 1


def test_what_a_person_saw_is_kept_with_the_page(tester):
    nothing = tester.answer(is_whole=True)
    started = tester.start(AskedBy.PERSON)

    seen = tester.answer(is_whole=False)

    assert nothing is None
    assert seen == replace(started, is_whole=False) == tester.last


def test_following_a_page_the_printer_never_took_changes_nothing(tester, printer):
    printer.refuses = PrinterUnreachableError()
    with pytest.raises(PrinterUnreachableError):
        tester.start(AskedBy.PERSON)

    assert tester.follow(tester.last) == tester.last
    assert tester.last.stage is JobStage.FAILED


def test_the_page_holds_the_box_s_name_and_the_queue(tester, printer):
    tester.start(AskedBy.PERSON)

    (job,) = printer.taken
    assert job.pdf.startswith(b"%PDF-")
    assert (job.pages, job.is_duplex) == (1, False)
