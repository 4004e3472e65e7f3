"""Make the emergency pack of a unit: a cover that says what should be there, then every list.

Life-critical citizens come first, then by dwelling: if the printer stops half-way, what is in the
hand is what matters most. The pack comes as an iterator, so that the first list is on paper while
the last is still being typeset, and memory stays flat. One citizen whose data no sheet can be made
of costs nobody else their paper: a page with the name says so, and the pack goes on. Called by the
web, the button and the demo.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeVar

from appliance.clock import DANISH_TIME
from appliance.errors import PaperError
from appliance.paper import frame
from appliance.paper.citizen_sheets.medication_list import DESIGN as LIST
from appliance.paper.citizen_sheets.medication_list import typeset_list
from appliance.paper.document import Document, PrintContext, View
from appliance.paper.sheet_kind import Design, Material, SheetKind, Subject, Wanted
from appliance.records.alerts import NEED_WORDS
from appliance.records.cave import CAVE_UNKNOWN
from appliance.records.medicine import (
    MEDICATION_INCOMPLETE,
    MEDICATION_UNKNOWN,
    show_date,
    sort_medication,
)
from appliance.records.models import Citizen, Flag, MedicationOrder, SectionState, Unit, has_flag
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId, FlagKind, Section, UnitId

SHEET = "pack"
TITLE = "Nødpakke"
COVER = Design("pack_cover", TITLE, "pack_cover.typ")
KEEP_SAFE = "Listerne har personoplysninger. Læg dem i den låste kasse bagefter."
STEPS = (
    "Tæl listerne. Sæt kryds, når du har alle borgerens sider i hånden.",
    "Mangler der sider? Udskriv borgerens liste igen.",
    "Tjek navn og CPR på hver side, før du giver medicin.",
)
NOT_MADE = "Listen kunne ikke laves. Se oplysningerne på skærmen, eller ring til lægen."
NO_NUMBER = "–"
_ROWS_PER_PAGE = 18
_T = TypeVar("_T")
_log = logging.getLogger(__name__)


def render_pack(store: RecordStore, unit_id: UnitId, context: PrintContext) -> Iterator[Document]:
    """Return the cover and then one document per citizen, each typeset only when it is asked for.

    Raises:
        PaperError: there is no such unit in the copy.
        StorageError: no serial numbers could be taken.

    """
    unit = store.unit(unit_id)
    if unit is None:
        raise PaperError("no such unit in this copy")
    citizens = in_order_of_need(store, unit_id)
    cover_serial, *serials = context.serials.take(1 + len(citizens))
    return _documents(store, Pack(unit, citizens, serials), context, cover_serial)


def render_again(
    store: RecordStore,
    unit_id: UnitId,
    context: PrintContext,
    chosen: Collection[CitizenId | None],
) -> Iterator[Document]:
    """Return the cover (None) and the lists of the citizens chosen, each under a new number.

    The cover names the numbers that are on paper: those of `context.earlier` where a list is not
    printed again.

    Raises:
        PaperError: there is no such unit in the copy; or at the end, that somebody who was chosen
            is not in it any more.
        StorageError: no serial numbers could be taken.

    """
    unit = store.unit(unit_id)
    if unit is None:
        raise PaperError("no such unit in this copy")
    citizens = in_order_of_need(store, unit_id)
    here = [None, *(citizen.id for citizen in citizens)]
    wanted = [each for each in here if each in chosen]
    fresh = dict(zip(wanted, context.serials.take(max(1, len(wanted))), strict=False))
    serials = [fresh.get(one.id) or context.earlier.get(one.id, NO_NUMBER) for one in citizens]
    if None in fresh:
        pack = Pack(unit, citizens, serials)
        yield _cover(store, pack, context, fresh[None])
    for citizen in citizens:
        if citizen.id in fresh:
            yield list_or_notice(store, (unit, citizen), context, fresh[citizen.id])
    if len(wanted) < len(chosen):
        raise PaperError("a citizen has left the unit since the pack was printed")


@dataclass(frozen=True, slots=True)
class Pack:
    """What a pack is made of, decided before the first page is typeset."""

    unit: Unit
    citizens: Sequence[Citizen]
    serials: Sequence[str]


def in_order_of_need(store: RecordStore, unit_id: UnitId) -> list[Citizen]:
    """Return the unit's citizens, the life-critical first, each part by dwelling."""
    critical = _flagged(store, unit_id, FlagKind.LIFE_CRITICAL)
    return sorted(store.citizens(unit_id), key=lambda citizen: citizen.id not in critical)


def _flagged(store: RecordStore, unit_id: UnitId, kind: FlagKind) -> set[str]:
    flags = store.of_unit(Flag, unit_id)
    return {flag.citizen_id for flag in flags if has_flag([flag], kind)}


def _documents(
    store: RecordStore, pack: Pack, context: PrintContext, serial: str
) -> Iterator[Document]:
    yield _cover(store, pack, context, serial)
    for citizen, number in zip(pack.citizens, pack.serials, strict=True):
        yield list_or_notice(store, (pack.unit, citizen), context, number)


def _cover(store: RecordStore, pack: Pack, context: PrintContext, serial: str) -> Document:
    context = context.about(None)
    return COVER.document(cover_view(store, pack, context, serial), context)


def list_or_notice(
    store: RecordStore, who: tuple[Unit, Citizen], context: PrintContext, serial: str
) -> Document:
    """Return one citizen's list, or where none can be made a page with the name that says so."""
    unit, citizen = who
    context = context.about(citizen.id)

    def make() -> Document:
        return typeset_list(store, frame.read_identity(store, citizen.id), context, serial)

    def give_notice() -> Document:
        return LIST.document(notice_view(unit, citizen, context, serial), context, citizen.id)

    return or_else(make, give_notice, serial)


def notice_view(unit: Unit, citizen: Citizen, context: PrintContext, serial: str) -> View:
    """Return the page that stands in for a list nobody could make: whose it is, and what to do."""
    unknown = frame.unread_identity(citizen, unit)
    return {
        **frame.basic_view(LIST.title, context),
        "header": frame.citizen_header(unknown, [NOT_MADE]),
        "footer": frame.footer(context, serial, ()),
        "needs": unknown.needs,
        "ending": [NOT_MADE],
    }


def or_else(do: Callable[[], _T], instead: Callable[[], _T], serial: str) -> _T:
    """Return what can be made of one citizen's data, or what stands in for it."""
    try:
        return do()
    except Exception as error:  # noqa: BLE001
        # Whatever is odd about one citizen's data, the others' paper must come. The log has the
        # kind of fault and the serial, never the text of the error: it may quote the record.
        _log.error("list %s could not be made: %s", serial, type(error).__name__)
        return instead()


def cover_view(store: RecordStore, pack: Pack, context: PrintContext, serial: str) -> View:
    """Return the cover: whom there should be a list for, and what is missing from the copy."""
    medication = _oldest_medication(store, pack)
    warnings = store.unit_section(pack.unit.id, Section.WARNINGS)
    sections = (("Medicin", medication), ("CAVE", warnings))
    alerts = [
        None if medication.is_delivered else MEDICATION_UNKNOWN,
        MEDICATION_INCOMPLETE if medication.is_delivered and not medication.is_complete else None,
        None if warnings.is_delivered else CAVE_UNKNOWN,
        *(frame.section_alert(name, state, context) for name, state in sections),
        frame.clock_alert(context),
    ]
    rows = _index(store, pack, context)
    return {
        **frame.basic_view(TITLE, context),
        "header": frame.unit_header(pack.unit, context, alerts),
        "footer": frame.footer(context, serial, sections),
        "notices": [frame.copy_notice(medication), *STEPS, KEEP_SAFE],
        "sections": [{"kind": "index", "title": _title(rows), "rows": rows}],
        "ending": [f"Slut på oversigten: {len(rows)} borgere, {len(rows)} medicinlister"],
        "likely_pages": 1 + len(rows) // _ROWS_PER_PAGE,
    }


def _oldest_medication(store: RecordStore, pack: Pack) -> SectionState:
    """Return the unit's medication as old as its oldest list: the cover speaks for all of them."""
    unit = store.unit_section(pack.unit.id, Section.MEDICATION)
    states = [store.section(citizen, Section.MEDICATION) for citizen in pack.citizens]
    return frame.oldest(unit, states)


def _title(rows: list[View]) -> str:
    critical = sum(NEED_WORDS[FlagKind.LIFE_CRITICAL] in row["marks"] for row in rows)
    return f"{len(rows)} medicinlister, heraf {critical} livsnødvendige først"


def _index(store: RecordStore, pack: Pack, context: PrintContext) -> list[View]:
    """Return one row per citizen, in the order of the pack."""
    today = context.printed_at.astimezone(DANISH_TIME).date()
    marked: dict[str, set[str]] = {
        **{word: _flagged(store, pack.unit.id, kind) for kind, word in NEED_WORDS.items()},
        frame.LOOK_TWICE: {citizen.id for citizen in pack.citizens if citizen.identity_doubts},
    }
    rows = []
    for number, (citizen, serial) in enumerate(zip(pack.citizens, pack.serials, strict=True), 1):
        rows.append(
            {
                "number": str(number),
                "dwelling": citizen.dwelling or "",
                "name": frame.one_line(citizen.name),
                "born": show_date(citizen.birth_date),
                "marks": [mark for mark, whose in marked.items() if citizen.id in whose],
                "counts": or_else(
                    partial(_counts, store, citizen, today), lambda: NOT_MADE, serial
                ),
                "serial": serial,
            }
        )
    return rows


def _counts(store: RecordStore, citizen: Citizen, today: date) -> str:
    if not store.section(citizen, Section.MEDICATION).is_delivered:
        return MEDICATION_UNKNOWN
    groups = sort_medication(store.of_citizen(MedicationOrder, citizen.id), today)
    unknown = f" · {len(groups.unknown)} ukendt" if groups.unknown else ""
    fixed = "1 fast" if len(groups.fixed) == 1 else f"{len(groups.fixed)} faste"
    return f"{fixed} · {len(groups.as_needed)} PN{unknown}"


def _build(material: Material, wanted: Wanted, context: PrintContext) -> Iterator[Document]:
    return render_pack(material.store(), UnitId(wanted.id), context)


KIND = SheetKind(
    name=SHEET, title=TITLE, subjects=(Subject.UNIT,), build=_build, group="Lister for afsnittet"
)
