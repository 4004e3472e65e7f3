"""Make the contact list: the plan's numbers, and those of the record while it is open.

A number nobody has written down is a line to write it on, never a blank. Called by the registry and
the plan set.
"""

from collections.abc import Iterator

from appliance.paper.document import PrintContext, View
from appliance.paper.listing import Column, Style, listing
from appliance.paper.plan_sheets import from_record
from appliance.paper.plan_sheets.plan_frame import TEMPLATE, Draft, phone_cell, plan_kind
from appliance.paper.sheet_kind import Design, Material, Wanted
from appliance.plan.models import PlanContact, ResponsePlan
from appliance.records.terms import Section

DESIGN = Design("contact_list", "Kontaktliste", TEMPLATE)
NOBODY_NAMED = "–"
_COLUMNS = (
    Column("name", "Hvem", None, Style.NAME),
    Column("kind", "Slags", 66, Style.SMALL),
    Column("phone", "Telefon", 44, Style.FILL),
)


def drafts(material: Material, _wanted: Wanted, _context: PrintContext) -> list[Draft]:
    """Return the list."""
    plan, store = material.response_plan(), material.records
    known = from_record.contacts(store) if store else []
    ours = list(_rows(plan))
    sections = [listing("Planens numre", _COLUMNS, ours, row_mm=9)]
    state = from_record.whole_state(store, Section.CONTACTS, has_any=bool(known)) if store else None
    if known:
        sections.append(listing("Numre fra omsorgssystemet", _COLUMNS, _known(known), row_mm=8))
    alert = from_record.CONTACTS.of(state) if state else from_record.NOT_TAKEN
    missing = sum("blank" in row for row in [*ours, *_known(known)])
    return [
        Draft(
            DESIGN,
            plan.municipality,
            sections,
            f"Slut på listen: {len(ours) + len(known)} kontakter · {missing} mangler nummer",
            alerts=[alert] if alert else [],
            ages=[("Kontakter", state)] if state else [],
        )
    ]


def _rows(plan: ResponsePlan) -> Iterator[View]:
    """Yield the plan's contacts by type; a type without any still has its line."""
    for each in plan.contact_types:
        for contact in plan.contacts_of(each.id) or [PlanContact(each.id, NOBODY_NAMED)]:
            lines = [contact.name, *filter(None, [contact.note])]
            yield {"name": lines, "kind": each.title, **phone_cell(contact.phone)}


def _known(known: list[from_record.Called]) -> list[View]:
    return [
        {"name": called.name, "kind": called.kind or "–", **phone_cell(called.phone)}
        for called in known
    ]


KIND = plan_kind(DESIGN, drafts)
