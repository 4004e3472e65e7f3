"""Make the call-in list: whom to ask to come, what they can do, what they answered.

The names come from the open records; while the box is locked the rows are for writing. Called by
the registry and the plan set.
"""

from appliance.clock import DANISH_TIME
from appliance.paper.document import PrintContext, View
from appliance.paper.frame import count, one_line
from appliance.paper.listing import Column, Style, listing
from appliance.paper.plan_sheets import from_record
from appliance.paper.plan_sheets.plan_frame import (
    TEMPLATE,
    Draft,
    empty_row,
    phone_cell,
    plan_kind,
)
from appliance.paper.sheet_kind import Design, Material, Wanted
from appliance.records.models import StaffMember
from appliance.records.terms import Role, Section

DESIGN = Design("call_in_list", "Tilkaldeliste", TEMPLATE)
STEPS = "Ring oppefra. Skriv kl., sæt kryds ved svaret, og skriv, hvornår den, der kommer, møder."
SKILLS = {
    Role.NURSE: "Sygeplejerske",
    Role.ASSISTANT: "Sosu-personale",
    Role.LEADER: "Leder",
    Role.DRIVER_COORDINATOR: "Kørekoordinator",
    Role.IT: "IT",
}
WRITE_SKILL = "skriv kvalifikation"
_ROWS_WITHOUT_NAMES, _MORE_ROWS = 16, 5
_COLUMNS = (
    Column("name", "Navn", None, Style.NAME),
    Column("skill", "Kvalifikation", 33),
    Column("phone", "Telefon", 34, Style.FILL),
    Column("at", "Ringet kl.", 17, Style.WRITE),
    Column("comes", "Kommer", 15, Style.TICK),
    Column("cannot", "Kan ikke", 13, Style.TICK),
    Column("silent", "Intet svar", 13, Style.TICK),
    Column("arrives", "Møder kl.", 17, Style.WRITE),
)


def drafts(material: Material, _wanted: Wanted, context: PrintContext) -> list[Draft]:
    """Return the list."""
    store = material.records
    today = context.printed_at.astimezone(DANISH_TIME).date()
    staff = from_record.staff_to_call(store, today) if store else []
    state = from_record.whole_state(store, Section.STAFF, has_any=bool(staff)) if store else None
    alert = from_record.STAFF.of(state) if state else from_record.NOT_TAKEN
    more = [
        empty_row(skill=WRITE_SKILL) for _ in range(_MORE_ROWS if staff else _ROWS_WITHOUT_NAMES)
    ]
    rows = [*map(_row, staff), *more]
    people = count(len(staff), "medarbejder", "medarbejdere")
    return [
        Draft(
            DESIGN,
            material.response_plan().municipality,
            [listing("Hvem kan komme?", _COLUMNS, rows, row_mm=11)],
            f"Slut på listen: {people} · {len(more)} tomme linjer",
            notices=[STEPS],
            alerts=[alert] if alert else [],
            ages=[("Medarbejdere", state)] if state else [],
        )
    ]


def _row(one: StaffMember) -> View:
    lines = [one_line(one.name), one_line(one.initials)]
    return {"name": lines, "skill": SKILLS[one.role], **phone_cell(one.phone)}


KIND = plan_kind(DESIGN, drafts)
