"""Make the sheet of decisions: what leaders must answer at a stage, and room for all else.

Every decision has names and time beside it: afterwards that is what is asked for. Called by the
registry and the plan set.
"""

from collections.abc import Iterator

from appliance.paper.document import PrintContext, View
from appliance.paper.frame import count
from appliance.paper.listing import Column, Style, listing
from appliance.paper.plan_sheets.plan_frame import TEMPLATE, Draft, plan_kind, sentences
from appliance.paper.sheet_kind import Design, Material, Wanted
from appliance.plan.models import Decision, ResponsePlan

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


def drafts(material: Material, _wanted: Wanted, _context: PrintContext) -> list[Draft]:
    """Return the sheet."""
    plan = material.response_plan()
    number = count(len(plan.decisions), "fast beslutning", "faste beslutninger")
    return [
        Draft(
            DESIGN,
            plan.municipality,
            [*_sections(plan), listing("Andre beslutninger", _OTHERS, [{}] * _ROWS, row_mm=16)],
            f"Slut på arket: {number} · {_ROWS} tomme linjer",
            notices=[STEPS],
        )
    ]


def _sections(plan: ResponsePlan) -> Iterator[View]:
    for decision in plan.decisions:
        yield sentences(decision.question, _timing(plan, decision))
        rows = [{"what": option} for option in decision.options]
        yield listing("", _OPTIONS, rows, row_mm=12)


def _timing(plan: ResponsePlan, decision: Decision) -> str:
    return f"{plan.stage(decision.stage_id).when} · Tages af: {decision.by}"


KIND = plan_kind(DESIGN, drafts)
