"""Make the sheet of what was noted of a citizen in the outage, the oldest first. All of it.

What was struck stands there and says so; what was typed in says by whom, and the rest has room for
it. Where the journal cannot be shown, the sheet says that and never that nothing was written.
Called by the registry.
"""

from appliance.care_journal.state import Journal
from appliance.errors import JournalUnreadError
from appliance.paper import frame, journal_rows
from appliance.paper.citizen_sheets.care_parts import free_text
from appliance.paper.citizen_sheets.citizen_sheet import Asked, Body, citizen_kind, citizen_view
from appliance.paper.document import View
from appliance.paper.listing import listing, said
from appliance.paper.sheet_kind import Design

DESIGN = Design("journal", "Nødjournal", "citizen_list.typ")
NOTHING_WRITTEN = "Der er ikke skrevet noget om borgeren i nødjournalen."
ALSO_ON_PAPER = "Det, der kun er skrevet på papir, står her ikke."
_COLUMNS = (
    journal_rows.WHEN,
    journal_rows.KIND,
    journal_rows.WHAT,
    journal_rows.BY,
    journal_rows.DONE,
)
_TITLE = "Skrevet under nøddriften"
_ROWS_PER_PAGE = 9


def view(asked: Asked) -> View:
    """Return everything that stands on the sheet."""
    rows = _rows(asked, asked.journal) if asked.journal else []
    table = listing(f"{_TITLE} ({len(rows)})", _COLUMNS, rows) if rows else None
    empty = NOTHING_WRITTEN if asked.journal else JournalUnreadError.sentence
    body = Body(
        notices=[ALSO_ON_PAPER],
        sections=[table or said(_TITLE, empty)],
        ending=[f"Slut på nødjournalen: {frame.count(len(rows), 'linje', 'linjer')}"]
        if asked.journal
        else [],
        likely_pages=1 + len(rows) // _ROWS_PER_PAGE,
    )
    return citizen_view(DESIGN.title, asked, (), body)


def _rows(asked: Asked, journal: Journal) -> list[View]:
    entries = journal.of_citizen(asked.who.citizen.id)
    oldest_first = sorted(entries, key=lambda each: each.event.happened_at)
    return [journal_rows.row_of(each, lambda text: free_text(asked, text)) for each in oldest_first]


KIND = citizen_kind(DESIGN, view)
