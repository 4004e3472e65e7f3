"""Say what a print job is and how far it has come. Pure values and decisions; no I/O.

A job is one thing a person asked for; its parts are the batches handed to the printer, and a part
holds the sheets of several citizens. Only a person can say that the paper is there: the printer's
word is a step on the way. Holds opaque ids, no names. Called by the ledger, the desk and the
print screens; what became of each single page is decided in `pages.py`.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from appliance.printing.orders import Order
from appliance.records.terms import CitizenId
from printers.models import JobHandle, JobStage


class Answer(StrEnum):
    """What a person said when asked whether all the pages are there."""

    NONE = ""
    ALL_THERE = "all_there"
    MISSING = "missing"


class Phase(StrEnum):
    """How far a job has come."""

    QUEUED = "queued"
    MAKING = "making"
    HANDED_OVER = "handed_over"
    PRINTING = "printing"
    BLOCKED = "blocked"
    PRINTED = "printed"
    CONFIRMED = "confirmed"
    MISSING = "missing"
    UNKNOWN = "unknown"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def is_under_way(self) -> bool:
        """Tell whether the phase may still change by itself."""
        return self in _UNDER_WAY

    @property
    def asks_person(self) -> bool:
        """Tell whether somebody should now count the pages."""
        return self in (Phase.PRINTED, Phase.UNKNOWN)

    @property
    def brought_paper(self) -> bool:
        """Tell whether the paper is believed to be there."""
        return self in (Phase.PRINTED, Phase.CONFIRMED)


_UNDER_WAY = frozenset(
    {Phase.QUEUED, Phase.MAKING, Phase.HANDED_OVER, Phase.PRINTING, Phase.BLOCKED}
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One document as the ledger remembers it: which it was, not what stood on it.

    `digest` stands for what it said of the medicine, so that a change since can be seen.
    """

    serial: str
    kind: str
    pages: int
    citizen_id: CitizenId | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One printed side of a part, counted as the printer counts; `page` is the sheet's own."""

    number: int
    sheet: Sheet
    page: int


@dataclass(frozen=True, slots=True)
class Part:
    """One batch: what the printer gets as one job. `handle` is None until it has taken it.

    `is_offered` from just before the printer is told: after a kill nobody knows of such a part
    whether it arrived. `is_recalled` is one that must not come out after all, `is_told` that the
    printer knows so.
    """

    number: int
    sheets: tuple[Sheet, ...]
    is_two_sided: bool = False
    stage: JobStage = JobStage.WAITING
    sides_out: int = 0
    is_counted: bool = True
    problem: str = ""
    handle: JobHandle | None = None
    is_offered: bool = False
    is_recalled: bool = False
    is_told: bool = False

    @property
    def print_id(self) -> str:
        """Return the opaque name of the part at the printer."""
        return self.sheets[0].serial

    @property
    def is_open(self) -> bool:
        """Tell whether the printer still has to be asked about it."""
        return self.handle is not None and not self.stage.is_over

    @property
    def sides_left(self) -> int:
        """Return how many sides are still to come out, blank backs included."""
        return self.all_sides - self.sides_out

    @property
    def all_sides(self) -> int:
        """Return how many sides the printer counts for it."""
        return max(side.number for side in self.sides())

    def sides(self) -> Iterator[Side]:
        """Yield the printed sides; two-sided, each sheet begins on a new piece of paper."""
        before = 0
        for sheet in self.sheets:
            before += before % 2 if self.is_two_sided else 0
            for page in range(1, sheet.pages + 1):
                yield Side(before + page, sheet, page)
            before += sheet.pages


@dataclass(frozen=True, slots=True)
class Job:
    """An order and what became of it; `is_made` when every sheet has been handed over.

    `missing` are the numbers of the pages a person said are not there; `is_clock_sure` is whether
    anybody vouched for the clock that `ordered_at` was read from.
    """

    id: str
    order: Order
    ordered_at: datetime
    parts: tuple[Part, ...] = ()
    is_started: bool = False
    is_made: bool = False
    is_stopped: bool = False
    problem: str = ""
    answer: Answer = Answer.NONE
    missing: tuple[int, ...] = ()
    is_clock_sure: bool = True
    phase: Phase = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "phase", _phase(self))

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """Return the sheets made so far, in the order they were handed over."""
        return tuple(sheet for part in self.parts for sheet in part.sheets)

    @property
    def next_part(self) -> int:
        """Return the number of the part to be made next: never one that is taken."""
        return max((part.number for part in self.parts), default=0) + 1

    @property
    def pages(self) -> int:
        """Return how many pages have been made so far; all of them once `is_made`."""
        return sum(sheet.pages for sheet in self.sheets)

    @property
    def pages_out(self) -> int:
        """Return how many pages the printer says are out; blank backs are no pages."""
        return sum(side.number <= part.sides_out for part in self.parts for side in part.sides())

    @property
    def needs_work(self) -> bool:
        """Tell whether there is anything left to make, to hand over or to ask about."""
        return not self.is_made or any(part.is_open for part in self.parts)

    @property
    def trouble(self) -> str:
        """Return the code of what stands in the way, or nothing."""
        codes = [self.problem, *(part.problem for part in self.parts)]
        return next((code for code in codes if code), "")


def new_job(order: Order, now: datetime, *, is_clock_sure: bool = True) -> Job:
    """Return a job for the order under an opaque id that may stand in an address."""
    return Job(secrets.token_hex(8), order, now, is_clock_sure=is_clock_sure)


def with_part(job: Job, part: Part) -> Job:
    """Return the job with this part added, or changed where it has one of the number."""
    others = [other for other in job.parts if other.number != part.number]
    return replace(job, parts=tuple(sorted([*others, part], key=lambda each: each.number)))


def with_problem(job: Job, problem: str) -> Job:
    """Return the job waiting for this, or for nothing; what ended it stays the reason."""
    return job if job.is_made else replace(job, problem=problem)


def finished(job: Job, problem: str) -> Job:
    """Return the job with no more sheets to come; a part the printer never took has failed."""
    parts = tuple(
        replace(part, stage=JobStage.FAILED)
        if part.handle is None and not part.stage.is_over and not part.is_offered
        else part
        for part in job.parts
    )
    return replace(with_problem(replace(job, parts=parts), problem), is_made=True)


def stopped(job: Job) -> Job:
    """Return the job as a person stopped it: nothing more is made, what is under way comes back."""
    ended = replace(finished(job, ""), is_stopped=True)
    return replace(ended, parts=tuple(map(recalled, ended.parts)))


def recalled(part: Part) -> Part:
    """Return the part as one the printer is to be told to drop."""
    return replace(part, is_recalled=True) if part.is_open else part


def without_unoffered(job: Job) -> Job:
    """Return the job without parts that were made but never left a program's memory."""
    kept = (part for part in job.parts if part.handle or part.is_offered or part.stage.is_over)
    return replace(job, parts=tuple(kept))


def after_restart(job: Job) -> Job:
    """Return what is known of a job after the program that ran the desk was killed.

    A part that was being handed over may or may not have reached the printer: nobody knows. One
    that was only made is made again.
    """
    parts = tuple(
        replace(part, stage=JobStage.UNKNOWN)
        if part.handle is None and not part.stage.is_over
        else part
        for part in without_unoffered(job).parts
    )
    return replace(job, parts=parts)


def _phase(job: Job) -> Phase:
    """Decide how far a job is. The worst part speaks for all."""
    if job.answer is not Answer.NONE:
        return Phase.CONFIRMED if job.answer is Answer.ALL_THERE else Phase.MISSING
    if job.is_stopped:
        return Phase.STOPPED
    if job.is_made:
        return _phase_of_parts(job)
    if job.problem:
        return Phase.BLOCKED
    if not job.is_started:
        return Phase.QUEUED
    moving = _phase_of_parts(job)
    return moving if moving in (Phase.BLOCKED, Phase.PRINTING) else Phase.MAKING


_WORST_FIRST = (
    (JobStage.BLOCKED, Phase.BLOCKED),
    (JobStage.PRINTING, Phase.PRINTING),
    (JobStage.WAITING, Phase.HANDED_OVER),
    (JobStage.UNKNOWN, Phase.UNKNOWN),
    (JobStage.FAILED, Phase.FAILED),
    (JobStage.CANCELLED, Phase.STOPPED),
)


def _phase_of_parts(job: Job) -> Phase:
    stages = {part.stage for part in job.parts}
    for stage, phase in _WORST_FIRST:
        if stage in stages:
            is_between_parts = phase is Phase.HANDED_OVER and job.pages_out > 0
            return Phase.PRINTING if is_between_parts else phase
    return Phase.FAILED if job.problem else Phase.PRINTED
