"""What the lamp shows of a real box: a keeper that serves, files as the programs write them."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from appliance.clock import ClockLevel, Judgement
from appliance.config import PrinterSection
from appliance.health.lamp_reading import LampReading
from appliance.health.lamp_state import LampState
from appliance.health.paper_now import PaperNow, write_paper
from appliance.health.printer_test import AskedBy, PrinterTest, write_test
from appliance.line_status import SYNC_LOCK
from appliance.outage.events import Event, Happening, Kind
from appliance.outage.held import Held
from appliance.outage.journal import LONGEST_DRILL, Beginning, OutageJournal
from appliance.outage.probe_status import Probed, ProbeStatus, Seen, write_probes
from appliance.policy import AMBER_AFTER
from appliance.snapshot.installed import Installed
from appliance.vault.key_slots import SlotKind
from printers.models import JobStage
from tests.appliance.vault.boxes import serving
from tests.appliance.vault.conftest import (  # noqa: F401  (fixtures)
    box,
    full_box,
    keeper,
    ram_dir,
    records_db,
    remembering_argon2,
)

SIGNED_AT = datetime(2026, 11, 22, 22, 1, tzinfo=UTC)
PAGE = PrinterTest(SIGNED_AT, AskedBy.TIMETABLE, "T-1", 1, JobStage.DONE, 1)


@pytest.fixture
def served(full_box, keeper, clock):  # noqa: F811
    """A box that works: a copy of four hours ago, a keeper, and a web that has just told."""
    with serving(keeper, full_box.config.keeper_socket, clock=clock):
        tell(full_box, clock)
        yield full_box


@pytest.fixture
def reading(served, clock):
    return LampReading(served.config, clock)


@pytest.fixture
def journal(served, clock):
    return OutageJournal(served.state_dir / "outage", clock, "aaaa1111")


def tell(told, clock, **how: object) -> None:
    write_paper(told.config.panel_dir, PaperNow(clock.monotonic(), **how))  # type: ignore[arg-type]


def on_paper(served, clock, page: PrinterTest | None, day: str = "tuesday") -> LampState:
    """Return the state of the box where it prints on paper and its last test page was this."""
    if page is not None:
        write_test(served.state_dir, page)
    section = PrinterSection(kind="cups", test_day=day)
    return LampReading(replace(served.config, printer=section), clock).state()


@contextmanager
def syncing(state_dir) -> Iterator[None]:
    with (state_dir / SYNC_LOCK).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def test_box_that_works_is_well(reading) -> None:
    assert reading.state() is LampState.WELL


def test_keeper_that_is_down_is_a_fault(full_box, clock) -> None:  # noqa: F811
    tell(full_box, clock)

    assert LampReading(full_box.config, clock).state() is LampState.FAULT


def test_web_that_is_dead_is_a_fault_and_one_that_never_came_too(served, reading, clock) -> None:
    clock.move(timedelta(seconds=61))
    dead = reading.state()
    tell(served, clock)
    alive = reading.state()
    (served.config.panel_dir / "paper.json").unlink()

    assert (dead, alive, reading.state()) == (LampState.FAULT, LampState.WELL, LampState.FAULT)


def test_box_without_a_copy_is_a_fault_until_one_comes(box, keeper, records_db, clock) -> None:  # noqa: F811
    with serving(keeper, box.config.keeper_socket, clock=clock):
        tell(box, clock)
        reading = LampReading(box.config, clock)
        before = reading.state()
        box.install(1, records_db)

        assert (before, reading.state()) == (LampState.FAULT, LampState.WELL)


def test_outage_that_waits_for_room_on_the_disk_is_shown(served, reading, journal) -> None:
    served.config.web_dir.mkdir(exist_ok=True)
    Held(served.config.web_dir).add(Event(0, Happening(Kind.START, "AB"), journal.reading()))

    assert reading.state() is LampState.OUTAGE


def test_what_is_installed_is_not_read_again_every_second(reading, monkeypatch) -> None:
    reading.state()
    monkeypatch.delattr(Installed, "floor")

    assert reading.state() is LampState.WELL


@pytest.mark.parametrize(
    ("age", "state"),
    [(AMBER_AFTER - timedelta(minutes=1), LampState.WELL), (AMBER_AFTER, LampState.NEEDS_PERSON)],
)
def test_copy_is_too_old_when_the_screens_say_so(served, reading, clock, age, state) -> None:
    clock.move(SIGNED_AT + age - clock.now())
    tell(served, clock)

    assert reading.state() is state


def test_clock_nobody_vouches_for_needs_a_person(reading, clock) -> None:
    clock.judgement = Judgement(ClockLevel.UNSURE, SIGNED_AT)

    assert reading.state() is LampState.NEEDS_PERSON


def test_printer_in_trouble_paper_under_way_and_paper_that_is_there(served, reading, clock) -> None:
    shown = []
    for how in ({"is_in_trouble": True}, {"is_printing": True}, {"finished_s": clock.monotonic()}):
        tell(served, clock, **how)
        shown.append(reading.state())
    clock.move(timedelta(seconds=10))

    assert shown == [LampState.NEEDS_PERSON, LampState.PRINTING, LampState.PRINTED]
    assert reading.state() is LampState.WELL


@pytest.mark.parametrize(
    ("page", "state"),
    [
        (None, LampState.NEEDS_PERSON),
        (PAGE, LampState.WELL),
        (replace(PAGE, stage=JobStage.FAILED), LampState.NEEDS_PERSON),
        (replace(PAGE, asked_at=SIGNED_AT - timedelta(days=16)), LampState.NEEDS_PERSON),
    ],
)
def test_test_page_readiness_calls_red_needs_a_person(served, clock, page, state) -> None:
    assert on_paper(served, clock, page) is state


def test_box_that_prints_no_test_page_is_not_asked_for_one(served, clock) -> None:
    assert on_paper(served, clock, None, day="never") is LampState.WELL


@pytest.mark.parametrize("is_drill", [False, True])
def test_outage_and_drill_are_told_while_they_last(reading, journal, is_drill) -> None:
    journal.begin(Beginning("AB", is_drill=is_drill))
    during = reading.state()
    journal.end("AB")

    assert (during, reading.state()) == (LampState.OUTAGE, LampState.WELL)


def test_drill_nobody_ended_is_told_no_more_after_half_a_day(served, reading, journal, clock):
    journal.begin(Beginning("AB", is_drill=True))
    clock.move(LONGEST_DRILL)
    tell(served, clock)

    assert reading.state() is LampState.WELL


def test_care_system_that_is_down_is_told_before_anybody_says_so(served, reading, clock) -> None:
    seen = (Seen(Probed.CARE_SYSTEM, is_up=False, since=SIGNED_AT, for_s=299.0),)
    write_probes(served.state_dir, ProbeStatus(clock.monotonic(), seen))
    before = reading.state()
    clock.move(timedelta(seconds=1))

    assert (before, reading.state()) == (LampState.WELL, LampState.OUTAGE)


def test_box_a_person_opened_is_blue_and_one_the_hub_holds_open_is_not(
    served,
    reading,
    keeper,  # noqa: F811
) -> None:
    keeper.unlock(served.code)
    by_person = reading.state()
    keeper._hours.open(SlotKind.HUB, was_open=True)

    assert (by_person, reading.state()) == (LampState.UNLOCKED, LampState.WELL)


def test_open_box_is_blue_in_an_outage_whoever_opened_it(served, reading, journal, keeper):  # noqa: F811
    keeper.unlock(served.code)
    keeper._hours.open(SlotKind.HUB, was_open=True)
    journal.begin(Beginning("AB"))

    assert reading.state() is LampState.UNLOCKED


def test_sync_is_told_while_it_runs_and_never_turned_away(served, reading) -> None:
    with syncing(served.state_dir):
        during = reading.state()

    assert (during, reading.state()) == (LampState.SYNCING, LampState.WELL)
    with syncing(served.state_dir):
        pass


def test_log_that_cannot_be_read_is_a_fault_and_said_once(served, reading, journal, caplog) -> None:
    journal.begin(Beginning("AB"))
    (file,) = (served.state_dir / "outage").glob("*.jsonl")
    file.unlink()
    file.mkdir()

    assert [reading.state(), reading.state()] == [LampState.FAULT] * 2
    assert caplog.text.count("reading how the box is") == 1
