"""Make the sheet of the contact round: ring the others and ask whether they are hit, too.

With the box open it also names the units of the copy. Called by the registry and the plan set.
"""

from appliance.paper.document import PrintContext, View
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
    Column("again", "Ring igen kl.", 17, Style.WRITE),
    Column("init", "Init.", 14, Style.WRITE),
)


def drafts(material: Material, _wanted: Wanted, _context: PrintContext) -> list[Draft]:
    """Return the sheet."""
    plan = material.response_plan()
    called = from_record.round_of(plan, material.records)
    rows = [_row(each, material.told(each.box, each.name)) for each in called]
    more = [empty_row() for _ in range(_MORE_ROWS)]
    return [
        Draft(
            DESIGN,
            plan.municipality,
            [listing("Er de også ramt?", _COLUMNS, [*rows, *more], row_mm=11)],
            f"Slut på runden: {len(rows)} at ringe til · {len(more)} tomme linjer",
            notices=[STEPS],
            alerts=[] if material.records else [from_record.NOT_TAKEN],
        )
    ]


def _row(called: from_record.Called, told: str) -> View:
    lines = [called.name, *filter(None, [called.kind, told])]
    return {"name": lines, **phone_cell(called.phone)}


KIND = plan_kind(DESIGN, drafts)
