"""Make the sheet of decisions: what leaders must answer at a stage, and room for all else.

Every decision has names and time beside it: afterwards that is what is asked for. What was noted
on the box stands first. Called by the registry and the plan set.
"""

from collections.abc import Iterator, Sequence

from appliance.outage.events import Event
from appliance.outage.stages import due_of
from appliance.paper.document import PrintContext, View
from appliance.paper.frame import count
from appliance.paper.listing import Column, Style, listing
from appliance.paper.plan_sheets.noted import AS_NOTED, NOTED_BY, Noted, initials_of, noted_of
from appliance.paper.plan_sheets.outage_report import NOT_DECIDED
from appliance.paper.plan_sheets.plan_frame import TEMPLATE, Draft, plan_kind, prose, sentences
from appliance.paper.sheet_kind import Design, Material, Wanted
from appliance.plan.models import Block, BlockKind, Decision, ResponsePlan, Span

DESIGN = Design("decision_log", "Beslutninger", TEMPLATE)
STEPS = "Skriv navn og titel på alle, der tog beslutningen, og hvornår. Ret ikke i det bagefter."
_ROWS = 12
_OPTIONS = (
    Column("tick", "Valgt", 14, Style.TICK),
    Column("what", "Mulighed"),
    Column("by", "Besluttet af: navn og titel", 62, Style.WRITE),
    Column("at", "Dato og kl.", 34, Style.WRITE),
)
_OTHERS = (
    Column("at", "Dato og kl.", 30, Style.WRITE),
    Column("what", "Hvad er besluttet?", None, Style.WRITE),
    Column("by", "Af: navn og titel", 44, Style.WRITE),
    Column("told", "Meddelt til", 36, Style.WRITE),
)
_MADE = (
    Column("at", "Dato og kl.", 36),
    Column("what", "Hvad er besluttet?"),
    Column("who", "Af: navn og titel", 58),
    Column("init", NOTED_BY, 22),
)
AGAIN_NOW = "Tag stilling igen nu"
OVERRULED = "Afløst af en senere beslutning:"


def drafts(material: Material, _wanted: Wanted, context: PrintContext) -> list[Draft]:
    """Return the sheet."""
    plan, noted = material.response_plan(), noted_of(material, context)
    made = noted.under_way.decisions if noted else ()
    counted = [count(len(plan.decisions), "fast beslutning", "faste beslutninger")]
    counted += [f"{len(made)} noteret på boksen"] if noted else []
    return [
        Draft(
            DESIGN,
            plan.municipality,
            [
                *_asked(plan, made, noted),
                *_others(plan, made, noted),
                listing("Andre beslutninger", _OTHERS, [{}] * _ROWS, row_mm=16),
            ],
            f"Slut på arket: {' · '.join(counted)} · {_ROWS} tomme linjer",
            notices=[STEPS, *([AS_NOTED] if noted else [])],
        )
    ]


def _asked(plan: ResponsePlan, made: Sequence[Event], noted: Noted | None) -> Iterator[View]:
    """Yield the plan's questions: what was decided, and room to decide while that is open."""
    due = due_of(plan, noted.under_way.lapse).decisions if noted else ()
    for decision in plan.decisions:
        found = [event for event in made if event.what.about == decision.id]
        yield sentences(decision.question, _timing(plan, decision))
        if decision in due:
            yield _loud(AGAIN_NOW if found else NOT_DECIDED, plan)
        if noted and found:
            yield listing("", _MADE, _made(found, noted))
        if not found or found[-1].what.minutes is not None:
            rows = [{"what": option} for option in decision.options]
            yield listing("", _OPTIONS, rows, row_mm=12)


def _others(plan: ResponsePlan, made: Sequence[Event], noted: Noted | None) -> Iterator[View]:
    """Yield what else was decided; what an earlier plan asked has its question with it."""
    asked = {decision.id for decision in plan.decisions}
    found = [event for event in made if event.what.about not in asked]
    if noted and found:
        rows = _made(found, noted)
        for row, event in zip(rows, found, strict=True):
            row["what"] = [*filter(None, [event.what.name]), *row["what"]]
        yield listing("Andre beslutninger, noteret på boksen", _MADE, rows)


def _made(events: Sequence[Event], noted: Noted) -> list[View]:
    """Return decisions as rows; of one question only the last counts, and the others say so."""
    last = {event.what.about: event for event in events}
    return [_row(event, noted, counts=last[event.what.about] is event) for event in events]


def _row(event: Event, noted: Noted, *, counts: bool) -> View:
    answer = event.what.answer
    return {
        "at": noted.day_and_time(event),
        "what": [answer] if counts else [OVERRULED, answer],
        "loud": [answer] if counts else [],
        "who": event.what.text,
        "init": initials_of(event),
    }


def _loud(text: str, plan: ResponsePlan) -> View:
    return prose("", [Block(BlockKind.PARAGRAPH, (Span(text, is_bold=True),))], plan)


def _timing(plan: ResponsePlan, decision: Decision) -> str:
    return f"{plan.stage(decision.stage_id).when} · Tages af: {decision.by}"


KIND = plan_kind(DESIGN, drafts)
