"""Find out what may be on paper of each citizen's medication list. Pure.

Called by the queue for the sheet that prints only what has changed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from appliance.paper.citizen_sheets import medication_list
from appliance.paper.document import Paper
from appliance.printing.jobs import Job, Sheet
from appliance.printing.pages import PageState, pages_of
from appliance.records.terms import CitizenId, UnitId
from appliance.vault.print_note import PrintNote

_THERE = frozenset({PageState.PRINTED, PageState.CONFIRMED})
_NOWHERE = frozenset({PageState.MISSING, PageState.RENDERED})


def last_papers(
    jobs: Iterable[Job], unit_id: UnitId, kept: Iterable[PrintNote] = ()
) -> dict[CitizenId, Paper]:
    """Return the papers of the unit's citizens, from jobs given newest first.

    A list that surely never left the box is no paper; one of which nobody is sure is. `kept` is
    what is known of the time before the power was cut, the newest first.
    """
    found = _since_power_on(jobs, unit_id)
    for note in kept:
        citizen_id, state = CitizenId(note.citizen_id), note.state
        is_list = note.sheet == medication_list.DESIGN.name and note.unit_id == unit_id
        newer = found.get(citizen_id)
        if not is_list or state in _NOWHERE or (newer and note.serial in newer.serials):
            continue
        is_sure = state in _THERE
        older = Paper((note.serial,), note.digest, note.printed_at, is_sure)
        found[citizen_id] = older if newer is None else _with_older(newer, note.serial)
    return found


def _since_power_on(jobs: Iterable[Job], unit_id: UnitId) -> dict[CitizenId, Paper]:
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
                found[citizen_id] = _with_older(newer, sheet.serial)
    return found


def _with_older(newer: Paper, serial: str) -> Paper:
    return replace(newer, serials=(*newer.serials, serial))


def _lists(job: Job) -> Iterator[tuple[CitizenId, Sheet, set[PageState]]]:
    states: dict[str, set[PageState]] = {}
    for page in pages_of(job):
        states.setdefault(page.sheet.serial, set()).add(page.state)
    for sheet in reversed(job.sheets):
        if sheet.citizen_id is not None and sheet.kind == medication_list.DESIGN.name:
            yield sheet.citizen_id, sheet, states[sheet.serial]
