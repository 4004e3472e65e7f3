"""Make the action cards: one page for each role, to be held in a hand.

Refuses to let a card run to a second page while a smaller type would hold it; which cards do not
fit even so is for `fitting` to say by day. Called by the registry and the plan set.
"""

from appliance.errors import PaperError
from appliance.paper.document import PrintContext
from appliance.paper.plan_sheets.plan_frame import TEMPLATE, Draft, plan_kind, prose
from appliance.paper.sheet_kind import Design, Material, Wanted
from appliance.plan.checking import DO_NOT, FIRST
from appliance.plan.models import ResponsePlan, Text

DESIGN = Design("action_cards", "Aktionskort", TEMPLATE)


def drafts(material: Material, wanted: Wanted, _context: PrintContext) -> list[Draft]:
    """Return the card that is asked for by its id, or every card.

    Raises:
        PaperError: there is no such card in the plan.

    """
    plan = material.response_plan()
    cards = [card for card in plan.cards if wanted.id in ("", card.id)]
    if not cards:
        raise PaperError(f"no action card {wanted.id!r} in the plan")
    return [draft(plan, card) for card in cards]


def draft(plan: ResponsePlan, card: Text) -> Draft:
    """Return one card."""
    passages = list(card.passages())
    sections = [
        {
            **prose(passage.title, passage.blocks, plan),
            "is_boxed": passage.title == DO_NOT,
            "is_ticked": passage.title == FIRST,
        }
        for passage in passages
    ]
    points = sum(len(passage.blocks) for passage in passages)
    ending = f"Slut på kortet: {points} punkter"
    return Draft(DESIGN, card.title, sections, ending, is_one_page=True)


KIND = plan_kind(DESIGN, drafts)
