"""When a test page is due, and what is remembered of the last one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import DANISH_TIME
from appliance.config import PrinterSection
from appliance.errors import StorageError
from appliance.health.printer_test import (
    NOTE,
    OLD_AFTER,
    AskedBy,
    PrinterTest,
    is_due,
    is_old,
    read_test,
    sentences,
    write_test,
)
from appliance.working_days import WEEKDAYS
from printers.models import JobHandle, JobStage

PAPER = PrinterSection(kind="cups")
# A Tuesday at 10.00 in Denmark.
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TEST = PrinterTest(
    TUESDAY, AskedBy.TIMETABLE, "T-048-15937", 1, JobStage.DONE, 1,
    handle=JobHandle("T-048-15937", 1, 7, "urn:uuid:x"),
)  # fmt: skip


def test_a_new_box_prints_its_first_page_by_day_and_waits_for_no_tuesday() -> None:
    friday_noon, friday_night = TUESDAY + timedelta(days=3, hours=2), TUESDAY + timedelta(hours=63)

    assert is_due(PAPER, None, friday_noon)
    assert not is_due(PAPER, None, friday_night)


@pytest.mark.parametrize(
    ("later", "due"),
    [
        (timedelta(hours=1), False),
        (timedelta(days=6, hours=23), False),
        (timedelta(days=7), True),
        (timedelta(days=7, hours=7, minutes=59), True),
        (timedelta(days=7, hours=8), False),  # six in the evening: tomorrow
        (timedelta(days=8), True),
        (timedelta(days=7, minutes=-1), False),
    ],
)
def test_a_page_comes_once_a_week_from_the_hour_on(
    later: timedelta,
    due: bool,  # noqa: FBT001  (a column of the table above)
) -> None:
    assert is_due(PAPER, TEST, TUESDAY + later) is due


def test_the_hour_is_danish_in_summer_too() -> None:
    last = replace(TEST, asked_at=datetime(2026, 6, 30, 8, 0, tzinfo=UTC))

    assert not is_due(PAPER, last, datetime(2026, 7, 7, 7, 59, tzinfo=UTC))
    assert is_due(PAPER, last, datetime(2026, 7, 7, 8, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    "section",
    [PrinterSection(), replace(PAPER, test_day="never")],
    ids=["prints into a folder", "told never"],
)
def test_a_box_that_should_print_none_prints_none(section: PrinterSection) -> None:
    assert not is_due(section, None, TUESDAY)


@pytest.mark.parametrize("stage", [JobStage.FAILED, JobStage.CANCELLED])
def test_a_page_that_never_came_out_is_tried_again_after_an_hour(stage: JobStage) -> None:
    failed = replace(TEST, stage=stage, pages_out=0)

    assert not is_due(PAPER, failed, TUESDAY + timedelta(minutes=59))
    assert is_due(PAPER, failed, TUESDAY + timedelta(hours=1))
    assert not is_due(PAPER, failed, TUESDAY + timedelta(hours=9))


def test_a_note_of_a_clock_that_was_years_ahead_holds_no_page_back() -> None:
    ahead = replace(TEST, asked_at=TUESDAY + timedelta(days=1500))

    assert is_due(PAPER, ahead, TUESDAY)
    assert is_old(ahead, TUESDAY)
    assert not is_due(PAPER, replace(TEST, asked_at=TUESDAY + timedelta(minutes=5)), TUESDAY)


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": JobStage.UNKNOWN},
        {"stage": JobStage.FAILED, "pages_out": 1},
        {"stage": JobStage.WAITING, "pages_out": 0, "handle": None},
        {"is_whole": False},
    ],
)
def test_what_may_have_used_paper_is_not_repeated(changes: dict[str, object]) -> None:
    assert not is_due(PAPER, replace(TEST, **changes), TUESDAY + timedelta(hours=2))


@given(
    st.sampled_from(WEEKDAYS),
    st.integers(7, 15),
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_by_whatever_settings_a_year_has_at_most_one_good_page_a_week_and_none_at_night(
    day: str, hour: int, begin: datetime
) -> None:
    section = replace(PAPER, test_day=day, test_hour=hour)
    printed: list[datetime] = []
    last = None
    for step in range(4 * 7 * 24):
        now = begin + timedelta(hours=step)
        if is_due(section, last, now):
            printed.append(now)
            last = replace(TEST, asked_at=now)

    assert 3 <= len(printed) <= 5
    assert all(hour <= each.astimezone(DANISH_TIME).hour < 18 for each in printed)


def test_a_note_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    for test in (TEST, replace(TEST, is_whole=False, problem="N-802"), replace(TEST, handle=None)):
        write_test(tmp_path, test)

        assert read_test(tmp_path) == test


def test_anybody_on_the_box_may_read_the_note(tmp_path: Path) -> None:
    write_test(tmp_path, TEST)

    assert (tmp_path / NOTE).stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("content", [b"", b"{", b"{}", b"[]", b'{"handle": 1}', b"\xff"])
def test_a_damaged_note_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NOTE).parent.mkdir()
    (tmp_path / NOTE).write_bytes(content)

    assert read_test(tmp_path) is None


def test_a_note_that_cannot_be_written_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "printer").touch()

    with pytest.raises(StorageError):
        write_test(tmp_path, TEST)


@pytest.mark.parametrize(
    ("test", "told"),
    [
        (TEST, "1 of 1 pages out, the printer says done, nobody has confirmed it"),
        (replace(TEST, is_whole=True), "seen whole by a person"),
        (replace(TEST, is_whole=False), "not whole, says a person"),
        (
            replace(TEST, stage=JobStage.FAILED, pages_out=0, problem="N-806"),
            "0 of 1 pages out, the printer says failed N-806",
        ),
    ],
)
def test_status_tells_when_which_and_whose_word_it_is(test: PrinterTest, told: str) -> None:
    (line,) = sentences(test, TUESDAY + timedelta(days=1))

    assert line.startswith("last test page: 2026-11-24T09:00:00Z, T-048-15937, ")
    assert told in line


def test_status_tells_that_there_is_none_or_that_it_is_old() -> None:
    old = list(sentences(TEST, TUESDAY + OLD_AFTER + timedelta(hours=1)))

    assert list(sentences(None, TUESDAY)) == ["last test page: none yet"]
    assert "not of the last 15 days" in old[1]


def test_a_person_s_word_counts_before_the_printer_s() -> None:
    assert TEST.is_good
    assert not replace(TEST, is_whole=False).is_good
    assert replace(TEST, stage=JobStage.UNKNOWN, is_whole=True).is_good
