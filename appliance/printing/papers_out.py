"""List every numbered sheet that came out, or may have: since the power came on and before. Pure.

The ledger knows the jobs of this run, the keeper's notes those before a power cut; of a sheet in
both the ledger has the newer word. What surely never reached paper is left out, and so is what
needs not come back. Called by the print queue.
"""

from collections.abc import Iterable, Iterator

from appliance.care_journal.numbered_paper import PaperOut
from appliance.paper import pack_cover
from appliance.paper.citizen_sheets import administration_grid, as_needed_form
from appliance.paper.forms import form
from appliance.paper.sheets import SHEETS
from appliance.printing.jobs import Job
from appliance.printing.pages import PageState, pages_of
from appliance.vault.print_note import PrintNote

_SURE = frozenset({PageState.PRINTED, PageState.CONFIRMED})
# Who fills in a form goes on with the next: it does not supersede the one before.
CONTINUED = frozenset(
    {
        administration_grid.KIND.name,
        as_needed_form.KIND.name,
        *(kind.name for kind in SHEETS.values() if kind.group == form.GROUP),
    }
)
_TITLES = {pack_cover.DESIGN.name: pack_cover.TITLE}
_UNKNOWN = "Ark"
_POSSIBLE = _SURE | {PageState.UNKNOWN}


def papers_out(jobs: Iterable[Job], kept: Iterable[PrintNote] = ()) -> list[PaperOut]:
    """Return the sheets, each once."""
    listed = list(jobs)
    known = {sheet.serial for job in listed for sheet in job.sheets}
    earlier = (_of_note(note) for note in kept if note.serial not in known)
    every = [*(paper for job in listed for paper in _of_job(job)), *earlier]
    return [each for each in every if comes_back(each.sheet)]


def comes_back(sheet: str) -> bool:
    """Tell whether a sheet is asked for after an outage; one nobody knows of is."""
    kind = SHEETS.get(sheet)
    return kind is None or kind.comes_back


def title_of(sheet: str) -> str:
    """Return what stands on a sheet; of one of older software that it is one."""
    kind = SHEETS.get(sheet)
    return kind.title if kind else _TITLES.get(sheet, _UNKNOWN)


def _of_job(job: Job) -> Iterator[PaperOut]:
    states: dict[str, set[PageState]] = {}
    for page in pages_of(job):
        states.setdefault(page.sheet.serial, set()).add(page.state)
    for sheet in job.sheets:
        # A page in the hand is paper in the hand, whatever became of the others.
        if states[sheet.serial] & _POSSIBLE:
            yield PaperOut(
                serial=sheet.serial,
                sheet=sheet.kind,
                title=title_of(sheet.kind),
                printed_at=job.ordered_at,
                is_clock_sure=job.is_clock_sure,
                printed_by=job.order.ordered_by,
                unit_id=job.order.unit_id or "",
                citizen_id=sheet.citizen_id or "",
                is_sure=bool(states[sheet.serial] & _SURE),
            )


def _of_note(note: PrintNote) -> PaperOut:
    """Return a sheet of before; a note has the worst of its pages, so others may be there."""
    return PaperOut(
        serial=note.serial,
        sheet=note.sheet,
        title=title_of(note.sheet),
        printed_at=note.printed_at,
        is_clock_sure=note.is_clock_sure,
        printed_by=note.printed_by,
        unit_id=note.unit_id,
        citizen_id=note.citizen_id,
        is_sure=note.state in _SURE,
    )
