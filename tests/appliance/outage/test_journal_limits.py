"""The journal at its bounds: who writes too much, a full disk, old logs, and what is kept."""

from datetime import timedelta
from pathlib import Path

import pytest

from appliance.clock import ClockLevel, HeldClock, Judgement
from appliance.errors import DiskFullError, PlanLogBusyError, PlanLogFullError
from appliance.outage.events import Happening, Kind
from appliance.outage.journal import (
    Beginning,
    OutageJournal,
)
from appliance.outage.limits import MOST_PER_CLIENT, Share
from appliance.outage.state import DRILL
from tests.appliance.outage.nights import DRILLED, REAL, STEP, a_full_disk


def test_one_phone_that_writes_without_end_is_held_back_and_others_are_not(
    journal: OutageJournal,
) -> None:
    journal.begin(REAL)
    for _ in range(MOST_PER_CLIENT[Share.NOTES]):
        journal.write(STEP, "10.77.0.20")

    with pytest.raises(PlanLogBusyError):
        journal.write(STEP, "10.77.0.20")

    assert journal.write(STEP, "10.77.0.21")


def test_however_often_somebody_ends_it_a_real_one_can_be_begun(journal: OutageJournal) -> None:
    for _ in range(MOST_PER_CLIENT[Share.ENDS]):
        journal.begin(REAL)
        journal.end("AB", "10.77.0.20")
    journal.begin(DRILLED)
    with pytest.raises(PlanLogBusyError):
        journal.end("AB", "10.77.0.20")

    assert journal.begin(REAL)
    assert journal.outage().is_on


def decision(about: str, name: str = "") -> Happening:
    return Happening(Kind.DECISION, "AB", about=about, name=name, answer="Ja", text="Holm")


def test_after_all_decisions_of_an_hour_a_question_of_the_plan_is_answered_and_it_is_ended(
    journal: OutageJournal,
) -> None:
    journal.begin(REAL)
    for number in range(MOST_PER_CLIENT[Share.DECISIONS]):
        journal.write(decision(f"andet-{number}"), "10.77.0.20")
    with pytest.raises(PlanLogBusyError):
        journal.write(decision("andet-sidst"), "10.77.0.20")

    assert journal.write(decision("krisestab", "Indkaldes krisestaben?"), "10.77.0.20")
    with pytest.raises(PlanLogBusyError):
        journal.write(decision("krisestab", "Indkaldes krisestaben?"), "10.77.0.20")
    assert journal.end("AB", "10.77.0.20")
    assert journal.resume("AB", "10.77.0.20")


def test_a_full_log_still_takes_a_decision_and_the_end(
    journal: OutageJournal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    journal.begin(REAL)
    size = (tmp_path / "outage" / "0001.jsonl").stat().st_size
    monkeypatch.setattr("appliance.outage.limits.MOST_BYTES", size + 10)

    with pytest.raises(PlanLogFullError):
        journal.write(STEP)

    assert journal.write(Happening(Kind.DECISION, "AB", about="krisestab"))
    assert journal.end("AB")


def test_old_logs_that_cannot_be_deleted_do_not_keep_an_outage_from_beginning(
    journal: OutageJournal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    monkeypatch.setattr("appliance.outage.episodes.MOST_KEPT", 1)
    journal.begin(DRILLED)
    (tmp_path / "outage" / "0001.jsonl").rename(tmp_path / "outage" / "0002.jsonl")
    (tmp_path / "outage" / "0001.jsonl").mkdir()
    journal.end("AB")

    assert journal.begin(REAL)

    assert "N-500" in caplog.text
    assert journal.outage().is_on


def test_a_full_disk_uses_up_no_number_and_hides_no_earlier_log(
    journal: OutageJournal, tmp_path: Path
) -> None:
    journal.begin(DRILLED)
    journal.end("AB")

    with a_full_disk():
        for _ in range(5):
            with pytest.raises(DiskFullError):
                journal.begin(DRILLED)
    before = journal.outage()
    began = journal.begin(REAL)

    assert (before.is_drill, before.is_on, journal.outage().is_on) == (True, False, True)
    assert began
    assert sorted(path.name for path in (tmp_path / "outage").glob("*.jsonl")) == [
        "0001.jsonl", "0002.jsonl",
    ]  # fmt: skip


def test_power_cut_in_the_first_line_of_an_outage_leaves_the_earlier_one_the_last(
    journal: OutageJournal, tmp_path: Path
) -> None:
    journal.begin(REAL)
    journal.end("AB")
    (tmp_path / "outage" / "0002.jsonl").write_bytes(b'{"number": 1, "ki')

    assert journal.lapse().may_resume
    assert journal.begin(REAL)
    assert (journal.outage().is_on, journal.outage().damaged) == (True, 1)


def test_the_log_of_an_earlier_drill_is_kept_and_can_be_read(journal: OutageJournal) -> None:
    journal.begin(DRILLED)
    journal.write(STEP)
    journal.end("AB")
    journal.begin(REAL)

    drill = journal.lapse_of(1)

    assert drill is not None
    assert (drill.outage.is_drill, len(drill.outage.events)) == (True, 3)
    assert journal.lapse_of(7) is None
    assert drill.outage.events[0].what.answer == DRILL


def test_a_log_whose_beginning_cannot_be_read_is_left_out_of_the_list(
    journal: OutageJournal, tmp_path: Path
) -> None:
    journal.begin(REAL)
    journal.end("AB")
    (tmp_path / "outage" / "0002.jsonl").write_bytes(b"\0" * 90)
    (tmp_path / "outage" / "0003.jsonl").mkdir()

    assert [number for number, _ in journal.kept()] == [1]


def test_beginnings_are_of_outages_and_of_a_drill_only_until_something_comes_after(
    journal: OutageJournal, clock: HeldClock
) -> None:
    journal.begin(DRILLED)
    drill = journal.beginnings()
    journal.begin(Beginning("AB", minutes_ago=60))

    assert drill == [clock.now()]
    assert journal.beginnings() == [clock.now() - timedelta(minutes=60)]


def test_nobody_need_account_for_the_paper_of_a_drill_that_is_over(
    journal: OutageJournal, clock: HeldClock
) -> None:
    journal.begin(DRILLED)
    clock.move(timedelta(hours=1))
    journal.end("AB")
    ended_at = clock.now()
    clock.move(timedelta(hours=1))

    assert journal.beginnings() == [ended_at]


def test_beginning_by_a_clock_nobody_vouches_for_may_be_any_time(
    journal: OutageJournal, clock: HeldClock
) -> None:
    clock.judgement = Judgement(ClockLevel.UNSURE, clock.now())
    journal.begin(REAL)

    (began,) = journal.beginnings()

    assert began.year == 1
