"""Give print jobs the names their ids stand for, as far as the visitor may still see them.

The ledger knows opaque ids and numbers; a person looks for "Bolig 104". Called by the screens that
show print jobs.
"""

from dataclasses import dataclass
from datetime import date

from flask import abort, g

from appliance.paper.sheet_kind import Subject
from appliance.paper.sheets import SHEETS
from appliance.printing.jobs import Job, Sheet
from appliance.printing.pages import (
    PageState,
    lost_sheets,
    may_be_there,
    numbers,
    pages_of,
    ranges,
)
from appliance.printing.papers_out import title_of
from appliance.records.models import Citizen, Unit
from appliance.records.terms import CitizenId
from appliance.web import ordering
from appliance.web.guards import reading, visitor
from appliance.words import Words, words_for


@dataclass(frozen=True, slots=True)
class SheetView:
    """One sheet of a job: what it is, and about whom; None for a cover or a form.

    `lost_pages` are its own pages that did not come, as they are numbered at its foot; `is_lost`
    where one tap prints it again.
    """

    sheet: Sheet
    title: str
    citizen: Citizen | None
    lost_pages: str
    is_lost: bool


@dataclass(frozen=True, slots=True)
class JobView:
    """A job in words: its title and names, what stands in the way, which pages are not there."""

    job: Job
    title: str
    unit: Unit | None
    citizen: Citizen | None
    trouble: Words | None
    missing: int
    unknown: int
    sheets: tuple[SheetView, ...]

    @property
    def day(self) -> date | None:
        """Return which day the lists are for, where somebody chose it."""
        return date.fromisoformat(self.job.order.day) if self.job.order.day else None

    @property
    def lost(self) -> tuple[SheetView, ...]:
        """Return the sheets that one tap prints again."""
        return tuple(each for each in self.sheets if each.is_lost)

    @property
    def may_be_there(self) -> bool:
        """Tell whether a person may have all of it after all."""
        return may_be_there(self.job)


def job_view(job: Job) -> JobView | None:
    """Return a job with its names, or None where it is not the visitor's to see."""
    unit_id = job.order.unit_id
    unit = reading().store.unit(unit_id) if unit_id is not None else None
    if unit_id is not None and (unit is None or not visitor().may_see_routes_of(unit.id)):
        return None
    if g.secure_way.is_print_only and job.order.subject is Subject.CITIZEN:
        return None  # its title is a citizen's name
    kind = SHEETS.get(job.order.kind)
    # Of a sheet this software does not know nobody can say that it holds no record.
    may_have = visitor().sees_citizens if kind is None else ordering.may_have(kind, job.order)
    if not may_have:
        return None
    pages = pages_of(job)
    return JobView(
        job=job,
        title=kind.title if kind else "",
        unit=unit,
        citizen=visible(job.order.citizen_id),
        trouble=words_for(job.trouble) if job.trouble else None,
        missing=len(numbers(pages, PageState.MISSING)),
        unknown=len(numbers(pages, PageState.UNKNOWN)),
        sheets=_sheets(job),
    )


def visible_job(job_id: str) -> JobView:
    """Return a job the visitor may see, or answer 404."""
    job = g.services.desk.queue.job(job_id)
    view = job_view(job) if job else None
    if view is None:
        abort(404)
    return view


def visible(citizen_id: CitizenId | None) -> Citizen | None:
    """Return who a sheet is about; None also where the citizen has moved out of sight."""
    citizen = reading().store.citizen(citizen_id) if citizen_id else None
    return citizen if citizen is not None and visitor().may_see_unit(citizen.unit_id) else None


def _sheets(job: Job) -> tuple[SheetView, ...]:
    lost = {sheet.serial for sheet in lost_sheets(job)}
    if lost:
        lost -= _printed_again(job)
    is_nameless = g.secure_way.is_print_only
    lost_pages: dict[str, list[int]] = {}
    for page in pages_of(job):
        if page.state.is_lost:
            lost_pages.setdefault(page.sheet.serial, []).append(page.page)
    return tuple(
        SheetView(
            sheet,
            title_of(sheet.kind),
            None if is_nameless else visible(sheet.citizen_id),
            ranges(lost_pages.get(sheet.serial, ())),
            sheet.serial in lost,
        )
        for sheet in job.sheets
    )


def _printed_again(job: Job) -> set[str]:
    """Return the numbers of sheets that were ordered again since: one tap is enough."""
    later = [each for each in g.services.desk.queue.jobs() if each.order.replaces == job.id]
    whole = {sheet.serial for each in later if not each.order.only for sheet in job.sheets}
    return whole | {serial for each in later for serial in each.order.only}
