"""Hold what every sheet about one citizen shares: what it is made from, its frame, its builder.

A sheet about a citizen is one function from an `Asked` to a view; everything around it (identity,
CAVE, needs, how old and how whole each section is) is decided here. Called by the sheets.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from appliance.care_journal.state import Journal
from appliance.clock import DANISH_TIME
from appliance.paper import frame
from appliance.paper.citizen_sheets.product import Medicine, sorted_medicine
from appliance.paper.document import Document, PrintContext, View
from appliance.paper.listing import Column, listing, said
from appliance.paper.sheet_kind import Build, Design, Material, SheetKind, Subject, Wanted
from appliance.records import medicine
from appliance.records.alerts import SECTION_NAMES, lack_sentence
from appliance.records.models import MedicationOrder, SectionState
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId, Section

T = TypeVar("T")
GROUP = "Om borgeren"


@dataclass(frozen=True, slots=True)
class Asked:
    """What one sheet about one citizen is made from."""

    store: RecordStore
    who: frame.Identity
    context: PrintContext
    serial: str
    journal: Journal | None = None

    @property
    def today(self) -> date:
        """Return the Danish day of the print."""
        return self.context.printed_at.astimezone(DANISH_TIME).date()

    def all_of(self, kind: type[T]) -> list[T]:
        """Return the citizen's records of a kind."""
        return self.store.of_citizen(kind, self.who.citizen.id)

    def state(self, section: Section) -> SectionState:
        """Return how old and how whole a section is for the citizen."""
        return self.store.section(self.who.citizen, section)

    def medicine(self) -> Medicine:
        """Return the citizen's medicine, sorted for the day of the print."""
        return sorted_medicine(self.all_of(MedicationOrder), self.today)


@dataclass(frozen=True, slots=True)
class Body:
    """What stands between head and foot of a sheet about a citizen."""

    notices: Iterable[str]
    sections: Iterable[View]
    ending: Iterable[str]
    alerts: Iterable[str | None] = ()
    is_landscape: bool = False
    likely_pages: int = 2


def citizen_view(title: str, asked: Asked, about: Iterable[Section], body: Body) -> View:
    """Return a view with the citizen's head and foot; `about` names what the sheet tells of."""
    who, context = asked.who, asked.context
    named = [(SECTION_NAMES[section], asked.state(section)) for section in about]
    named += [
        (SECTION_NAMES[Section.WARNINGS], who.cave_state),
        (SECTION_NAMES[Section.FLAGS], who.needs_state),
    ]
    alerts = [
        *body.alerts,
        *frame.section_alerts(named, context),
        frame.clock_alert(context),
    ]
    return {
        **frame.basic_view(title, context),
        "header": frame.citizen_header(who, filter(None, alerts)),
        "footer": frame.footer(context, asked.serial, named),
        "is_landscape": body.is_landscape,
        "needs": [frame.one_line(need) for need in who.needs],
        "notices": [*body.notices],
        "sections": [*body.sections],
        "ending": [*filter(None, body.ending)],
        "likely_pages": body.likely_pages,
    }


def builder(design: Design, view: Callable[[Asked], View]) -> Build:
    """Return what makes the sheet of one citizen; each copy has a serial number of its own."""

    def build(material: Material, wanted: Wanted, context: PrintContext) -> Iterator[Document]:
        store = material.store()
        who = frame.read_identity(store, CitizenId(wanted.id))
        for serial in context.serials.take(wanted.copies):
            shown = view(Asked(store, who, context, serial, material.journal))
            yield design.document(shown, context, who.citizen.id)

    return build


def citizen_kind(design: Design, view: Callable[[Asked], View]) -> SheetKind:
    """Return the sheet as a kind for those who care for the citizen."""
    return SheetKind(
        name=design.name,
        title=design.title,
        subjects=(Subject.CITIZEN,),
        build=builder(design, view),
        group=GROUP,
    )


def medication_alert(state: SectionState) -> str | None:
    """Return what is said on every page when the medicine is not here, or not all of it."""
    if not state.is_delivered:
        return medicine.MEDICATION_UNKNOWN
    if state.is_complete:
        return None
    return medicine.MEDICATION_INCOMPLETE + (f" ({state.reason})" if state.reason else "")


def copy_notices(groups: medicine.MedicationGroups, state: SectionState) -> list[str]:
    """Return what tells a copy from the record itself; an empty list of medicine is said."""
    if not state.is_delivered:
        return []
    is_empty = not groups.shown and state.is_complete
    return [frame.copy_notice(state), *([medicine.MEDICATION_NONE] if is_empty else [])]


@dataclass(frozen=True, slots=True)
class Part:
    """One table about one section; `none` is said when the copy is whole and has nothing."""

    section: Section
    title: str
    columns: tuple[Column, ...]
    rows: list[View]
    none: str

    def sections(self, asked: Asked, *, row_mm: float = 0) -> list[View]:
        """Return the table, and what is missing from it in words: never a silent gap."""
        gap = lack_sentence(self.section, asked.state(self.section))
        sentence = gap or ("" if self.rows else self.none)
        counted = f"{self.title} ({len(self.rows)})"
        table = listing(counted, self.columns, self.rows, row_mm=row_mm)
        told = [said(self.title, sentence)] if sentence else []
        return [*told, *([table] if self.rows else [])]
