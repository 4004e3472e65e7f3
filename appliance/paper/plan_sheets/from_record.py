"""Take names and numbers from the open records, and say how old and how whole they are.

Only what holds nothing of any citizen: contacts, units and staff. While the box is locked there is
nothing to take, and the sheet says so. Called by the lists of this folder.
"""

from dataclasses import dataclass
from datetime import date, datetime

from appliance.paper import frame
from appliance.plan.models import ResponsePlan
from appliance.records.models import Contact, SectionState, StaffMember, Unit
from appliance.records.store import RecordStore
from appliance.records.terms import Section, UnitId

LOCKED = "Nødboksen er låst. Numre fra omsorgssystemet er ikke med. Skriv dem selv på."
CONTACTS_UNKNOWN = "Kontakter fra omsorgssystemet er ikke med i kopien."
CONTACTS_INCOMPLETE = "Kontakter fra omsorgssystemet kan mangle i kopien."
STAFF_UNKNOWN = "Medarbejdere er ikke med i kopien. Skriv dem selv på."
STAFF_INCOMPLETE = "Medarbejdere kan mangle i kopien."


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody to phone, from the plan or from the record; `kind` is what they are."""

    name: str
    kind: str
    phone: str


def whole_state(store: RecordStore, section: Section) -> SectionState:
    """Return one section as old and as broken as it is in any unit of the copy."""
    states = [store.unit_section(unit.id, section) for unit in store.units()]
    delivered = [state for state in states if state.is_delivered]
    known: list[datetime] = [state.as_of for state in delivered if state.as_of]
    return SectionState(
        UnitId(""),
        section,
        as_of=min(known) if known and len(known) == len(delivered) else None,
        is_delivered=bool(delivered),
        is_complete=bool(delivered) and all(state.is_complete for state in states),
    )


def delivery_alert(state: SectionState, unknown: str, incomplete: str) -> str | None:
    """Return the sentence for a section that is not there, or not whole."""
    if not state.is_delivered:
        return unknown
    return None if state.is_complete else incomplete


def contacts(store: RecordStore) -> list[Called]:
    """Return the contacts of the record by kind and name."""
    found = [_contact(contact) for contact in store.all_of(Contact)]
    return sorted(found, key=lambda called: (called.kind.casefold(), called.name.casefold()))


def round_of(plan: ResponsePlan, store: RecordStore | None) -> list[Called]:
    """Return whom to ask whether they are hit, too: the plan's, then the units of the copy."""
    titles = {each.id: each.title for each in plan.contact_types if each.is_in_round}
    told = [
        Called(contact.name, titles[contact.type_id], contact.phone)
        for contact in plan.contacts
        if contact.type_id in titles
    ]
    names = {called.name.casefold() for called in told}
    units = [_unit(unit) for unit in store.units()] if store else []
    return [*told, *(unit for unit in units if unit.name.casefold() not in names)]


def staff_to_call(store: RecordStore, today: date) -> list[StaffMember]:
    """Return the staff whose account has not run out, by role and name."""
    valid = [
        one
        for one in store.all_of(StaffMember)
        if one.valid_until is None or one.valid_until >= today
    ]
    return sorted(valid, key=lambda one: (one.role.value, one.name.casefold()))


def _contact(contact: Contact) -> Called:
    what = [frame.one_line(part) for part in (contact.role, contact.organisation) if part]
    name = frame.one_line(contact.name)
    kind = " · ".join(part for part in dict.fromkeys(what) if part != name)
    return Called(name, kind, frame.one_line(contact.phone))


def _unit(unit: Unit) -> Called:
    return Called(frame.one_line(unit.name), "", frame.one_line(unit.phone))
