"""Say what every list about a whole unit has: whose it is, how old it is, what is missing from it.

A list reads its citizens one by one, so that a record nobody can read costs one row and not the
list. Called by the lists of this folder and by the pack.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from typing import TypeVar

from appliance.care_journal.numbered_paper import NO_PAPER, NumberedPaper
from appliance.care_journal.state import Journal
from appliance.clock import DANISH_TIME
from appliance.paper import frame
from appliance.paper.document import Document, PrintContext, View
from appliance.paper.fallback import or_else
from appliance.paper.listing import Column, Style
from appliance.paper.sheet_kind import (
    DRIVING,
    ROAD_LISTS,
    UNIT_LISTS,
    Build,
    Design,
    Material,
    SheetKind,
    Subject,
    Wanted,
)
from appliance.records.age import show_day
from appliance.records.alerts import SECTION_NAMES, lack_sentence, partly_lacking
from appliance.records.medicine import UNREADABLE
from appliance.records.models import Citizen, SectionState, Unit
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId, Section

CHECK_DAY = "Tjek, at listen er for den rigtige dag."
OTHER_DAY = "Listen er ikke for i dag. Den gælder {day}."
UNREAD = "Noget kunne ikke læses og mangler på listen. Se skærmen, eller spørg en kollega."
_T = TypeVar("_T")
_TO_FILL_IN = (Style.WRITE, Style.TICK)


@dataclass(frozen=True)
class UnitPrint:
    """What a list about a unit is made from; what every row asks for is read once.

    `day` is which day a list of the road is for, where somebody chose another than today;
    `outage_started_at` is None while nobody knows.
    """

    store: RecordStore
    unit: Unit
    context: PrintContext
    day: date | None = None
    journal: Journal | None = None
    numbered: NumberedPaper = NO_PAPER
    outage_started_at: datetime | None = None

    @property
    def today(self) -> date:
        """Return the Danish day the list is for: that of the print, or the one chosen."""
        return self.day or self._printed_on

    @property
    def is_of_other_day(self) -> bool:
        """Tell whether the list is for another day than the one it is printed on."""
        return self.today != self._printed_on

    @property
    def _printed_on(self) -> date:
        return self.context.printed_at.astimezone(DANISH_TIME).date()

    @cached_property
    def citizens(self) -> list[Citizen]:
        """Return the unit's citizens, by dwelling."""
        return self.store.citizens(self.unit.id)

    @cached_property
    def _own_states(self) -> set[tuple[Section, str]]:
        """Return which citizens have a state of their own, to read those only.

        One odd state must not cost the list: then each is read by itself.
        """
        return or_else(self._told_apart, self._everybody, "the states of a unit")

    def _everybody(self) -> set[tuple[Section, str]]:
        return {(section, one.id) for section in Section for one in self.citizens}

    def _told_apart(self) -> set[tuple[Section, str]]:
        states = self.store.all_of(SectionState)
        return {(state.section, state.citizen_id) for state in states}

    def named(self, *more: str) -> str:
        """Return the unit's name with what the list is about: on every page, head and foot."""
        return " · ".join((frame.one_line(self.unit.name), *more))

    def state(self, section: Section) -> SectionState:
        """Return how old and whole a section is: as old as the oldest citizen's part of it."""
        unit = self.store.unit_section(self.unit.id, section)
        return frame.oldest(unit, self._own(section).values())

    def _own(self, section: Section) -> dict[CitizenId, SectionState]:
        """Return the states of their own that citizens have; an odd one is as good as none."""
        gone = SectionState(self.unit.id, section, is_delivered=False, is_complete=False)
        return {
            one.id: or_else(partial(self.store.section, one, section), lambda: gone, "a state")
            for one in self.citizens
            if (section, one.id) in self._own_states
        }

    def lacking(self, section: Section) -> list[Citizen]:
        """Return the citizens whose own part of a section is not (all) in the copy."""
        own = self._own(section)
        return [one for one in self.citizens if one.id in own and not whole(own[one.id])]

    def is_whole(self, section: Section) -> bool:
        """Tell whether all of a section is here, for everybody: only then is nothing good news."""
        states = (self.state(section), self.state(Section.CITIZENS))
        return whole(*states) and not self.lacking(section)

    def read(self, kind: type[_T], citizen: Citizen) -> list[_T] | None:
        """Return one citizen's records of a kind, or None if they cannot be read."""
        found: Callable[[], list[_T] | None] = partial(self.store.of_citizen, kind, citizen.id)
        return or_else(found, lambda: None, f"a list's {kind.__name__}")


@dataclass(frozen=True, slots=True)
class Body:
    """What is particular to one list."""

    notices: Sequence[str] = ()
    sections: Sequence[View] = ()
    ending: Sequence[str] = ()
    alerts: Sequence[str] = ()
    name: str = ""  # when a list is about part of a unit
    is_of_day: bool = False  # and so of no use on another
    is_landscape: bool = False
    likely_pages: int = 1


def unit_view(
    design: Design, about: UnitPrint, serial: str, parts: Sequence[Section], body: Body
) -> View:
    """Return the whole view; `parts` are the sections it is made from, each with its age."""
    told = what_is_here(about, parts)
    alerts = [
        OTHER_DAY.format(day=show_day(about.today)) if about.is_of_other_day else None,
        *told.lacks,
        *body.alerts,
        *told.warnings,
        frame.clock_alert(about.context),
        CHECK_DAY if body.is_of_day and not about.context.is_clock_trusted else None,
    ]
    header = frame.unit_header(about.unit, about.context, alerts)
    return {
        **frame.basic_view(design.title, about.context),
        "header": {**header, "name": body.name or header["name"]},
        "footer": frame.footer(about.context, serial, told.ages),
        "is_landscape": body.is_landscape,
        "notices": list(body.notices),
        "sections": list(body.sections),
        "ending": list(body.ending),
        "likely_pages": body.likely_pages,
    }


@dataclass(frozen=True, slots=True)
class WhatIsHere:
    """How whole and how old the sections are that a list is made from."""

    lacks: Sequence[str]
    warnings: Sequence[str]
    ages: Sequence[tuple[str, SectionState]]


def what_is_here(about: UnitPrint, parts: Sequence[Section]) -> WhatIsHere:
    """Say what is missing from the sections of a list, and how old they are.

    Who belongs to the unit is part of every list: when nobody can tell, an empty one is no good
    news.
    """
    citizens = about.state(Section.CITIZENS)
    is_odd = not whole(citizens) or frame.section_alert("", citizens, about.context)
    shown = list(dict.fromkeys((*([Section.CITIZENS] if is_odd else []), *parts)))
    states = {part: about.state(part) for part in shown}
    ages = [(SECTION_NAMES[part], state) for part, state in states.items()]
    lacks = (_lack(about, part, state) for part, state in states.items())
    warnings = (frame.section_alert(name, state, about.context) for name, state in ages)
    return WhatIsHere([*filter(None, lacks)], [*filter(None, warnings)], ages)


def _lack(about: UnitPrint, part: Section, state: SectionState) -> str | None:
    own = about.lacking(part) if whole(state) else []
    return partly_lacking(part, len(own)) if own else lack_sentence(part, state)


def care_list(
    design: Design, view: Callable[[UnitPrint, str], View], *, is_bilingual: bool = False
) -> SheetKind:
    """Return a list of one document for those who care for a unit's citizens."""
    return SheetKind(
        name=design.name,
        title=design.title,
        subjects=(Subject.UNIT,),
        build=_one_list(design, view),
        group=UNIT_LISTS,
        is_bilingual=is_bilingual,
    )


def road_list(design: Design, view: Callable[[UnitPrint, str], View]) -> SheetKind:
    """Return a list of one document for those who drive, or pack what is driven out."""
    return SheetKind(
        name=design.name,
        title=design.title,
        subjects=(Subject.UNIT,),
        build=_one_list(design, view),
        group=ROAD_LISTS,
        roles=DRIVING,
        has_days=True,
    )


def unit_print(material: Material, wanted: Wanted, context: PrintContext) -> UnitPrint:
    """Return what a list about a unit is made from, for the day somebody wants.

    Raises:
        LockedError: the box is locked.
        PaperError: there is no such unit in the copy.

    """
    unit = material.unit(wanted.id)
    return UnitPrint(
        material.store(),
        unit,
        context,
        wanted.day,
        material.journal,
        material.numbered,
        material.outage_started_at,
    )


def _one_list(design: Design, view: Callable[[UnitPrint, str], View]) -> Build:
    def build(material: Material, wanted: Wanted, context: PrintContext) -> Iterator[Document]:
        about = unit_print(material, wanted, context)
        (serial,) = context.serials.take()
        yield design.document(view(about, serial), context)

    return build


def citizen_rows(
    citizens: Iterable[Citizen], columns: Sequence[Column], make: Callable[[Citizen], View]
) -> list[View]:
    """Return a row for every citizen; where one cannot be made, one that says so by name."""
    return [
        or_else(partial(make, one), partial(_unread_row, one, columns), "a list's row")
        for one in citizens
    ]


def _unread_row(citizen: Citizen, columns: Sequence[Column]) -> View:
    row: View = {
        column.key: "" if column.style in _TO_FILL_IN else UNREADABLE for column in columns
    }
    return {
        **row,
        "dwelling": frame.dwelling(citizen),
        "name": frame.name_lines(citizen),
        "marks": frame.doubt_marks(citizen),
    }


def whole(*states: SectionState) -> bool:
    """Tell whether all of this was delivered: only then is an empty list good news."""
    return all(state.is_delivered and state.is_complete for state in states)
