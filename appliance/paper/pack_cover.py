"""Make the cover of an emergency pack: what should be in the hand, number by number.

Speaks for all the sheets behind it: as old as the oldest of them, and it says what the copy lacks.
Called by the pack.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from appliance.clock import DANISH_TIME
from appliance.paper import frame
from appliance.paper.document import PrintContext, View
from appliance.paper.fallback import or_else
from appliance.paper.listing import Column, Style, listing
from appliance.paper.sheet_kind import Design, SheetKind
from appliance.paper.unit_sheets import life_critical
from appliance.paper.unit_sheets.unit_view import UnitPrint, what_is_here
from appliance.paper.unit_sheets.urgency import Urgency, urgency_of
from appliance.records.alerts import NEED_WORDS, needs_gap
from appliance.records.medicine import MEDICATION_UNKNOWN, show_date, sort_medication
from appliance.records.models import Citizen, Flag, MedicationOrder, Unit
from appliance.records.store import RecordStore
from appliance.records.terms import Section

TITLE = "Nødpakke"
DESIGN = Design("pack_cover", TITLE, "pack_cover.typ")
KEEP_SAFE = "Listerne har personoplysninger. Læg dem i den låste kasse bagefter."
NO_ROUND = "Uret er usikkert: “Medicin, der skal gives” er ikke med. Brug medicinlisterne."
STEPS = (
    "Tæl listerne. Sæt kryds, når du har alle borgerens sider i hånden.",
    "Mangler der sider? Udskriv borgerens liste igen.",
    "Tjek navn og CPR på hver side, før du giver medicin.",
)
NOT_MADE = "Listen kunne ikke laves. Se oplysningerne på skærmen, eller ring til lægen."
NEEDS_UNREAD = "Behov kunne ikke læses"
_PARTS = (Section.MEDICATION, Section.WARNINGS, Section.FLAGS)
_COLUMNS = (
    Column("tick", "I hånden", 14, Style.TICK),
    Column("number", "Nr.", 18, Style.BOLD),
    Column("title", "Indhold", None, Style.BOLD),
    Column("counts", "Antal", 24),
    Column("serial", "Udskrift", 46),
)
_ROWS_PER_PAGE = 18


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of sheet in the pack besides the medication lists, with a number for each copy."""

    kind: SheetKind
    serials: Sequence[str]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a pack is made of, decided before the first page is typeset, in the order of print."""

    unit: Unit
    serial: str
    lists: Sequence[Part]
    citizens: Sequence[tuple[Citizen, str]]
    forms: Sequence[Part]


def cover_view(store: RecordStore, contents: Contents, context: PrintContext) -> View:
    """Return the cover: what there should be, for whom, and what is missing from the copy."""
    about = UnitPrint(store, contents.unit, context)
    told = what_is_here(about, _PARTS)
    alerts = [*told.lacks, *told.warnings, frame.clock_alert(context)]
    rows = _index(store, contents, context)
    return {
        **frame.basic_view(TITLE, context),
        "header": frame.unit_header(contents.unit, context, alerts),
        "footer": frame.footer(context, contents.serial, told.ages),
        "notices": [
            frame.copy_notice(about.state(Section.MEDICATION)),
            *STEPS,
            *([] if context.is_clock_trusted else [NO_ROUND]),
            KEEP_SAFE,
        ],
        "sections": list(_sections(about, contents, rows)),
        "ending": [_ending(contents)],
        "likely_pages": 1 + (len(rows) + len(contents.lists)) // _ROWS_PER_PAGE,
    }


def _sections(about: UnitPrint, contents: Contents, rows: list[View]) -> Iterator[View]:
    """Yield the index in the order of the pack: lists, medication lists, forms."""
    first = 1
    if contents.lists:
        shown = _part_rows(contents.lists, first)
        yield listing(f"Lister for hele afsnittet ({len(shown)})", _COLUMNS, shown)
    yield {"kind": "index", "title": _title(about, contents), "rows": rows}
    first += len(contents.lists) + len(rows)
    if contents.forms:
        forms = sum(len(part.serials) for part in contents.forms)
        yield listing(f"Tomme skemaer ({forms})", _COLUMNS, _part_rows(contents.forms, first))


def _part_rows(parts: Sequence[Part], first: int) -> list[View]:
    """Return a row for each kind of sheet; several copies have several numbers."""
    rows = []
    for part in parts:
        count = len(part.serials)
        rows.append(
            {
                "number": str(first) if count == 1 else f"{first}–{first + count - 1}",
                "title": part.kind.title,
                "counts": f"{count} stk.",
                "serial": " til ".join(dict.fromkeys((part.serials[0], part.serials[-1]))),
            }
        )
        first += count
    return rows


def _ending(contents: Contents) -> str:
    citizens, forms = len(contents.citizens), sum(len(part.serials) for part in contents.forms)
    counts = [
        frame.count(citizens, "borger", "borgere"),
        frame.count(citizens, "medicinliste", "medicinlister"),
        frame.count(len(contents.lists), "liste for afsnittet", "lister for afsnittet"),
        *([frame.count(forms, "skema", "skemaer")] if forms else []),
    ]
    return f"Slut på oversigten: {', '.join(counts)}"


def _title(about: UnitPrint, contents: Contents) -> str:
    """Count the lists that cannot wait; a number that nobody can know is not given."""
    judged = [urgency_of(about.store, citizen) for citizen, _ in contents.citizens]
    urgent = judged.count(Urgency.URGENT)
    lists = frame.count(len(judged), "medicinliste", "medicinlister")
    if about.is_whole(Section.FLAGS) and Urgency.UNKNOWN not in judged:
        first = f": først {life_critical.NUMBER.format(number=urgent)}"
        return f"{lists}{first if urgent else f', {life_critical.NONE}'}"
    known = f": {urgent} kendte står først" if urgent else ""
    return f"{lists}, {life_critical.NUMBER_UNKNOWN}{known}"


def _index(store: RecordStore, contents: Contents, context: PrintContext) -> list[View]:
    """Return one row per citizen, in the order of the pack."""
    today = context.printed_at.astimezone(DANISH_TIME).date()
    return [
        _index_row(store, (number, citizen, serial), today)
        for number, (citizen, serial) in enumerate(contents.citizens, 1 + len(contents.lists))
    ]


def _index_row(store: RecordStore, which: tuple[int, Citizen, str], today: date) -> View:
    number, citizen, serial = which
    doubts = frame.doubt_marks(citizen)
    return {
        "number": str(number),
        "dwelling": frame.dwelling(citizen),
        "name": frame.one_line(citizen.name),
        "born": show_date(citizen.birth_date),
        "marks": or_else(
            lambda: [*_marks(store, citizen), *doubts], lambda: [NEEDS_UNREAD, *doubts], serial
        ),
        "counts": or_else(partial(_counts, store, citizen, today), lambda: NOT_MADE, serial),
        "serial": serial,
    }


def _marks(store: RecordStore, citizen: Citizen) -> list[str]:
    kinds = {flag.kind for flag in store.of_citizen(Flag, citizen.id)}
    known = [word for kind, word in NEED_WORDS.items() if kind in kinds]
    gap = needs_gap(store.section(citizen, Section.FLAGS))
    return [*known, *([gap] if gap else [])]


def _counts(store: RecordStore, citizen: Citizen, today: date) -> str:
    if not store.section(citizen, Section.MEDICATION).is_delivered:
        return MEDICATION_UNKNOWN
    groups = sort_medication(store.of_citizen(MedicationOrder, citizen.id), today)
    unknown = f" · {len(groups.unknown)} ukendt" if groups.unknown else ""
    fixed = "1 fast" if len(groups.fixed) == 1 else f"{len(groups.fixed)} faste"
    return f"{fixed} · {len(groups.as_needed)} PN{unknown}"
