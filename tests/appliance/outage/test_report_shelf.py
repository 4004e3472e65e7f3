"""Reports are kept through pruned logs, other plans, damage and full disks."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given

from appliance.clock import HeldClock
from appliance.errors import StorageError
from appliance.outage.events import Happening, Kind
from appliance.outage.journal import Beginning, OutageJournal
from appliance.outage.limits import MOST_KEPT
from appliance.outage.report import report_of
from appliance.outage.report_shelf import FOLDER, ReportShelf, decoded, encoded
from appliance.outage.state import fold, lapse_of
from appliance.plan.shipped import shipped_plan
from appliance.policy import REPORTS_KEPT
from tests.appliance.outage.happenings import logs, reading

PLAN = shipped_plan()
STEP = Happening(Kind.STEP, "AB", about="ring-it", name="Ring til IT-vagten.")
DRILL, REAL = Beginning("AB", is_drill=True), Beginning("AB")


@pytest.fixture
def journal(tmp_path: Path, clock: HeldClock) -> OutageJournal:
    return OutageJournal(tmp_path / "outage", clock, "aaaa1111")


@pytest.fixture
def shelf(tmp_path: Path) -> ReportShelf:
    return ReportShelf(tmp_path / "outage", PLAN)


def hold(journal: OutageJournal, *, deeds: int = 1, begun: Beginning = DRILL) -> None:
    journal.begin(begun)
    for _ in range(deeds):
        journal.write(STEP)
    journal.end("CD", client=f"phone {journal._number}")
    journal._clock.move(timedelta(minutes=3))  # one who writes too fast would be held back


def numbers(shelf: ReportShelf) -> list[int]:
    return [report.number for report in shelf.reports()]


def path_of(folder: Path, number: int) -> Path:
    return folder / "outage" / FOLDER / f"{number:04}.json"


def test_a_box_where_nothing_was_held_has_no_report(shelf: ReportShelf) -> None:
    shelf.keep_ended()

    assert (numbers(shelf), shelf.latest(), shelf.report(1)) == ([], None, None)


def test_what_is_on_has_no_report_yet(journal: OutageJournal, shelf: ReportShelf) -> None:
    journal.begin(DRILL)

    shelf.keep_ended()

    assert (numbers(shelf), shelf.latest()) == ([], None)


def test_a_report_can_be_seen_before_it_is_kept(
    journal: OutageJournal, shelf: ReportShelf, tmp_path: Path
) -> None:
    hold(journal)

    latest = shelf.latest()

    assert latest is not None
    assert (latest.number, latest.is_drill, latest.ended_by) == (1, True, "CD")
    assert not path_of(tmp_path, 1).exists()


def test_the_report_of_a_drill_outlives_its_log(
    journal: OutageJournal, shelf: ReportShelf, tmp_path: Path
) -> None:
    for _ in range(MOST_KEPT + 5):
        hold(journal)
        shelf.keep_ended()

    assert not (tmp_path / "outage" / "0001.jsonl").exists()
    assert numbers(shelf) == [*range(MOST_KEPT + 5, 0, -1)]
    kept = shelf.report(1)
    assert kept is not None
    assert [deed.by for deed in kept.done] == ["AB"]


def test_a_report_stays_what_it_was_when_the_plan_is_another(
    journal: OutageJournal, shelf: ReportShelf, tmp_path: Path
) -> None:
    hold(journal)
    shelf.keep_ended()
    duty = replace(PLAN.responsibility, version="99")
    newer = ReportShelf(tmp_path / "outage", replace(PLAN, checklist=(), responsibility=duty))

    newer.keep_ended()

    assert newer.report(1) == shelf.report(1)


def test_an_end_that_was_taken_back_makes_the_report_anew(
    journal: OutageJournal, shelf: ReportShelf
) -> None:
    hold(journal)
    shelf.keep_ended()
    journal.resume("AB")
    assert (numbers(shelf), shelf.report(1)) == ([], None)

    journal.end("EF")
    shelf.keep_ended()

    report = shelf.report(1)
    assert report is not None
    assert (report.ended_by, report.events) == ("EF", 5)


def test_a_drill_that_a_real_outage_ended_has_its_report(
    journal: OutageJournal, shelf: ReportShelf, tmp_path: Path
) -> None:
    journal.begin(DRILL)
    shelf.keep_ended()
    journal.begin(REAL)

    shelf.keep_ended()

    assert path_of(tmp_path, 1).exists()
    assert numbers(shelf) == [1]


def test_drills_begun_and_ended_all_night_push_no_real_report_out(
    journal: OutageJournal, shelf: ReportShelf, tmp_path: Path
) -> None:
    hold(journal)
    hold(journal, begun=REAL)
    for _ in range(REPORTS_KEPT + 3):
        hold(journal, deeds=0)
        shelf.keep_ended()

    kept = sorted(int(path.stem) for path in (tmp_path / "outage" / FOLDER).iterdir())
    assert (kept[:3], len(kept)) == ([1, 2, 8], REPORTS_KEPT)


@pytest.mark.parametrize("damaged", [1, 2])
@pytest.mark.parametrize("content", [b"", b"\0" * 99, b"[]", b"{}", b'{"format_version": 2}'])
def test_a_damaged_report_is_made_again_from_its_log_however_old_it_is(
    journal: OutageJournal, shelf: ReportShelf, tmp_path: Path, content: bytes, damaged: int
) -> None:
    hold(journal)
    hold(journal)
    shelf.keep_ended()
    whole = path_of(tmp_path, damaged).read_bytes()
    path_of(tmp_path, damaged).write_bytes(content)

    ReportShelf(tmp_path / "outage", PLAN).keep_ended()

    assert path_of(tmp_path, damaged).read_bytes() == whole


def test_older_reports_are_not_read_by_whoever_wants_the_newest(
    journal: OutageJournal, shelf: ReportShelf, tmp_path: Path
) -> None:
    hold(journal)
    hold(journal)
    shelf.keep_ended()
    (tmp_path / "outage" / "0001.jsonl").unlink()
    (tmp_path / "outage" / "0001.jsonl").mkdir()  # whoever reads it is refused
    path_of(tmp_path, 1).unlink()

    latest = shelf.latest()

    assert latest is not None
    assert latest.number == 2
    with pytest.raises(StorageError):
        numbers(shelf)


def test_a_damaged_report_whose_log_is_gone_is_none_and_hides_no_other(
    journal: OutageJournal, shelf: ReportShelf, tmp_path: Path
) -> None:
    for _ in range(2):
        hold(journal)
        shelf.keep_ended()
    (tmp_path / "outage" / "0002.jsonl").unlink()
    path_of(tmp_path, 2).write_bytes(b"\0")

    assert numbers(shelf) == [1]


def test_a_damaged_log_leaves_the_report_that_was_kept(
    journal: OutageJournal, shelf: ReportShelf, tmp_path: Path
) -> None:
    hold(journal)
    shelf.keep_ended()
    log = tmp_path / "outage" / "0001.jsonl"
    log.write_bytes(b"\0" * log.stat().st_size)

    shelf.keep_ended()

    report = shelf.report(1)
    assert report is not None
    assert report.held_by == "AB"


def test_a_disk_that_refuses_is_told_and_tried_again(
    journal: OutageJournal, shelf: ReportShelf, tmp_path: Path
) -> None:
    hold(journal)
    in_the_way = tmp_path / "outage" / FOLDER
    in_the_way.write_bytes(b"")
    with pytest.raises(StorageError):
        shelf.keep_ended()
    in_the_way.unlink()

    shelf.keep_ended()

    assert path_of(tmp_path, 1).exists()


def test_programs_that_only_read_may(journal: OutageJournal, shelf: ReportShelf, tmp_path: Path):
    hold(journal)

    shelf.keep_ended()

    assert path_of(tmp_path, 1).stat().st_mode & 0o777 == 0o640
    assert path_of(tmp_path, 1).parent.stat().st_mode & 0o777 == 0o750


def test_what_was_kept_is_not_written_again(
    journal: OutageJournal, shelf: ReportShelf, tmp_path: Path, clock: HeldClock
) -> None:
    hold(journal)
    shelf.keep_ended()
    before = path_of(tmp_path, 1).stat().st_mtime_ns

    clock.move(timedelta(days=1))
    ReportShelf(tmp_path / "outage", PLAN).keep_ended()

    assert path_of(tmp_path, 1).stat().st_mtime_ns == before


@given(logs())
def test_whatever_happened_a_report_reads_back_as_it_was_written(log) -> None:
    report = report_of(PLAN, lapse_of(fold(log), reading(1e6)), 7)

    written = json.dumps(encoded(report))

    assert json.dumps(encoded(decoded(json.loads(written)))) == written
