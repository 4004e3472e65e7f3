"""Make the action cards: one page for each role, to be held in a hand.

Refuses to let a card run to a second page while a smaller type would hold it; which cards do not
fit even so is for `nodboks plan check` to say by day. Called by the registry and the plan set.
"""

from collections.abc import Iterator
from datetime import datetime

from appliance.errors import PaperError
from appliance.paper.document import Document, PrintContext, Typeset
from appliance.paper.plan_sheets.plan_frame import TEMPLATE, Draft, document, plan_kind, prose
from appliance.paper.sheet_kind import Design, Material, Wanted
from appliance.plan.checking import DO_NOT, FIRST
from appliance.plan.findings import Finding
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


def unfit_cards(plan: ResponsePlan, made_at: datetime) -> Iterator[Finding]:
    """Yield the cards that are more than a page, or have characters no font can show."""
    context = PrintContext("–", made_at, "–" * 40, _NoSerials())
    for card in plan.cards:
        made: Document = document(draft(plan, card), plan, context, "000-00000")
        place = f"cards/{card.id}.md"
        if made.pages > 1:
            yield Finding(place, "does not fit on one page: shorten it")
        if made.typeset is not Typeset.STRICT:
            yield Finding(place, "has a character no font of the box can show")


class _NoSerials:
    """A card that is only tried takes no number."""

    def take(self, count: int = 1) -> list[str]:
        """Return numbers that nobody uses."""
        return ["000-00000"] * count


KIND = plan_kind(DESIGN, drafts)
