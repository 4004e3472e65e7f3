"""Make the summary of the extent: what is down, who is hit, what cannot be done.

For the leaders and the health crisis staff, filled in from the contact round. Called by the
registry and the plan set.
"""

from appliance.paper.document import PrintContext, View
from appliance.paper.frame import count
from appliance.paper.listing import Column, Style, listing
from appliance.paper.plan_sheets import from_record
from appliance.paper.plan_sheets.plan_frame import TEMPLATE, WRITE_NAME, Draft, blanks, plan_kind
from appliance.paper.sheet_kind import Design, Material, Wanted
from appliance.records.age import show_date_time

DESIGN = Design("extent_summary", "Nedbruddets omfang", TEMPLATE)
STEPS = "Udfyld arket ud fra kontaktrunden. Skriv et nyt ark, når billedet ændrer sig."
_MORE_ROWS = 3
_QUESTIONS = (
    "Nedbruddet begyndte (dato og kl.)",
    "Arket er udfyldt (dato og kl., navn)",
    "Enheder, der er ramt (antal af alle)",
    "Borgere med livsnødvendige behov, der ikke er set til (antal)",
    "Visiterede besøg, der ikke nås (antal)",
    "Medarbejdere, der mangler det næste døgn (antal)",
    "IT-vagten siger (årsag, forventet slut)",
)
_ANSWERS = (
    Column("what", "Spørgsmål", 84, Style.BOLD),
    Column("answer", "Svar", None, Style.WRITE),
)
_SYSTEMS = (
    Column("name", "System"),
    Column("works", "Virker", 18, Style.TICK),
    Column("down", "Virker ikke", 18, Style.TICK),
    Column("unknown", "Ved ikke", 18, Style.TICK),
    Column("since", "Siden: dato og kl.", 46, Style.WRITE),
)
_UNITS = (
    Column("name", "Enhed", None, Style.NAME),
    Column("hit", "Ramt", 14, Style.TICK),
    Column("spared", "Ikke ramt", 14, Style.TICK),
    Column("silent", "Intet svar", 14, Style.TICK),
    Column("needs", "Mangler hjælp til", 82, Style.WRITE),
)


def drafts(material: Material, _wanted: Wanted, _context: PrintContext) -> list[Draft]:
    """Return the summary."""
    plan = material.response_plan()
    called = from_record.round_of(plan, material.records)
    units: list[View] = [
        {"name": [each.name, *filter(None, [material.told(each.box, each.name)])]}
        for each in called
    ]
    more = [blanks(name=WRITE_NAME) for _ in range(_MORE_ROWS)]
    systems = [{"name": system} for system in plan.systems]
    counted = f"{len(systems)} systemer · {count(len(units), 'enhed', 'enheder')}"
    return [
        Draft(
            DESIGN,
            plan.municipality,
            [
                listing("Overblik", _ANSWERS, _answers(material), row_mm=11),
                listing("Hvad virker ikke?", _SYSTEMS, systems, row_mm=9),
                listing("Hvem er ramt?", _UNITS, [*units, *more], row_mm=11),
            ],
            f"Slut på arket: {counted} · {len(more)} tomme linjer",
            notices=[STEPS],
            alerts=[] if material.records else [from_record.NOT_TAKEN],
        )
    ]


def _answers(material: Material) -> list[View]:
    """Return the questions; the start is filled in where the box knows it."""
    begun, *others = _QUESTIONS
    known = material.outage_started_at
    first = {"what": begun, **({"answer": show_date_time(known)} if known else {})}
    return [first, *({"what": question} for question in others)]


KIND = plan_kind(DESIGN, drafts)
