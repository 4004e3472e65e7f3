"""Say what a print job is and how far it has come. Pure values and one decision; no I/O.

A job is one thing a person asked for; its parts are the documents handed to the printer. Only a
person can say that the paper is there: the printer's word is a step on the way. Holds opaque ids,
no names. Called by the ledger, the desk and the print screens.
"""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from appliance.records.terms import CitizenId, UnitId
from printers.models import JobHandle, JobStage


class SheetName(StrEnum):
    """What can be ordered on paper, by its name in `paper/sheets.py`."""

    MEDICATION_LIST = "medication_list"
    PACK = "pack"


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


_UNDER_WAY = frozenset(
    {Phase.QUEUED, Phase.MAKING, Phase.HANDED_OVER, Phase.PRINTING, Phase.BLOCKED}
)


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked for; `replaces` names the job whose pages did not all come out."""

    kind: SheetName
    unit_id: UnitId
    citizen_id: CitizenId | None = None
    ordered_by: str = ""
    replaces: str = ""

    def is_same_paper(self, other: "Order") -> bool:
        """Tell whether two orders would bring out the same sheets."""
        mine, others = ((order.kind, order.unit_id, order.citizen_id) for order in (self, other))
        return mine == others


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a job. `handle` is None until the printer has taken it."""

    number: int
    print_id: str
    pages: int
    stage: JobStage = JobStage.WAITING
    pages_out: int = 0
    problem: str = ""
    handle: JobHandle | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether the printer still has to be asked about it."""
        return self.handle is not None and not self.stage.is_over


@dataclass(frozen=True, slots=True)
class Job:
    """An order and what became of it; `is_made` when every document has been handed over."""

    id: str
    order: Order
    ordered_at: datetime
    parts: tuple[Part, ...] = ()
    is_started: bool = False
    is_made: bool = False
    is_stopped: bool = False
    problem: str = ""
    answer: Answer = Answer.NONE
    phase: Phase = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "phase", _phase(self))

    @property
    def pages(self) -> int:
        """Return how many pages have been made so far; all of them once `is_made`."""
        return sum(part.pages for part in self.parts)

    @property
    def pages_out(self) -> int:
        """Return how many pages the printer says are out."""
        return sum(part.pages_out for part in self.parts)

    @property
    def trouble(self) -> str:
        """Return the code of what stands in the way, or nothing."""
        codes = [self.problem, *(part.problem for part in self.parts)]
        return next((code for code in codes if code), "")


def new_job(order: Order, now: datetime) -> Job:
    """Return a job for the order under an opaque id that may stand in an address."""
    return Job(secrets.token_hex(8), order, now)


def with_part(job: Job, part: Part) -> Job:
    """Return the job with this part added, or changed where it has one of the number."""
    others = [other for other in job.parts if other.number != part.number]
    return replace(job, parts=tuple(sorted([*others, part], key=lambda each: each.number)))


def after_restart(job: Job) -> Job:
    """Return what is known of a job after this program was killed.

    A part that was being handed over may or may not have reached the printer: nobody knows.
    """
    parts = tuple(
        replace(part, stage=JobStage.UNKNOWN)
        if part.handle is None and not part.stage.is_over
        else part
        for part in job.parts
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
