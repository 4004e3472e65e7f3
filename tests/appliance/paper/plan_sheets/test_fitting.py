"""What would not print well by night is found by day."""

from dataclasses import replace

import pytest

from appliance.paper.plan_sheets.fitting import unfit_texts
from appliance.plan.models import Block, BlockKind, Span
from appliance.plan.shipped import shipped_plan
from tests.appliance.paper.people import NIGHT

pytestmark = pytest.mark.slow  # each tries the whole plan in every size of type

LINE = Span("Et punkt, som fylder næsten en hel linje på kortet, og som står der mange gange.")


ODD = "is a character no font of the box can show"


def told(plan):
    return [str(finding) for finding in unfit_texts(plan, NIGHT)]


def changed(part, *blocks):
    """Return the shipped plan with blocks added to the first card, letter or chapter."""
    plan = shipped_plan()
    first, *others = getattr(plan, part)
    return replace(plan, **{part: (replace(first, blocks=(*first.blocks, *blocks)), *others)})


def test_the_plans_of_this_house_fit(fjordby):
    assert told(shipped_plan()) == []
    assert told(fjordby) == []


@pytest.mark.parametrize(("part", "file"), [("cards", "nattevagt"), ("letters", "sygehus")])
def test_what_no_type_can_hold_on_a_page_is_found(part, file):
    long = changed(part, *(Block(BlockKind.BULLET, (LINE,)),) * 60)

    assert told(long) == [
        f"{part}/{file}.md: does not fit on one page, not even in the smallest type: shorten it"
    ]


@pytest.mark.parametrize(
    ("part", "place"),
    [("cards", "cards/nattevagt.md"), ("letters", "letters/sygehus.md"),
     ("chapters", "chapters/situation.md")],
)  # fmt: skip
def test_a_character_no_font_can_show_is_found(part, place):
    odd = changed(part, Block(BlockKind.PARAGRAPH, (Span("漢"),)))

    assert told(odd) == [f'{place}: "漢": 漢 (U+6F22) {ODD}']


def test_character_no_font_can_show_in_a_note_is_found_although_no_card_shows_it():
    plan = shipped_plan()
    first, *others = plan.contacts
    odd = replace(plan, contacts=(replace(first, note="📞 døgnet rundt"), *others))

    assert told(odd) == [f"plan.toml: [[contacts]] {first.name} note: 📞 (U+1F4DE) {ODD}"]
