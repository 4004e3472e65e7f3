"""Make the emergency pack of a unit: a cover that says what should be there, then every list.

Life-critical citizens come first, then by dwelling: if the printer stops half-way, what is in the
hand is what matters most. The pack comes as an iterator, so that the first list is on paper while
the last is still being typeset, and memory stays flat. Called by the web, the button and the demo.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from appliance.clock import DANISH_TIME
from appliance.errors import PaperError
from appliance.paper import frame
from appliance.paper.document import Document, PrintContext, View
from appliance.paper.medication_list import typeset_list
from appliance.paper.typesetting import typeset
from appliance.records.cave import CAVE_UNKNOWN
from appliance.records.medicine import (
    MEDICATION_INCOMPLETE,
    MEDICATION_UNKNOWN,
    MedicationGroups,
    show_date,
    sort_medication,
)
from appliance.records.models import (
    Citizen,
    Flag,
    FlagKind,
    MedicationOrder,
    Section,
    Unit,
    UnitId,
    has_flag,
)
from appliance.records.store import RecordStore

SHEET = "pack"
COVER = "pack_cover"
TITLE = "Nødpakke"
TEMPLATE = "pack_cover.typ"
LIFE_CRITICAL = "Livsnødvendig"
LOOK_TWICE = "Pas på forveksling"
# print.safe in ux.md §6
KEEP_SAFE = "Listerne har personoplysninger. Læg dem i den låste kasse bagefter."
STEPS = (
    "Tæl listerne. Sæt kryds, når du har alle borgerens sider i hånden.",
    "Mangler der sider? Udskriv borgerens liste igen.",
    "Tjek navn og CPR på hver side, før du giver medicin.",
)
_ROWS_PER_PAGE = 18


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


@dataclass(frozen=True, slots=True)
class Pack:
    """What a pack is made of, decided before the first page is typeset."""

    unit: Unit
    citizens: Sequence[Citizen]
    serials: Sequence[str]


def in_order_of_need(store: RecordStore, unit_id: UnitId) -> list[Citizen]:
    """Return the unit's citizens, the life-critical first, each part by dwelling."""
    critical = _life_critical(store, unit_id)
    return sorted(store.citizens(unit_id), key=lambda citizen: citizen.id not in critical)


def _life_critical(store: RecordStore, unit_id: UnitId) -> set[str]:
    flags = store.of_unit(Flag, unit_id)
    return {flag.citizen_id for flag in flags if has_flag([flag], FlagKind.LIFE_CRITICAL)}


def _documents(
    store: RecordStore, pack: Pack, context: PrintContext, serial: str
) -> Iterator[Document]:
    sheet = typeset(TEMPLATE, cover_view(store, pack, context, serial), context.printed_at)
    yield Document(sheet.pdf, sheet.pages, serial, TITLE, COVER, typeset=sheet.typeset)
    for citizen, number in zip(pack.citizens, pack.serials, strict=True):
        yield typeset_list(store, frame.read_identity(store, citizen.id), context, number)


def cover_view(store: RecordStore, pack: Pack, context: PrintContext, serial: str) -> View:
    """Return the cover: whom there should be a list for, and what is missing from the copy."""
    medication = store.unit_section(pack.unit.id, Section.MEDICATION)
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
        "header": {"name": pack.unit.name, "unit": context.box_name, "alerts": _spoken(alerts)},
        "footer": frame.footer(context, serial, sections),
        "notices": [frame.copy_notice(medication), *STEPS, KEEP_SAFE],
        "sections": [{"kind": "index", "title": _title(rows), "rows": rows}],
        "ending": [f"Slut på oversigten: {len(rows)} borgere, {len(rows)} medicinlister"],
        "likely_pages": 1 + len(rows) // _ROWS_PER_PAGE,
    }


def _spoken(alerts: Sequence[str | None]) -> list[str]:
    return [alert for alert in alerts if alert]


def _title(rows: list[View]) -> str:
    critical = sum(LIFE_CRITICAL in row["marks"] for row in rows)
    return f"{len(rows)} medicinlister, heraf {critical} livsnødvendige først"


def _index(store: RecordStore, pack: Pack, context: PrintContext) -> list[View]:
    """Return one row per citizen, in the order of the pack."""
    today = context.printed_at.astimezone(DANISH_TIME).date()
    critical = _life_critical(store, pack.unit.id)
    rows = []
    for number, (citizen, serial) in enumerate(zip(pack.citizens, pack.serials, strict=True), 1):
        groups = sort_medication(store.of_citizen(MedicationOrder, citizen.id), today)
        is_delivered = store.section(citizen, Section.MEDICATION).is_delivered
        marks = [LIFE_CRITICAL] if citizen.id in critical else []
        rows.append(
            {
                "number": str(number),
                "dwelling": citizen.dwelling or "",
                "name": frame.one_line(citizen.name),
                "born": show_date(citizen.birth_date),
                "marks": [*marks, LOOK_TWICE] if citizen.identity_doubts else marks,
                "counts": _counts(groups) if is_delivered else MEDICATION_UNKNOWN,
                "serial": serial,
            }
        )
    return rows


def _counts(groups: MedicationGroups) -> str:
    unknown = f" · {len(groups.unknown)} ukendt" if groups.unknown else ""
    fixed = "1 fast" if len(groups.fixed) == 1 else f"{len(groups.fixed)} faste"
    return f"{fixed} · {len(groups.as_needed)} PN{unknown}"
