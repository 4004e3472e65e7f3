"""Make the list of what must be typed into the care system, citizen by citizen, oldest first.

With name and CPR at each, for whoever sits at the care system with the paper beside it. Of a
citizen who is not in the copy any more the entry stands there without a name, and says so. Called
by the registry.
"""

from functools import partial

from appliance.care_journal.state import Entry
from appliance.errors import JournalUnreadError
from appliance.paper import frame, journal_rows
from appliance.paper.document import View
from appliance.paper.listing import Column, Style, listing
from appliance.paper.sheet_kind import Design
from appliance.paper.unit_sheets import cells
from appliance.paper.unit_sheets.unit_view import Body, UnitPrint, care_list, unit_view
from appliance.records.models import Citizen
from appliance.records.terms import Section

DESIGN = Design("to_enter", "Skal tastes ind", "unit_list.typ")
NOTHING_LEFT = "Alt fra nødjournalen for dette afsnit er tastet ind."
GONE = "Ikke i kopien mere"
_COLUMNS = (
    Column("dwelling", "Bolig", 20, Style.BOLD),
    Column("name", "Borger", 46, Style.NAME),
    journal_rows.WHEN,
    journal_rows.KIND,
    journal_rows.WHAT,
    journal_rows.BY,
    journal_rows.DONE,
)
_ROWS_PER_PAGE = 7


def view(about: UnitPrint, serial: str) -> View:
    """Return everything that stands on the sheet."""
    rows = _rows(about)
    empty = JournalUnreadError.sentence if about.journal is None else NOTHING_LEFT
    body = Body(
        notices=[] if rows else [empty],
        sections=[listing(f"{DESIGN.title} ({len(rows)})", _COLUMNS, rows)] if rows else [],
        ending=[f"Slut på listen: {frame.count(len(rows), 'linje', 'linjer')}"] if rows else [],
        is_landscape=True,
        likely_pages=1 + len(rows) // _ROWS_PER_PAGE,
    )
    return unit_view(DESIGN, about, serial, (Section.CITIZENS,), body)


def _rows(about: UnitPrint) -> list[View]:
    entries = about.journal.to_enter if about.journal else ()
    of_citizen: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda each: each.event.happened_at):
        of_citizen.setdefault(entry.event.citizen_id, []).append(entry)
    known = [
        _row(about, citizen, entry)
        for citizen in about.citizens
        for entry in of_citizen.get(citizen.id, ())
    ]
    return known + [_row_of_nobody(each) for each in entries if _is_left_behind(about, each)]


def _is_left_behind(about: UnitPrint, entry: Entry) -> bool:
    """Tell whether it was written here of somebody who is in no unit of the copy any more."""
    is_from_here = entry.event.unit_id == about.unit.id
    return is_from_here and about.store.citizen(entry.event.citizen_id) is None


def _row(about: UnitPrint, citizen: Citizen, entry: Entry) -> View:
    return {
        **journal_rows.row_of(entry, partial(_without_codes, about, citizen)),
        "dwelling": cells.dwelling(citizen),
        "name": frame.name_lines(citizen),
        "marks": frame.doubt_marks(citizen),
    }


def _without_codes(about: UnitPrint, citizen: Citizen, text: str) -> str:
    (shown,) = cells.without_key_codes(about, citizen, [text])
    return shown


def _row_of_nobody(entry: Entry) -> View:
    row = journal_rows.row_of(entry, lambda text: text)
    return {**row, "dwelling": "–", "name": [GONE]}


KIND = care_list(DESIGN, view)
