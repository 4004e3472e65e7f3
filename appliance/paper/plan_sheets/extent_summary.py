"""Make the summary of the extent: what is down, who is hit, what cannot be done.

For the leaders and the health crisis staff, filled in from the contact round: by the box with what
was noted there, else by hand. Called by the registry and the plan set.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from appliance.outage.answer_words import ROUND
from appliance.outage.events import Event
from appliance.paper.document import PrintContext, View
from appliance.paper.frame import count
from appliance.paper.listing import Column, Style, listing
from appliance.paper.plan_sheets import from_record
from appliance.paper.plan_sheets.noted import (
    AS_NOTED,
    CLOCK_UNSURE,
    LASTED_SO_FAR,
    NOTED_BY,
    RING_AGAIN,
    TICKED,
    Noted,
    noted_of,
    ticked,
    time_of,
)
from appliance.paper.plan_sheets.plan_frame import TEMPLATE, WRITE_NAME, Draft, blanks, plan_kind
from appliance.paper.sheet_kind import Design, Material, Wanted
from appliance.records.age import show_date_time

DESIGN = Design("extent_summary", "Nedbruddets omfang", TEMPLATE)
STEPS = "Udfyld arket ud fra kontaktrunden. Skriv et nyt ark, når billedet ændrer sig."
HIT = "hit"
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
_NOTED_ANSWERS = (
    Column("what", "Spørgsmål", 84),
    Column("answer", "Svar", None, Style.NOTED),
)
_SYSTEMS = (
    Column("name", "System"),
    Column("works", "Virker", 18, Style.TICK),
    Column("down", "Virker ikke", 18, Style.TICK),
    Column("unknown", "Ved ikke", 18, Style.TICK),
    Column("since", "Siden: dato og kl.", 46, Style.WRITE),
)
_NOTED_SYSTEMS = (*_SYSTEMS[:-1], replace(_SYSTEMS[-1], style=Style.NOTED))
_UNITS = (
    Column("name", "Enhed", None, Style.NAME),
    Column("hit", "Ramt", 14, Style.TICK),
    Column("spared", "Ikke ramt", 14, Style.TICK),
    Column("silent", "Intet svar", 14, Style.TICK),
    Column("needs", "Mangler hjælp til", 82, Style.WRITE),
)


def drafts(material: Material, _wanted: Wanted, context: PrintContext) -> list[Draft]:
    """Return the summary."""
    plan, noted = material.response_plan(), noted_of(material, context)
    called = from_record.round_of(plan, material.records, noted.outage if noted else None)
    units = [_unit(each, material.told(each.box, each.name), noted) for each in called]
    more = [blanks(name=WRITE_NAME) for _ in range(_MORE_ROWS)]
    systems = list(_systems(plan.systems, noted))
    counted = f"{len(systems)} systemer · {count(len(units), 'enhed', 'enheder')}"
    answers = _noted_answers(noted, called, context) if noted else _answers(material)
    return [
        Draft(
            DESIGN,
            plan.municipality,
            [
                listing("Overblik", _NOTED_ANSWERS if noted else _ANSWERS, answers, row_mm=11),
                listing(
                    "Hvad virker ikke?", _NOTED_SYSTEMS if noted else _SYSTEMS, systems, row_mm=9
                ),
                listing("Hvem er ramt?", _UNITS, [*units, *more], row_mm=11),
            ],
            f"Slut på arket: {counted} · {len(more)} tomme linjer",
            notices=[STEPS, *([AS_NOTED] if noted else [])],
            alerts=[] if material.records else [from_record.NOT_TAKEN],
        )
    ]


def _answers(material: Material) -> list[View]:
    """Return the questions; the start is filled in where the box knows it."""
    begun, *others = _QUESTIONS
    known = material.outage_started_at
    first = {"what": begun, **({"answer": show_date_time(known)} if known else {})}
    return [first, *({"what": question} for question in others)]


def _noted_answers(
    noted: Noted, called: Sequence[from_record.Called], context: PrintContext
) -> list[View]:
    """Return the questions with what is noted; what only people know is left to them."""
    rows: list[View] = [{"what": question} for question in _QUESTIONS]
    lapse, start = noted.under_way.lapse, noted.outage.start
    is_sure = start is not None and lapse.is_time_sure(start)
    began = show_date_time(lapse.began_at) if is_sure else CLOCK_UNSURE
    rows[0] |= {"answer": [began, f"{LASTED_SO_FAR} {time_of(lapse.lasted)}"]}
    if context.is_clock_trusted:
        rows[1] |= {"answer": f"Af boksen, {show_date_time(context.printed_at)}"}
    found = [noted.answer_of(each) for each in called]
    if any(found):
        hit = sum(event is not None and event.what.answer == HIT for event in found)
        rows[2] |= {"answer": [f"{hit} af {len(called)}", noted.round_counts(called)]}
    return rows


def _systems(systems: Sequence[str], noted: Noted | None) -> Iterator[View]:
    """Yield the plan's systems, then what else was said to be down.

    Whoever says what is down says it of the whole list: what was on an earlier one works again.
    """
    told = noted.under_way.told_down if noted else ()
    named = dict.fromkeys([*systems, *(item for event in told for item in event.what.items)])
    for name in named:
        yield {"name": name, **(_state(name, told, noted) if noted else {})}


def _state(name: str, told: Sequence[Event], noted: Noted) -> View:
    """Return what was said of a system last, and by whom since when."""
    since: Event | None = None
    is_down = False
    for event in told:
        if (name in event.what.items) != is_down:
            since, is_down = event, not is_down
    if since is None:
        return {}
    return {"down" if is_down else "works": TICKED, "since": f"{NOTED_BY} {noted.signed(since)}"}


def _unit(called: from_record.Called, told: str, noted: Noted | None) -> View:
    """Return one of the round, ticked as they answered."""
    event = noted.answer_of(called) if noted else None
    lines = [called.name, *filter(None, [told])]
    if noted is None or event is None:
        return {"name": lines}
    odd = event.what.answer if event.what.answer not in ROUND else ""
    again = noted.again(event)
    when = f"{RING_AGAIN} {again}" if again else ""
    return {
        "name": [*lines, *filter(None, [odd, noted.signed(event), when])],
        **ticked(event, ROUND),
    }


KIND = plan_kind(DESIGN, drafts)
