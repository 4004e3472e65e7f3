"""The journal over nights: begun, written in, cut off in the middle, opened again, ended."""

from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import ClockLevel, HeldClock, Judgement
from appliance.config import BoxConfig, BoxSection, HubSection
from appliance.outage.events import Happening, Kind
from appliance.outage.journal import (
    LONGEST_DRILL,
    Beginning,
    OnPaper,
    OutageJournal,
    box_journal,
)
from appliance.outage.state import DRILL
from tests.appliance.outage.nights import DRILLED, REAL, STEP, after_power_cut, kinds, opened


def test_nothing_is_on_and_nothing_can_be_written_before_it_has_begun(
    journal: OutageJournal,
) -> None:
    assert not journal.outage().is_on
    assert not journal.write(STEP)
    assert not journal.end("AB")
    assert not journal.resume("AB")
    assert not journal.undo(1, "AB")
    assert journal.on_paper() == OnPaper()


def test_an_outage_is_begun_written_in_and_ended(journal: OutageJournal, clock: HeldClock) -> None:
    began = clock.now()

    assert journal.begin(Beginning("AB", minutes_ago=20, down=("FMK",)))
    clock.move(timedelta(hours=1))
    assert journal.write(STEP)
    assert journal.end("CD")

    outage = journal.outage()
    assert (outage.is_on, outage.down, kinds(journal)) == (
        False, ("FMK",), [Kind.START, Kind.STEP, Kind.END],
    )  # fmt: skip
    assert journal.lapse().lasted.time == timedelta(hours=1, minutes=20)
    assert journal.lapse().began_at == began - timedelta(minutes=20)


def test_what_is_on_is_not_begun_twice(journal: OutageJournal) -> None:
    journal.begin(REAL)

    assert not journal.begin(REAL)
    assert not journal.begin(DRILLED)
    assert kinds(journal) == [Kind.START]


def test_an_outage_in_the_middle_of_a_drill_ends_the_drill_and_begins(
    journal: OutageJournal,
) -> None:
    journal.begin(DRILLED)

    assert journal.begin(REAL)

    assert not journal.outage().is_drill
    assert [(number, start.what.answer) for number, start in journal.kept()] == [
        (2, ""),
        (1, DRILL),
    ]
    drill = journal.lapse_of(1)
    assert drill is not None
    assert not drill.outage.is_on


def test_paper_says_that_it_is_a_drill_and_when_it_began(
    journal: OutageJournal, clock: HeldClock
) -> None:
    journal.begin(DRILLED)
    assert journal.on_paper() == OnPaper(is_drill=True, started_at=clock.now())

    journal.begin(REAL)

    assert journal.on_paper() == OnPaper(started_at=clock.now())


def test_paper_tells_no_beginning_by_a_clock_nobody_vouches_for(
    journal: OutageJournal, clock: HeldClock
) -> None:
    clock.judgement = Judgement(ClockLevel.UNSURE, clock.now())
    journal.begin(REAL)

    assert journal.on_paper() == OnPaper()


def test_a_log_that_cannot_be_read_stops_no_paper(
    journal: OutageJournal, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "outage" / "0001.jsonl").mkdir(parents=True)

    assert journal.on_paper() == OnPaper()
    assert "N-500" in caplog.text


def test_what_was_ended_by_mistake_is_gone_on_with(journal: OutageJournal) -> None:
    journal.begin(REAL)
    journal.end("AB")

    assert journal.resume("CD")

    assert journal.outage().is_on
    assert not journal.resume("CD")


def test_what_ended_a_day_ago_is_not_gone_on_with(journal: OutageJournal, clock: HeldClock) -> None:
    journal.begin(REAL)
    journal.end("AB")
    clock.move(timedelta(hours=24))

    assert not journal.resume("AB")
    assert kinds(journal) == [Kind.START, Kind.END]


def test_undo_is_a_further_line_and_works_once(journal: OutageJournal) -> None:
    journal.begin(REAL)
    journal.write(STEP)

    assert journal.undo(2, "CD")

    assert journal.outage().about(Kind.STEP, "ring-it") is None
    assert kinds(journal) == [Kind.START, Kind.STEP, Kind.UNDO]
    assert not journal.undo(2, "CD")


def test_a_program_killed_and_started_again_goes_on_where_it_was(
    tmp_path: Path, clock: HeldClock, journal: OutageJournal
) -> None:
    journal.begin(REAL)
    journal.write(STEP)

    again = opened(tmp_path, clock)
    again.beat()

    assert again.outage() == journal.outage()
    assert kinds(again) == [Kind.START, Kind.STEP]


def test_what_another_program_writes_is_seen(
    tmp_path: Path, clock: HeldClock, journal: OutageJournal
) -> None:
    journal.begin(REAL)
    other = opened(tmp_path, clock)

    other.write(STEP)

    assert journal.outage().about(Kind.STEP, "ring-it") is not None


def test_a_power_cut_is_bridged_by_a_clock_that_is_right(
    tmp_path: Path, clock: HeldClock, journal: OutageJournal
) -> None:
    journal.begin(REAL)
    clock.move(timedelta(hours=3))
    journal.beat()

    again = after_power_cut(tmp_path, clock, off=timedelta(hours=1))
    again.beat()

    assert kinds(again) == [Kind.START, Kind.RESTART]
    assert again.lapse().lasted.time == timedelta(hours=4)
    assert again.lapse().lasted.is_sure


def test_with_a_lost_clock_at_most_five_minutes_and_the_time_without_power_are_missing(
    tmp_path: Path, clock: HeldClock, journal: OutageJournal
) -> None:
    journal.begin(REAL)
    for _ in range(60 * 3):
        clock.move(timedelta(minutes=1))
        journal.beat()
    clock.judgement = Judgement(ClockLevel.UNSURE, clock.now())

    again = after_power_cut(tmp_path, clock, off=timedelta(days=-900))
    again.beat()

    lasted = again.lapse().lasted
    assert not lasted.is_sure
    assert timedelta(hours=2, minutes=55) <= lasted.time <= timedelta(hours=3, minutes=1)


def test_what_is_written_before_the_first_beat_still_knows_of_the_pulse(
    tmp_path: Path, clock: HeldClock, journal: OutageJournal
) -> None:
    journal.begin(REAL)
    clock.move(timedelta(hours=3))
    journal.beat()
    clock.judgement = Judgement(ClockLevel.UNSURE, clock.now())

    again = after_power_cut(tmp_path, clock, off=timedelta(days=-900))
    again.write(STEP)

    assert kinds(again) == [Kind.START, Kind.RESTART, Kind.STEP]
    assert again.lapse().lasted.time >= timedelta(hours=3)


def test_a_power_cut_before_the_first_pulse_is_noted_all_the_same(
    tmp_path: Path, clock: HeldClock, journal: OutageJournal
) -> None:
    journal.begin(REAL)

    again = after_power_cut(tmp_path, clock, off=timedelta(minutes=10))
    again.beat()

    assert again.outage().events[-1].what == Happening(Kind.RESTART)
    assert again.lapse().lasted.time == timedelta(minutes=10)


def test_a_clock_that_is_set_meanwhile_changes_nothing(
    journal: OutageJournal, clock: HeldClock
) -> None:
    journal.begin(REAL)
    clock.move(timedelta(hours=2))

    clock.at -= timedelta(days=400)

    assert journal.lapse().lasted.time == timedelta(hours=2)


def test_a_drill_that_no_program_ended_marks_no_paper_after_twelve_hours(
    journal: OutageJournal, clock: HeldClock
) -> None:
    journal.begin(DRILLED)
    clock.move(LONGEST_DRILL)

    assert journal.outage().is_on
    assert journal.on_paper() == OnPaper()


def test_another_program_of_the_box_knows_of_the_drill_whatever_its_ram_folder(
    tmp_path: Path, clock: HeldClock
) -> None:
    ram = tmp_path / "file"
    ram.write_text("")  # no mark of a run can be kept there
    config = BoxConfig(BoxSection("box-17", "Solgården", tmp_path, ram), HubSection("http://a/"))
    opened(tmp_path, clock).begin(DRILLED)

    assert box_journal(config, clock).on_paper().is_drill


def test_a_drill_nobody_ended_is_over_after_twelve_hours(
    journal: OutageJournal, clock: HeldClock
) -> None:
    journal.begin(DRILLED)
    clock.move(LONGEST_DRILL - timedelta(minutes=1))
    journal.beat()
    assert journal.outage().is_on

    clock.move(timedelta(minutes=1))
    journal.beat()

    assert not journal.outage().is_on


def test_an_outage_nobody_ended_goes_on(journal: OutageJournal, clock: HeldClock) -> None:
    journal.begin(REAL)
    clock.move(timedelta(days=4))

    journal.beat()

    assert journal.outage().is_on


def test_a_disk_that_refuses_the_pulse_ends_nothing(
    journal: OutageJournal, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal.begin(REAL)
    (tmp_path / "outage" / "pulse.json").mkdir()

    journal.beat()

    assert journal.outage().is_on
    assert "N-500" in caplog.text
