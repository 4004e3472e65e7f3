"""A real outage on a full disk: it begins, counts at once, and is written down later."""

from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.errors import DiskFullError
from appliance.outage.events import Kind
from appliance.outage.held import NAME
from appliance.outage.journal import OutageJournal
from tests.appliance.outage.nights import DRILLED, REAL, STEP, a_full_disk, kinds, opened

ROOM = 2000  # enough for what is held in RAM


def with_ram(folder: Path, clock: HeldClock) -> OutageJournal:
    """Return the journal of one of the box's programs, which all know of the RAM folder."""
    return OutageJournal(folder / "outage", clock, "aaaa1111", folder / "ram")


def in_a_long_drill(folder: Path, clock: HeldClock) -> OutageJournal:
    """Return such a journal; on a disk with `ROOM` the log of its drill cannot grow any more."""
    web = with_ram(folder, clock)
    web.begin(DRILLED)
    while (folder / "outage" / "0001.jsonl").stat().st_size < ROOM:
        web.write(STEP)
    return web


def test_on_a_full_disk_a_real_outage_ends_the_drill_and_takes_its_mark_off_the_paper(
    journal: OutageJournal,
) -> None:
    journal.begin(DRILLED)

    with a_full_disk():
        began, again = journal.begin(REAL), journal.begin(REAL)

        assert (began, again) == (True, False)
        assert (journal.outage().is_on, journal.outage().is_drill) == (True, False)
        assert not journal.on_paper().is_drill
        assert journal.on_paper().started_at is not None


def test_what_was_held_is_written_down_as_soon_as_there_is_room(
    journal: OutageJournal, tmp_path: Path, clock: HeldClock
) -> None:
    journal.begin(DRILLED)
    with a_full_disk():
        journal.begin(REAL)
        clock.move(timedelta(minutes=30))
        journal.beat()
    journal.beat()

    other = opened(tmp_path, clock)

    assert (other.outage().is_on, other.outage().is_drill) == (True, False)
    assert other.lapse().lasted.time == timedelta(minutes=30)
    drill = other.lapse_of(1)
    assert drill is not None
    assert (drill.outage.is_on, drill.lasted.time) == (False, timedelta(0))


def test_first_thing_written_once_there_is_room_comes_after_the_beginning(
    journal: OutageJournal,
) -> None:
    with a_full_disk():
        journal.begin(REAL)
        with pytest.raises(DiskFullError):
            journal.write(STEP)

    assert journal.write(STEP)
    assert kinds(journal) == [Kind.START, Kind.STEP]
    assert [number for number, _ in journal.kept()] == [1]


def test_outage_that_is_held_is_listed_and_can_be_looked_at(journal: OutageJournal) -> None:
    journal.begin(DRILLED)
    with a_full_disk():
        journal.begin(REAL)

        assert [number for number, _ in journal.kept()] == [2, 1]
        held = journal.lapse_of(2)
        under_way = journal.on_paper().under_way

    assert held is not None
    assert under_way is not None
    assert (held.outage.is_on, under_way.number) == (True, 2)


def test_outage_that_is_held_can_be_ended_and_begun_again(journal: OutageJournal) -> None:
    with a_full_disk():
        journal.begin(REAL)
        ended = journal.end("AB")
        is_on = journal.outage().is_on
        begun = journal.begin(REAL)

        assert (ended, is_on, begun, journal.outage().is_on) == (True, False, True, True)

    journal.beat()
    assert kinds(journal) == [Kind.START, Kind.END, Kind.RESUME]


def test_disk_that_stays_full_is_not_told_of_every_second(
    journal: OutageJournal, clock: HeldClock, caplog: pytest.LogCaptureFixture
) -> None:
    with a_full_disk():
        journal.begin(REAL)
        for _ in range(60):
            clock.move(timedelta(seconds=1))
            journal.beat()

    assert len(caplog.records) <= 2


def test_drill_is_not_held(journal: OutageJournal) -> None:
    with a_full_disk(), pytest.raises(DiskFullError):
        journal.begin(DRILLED)

    assert not journal.outage().is_on


def test_other_programs_and_the_next_run_of_the_web_know_what_is_held(
    tmp_path: Path, clock: HeldClock
) -> None:
    web = in_a_long_drill(tmp_path, clock)
    with a_full_disk(ROOM):
        web.begin(REAL)
        printing, next_web = with_ram(tmp_path, clock), with_ram(tmp_path, clock)

        assert not printing.on_paper().is_drill
        assert next_web.outage().is_on

    next_web.beat()
    assert not (tmp_path / "ram" / NAME).exists()
    assert opened(tmp_path, clock).outage().is_on


def test_beginning_that_was_written_just_before_the_web_was_killed_is_not_written_twice(
    tmp_path: Path, clock: HeldClock
) -> None:
    web = in_a_long_drill(tmp_path, clock)
    with a_full_disk(ROOM):
        web.begin(REAL)
    held = (tmp_path / "ram" / NAME).read_bytes()
    web.beat()
    (tmp_path / "ram" / NAME).write_bytes(held)

    with_ram(tmp_path, clock).beat()

    assert [number for number, _ in opened(tmp_path, clock).kept()] == [2, 1]
    assert kinds(opened(tmp_path, clock)) == [Kind.START]
    assert not (tmp_path / "ram" / NAME).exists()
