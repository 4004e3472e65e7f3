"""Find, by day, the texts of a plan that would not print well by night.

A card or a letter is one page; a character no font can show would be a box. Both are known only
once the text is typeset. Called by `nodboks plan check`; takes no serial numbers.
"""

from collections.abc import Iterator
from datetime import datetime

from appliance.paper.document import Document, PrintContext, Typeset
from appliance.paper.plan_sheets import action_cards, letters, response_plan
from appliance.paper.plan_sheets.plan_frame import Draft, document
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.plan.findings import Finding
from appliance.plan.models import ResponsePlan

# As long as the name of a box gets, so that a card that fits here fits everywhere.
_LONG_NAME = "Plejecenter og hjemmeplejegruppe " * 2
_TRIED = "000-00000"


class NoSerials:
    """A sheet that is only tried takes no number."""

    def take(self, count: int = 1) -> list[str]:
        """Return numbers that stand on no paper."""
        return [_TRIED] * count


def unfit_texts(plan: ResponsePlan, made_at: datetime) -> Iterator[Finding]:
    """Yield what is longer than its page, or has characters no font can show.

    Tried as it is at its longest: with a clock nobody trusts and in the place of a broken plan.
    """
    context = PrintContext("–", made_at, _LONG_NAME, NoSerials(), is_clock_trusted=False)
    wanted, material = Wanted(Subject.NOBODY), Material(plan=plan)
    cards = action_cards.drafts(material, wanted, context)
    mail = letters.drafts(material, wanted, context)
    whole = response_plan.drafts(material, wanted, context)
    places = [
        *(f"cards/{card.id}.md" for card in plan.cards),
        *(f"letters/{letter.id}.md" for letter in plan.letters),
        "plan.toml",
    ]
    for place, draft in zip(places, [*cards, *mail, *whole], strict=True):
        made = document(draft, plan, context, _TRIED)
        yield from (Finding(place, message) for message in _faults(draft, made))


def _faults(draft: Draft, made: Document) -> Iterator[str]:
    if draft.is_one_page and made.pages > 1:
        yield "does not fit on one page, not even in the smallest type: shorten it"
    if made.typeset is not Typeset.STRICT:
        yield "has a character that no font of the box can show"
