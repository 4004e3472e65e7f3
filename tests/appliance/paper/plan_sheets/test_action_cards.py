"""One page for each role."""

from dataclasses import replace

import pytest

from appliance.paper.document import Typeset
from appliance.paper.plan_sheets import action_cards
from appliance.paper.sheet_kind import Material
from appliance.plan.checking import CARD_HEADINGS
from appliance.plan.models import Block, BlockKind, Span
from appliance.plan.shipped import shipped_plan
from tests.appliance.paper.pages import layout, overprinted, texts
from tests.appliance.paper.plan_sheets.conftest import LONG, printed

CARDS = [card.id for card in shipped_plan().cards]


def with_more(card_id, points):
    """Return the shipped plan with more to do on one card."""
    plan = shipped_plan()
    line = Span("Endnu et punkt, som nogen har fundet på, og som fylder næsten en linje.")
    more = (Block(BlockKind.BULLET, (line,)),) * points
    cards = tuple(
        replace(card, blocks=(*card.blocks[:8], *more, *card.blocks[8:]))
        if card.id == card_id
        else card
        for card in plan.cards
    )
    return Material(plan=replace(plan, cards=cards))


@pytest.mark.parametrize("card", CARDS)
def test_every_shipped_card_is_one_page_with_all_it_says(card):
    (document,) = printed(action_cards, wanted=card)
    (page,) = texts(document.pdf)
    told = next(each for each in shipped_plan().cards if each.id == card)

    assert document.typeset is Typeset.STRICT
    assert told.title in page
    assert all(heading in page for heading in CARD_HEADINGS)
    for block in told.blocks:
        assert all(span.text.strip() in page for span in block.spans)


def test_all_cards_come_in_the_order_of_the_plan():
    documents = printed(action_cards)

    assert [texts(each.pdf)[0].split("NØDUDSKRIFT")[0] for each in documents] == [
        "Aktionskort "
    ] * len(CARDS)
    assert "Nattevagt" in texts(documents[0].pdf)[0]
    assert "IT-vagt" in texts(documents[-1].pdf)[0]


@pytest.mark.parametrize("points", [3, 8, 13])
def test_a_long_card_is_set_smaller_until_it_is_one_page(points, tmp_path):
    (document,) = printed(action_cards, with_more("nattevagt", points), wanted="nattevagt")

    assert document.pages == 1
    (words,) = layout(document.pdf, tmp_path)
    assert overprinted(words) == []
    assert texts(document.pdf)[0].count("Endnu et punkt") == points


def test_a_card_that_no_type_can_hold_still_comes_whole_on_two_pages():
    (document,) = printed(action_cards, with_more("nattevagt", 60), wanted="nattevagt")

    assert document.pages == 2
    assert " ".join(texts(document.pdf)).count("Endnu et punkt") == 60


def test_the_numbers_of_the_plan_stand_on_the_card():
    plan = shipped_plan()
    contacts = tuple(
        replace(each, phone="01 70 55 55") if each.type_id == "it" else each
        for each in plan.contacts
    )
    known = Material(plan=replace(plan, contacts=contacts))

    (page,) = texts(printed(action_cards, known, wanted="nattevagt")[0].pdf)

    assert "IT-vagten: 01 70 55 55" in page
    assert "Lægevagten: skriv nummer" in page


def test_a_long_contact_name_keeps_to_its_line(tmp_path):
    plan = shipped_plan()
    contacts = tuple(replace(each, name=LONG) for each in plan.contacts)

    for document in printed(action_cards, Material(plan=replace(plan, contacts=contacts))):
        (words,) = layout(document.pdf, tmp_path)
        assert overprinted(words) == []
