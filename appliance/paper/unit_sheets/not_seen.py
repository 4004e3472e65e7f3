"""Make the list of whom nobody has seen yet: the citizens who cannot wait, then today's visits.

Who was seen and whose medicine nobody noted stands on it apart: seen does not mean given.
What the boards on screen show as not seen or missed, for whoever goes out with paper. Refuses to
leave anybody off because the journal cannot be read: then everybody stands on it, and it says why.
Whose record cannot be read stands on it too; that all are seen is said only where all of it is
here, by a sure clock. Called by the registry.
"""

from collections.abc import Iterator, Sequence

from appliance.care_journal import ticks
from appliance.care_journal.events import JournalEvent
from appliance.errors import JournalUnreadError
from appliance.paper import frame
from appliance.paper.document import View
from appliance.paper.listing import Column, Style, listing
from appliance.paper.sheet_kind import Design
from appliance.paper.unit_sheets import cells
from appliance.paper.unit_sheets.board_times import clock_words
from appliance.paper.unit_sheets.boards import (
    MAYBE_ON_PAPER,
    OVERDUE,
    SEEN_IS_NOT_GIVEN,
    UNNOTED,
    NeedRow,
    VisitRow,
    doses_from,
    need_rows,
    route_boards,
    visits_from,
)
from appliance.paper.unit_sheets.boards import UNREAD as ROW_UNREAD
from appliance.paper.unit_sheets.unit_view import UNREAD, Body, UnitPrint, care_list, unit_view
from appliance.records.age import show_time
from appliance.records.models import Citizen
from appliance.records.terms import Section

DESIGN = Design("not_seen", "Ikke set endnu", "unit_list.typ")
ALL_SEEN = "Alle er set ifølge boksen. Det, der kun er skrevet på papir, ved den ikke."
ONLY_THE_BOX = "Boksen kender kun det, der er skrevet i den. Spørg en kollega, før du går."
CANNOT_WAIT = "Behov, der ikke kan vente"
LATE = "Besøget skulle være slut"
NEXT = "Næste"
SEEN_UNNOTED = "Set, men medicinen er ikke noteret"
VISITS_UNREAD = "Besøg, der ikke kan læses"
_PARTS = (Section.FLAGS, Section.MEDICATION, Section.VISITS)
_COLUMNS = (
    Column("dwelling", "Bolig", 24, Style.BOLD),
    Column("name", "Borger", 50, Style.NAME),
    Column("when", "Hvornår", 60),
    Column("what", "Hvad"),
    Column("seen", "Set til: kl., init.", 34, Style.WRITE),
)
_ROWS_PER_PAGE = 9


def view(about: UnitPrint, serial: str) -> View:
    """Return everything that stands on the list."""
    rows = need_rows(about)
    needs = [row for row in rows if not row.is_seen or row.overdue or row.is_unread]
    unnoted = [row for row in rows if row.unnoted and row not in needs]
    routes, plan = route_boards(about)
    visits = {board.name: [row for row in board.rows if not row.is_seen] for board in routes}
    counted = filter(None, (doses_from(rows), visits_from(rows, routes)))
    now = about.context.printed_at
    number = len(needs) + len(unnoted) + sum(map(len, visits.values())) + len(plan.unread)
    body = Body(
        is_of_day=True,
        notices=[
            ONLY_THE_BOX if number or not _is_all_here(about) else ALL_SEEN,
            *([MAYBE_ON_PAPER] if any(row.has_medicine_overdue for row in rows) else []),
            *([SEEN_IS_NOT_GIVEN] if any(row.unnoted for row in rows) else []),
            *(each.words.format(when=clock_words(each.at, now)) for each in counted),
        ],
        alerts=[
            *([JournalUnreadError.sentence] if about.journal is None else []),
            *([UNREAD] if plan.unread or any(row.is_unread for row in needs) else []),
        ],
        sections=[
            *_table(CANNOT_WAIT, [_need(about, row) for row in needs]),
            *_table(SEEN_UNNOTED, [_need(about, row) for row in unnoted]),
            *(
                table
                for name, left in visits.items()
                for table in _table(name, [_visit(about, row) for row in left])
            ),
            *_table(VISITS_UNREAD, [_unread(about, citizen) for citizen in plan.unread]),
        ],
        ending=[f"Slut på listen: {frame.count(number, 'linje', 'linjer')}"],
        is_landscape=True,
        likely_pages=1 + number // _ROWS_PER_PAGE,
    )
    return unit_view(DESIGN, about, serial, _PARTS, body)


def _is_all_here(about: UnitPrint) -> bool:
    """Tell whether a list with nobody on it is good news."""
    is_known = about.journal is not None and about.context.is_clock_trusted
    return is_known and all(about.is_whole(part) for part in _PARTS)


def _table(title: str, rows: Sequence[View]) -> Iterator[View]:
    if rows:
        yield listing(f"{title} ({len(rows)})", _COLUMNS, rows, row_mm=12)


def _need(about: UnitPrint, row: NeedRow) -> View:
    overdue = [f"{OVERDUE}: {due.words}" for due in row.overdue]
    unnoted = [UNNOTED, *(due.words for due in row.unnoted)] if row.unnoted else []
    following = [f"{NEXT}: {row.next.words}"] if row.next else []
    told = [frame.one_line(each) for each in row.told]
    when = [*overdue, *unnoted, *told, *following, *row.lacks, *_said(about, row.tick)]
    return _row(about, row.citizen, when, row.needs, overdue)


def _visit(about: UnitPrint, row: VisitRow) -> View:
    late = [LATE] if row.is_late else []
    when = [f"kl. {show_time(row.visit.starts_at)}", *late, *_said(about, row.tick)]
    tasks = [" · ".join(row.visit.tasks) or "–"]
    return _row(about, row.citizen, when, cells.without_key_codes(about, row.citizen, tasks), late)


def _unread(about: UnitPrint, citizen: Citizen) -> View:
    return _row(about, citizen, [ROW_UNREAD], [], [ROW_UNREAD])


def _said(about: UnitPrint, tick: JournalEvent | None) -> list[str]:
    said = ticks.told(tick, about.context.printed_at)
    return [frame.one_line(said)] if said else []


def _row(
    about: UnitPrint, citizen: Citizen, when: Sequence[str], what: Sequence[str], loud: list[str]
) -> View:
    return {
        "dwelling": cells.dwelling(citizen),
        "name": [*frame.name_lines(citizen), *cells.home_of(citizen)],
        "marks": frame.doubt_marks(citizen),
        "when": cells.without_key_codes(about, citizen, when) or ["–"],
        "what": list(what) or ["–"],
        "loud": loud,
    }


KIND = care_list(DESIGN, view)
