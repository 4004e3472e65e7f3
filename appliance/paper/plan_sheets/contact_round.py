"""Make the sheet of the contact round: ring the others and ask whether they are hit, too.

With the box open it also names the units of the copy. What was noted on the box stands ticked.
Called by the registry and the plan set.
"""

from appliance.outage.answer_words import ROUND
from appliance.paper.document import PrintContext, View
from appliance.paper.listing import Column, Style, listing
from appliance.paper.plan_sheets import from_record
from appliance.paper.plan_sheets.noted import (
    AS_NOTED,
    RING_AGAIN,
    Noted,
    initials_of,
    noted_of,
    ticked,
)
from appliance.paper.plan_sheets.plan_frame import (
    TEMPLATE,
    Draft,
    empty_row,
    phone_cell,
    plan_kind,
    sentences,
)
from appliance.paper.sheet_kind import Design, Material, Wanted

DESIGN = Design("contact_round", "Kontaktrunde", TEMPLATE)
STEPS = "Ring til alle. Sæt ét kryds ved hver. Får du intet svar, så skriv, hvornår du ringer igen."
_MORE_ROWS = 4
_COLUMNS = (
    Column("name", "Hvem", None, Style.NAME),
    Column("phone", "Telefon", 36, Style.FILL),
    Column("at", "Ringet kl.", 17, Style.WRITE),
    Column("hit", "Ramt", 13, Style.TICK),
    Column("spared", "Ikke ramt", 13, Style.TICK),
    Column("silent", "Intet svar", 13, Style.TICK),
    Column("again", RING_AGAIN, 17, Style.WRITE),
    Column("init", "Init.", 14, Style.WRITE),
)
_NOTED_COLUMNS = (
    Column("name", "Hvem", None, Style.NAME),
    Column("phone", "Telefon", 34, Style.FILL),
    Column("at", "Ringet kl.", 27, Style.NOTED),
    Column("hit", "Ramt", 13, Style.TICK),
    Column("spared", "Ikke ramt", 13, Style.TICK),
    Column("silent", "Intet svar", 13, Style.TICK),
    Column("again", RING_AGAIN, 19, Style.NOTED),
    Column("init", "Init.", 19, Style.NOTED),
)


def drafts(material: Material, _wanted: Wanted, context: PrintContext) -> list[Draft]:
    """Return the sheet."""
    plan, noted = material.response_plan(), noted_of(material, context)
    called = from_record.round_of(plan, material.records, noted.outage if noted else None)
    rows = [_row(each, material.told(each.box, each.name), noted) for each in called]
    more = [empty_row() for _ in range(_MORE_ROWS)]
    columns = _NOTED_COLUMNS if noted else _COLUMNS
    return [
        Draft(
            DESIGN,
            plan.municipality,
            [
                *([sentences("", noted.round_counts(called))] if noted else []),
                listing("Er de også ramt?", columns, [*rows, *more], row_mm=11),
            ],
            f"Slut på runden: {len(rows)} at ringe til · {len(more)} tomme linjer",
            notices=[STEPS, *([AS_NOTED] if noted else [])],
            alerts=[] if material.records else [from_record.NOT_TAKEN],
        )
    ]


def _row(called: from_record.Called, told: str, noted: Noted | None) -> View:
    event = noted.answer_of(called) if noted else None
    odd = event.what.answer if event and event.what.answer not in ROUND else ""
    row = {
        "name": [called.name, *filter(None, [called.kind, told, odd])],
        **phone_cell(called.phone),
    }
    if noted and event:
        row |= ticked(event, ROUND)
        row |= {"at": noted.time(event), "again": noted.again(event), "init": initials_of(event)}
    return row


KIND = plan_kind(DESIGN, drafts)
