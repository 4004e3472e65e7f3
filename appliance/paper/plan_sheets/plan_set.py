"""Make the plan set: everything of the plan in one order, with a cover to count it against.

This is the paper of the binder, printed by day, and of the night when nobody has the code. Called
by the registry.
"""

from collections.abc import Iterator, Sequence

from appliance.paper.document import Document, PrintContext, View
from appliance.paper.frame import count
from appliance.paper.listing import Column, Style, listing
from appliance.paper.plan_sheets import (
    action_cards,
    call_in_list,
    contact_list,
    contact_round,
    decision_log,
    extent_summary,
    letters,
    response_plan,
)
from appliance.paper.plan_sheets.plan_frame import (
    GROUP,
    NOT_APPROVED,
    TEMPLATE,
    Draft,
    document,
    overdue_alert,
)
from appliance.paper.sheet_kind import ANYBODY, Design, Material, SheetKind, Subject, Wanted
from appliance.plan.models import ResponsePlan

DESIGN = Design("plan_set", "Plansæt", TEMPLATE)
STEPS = "Tæl arkene. Sæt kryds, når du har det hele i hånden. Del aktionskortene ud."
# What is acted by first, then what is rung by, then what is written on.
_PARTS = (
    response_plan.drafts,
    action_cards.drafts,
    contact_list.drafts,
    contact_round.drafts,
    call_in_list.drafts,
    decision_log.drafts,
    extent_summary.drafts,
    letters.drafts,
)
_COLUMNS = (
    Column("tick", "I hånden", 16, Style.TICK),
    Column("number", "Nr.", 12),
    Column("sheet", "Ark", 46, Style.BOLD),
    Column("name", "Hvad"),
    Column("serial", "Udskrift", 30),
)


def render_plan_set(
    material: Material, wanted: Wanted, context: PrintContext
) -> Iterator[Document]:
    """Return the cover and then every sheet of the plan, each typeset when it is asked for.

    Raises:
        StorageError: no serial numbers could be taken.

    """
    drafts = [draft for part in _PARTS for draft in part(material, wanted, context)]
    cover_serial, *serials = context.serials.take(1 + len(drafts))
    plan = material.response_plan()
    cover = _cover(plan, drafts, serials, context)
    numbered = zip([cover, *drafts], [cover_serial, *serials], strict=True)
    return (document(draft, plan, context, serial) for draft, serial in numbered)


def _cover(
    plan: ResponsePlan, drafts: Sequence[Draft], serials: Sequence[str], context: PrintContext
) -> Draft:
    rows = [
        _row(draft, number, serial)
        for number, (draft, serial) in enumerate(zip(drafts, serials, strict=True), 1)
    ]
    alerts = (
        None if plan.responsibility.is_approved else NOT_APPROVED,
        overdue_alert(plan, context.printed_at),
    )
    return Draft(
        DESIGN,
        plan.title,
        [listing(count(len(rows), "dokument", "dokumenter"), _COLUMNS, rows, row_mm=9)],
        f"Slut på oversigten: {count(len(rows), 'dokument', 'dokumenter')}",
        notices=[STEPS],
        alerts=[alert for alert in alerts if alert],
    )


def _row(draft: Draft, number: int, serial: str) -> View:
    name = draft.about or draft.name
    return {"number": str(number), "sheet": draft.title, "name": name, "serial": serial}


KIND = SheetKind(
    name=DESIGN.name,
    title=DESIGN.title,
    subjects=(Subject.NOBODY,),
    build=render_plan_set,
    group=GROUP,
    comes_back=False,
    roles=ANYBODY,
)
