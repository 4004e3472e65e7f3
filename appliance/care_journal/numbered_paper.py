"""Account for every numbered sheet of an outage: what came back, what is to be typed in. Pure.

A sheet is open until somebody has said that it came back blank, that what stood on it is in the
care system, or that it was looked for and is gone. A newer sheet of the same kind about the same
citizen or unit supersedes the older, which is struck out and locked away, and must be accounted for
all the same. A number that was typed in and that nobody knows of stays on the list: it is in
somebody's hand. What a clock nobody vouched for dates before the outage is asked for all the same,
unless its number is older than one that surely came out before. Called by the screens, the sheets
and the end of an outage.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from appliance.care_journal.events import JournalEvent, SheetAccounted, SheetFate
from appliance.care_journal.state import Journal
from appliance.policy import JOURNAL_SHOWN


@dataclass(frozen=True, slots=True)
class PaperOut:
    """A sheet that came out; `is_sure` is False where nobody knows whether it did.

    `sheet` is its kind in code, `title` what stands on it; `is_clock_sure` is whether anybody
    vouched for the clock at `printed_at`.
    """

    serial: str
    sheet: str
    title: str
    printed_at: datetime
    printed_by: str = ""
    unit_id: str = ""
    citizen_id: str = ""
    is_sure: bool = True
    is_clock_sure: bool = True


@dataclass(frozen=True, slots=True)
class NumberedSheet:
    """One number: its paper, None where the box knows of none, and the last word on it."""

    serial: str
    paper: PaperOut | None
    said: JournalEvent | None = None
    superseded_by: str = ""

    @property
    def fate(self) -> SheetFate | None:
        """Return what became of it; None if nobody has said yet."""
        what = self.said.what if self.said else None
        return what.fate if isinstance(what, SheetAccounted) else None

    @property
    def is_back(self) -> bool:
        """Tell whether it lies in the pile that is to be typed in."""
        return self.fate is SheetFate.BACK

    @property
    def is_out(self) -> bool:
        """Tell whether nobody has said anything of it."""
        return self.fate is None

    @property
    def is_open(self) -> bool:
        """Tell whether something must still be done about it."""
        return self.is_out or self.is_back


@dataclass(frozen=True, slots=True)
class NumberedPaper:
    """Every number of an outage; not `is_whole` where nobody knows what came out before."""

    sheets: tuple[NumberedSheet, ...] = ()
    is_whole: bool = True


NO_PAPER = NumberedPaper()


@dataclass(frozen=True, slots=True)
class PaperCount:
    """How many sheets are out, and how many are to be typed in."""

    out: int = 0
    to_enter: int = 0

    @property
    def open(self) -> int:
        """Return how many must still be accounted for."""
        return self.out + self.to_enter


def numbered(
    papers: Iterable[PaperOut],
    journal: Journal,
    since: datetime | None,
    continued: Collection[str] = (),
) -> tuple[NumberedSheet, ...]:
    """Return every number of the outage, by number.

    `continued` are the kinds of sheet that a newer one goes on from and does not supersede.
    """
    counted = _of_the_outage(list(papers), since)
    newer = _superseded(counted, continued)
    known = {each.serial: each for each in counted}
    unknown = {
        serial
        for serial, said in journal.sheets.items()
        if serial not in known and (since is None or said.written_at >= since)
    }
    return tuple(
        NumberedSheet(serial, known.get(serial), journal.sheets.get(serial), newer.get(serial, ""))
        for serial in sorted({*known, *unknown})
    )


def _of_the_outage(papers: list[PaperOut], since: datetime | None) -> list[PaperOut]:
    """Leave out what surely came out before: by its time, or by its number where that is unsure."""
    if since is None:
        return papers
    surely_before = (
        _number(each) for each in papers if each.is_clock_sure and each.printed_at < since
    )
    last = max(surely_before, default=(0, ""))
    return [
        each
        for each in papers
        if each.printed_at >= since or (not each.is_clock_sure and _number(each) > last)
    ]


def _number(paper: PaperOut) -> tuple[int, str]:
    """Return what orders numbers as they were given: "999-00001" is before "1000-00001"."""
    return len(paper.serial), paper.serial


def count(sheets: Iterable[NumberedSheet]) -> PaperCount:
    """Return how many are open."""
    listed = list(sheets)
    return PaperCount(sum(each.is_out for each in listed), sum(each.is_back for each in listed))


def since_when(
    starts: Collection[datetime], signed_off: JournalEvent | None, now: datetime
) -> datetime | None:
    """Return from when paper is to be accounted for; None where no outage was begun: all of it.

    Nothing of an outage that nobody has signed for is let go of when the next one begins. What was
    signed off so long ago that the journal has let go of what was said of it is asked for no more.
    """
    at = signed_off.written_at if signed_off else None
    left = [start for start in starts if at is None or start > at]
    if left:
        return min(left)
    return at if at and at <= now - JOURNAL_SHOWN else max(starts, default=None)


def _superseded(papers: Iterable[PaperOut], continued: Collection[str]) -> dict[str, str]:
    """Return by which number a sheet was superseded; a blank form about nobody never is.

    The number tells which is the newer: a clock may have been set between the two.
    Of what comes as several documents (a route each) nobody can tell which took whose place.
    """
    alike: dict[tuple[str, str, str], list[PaperOut]] = {}
    for paper in papers:
        if paper.sheet not in continued and (paper.unit_id or paper.citizen_id):
            alike.setdefault((paper.sheet, paper.unit_id, paper.citizen_id), []).append(paper)
    found: dict[str, str] = {}
    for group in alike.values():
        sure = [each for each in group if each.is_sure]
        newest = max(sure, key=_number, default=None)
        if newest is not None and len({each.printed_at for each in group}) == len(group):
            older = (each for each in group if _number(each) < _number(newest))
            found |= {each.serial: newest.serial for each in older}
    return found
