"""Make the whole response plan: the checklist first, then what it is built on.

In an outage the points that were signed for on the box stand ticked. Called by the registry and the
plan set.
"""

from collections.abc import Iterator

from appliance.outage.events import Kind
from appliance.paper.document import PrintContext, View
from appliance.paper.listing import Column, Style, listing
from appliance.paper.plan_sheets.noted import AS_NOTED, TICKED, Noted, initials_of, noted_of
from appliance.paper.plan_sheets.plan_frame import (
    NOT_APPROVED,
    TEMPLATE,
    Draft,
    overdue_alert,
    plan_kind,
    prose,
)
from appliance.paper.sheet_kind import Design, Material, Wanted
from appliance.plan.models import ChecklistItem, ResponsePlan, Stage
from appliance.records.medicine import show_date

DESIGN = Design("response_plan", "Indsatsplan", TEMPLATE)
STEPS = "Sæt kryds, når punktet er gjort. Skriv kl. og initialer."
_CHECKLIST = (
    Column("when", "Hvornår", 38, Style.NAME),
    Column("tick", "Gjort", 13, Style.TICK),
    Column("what", "Hvad"),
    Column("at", "Kl.", 20, Style.WRITE),
    Column("init", "Init.", 20, Style.WRITE),
)
_NOTED_CHECKLIST = (
    *_CHECKLIST[:3],
    Column("at", "Kl.", 27, Style.NOTED),
    Column("init", "Init.", 20, Style.NOTED),
)
_STAGES = (
    Column("when", "Hvornår", 30, Style.BOLD),
    Column("name", "Hvad", 52, Style.BOLD),
    Column("how", "Sådan"),
)
_REVISIONS = (
    Column("version", "Version", 18, Style.BOLD),
    Column("on", "Dato", 26),
    Column("by", "Af", 46),
    Column("what", "Ændring"),
)
_FACTS = (Column("what", "Hvad", 52, Style.BOLD), Column("answer", "Hvem eller hvornår"))


def drafts(material: Material, _wanted: Wanted, context: PrintContext) -> list[Draft]:
    """Return the plan."""
    plan, noted = material.response_plan(), noted_of(material, context)
    duty = plan.responsibility
    alerts = (
        None if duty.is_approved else NOT_APPROVED,
        overdue_alert(plan, context.printed_at),
    )
    parts = (len(plan.chapters), len(plan.stages), len(plan.checklist))
    ending = "Slut på planen: {} afsnit · {} trin · {} punkter på tjeklisten".format(*parts)
    return [
        Draft(
            DESIGN,
            plan.title,
            list(_sections(plan, noted)),
            ending,
            notices=[STEPS, *([AS_NOTED] if noted else [])],
            alerts=[alert for alert in alerts if alert],
        )
    ]


def _sections(plan: ResponsePlan, noted: Noted | None) -> Iterator[View]:
    rows = [row for stage in plan.stages for row in _checks(plan, stage, noted)]
    yield listing("Tjekliste", _NOTED_CHECKLIST if noted else _CHECKLIST, rows, row_mm=10)
    stages = [{"when": each.when, "name": each.title, "how": each.text} for each in plan.stages]
    yield listing("Hvad der skal ske hvornår", _STAGES, stages)
    for chapter in plan.chapters:
        for number, passage in enumerate(chapter.passages()):
            title = " – ".join(filter(None, (chapter.title, passage.title)))
            yield prose(passage.title if number else title, passage.blocks, plan)
    yield listing("Hvem planen er fra, og hvor længe den gælder", _FACTS, _facts(plan))
    if plan.responsibility.revisions:
        yield listing("Ændringer i planen", _REVISIONS, _revisions(plan))


def _checks(plan: ResponsePlan, stage: Stage, noted: Noted | None) -> Iterator[View]:
    """Yield the checklist of one stage: a page may begin anywhere, so each row says when."""
    items = [item for item in plan.checklist if item.stage_id == stage.id]
    for number, item in enumerate(items):
        named = [stage.when, stage.title] if number == 0 else [stage.when]
        row = {"when": named, "what": [item.text, *_numbers(plan, item)]}
        yield row | (_signed(item, noted) if noted else {})


def _signed(item: ChecklistItem, noted: Noted) -> View:
    """Return who signed for a point on the box, and when."""
    event = noted.outage.about(Kind.STEP, item.id)
    if event is None:
        return {}
    return {"tick": TICKED, "at": noted.time(event), "init": initials_of(event)}


def _numbers(plan: ResponsePlan, item: ChecklistItem) -> list[str]:
    """Return the numbers an item takes; those nobody knows have their line on the contact list."""
    known = plan.contacts_of(item.contact_type)
    return [f"{contact.name}: {contact.phone}" for contact in known if contact.phone]


def _facts(plan: ResponsePlan) -> list[View]:
    duty = plan.responsibility
    told = (
        ("Kommune", plan.municipality),
        ("Version", duty.version),
        ("Ejer", duty.owner),
        ("Forfatter", duty.author),
        ("Godkendt af", duty.approver),
        ("Godkendt den", show_date(duty.approved_on) if duty.approved_on else ""),
        ("Næste gennemgang", show_date(duty.next_review) if duty.next_review else ""),
    )
    return [{"what": what, "answer": text or "–"} for what, text in told]


def _revisions(plan: ResponsePlan) -> list[View]:
    return [
        {"version": each.version, "on": show_date(each.on), "by": each.by, "what": each.what}
        for each in plan.responsibility.revisions
    ]


KIND = plan_kind(DESIGN, drafts)
