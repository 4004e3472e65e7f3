"""Take names and numbers from the open records, and say how old and how whole they are.

Only what holds nothing of any citizen: contacts, units and staff. While the box is locked there is
nothing to take, and the sheet says so. Called by the lists of this folder.
"""

from dataclasses import dataclass
from datetime import date, datetime

from appliance.outage.events import Kind
from appliance.outage.state import Outage
from appliance.paper import frame
from appliance.plan.models import ResponsePlan, place_key
from appliance.records.models import Contact, SectionState, StaffMember, Unit
from appliance.records.store import RecordStore
from appliance.records.terms import WHOLE_UNIT, Role, Section, UnitId

NOT_TAKEN = "Navne og numre fra omsorgssystemet er ikke med. Skriv dem selv på."
# Whoever can help most at a bedside is rung first.
_CALLED_FIRST = (Role.NURSE, Role.ASSISTANT, Role.LEADER, Role.DRIVER_COORDINATOR, Role.IT)


@dataclass(frozen=True, slots=True)
class DeliveryWords:
    """What to say of a section that is not in the copy, or of which some may be missing."""

    unknown: str
    incomplete: str

    def of(self, state: SectionState) -> str | None:
        """Return the sentence; None for a section that is whole."""
        if state.is_delivered and state.is_complete:
            return None
        return self.incomplete if state.is_delivered else self.unknown


CONTACTS = DeliveryWords(
    "Kontakter fra omsorgssystemet er ikke med i kopien.",
    "Kontakter fra omsorgssystemet kan mangle i kopien.",
)
STAFF = DeliveryWords(
    "Medarbejdere er ikke med i kopien. Skriv dem selv på.",
    "Medarbejdere kan mangle i kopien. Skriv dem selv på.",
)


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody to phone, from the plan or from the record; `kind` is what they are."""

    name: str
    kind: str
    phone: str
    box: str = ""  # the box that speaks for them, where the plan names one


def whole_state(store: RecordStore, section: Section, *, has_any: bool) -> SectionState:
    """Return one section as old and as broken as it is in any unit of the copy.

    What nobody said was delivered and yet stands there is of unknown age and may not be all.
    """
    every = (state for state in store.all_of(SectionState) if state.citizen_id == WHOLE_UNIT)
    states = [state for state in every if state.section is section]
    delivered = [state for state in states if state.is_delivered]
    known: list[datetime] = [state.as_of for state in delivered if state.as_of]
    return SectionState(
        UnitId(""),
        section,
        as_of=min(known) if known and len(known) == len(delivered) else None,
        is_delivered=bool(delivered) or has_any,
        is_complete=bool(delivered) and all(state.is_complete for state in states),
    )


def contacts(store: RecordStore) -> list[Called]:
    """Return the contacts of the record by kind and name."""
    found = [_contact(contact) for contact in store.all_of(Contact)]
    return sorted(found, key=lambda called: (called.kind.casefold(), called.name.casefold()))


def round_of(
    plan: ResponsePlan, store: RecordStore | None, outage: Outage | None = None
) -> list[Called]:
    """Return whom to ask whether they are hit, too: the plan's, then the units of the copy.

    Last stands whoever was rung in the outage besides.
    """
    titles = {each.id: each.title for each in plan.contact_types if each.is_in_round}
    told = [
        Called(contact.name, titles[contact.type_id], contact.phone, contact.box)
        for contact in plan.contacts
        if contact.type_id in titles
    ]
    names = {called.name.casefold() for called in told}
    units = [_unit(unit) for unit in store.units()] if store else []
    every = [*told, *(unit for unit in units if unit.name.casefold() not in names)]
    keys = {place_key(called.name) for called in every}
    rung = outage.all_of(Kind.ROUND) if outage else ()
    added = [Called(event.what.name, "", "") for event in rung if event.what.about not in keys]
    return [*every, *added]


def staff_to_call(store: RecordStore, today: date) -> list[StaffMember]:
    """Return the staff whose account has not run out, by role and name."""
    valid = [
        one
        for one in store.all_of(StaffMember)
        if one.valid_until is None or one.valid_until >= today
    ]
    return sorted(valid, key=lambda one: (_CALLED_FIRST.index(one.role), one.name.casefold()))


def centre(store: RecordStore) -> str:
    """Return what the units of the copy are called together; nothing where they are of many places.

    "Plejecenter Solgården" for "Plejecenter Solgården, Afsnit Syd" and "…, Afsnit Nord".
    """
    units = store.units()
    if len(units) == 1:
        return frame.one_line(units[0].name)
    names = {frame.one_line(unit.name).split(",")[0] for unit in units}
    return names.pop() if len(names) == 1 else ""


def _contact(contact: Contact) -> Called:
    what = [frame.one_line(part) for part in (contact.role, contact.organisation) if part]
    name = frame.one_line(contact.name)
    kind = " · ".join(part for part in dict.fromkeys(what) if part != name)
    return Called(name, kind, frame.one_line(contact.phone))


def _unit(unit: Unit) -> Called:
    return Called(frame.one_line(unit.name), "", frame.one_line(unit.phone))
