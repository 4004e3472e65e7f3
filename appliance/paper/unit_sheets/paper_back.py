"""Make the list of numbered paper that must come back after an outage: number by number, to tick.

A unit's sheets, then those about nobody, which may lie anywhere. What has been accounted for is
counted and not listed. Names stand on it as on every list of the unit; a citizen who is not in the
copy any more has a number only. Called by the registry.
"""

from collections.abc import Iterator, Sequence

from appliance.care_journal.numbered_paper import NumberedSheet
from appliance.paper import frame
from appliance.paper.document import View
from appliance.paper.listing import Column, Style, listing
from appliance.paper.sheet_kind import Design
from appliance.paper.unit_sheets import cells
from appliance.paper.unit_sheets.unit_view import Body, UnitPrint, care_list, unit_view
from appliance.records.age import show_date_time
from appliance.records.models import Citizen
from appliance.records.terms import CitizenId, Section

DESIGN = Design("paper_back", "Papir, der skal tilbage", "unit_list.typ")
NONE_OUT = "Alt papir for dette afsnit er gjort op."
UNREAD = (
    "LISTEN ER IKKE HEL: Boksen kan ikke læse, hvad der blev udskrevet, før strømmen gik. Led efter"
    " flere ark end dem på listen. Lås boksen, og lås den op igen; ring så til IT-vagten, hvis det"
    " bliver ved."
)
STEPS = (
    "Saml arkene, og find numrene nederst på hvert ark. Det, der står på dem, skal tastes ind."
    " Makulér ikke noget, før alt er tastet ind."
)
SUPERSEDED = "AFLØST af {serial}: streg over, skriv AFLØST, læg i den låste kasse"
MAYBE = "Måske kom det aldrig ud"
TO_ENTER = "Er tilbage, skal tastes ind"
OF_UNIT, OF_NOBODY = "Ark om afsnittet og borgerne", "Ark uden afsnit – kan ligge alle steder"
_COLUMNS = (
    Column("serial", "Nummer", 28, Style.BOLD),
    Column("title", "Ark", 62),
    Column("about", "Borger", 46, Style.NAME),
    Column("printed", "Udskrevet", 38),
    Column("note", "Bemærk"),
    Column("back", "Tilbage: tomt / skrevet, init.", 44, Style.WRITE),
)
_ROWS_PER_PAGE = 14


def view(about: UnitPrint, serial: str) -> View:
    """Return everything that stands on the list."""
    left = [each for each in about.numbered.sheets if each.is_open]
    own = [each for each in left if each.paper and each.paper.unit_id == about.unit.id]
    nobodys = [each for each in left if each.paper is None or not each.paper.unit_id]
    number = len(own) + len(nobodys)
    body = Body(
        notices=list(_notices(number, is_whole=about.numbered.is_whole)),
        sections=[*_table(about, OF_UNIT, own), *_table(about, OF_NOBODY, nobodys)],
        ending=[f"Slut på listen: {number} ark"],
        is_landscape=True,
        likely_pages=1 + number // _ROWS_PER_PAGE,
    )
    return unit_view(DESIGN, about, serial, (Section.CITIZENS,), body)


def _notices(number: int, *, is_whole: bool) -> Iterator[str]:
    if not is_whole:
        yield UNREAD
    if number:
        yield STEPS
    elif is_whole:
        yield NONE_OUT


def _table(about: UnitPrint, title: str, sheets: Sequence[NumberedSheet]) -> Iterator[View]:
    if sheets:
        rows = [_row(about, each) for each in sheets]
        yield listing(f"{title} ({len(rows)})", _COLUMNS, rows, row_mm=9)


def _row(about: UnitPrint, sheet: NumberedSheet) -> View:
    paper, citizen = sheet.paper, _citizen(about, sheet)
    notes = list(_notes(sheet))
    return {
        "serial": sheet.serial,
        "title": paper.title if paper else "Ukendt i boksen",
        "about": [*frame.name_lines(citizen), cells.dwelling(citizen)] if citizen else ["–"],
        "marks": frame.doubt_marks(citizen) if citizen else [],
        "printed": show_date_time(paper.printed_at) if paper else "–",
        "note": notes or ["–"],
        "loud": notes if sheet.superseded_by else [],
    }


def _citizen(about: UnitPrint, sheet: NumberedSheet) -> Citizen | None:
    """Return who a sheet is about; None also for somebody who lives elsewhere now."""
    citizen_id = sheet.paper.citizen_id if sheet.paper else ""
    found = about.store.citizen(CitizenId(citizen_id)) if citizen_id else None
    return found if found and found.unit_id == about.unit.id else None


def _notes(sheet: NumberedSheet) -> Iterator[str]:
    if sheet.superseded_by:
        yield SUPERSEDED.format(serial=sheet.superseded_by)
    if sheet.is_back:
        yield TO_ENTER
    if sheet.paper is not None and not sheet.paper.is_sure and sheet.is_out:
        yield MAYBE


KIND = care_list(DESIGN, view)
