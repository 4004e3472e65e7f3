"""List the sheets the box can make. A new sheet is one module, one template and one line here."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from appliance.paper import medication_list, pack
from appliance.paper.document import Document, PrintContext
from appliance.records import medicine
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId, UnitId


class Subject(StrEnum):
    """What a sheet is about, and so what its `subject_id` names."""

    CITIZEN = "citizen"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class SheetKind:
    """One sheet: its name in code, its title on paper, whether it holds what must be unlocked."""

    name: str
    title: str
    subject: Subject
    needs_unlock: bool
    build: Callable[[RecordStore, str, PrintContext], Iterator[Document]]


def _medication_list(store: RecordStore, citizen: str, context: PrintContext) -> Iterator[Document]:
    yield medication_list.render_medication_list(store, CitizenId(citizen), context)


def _pack(store: RecordStore, unit: str, context: PrintContext) -> Iterator[Document]:
    return pack.render_pack(store, UnitId(unit), context)


SHEETS: dict[str, SheetKind] = {
    kind.name: kind
    for kind in (
        SheetKind(
            name=medication_list.SHEET,
            title=medicine.TITLE,
            subject=Subject.CITIZEN,
            needs_unlock=True,
            build=_medication_list,
        ),
        SheetKind(
            name=pack.SHEET,
            title=pack.TITLE,
            subject=Subject.UNIT,
            needs_unlock=True,
            build=_pack,
        ),
    )
}
