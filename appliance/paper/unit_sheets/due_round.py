"""Collect, citizen by citizen, what is due in a round and what somebody must decide. No layout.

A record nobody can read costs one citizen's row and not the list. Called by `due_tonight.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from appliance.paper import frame
from appliance.paper.document import View
from appliance.paper.fallback import or_else
from appliance.paper.unit_sheets.cells import cave_of, dwelling
from appliance.paper.unit_sheets.unit_view import UnitPrint
from appliance.records import medicine
from appliance.records.alerts import NEED_WORDS, doubled
from appliance.records.day_parts import Span, SpanDoses, doses_between
from appliance.records.models import Citizen, Flag, MedicationOrder, SectionState, has_flag
from appliance.records.shifts import TimedDose
from appliance.records.terms import FlagKind, Section

NOT_WHOLE = "Listen er ikke fuldstændig"
# What matters to whoever hands out medicine, in the order of NEED_WORDS.
_MATTERS = (FlagKind.IN_HOSPITAL, FlagKind.LIFE_CRITICAL, FlagKind.INFECTION)
_NOTHING = SpanDoses((), (), ())


@dataclass(frozen=True, slots=True)
class CitizenRound:
    """One citizen and what is due of their medicine."""

    citizen: Citizen
    cave: str
    marks: tuple[str, ...]
    state: SectionState
    found: SpanDoses = _NOTHING
    twice: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_known(self) -> bool:
        """Tell whether the citizen's medicine is in the copy."""
        return self.state.is_delivered

    @property
    def doses(self) -> list[TimedDose]:
        """Return every dose, through the hours."""
        doses = [dose for _, each in self.found.due for dose in each]
        return sorted(doses, key=lambda dose: dose.sort_key)

    @property
    def has_nothing(self) -> bool:
        """Tell whether the copy has this citizen's medicine and none of it is for this round."""
        return self.is_known and not self.found.due and not self.found.unknown

    def row(self) -> View:
        """Return whose row it is; CAVE stands beside every dose."""
        return {
            "dwelling": dwelling(self.citizen),
            "name": frame.name_lines(self.citizen),
            "cave": self.cave,
            "marks": list(self.marks),
        }


def rounds_of(about: UnitPrint, span: Span) -> Iterator[CitizenRound]:
    """Yield every citizen of the unit, by dwelling."""
    for citizen in about.citizens:
        yield or_else(
            partial(_round, about, citizen, span), partial(_unread, about, citizen), "a round"
        )


def _round(about: UnitPrint, citizen: Citizen, span: Span) -> CitizenRound:
    store = about.store
    state = store.section(citizen, Section.MEDICATION)
    orders = store.of_citizen(MedicationOrder, citizen.id) if state.is_delivered else []
    flags = store.of_citizen(Flag, citizen.id)
    marks = (
        *(NEED_WORDS[kind] for kind in _MATTERS if has_flag(flags, kind)),
        *frame.doubt_marks(citizen),
        *([NOT_WHOLE] if state.is_delivered and not state.is_complete else []),
    )
    return CitizenRound(
        citizen,
        cave_of(about, citizen),
        marks,
        state,
        doses_between(orders, span),
        doubled(order for order in orders if not order.is_as_needed),
    )


def _unread(about: UnitPrint, citizen: Citizen) -> CitizenRound:
    """Return the citizen as one whose medicine nobody here knows; the others' round goes on."""
    unread = frame.unread_identity(citizen, about.unit)
    state = replace(unread.cave_state, section=Section.MEDICATION)
    return CitizenRound(citizen, unread.cave.text, (medicine.UNREADABLE,), state)
