"""Remember the last test page, and decide when the next one is due.

A printer nobody has used since the drill in spring is the likeliest reason for a night without
paper; so a page comes out once a week by day, and its fate is kept: asked for, what the printer
said, what a person said. The note is one small file; nothing of a citizen is in it. The deciding is
pure. Written by whoever prints the page; read by `nodboks status` and `nodboks printer doctor`.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from appliance.clock import DANISH_TIME, format_time, parse_time
from appliance.config import NO_TEST, PRINTS_ON_PAPER, PrinterSection
from appliance.files import write_atomically
from appliance.working_days import WEEKDAYS
from printers.models import JobHandle, JobStage

# A folder of its own in the state folder: the worker's, so that it can replace what root wrote.
NOTE = Path("printer/test.json")
# One missed week is a holiday; with two nobody knows whether the printer works.
OLD_AFTER = timedelta(days=15)
# A page that is stuck so long is taken back: tonight's paper must not wait behind it.
GIVE_UP_AFTER = timedelta(minutes=10)
_LATEST_HOUR = 18
_TRY_AGAIN_AFTER = timedelta(hours=1)
_WEEK = timedelta(days=7)
# A note from further ahead was written by a clock that was wrong; it must not hold pages back.
_CLOCK_SLACK = timedelta(minutes=10)


class AskedBy(StrEnum):
    """Who had the page printed."""

    TIMETABLE = "timetable"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class PrinterTest:
    """One test page and what became of it.

    `problem` is the code of what stopped it; `is_whole` is what a person said about the paper, and
    None as long as nobody has said anything.
    """

    asked_at: datetime
    asked_by: AskedBy
    serial: str
    pages: int
    stage: JobStage
    pages_out: int = 0
    problem: str = ""
    is_whole: bool | None = None
    handle: JobHandle | None = None

    @property
    def is_under_way(self) -> bool:
        """Tell whether the printer has it and may still bring it out."""
        return self.handle is not None and not self.stage.is_over

    @property
    def is_good(self) -> bool:
        """Tell whether the page is there: a person's word counts before the printer's."""
        return self.stage is JobStage.DONE if self.is_whole is None else self.is_whole


def is_due(section: PrinterSection, last: PrinterTest | None, now: datetime) -> bool:
    """Tell whether a test page should come out now, by a clock that can be trusted.

    Once after each slot of the week; again within the day only where nothing came out, because
    whoever mends the printer should not have to ask for it.
    """
    if section.kind != PRINTS_ON_PAPER or section.test_day == NO_TEST:
        return False
    local = now.astimezone(DANISH_TIME)
    if not section.test_hour <= local.hour < _LATEST_HOUR:
        return False
    is_from_tomorrow = last is not None and last.asked_at > now + _CLOCK_SLACK
    if last is None or is_from_tomorrow or last.asked_at < _last_slot(section, local):
        return True
    has_used_no_paper = last.stage in (JobStage.FAILED, JobStage.CANCELLED) and not last.pages_out
    return has_used_no_paper and now - last.asked_at >= _TRY_AGAIN_AFTER


def _last_slot(section: PrinterSection, local: datetime) -> datetime:
    """Return the latest time of the week's slot that has been."""
    days_since = (local.weekday() - WEEKDAYS.index(section.test_day)) % 7
    day = local - timedelta(days=days_since)
    slot = day.replace(hour=section.test_hour, minute=0, second=0, microsecond=0)
    return slot if slot <= local else slot - _WEEK


def is_old(last: PrinterTest, now: datetime) -> bool:
    """Tell whether the page says nothing of the printer any more: too old, or of a wrong clock."""
    return not now - OLD_AFTER <= last.asked_at <= now + _CLOCK_SLACK


def sentences(last: PrinterTest | None, now: datetime) -> Iterator[str]:
    """Say in English, for the command line, how the last test page went."""
    if last is None:
        yield "last test page: none yet"
        return
    out = f"{last.pages_out} of {last.pages} pages out"
    yield f"last test page: {format_time(last.asked_at)}, {last.serial}, {out}, {_word(last)}"
    if is_old(last, now):
        yield f"last test page: not of the last {OLD_AFTER.days} days; run: nodboks printer test"


def _word(last: PrinterTest) -> str:
    """Say what printer and person said of it."""
    if last.is_whole is not None:
        return "seen whole by a person" if last.is_whole else "not whole, says a person"
    said = f"{last.stage.value} {last.problem}".rstrip()
    return f"the printer says {said}, nobody has confirmed it"


def read_test(state_dir: Path) -> PrinterTest | None:
    """Return the last test page, or None if there is none to be read."""
    try:
        raw: dict[str, Any] = json.loads((state_dir / NOTE).read_bytes())
        handle = raw["handle"]
        return PrinterTest(
            asked_at=parse_time(raw["asked_at"]),
            asked_by=AskedBy(raw["asked_by"]),
            serial=str(raw["serial"]),
            pages=int(raw["pages"]),
            stage=JobStage(raw["stage"]),
            pages_out=int(raw["pages_out"]),
            problem=str(raw["problem"]),
            is_whole=None if raw["is_whole"] is None else bool(raw["is_whole"]),
            handle=JobHandle(**handle) if handle else None,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None  # the next page rewrites it; an unreadable one is none


def write_test(state_dir: Path, test: PrinterTest) -> None:
    """Replace the note.

    Raises:
        DiskFullError, StorageError: the disk refused; the old note stays.

    """
    content = {
        "asked_at": format_time(test.asked_at),
        "asked_by": test.asked_by.value,
        "serial": test.serial,
        "pages": test.pages,
        "stage": test.stage.value,
        "pages_out": test.pages_out,
        "problem": test.problem,
        "is_whole": test.is_whole,
        "handle": asdict(test.handle) if test.handle else None,
    }
    write_atomically(state_dir / NOTE, json.dumps(content, indent=1).encode(), mode=0o644)
