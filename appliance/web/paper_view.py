"""Say what a visitor may know of the numbered paper of an outage, and how much of it is open.

Anybody who reads records may see every number that is about nobody, and those of their units; the
citizen behind one only while they may see that citizen. How many are open is no secret: the page
that ends an outage asks for it. Called by the screens that account for paper and by that page.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from flask import Flask, g

from appliance.care_journal.numbered_paper import NumberedPaper, NumberedSheet, PaperCount, count
from appliance.care_journal.state import Journal
from appliance.errors import LockedError, StorageError
from appliance.printing.numbered import numbered_paper
from appliance.records.models import Citizen, Unit
from appliance.records.terms import CitizenId, UnitId
from appliance.web import job_views, journal_desk
from appliance.web.guards import reading, visitor


@dataclass(frozen=True, slots=True)
class OnePaper:
    """One number with the names behind its ids, as far as the visitor may see them."""

    sheet: NumberedSheet
    unit: Unit | None
    citizen: Citizen | None = field(repr=False)


def everything(journal: Journal | None) -> NumberedPaper:
    """Return every number of the outage, also of what the visitor may not see."""
    return numbered_paper(g.services.desk.queue, g.services.outage, journal)


def visible(sheets: Iterable[NumberedSheet]) -> list[OnePaper]:
    """Return those the visitor may see."""
    return [_named(each) for each in sheets if _may_see(each)]


def open_count() -> PaperCount | None:
    """Return how many sheets of the whole box are open; None while nobody can tell."""
    if g.reading is None:
        return None
    try:
        journal = journal_desk.journal_if_read()
        paper = everything(journal)
        return count(paper.sheets) if journal is not None and paper.is_whole else None
    except (LockedError, StorageError):
        return None


def install(app: Flask) -> None:
    """Give the templates the count."""
    app.jinja_env.globals.update(open_papers=open_count)


def _may_see(sheet: NumberedSheet) -> bool:
    unit_id = sheet.paper.unit_id if sheet.paper else ""
    return not unit_id or visitor().may_see_unit(UnitId(unit_id))


def _named(sheet: NumberedSheet) -> OnePaper:
    paper = sheet.paper
    if paper is None:
        return OnePaper(sheet, None, None)
    unit = reading().store.unit(UnitId(paper.unit_id)) if paper.unit_id else None
    citizen_id = CitizenId(paper.citizen_id) if paper.citizen_id else None
    return OnePaper(sheet, unit, job_views.visible(citizen_id))
