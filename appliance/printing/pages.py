"""Tell the truth about every single page of a print job. Pure; no I/O.

A page is said to be out only where the printer counted it or a person has it in the hand, and to
be missing only where it surely never reached the printer or a person missed it. Everything in
between is unknown, and a person is asked. Called by the ledger, the desk and the print screens.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from appliance.printing.jobs import Answer, Job, Part, Sheet, Side
from appliance.printing.orders import OnPaper, Order
from printers.models import JobStage


class PageState(StrEnum):
    """How far one page has come."""

    RENDERED = "rendered"
    HANDED_OVER = "handed_over"
    PRINTING = "printing"
    PRINTED = "printed"
    CONFIRMED = "confirmed"
    MISSING = "missing"
    UNKNOWN = "unknown"

    @property
    def is_lost(self) -> bool:
        """Tell whether the page will not come by itself any more, as far as anybody knows."""
        return self in (PageState.MISSING, PageState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number in the job, the sheet it belongs to, and its number there."""

    number: int
    sheet: Sheet
    page: int
    state: PageState


def pages_of(job: Job) -> tuple[Page, ...]:
    """Return every page made so far, in the order it comes out, with what is known of it."""
    sides = [(part, side) for part in job.parts for side in part.sides()]
    return tuple(
        Page(number, side.sheet, side.page, _answered(job, number, _told(part, side)))
        for number, (part, side) in enumerate(sides, 1)
    )


def _told(part: Part, side: Side) -> PageState:
    """Return what the printer's word is worth for one side."""
    if part.stage is JobStage.DONE or side.number <= part.sides_out:
        return PageState.PRINTED
    if part.handle is None:
        return _without_handle(part)
    if part.stage.is_over:
        # Some more may have come out than were counted: CUPS hears of a page seconds later.
        return PageState.UNKNOWN
    is_moving = part.stage in (JobStage.PRINTING, JobStage.BLOCKED)
    is_next = is_moving and side.number == part.sides_out + 1
    return PageState.PRINTING if is_next else PageState.HANDED_OVER


def _without_handle(part: Part) -> PageState:
    if part.stage is JobStage.UNKNOWN:
        return PageState.UNKNOWN
    return PageState.MISSING if part.stage.is_over else PageState.RENDERED


def _answered(job: Job, number: int, told: PageState) -> PageState:
    """Return what a person said, who has the last word."""
    if job.answer is Answer.ALL_THERE:
        return PageState.CONFIRMED
    if job.answer is Answer.NONE:
        return told
    if job.missing:
        return PageState.MISSING if number in job.missing else PageState.CONFIRMED
    return told  # that some are missing says of none which it is


def numbers(pages: Iterable[Page], *states: PageState) -> tuple[int, ...]:
    """Return the numbers of the pages in one of these states."""
    return tuple(page.number for page in pages if page.state in states)


def ranges(of_numbers: Iterable[int]) -> str:
    """Write page numbers as people say them: "3, 5–8"."""
    runs: list[list[int]] = []
    for number in sorted(of_numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(_run(run) for run in runs)


def _run(run: list[int]) -> str:
    return f"{run[0]}" if len(run) == 1 else f"{run[0]}–{run[-1]}"


def lost_sheets(job: Job) -> tuple[Sheet, ...]:
    """Return the sheets that lack a page, as far as anybody knows, each once.

    A citizen's list is printed again whole: pages of two copies must never be mixed.
    """
    return _sheets(page for page in pages_of(job) if page.state.is_lost)


def may_be_there(job: Job) -> bool:
    """Tell whether all of the paper can be in somebody's hand: the printer was given all of it."""
    told = (_told(part, side) for part in job.parts for side in part.sides())
    return bool(job.parts) and all(state is not PageState.MISSING for state in told)


def sheets_from(job: Job, serial: str) -> tuple[Sheet, ...]:
    """Return the sheet of this number and all that come after it; none where it is not the job's.

    By the number that stands on the paper: nobody in front of a stack can count its pages.
    """
    of_job = [sheet.serial for sheet in job.sheets]
    return job.sheets[of_job.index(serial) :] if serial in of_job else ()


def pages_of_sheets(job: Job, serials: Iterable[str]) -> tuple[int, ...]:
    """Return the numbers of all the pages of some sheets."""
    wanted = set(serials)
    return tuple(page.number for page in pages_of(job) if page.sheet.serial in wanted)


def again(job: Job, sheets: Iterable[Sheet] = ()) -> Order:
    """Return the order that brings a job's paper again under new numbers, or these sheets of it."""
    earlier = tuple(OnPaper(each.kind, each.citizen_id, each.serial) for each in job.sheets)
    only = tuple(sheet.serial for sheet in sheets)
    return replace(job.order, replaces=job.id, earlier=earlier, only=only)


def _sheets(pages: Iterable[Page]) -> tuple[Sheet, ...]:
    return tuple({page.sheet.serial: page.sheet for page in pages}.values())
