"""Find out what may be on paper of each citizen's medication list. Pure.

Called by the queue for the sheet that prints only what has changed.
"""

from collections.abc import Iterable, Iterator

from appliance.paper.citizen_sheets import medication_list
from appliance.paper.document import Paper
from appliance.printing.jobs import Job, Sheet
from appliance.printing.pages import PageState, pages_of
from appliance.records.terms import CitizenId, UnitId

_THERE = frozenset({PageState.PRINTED, PageState.CONFIRMED})
_NOWHERE = frozenset({PageState.MISSING, PageState.RENDERED})


def last_papers(jobs: Iterable[Job], unit_id: UnitId) -> dict[CitizenId, Paper]:
    """Return the papers of the unit's citizens, from jobs given newest first.

    A list that surely never left the box is no paper; one of which nobody is sure is.
    """
    found: dict[CitizenId, Paper] = {}
    for job in jobs:
        if job.order.unit_id != unit_id:
            continue
        for citizen_id, sheet, states in _lists(job):
            if states <= _NOWHERE:
                continue
            newer = found.get(citizen_id)
            if newer is None:
                is_sure = states <= _THERE
                found[citizen_id] = Paper((sheet.serial,), sheet.digest, job.ordered_at, is_sure)
            else:
                serials = (*newer.serials, sheet.serial)
                found[citizen_id] = Paper(serials, newer.digest, newer.printed_at, newer.is_sure)
    return found


def _lists(job: Job) -> Iterator[tuple[CitizenId, Sheet, set[PageState]]]:
    states: dict[str, set[PageState]] = {}
    for page in pages_of(job):
        states.setdefault(page.sheet.serial, set()).add(page.state)
    for sheet in reversed(job.sheets):
        if sheet.citizen_id is not None and sheet.kind == medication_list.DESIGN.name:
            yield sheet.citizen_id, sheet, states[sheet.serial]
