"""Say what one kind of sheet is: its name, what it is about, who may print it, how it is made.

Every sheet's module ends in a `KIND`; `sheets.py` lists them all. A sheet about nobody (a blank
form, the plan) is made from no record, so the box prints it while it is locked. Values only.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from appliance.care_journal.numbered_paper import NO_PAPER, NumberedPaper
from appliance.care_journal.state import Journal
from appliance.errors import LockedError, PaperError
from appliance.outage.report import Report
from appliance.outage.under_way import UnderWay
from appliance.paper.document import Document, PrintContext, View
from appliance.paper.overfull import overfull_fields
from appliance.paper.place import Place
from appliance.paper.typesetting import typeset
from appliance.plan.models import ResponsePlan
from appliance.plan.shipped import shipped_plan
from appliance.records.models import Unit
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId, Role, UnitId

# IT keeps the box running and reads no citizen; drivers' coordinators see addresses, not records.
CARE = frozenset({Role.NURSE, Role.ASSISTANT, Role.LEADER})
DRIVING = frozenset({Role.DRIVER_COORDINATOR, Role.LEADER})
ANYBODY = frozenset(Role)
# The headings that sheets about a unit stand under where people choose.
UNIT_LISTS = "Lister for afsnittet"
ROAD_LISTS = "Kørelister"
# A stack of blank forms for a day; more is a slip of the finger.
MOST_COPIES = 50


class Subject(StrEnum):
    """What a sheet is about, and so what `Wanted.id` names."""

    CITIZEN = "citizen"
    UNIT = "unit"
    NOBODY = "nobody"

    @property
    def needs_unlock(self) -> bool:
        """Tell whether such a sheet is made from records."""
        return self is not Subject.NOBODY


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants on paper: about whom, and how many; each copy has its own number.

    `day` is which day a list is for (None: the day of the print), `part` which of the lists of that
    day (empty: all of them), where the sheet knows days and parts.
    """

    subject: Subject
    id: str = ""
    copies: int = 1
    day: date | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """What sheets are made from; `records` is None while the box is locked.

    Without a `plan` of the municipality's own the shipped one counts. `outage_started_at` is None
    while nobody has said when it began. `outage_report` tells what came of the last one that ended,
    `journal` what was noted of citizens, None where nobody can tell. `numbered` is the paper of the
    outage, for the sheet that asks for it; `under_way` what was noted of the one that is on, None
    where none is; `told` what a row of the contact round says of a box.
    """

    records: RecordStore | None = None
    place: Place = field(default_factory=Place)
    plan: ResponsePlan | None = None
    outage_started_at: datetime | None = None
    outage_report: Callable[[], Report | None] = lambda: None
    journal: Journal | None = None
    numbered: NumberedPaper = NO_PAPER
    under_way: UnderWay | None = None
    told: Callable[[str, str], str] = lambda _box, _name: ""

    def response_plan(self) -> ResponsePlan:
        """Return the plan that counts here; it needs no unlock."""
        return (self.plan or shipped_plan()).with_help_phone(self.place.help_phone)

    def store(self) -> RecordStore:
        """Return the open records.

        Raises:
            LockedError: the box is locked.

        """
        if self.records is None:
            raise LockedError("this sheet needs the records")
        return self.records

    def unit(self, unit_id: str) -> Unit:
        """Return a unit of the open records.

        Raises:
            LockedError: the box is locked.
            PaperError: there is no such unit in the copy.

        """
        unit = self.store().unit(UnitId(unit_id))
        if unit is None:
            raise PaperError("no such unit in this copy")
        return unit


@dataclass(frozen=True, slots=True)
class Design:
    """A sheet's name in code, its title on paper and its template."""

    name: str
    title: str
    template: str

    def document(
        self, view: View, context: PrintContext, citizen_id: CitizenId | None = None
    ) -> Document:
        """Return the view as a finished document, under the serial that stands in its footer."""
        sheet = typeset(self.template, view, context.printed_at)
        return Document(
            pdf=sheet.pdf,
            pages=sheet.pages,
            serial=view["footer"]["serial"],
            title=self.title,
            sheet=self.name,
            citizen_id=citizen_id,
            typeset=sheet.typeset,
            flaws=sheet.flaws,
            overfull=overfull_fields(view),
            replaces=context.replaces,
        )


Build = Callable[[Material, Wanted, PrintContext], Iterator[Document]]


@dataclass(frozen=True, slots=True)
class SheetKind:
    """One kind of sheet. `group` is the heading it stands under where people choose.

    `roles` says who may have it about somebody; about nobody it is for anybody (`roles_for`).
    `comes_back` says that its numbers are asked for after an outage: something personal, or room to
    write it, is on it. `has_copies` says that several at once make sense (blank forms);
    `is_bilingual` that it can have English headings beside the Danish ones, for staff who do not
    read Danish well; `has_days` and `has_parts` that it can be had for another day than today, and
    for one route of the day alone.
    """

    name: str
    title: str
    subjects: tuple[Subject, ...]
    build: Build
    group: str = ""
    roles: frozenset[Role] = field(default=CARE)
    has_copies: bool = False
    is_bilingual: bool = False
    has_days: bool = False
    has_parts: bool = False
    comes_back: bool = True

    def roles_for(self, subject: Subject) -> frozenset[Role]:
        """Return who may print it about that: what holds nothing of a record is for anybody."""
        return self.roles if subject.needs_unlock else ANYBODY

    def make(self, material: Material, wanted: Wanted, context: PrintContext) -> Iterator[Document]:
        """Return the documents, each typeset only when it is asked for.

        Raises:
            LockedError: the sheet is about somebody and the box is locked.
            PaperError: the sheet cannot be about that, or there is nobody of that id in the copy.
            StorageError: no serial number could be taken.

        """
        if wanted.subject not in self.subjects:
            raise PaperError(f"{self.name} is not about {wanted.subject}")
        if not 0 < wanted.copies <= (MOST_COPIES if self.has_copies else 1):
            raise PaperError(f"{wanted.copies} copies of {self.name}")
        if (wanted.day and not self.has_days) or (wanted.part and not self.has_parts):
            raise PaperError(f"{self.name} of another day, or a part of it")
        return self.build(material, wanted, context)
