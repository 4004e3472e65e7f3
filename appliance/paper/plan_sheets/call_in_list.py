"""Make the call-in list: whom to ask to come, what they can do, what they answered.

The names come from the open records; while the box is locked only initials that were noted stand
there, and rows for writing. Called by the registry and the plan set.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from appliance.clock import DANISH_TIME
from appliance.outage.answer_words import CALL_IN
from appliance.outage.events import Event, Kind
from appliance.paper.document import PrintContext, View
from appliance.paper.frame import count, one_line
from appliance.paper.listing import Column, Style, listing
from appliance.paper.plan_sheets import from_record
from appliance.paper.plan_sheets.noted import (
    AS_NOTED,
    NOTED_BY,
    Noted,
    initials_of,
    noted_of,
    ticked,
)
from appliance.paper.plan_sheets.plan_frame import (
    TEMPLATE,
    Draft,
    blanks,
    empty_row,
    phone_cell,
    plan_kind,
)
from appliance.paper.sheet_kind import Design, Material, Wanted
from appliance.plan.fields import WRITE_NUMBER
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
_NOTED_COLUMNS = (
    Column("name", "Navn", None, Style.NAME),
    Column("skill", "Kvalifikation", 28),
    Column("phone", "Telefon", 31, Style.FILL),
    Column("at", "Ringet kl.", 27, Style.NOTED),
    Column("comes", "Kommer", 15, Style.TICK),
    Column("cannot", "Kan ikke", 13, Style.TICK),
    Column("silent", "Intet svar", 13, Style.TICK),
    Column("arrives", "Møder kl.", 19, Style.NOTED),
)


def drafts(material: Material, _wanted: Wanted, context: PrintContext) -> list[Draft]:
    """Return the list."""
    store = material.records
    today = context.printed_at.astimezone(DANISH_TIME).date()
    staff = from_record.staff_to_call(store, today) if store else []
    state = from_record.whole_state(store, Section.STAFF, has_any=bool(staff)) if store else None
    alert = from_record.STAFF.of(state) if state else from_record.NOT_TAKEN
    noted = noted_of(material, context)
    rung = noted.outage.all_of(Kind.CALL_IN) if noted else ()
    rows = list(_rows(staff, rung, noted))
    more = [
        empty_row(skill=WRITE_SKILL) for _ in range(_MORE_ROWS if staff else _ROWS_WITHOUT_NAMES)
    ]
    people = count(len(rows), "medarbejder", "medarbejdere")
    columns = _NOTED_COLUMNS if rung else _COLUMNS
    return [
        Draft(
            DESIGN,
            material.response_plan().municipality,
            [listing("Hvem kan komme?", columns, [*rows, *more], row_mm=11)],
            f"Slut på listen: {people} · {len(more)} tomme linjer",
            notices=[STEPS, *([AS_NOTED] if noted else [])],
            alerts=[alert] if alert else [],
            ages=[("Medarbejdere", state)] if state else [],
        )
    ]


def _rows(
    staff: Sequence[StaffMember], rung: Iterable[Event], noted: Noted | None
) -> Iterator[View]:
    """Yield whom to ring with what they answered, then who is known by initials only.

    Initials that two of the staff have name neither of them.
    """
    had = Counter(one_line(one.initials).casefold() for one in staff)
    answers = {event.what.about.casefold(): event for event in rung}
    for one in staff:
        initials = one_line(one.initials)
        event = answers.pop(initials.casefold(), None) if had[initials.casefold()] == 1 else None
        row = {
            "name": [one_line(one.name), initials],
            "skill": SKILLS[one.role],
            **phone_cell(one.phone),
        }
        yield _answered(row, event, noted)
    for event in answers.values():
        row = {"name": [event.what.name], **blanks(skill=WRITE_SKILL, phone=WRITE_NUMBER)}
        yield _answered(row, event, noted)


def _answered(row: View, event: Event | None, noted: Noted | None) -> View:
    """Return a row with what was noted of whoever stands in it."""
    if noted is None or event is None:
        return row
    odd = event.what.answer if event.what.answer not in CALL_IN else ""
    return row | {
        "name": [*row["name"], *filter(None, [odd]), f"{NOTED_BY} {initials_of(event)}"],
        "at": noted.time(event),
        "arrives": noted.again(event),
        **ticked(event, CALL_IN),
    }


KIND = plan_kind(DESIGN, drafts)
