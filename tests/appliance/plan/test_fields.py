"""What is known is put in; what is not becomes a line to write on."""

from dataclasses import replace

import pytest

from appliance.plan.fields import LETTER_FIELDS, Filled, allowed_fields, filled, whole_text
from appliance.plan.loader import load_plan
from appliance.plan.models import Block, BlockKind, ContactType, Span


def block(*spans):
    return Block(BlockKind.PARAGRAPH, spans)


@pytest.fixture
def plan(fjordby):
    return load_plan(fjordby.path)


def test_a_known_field_is_put_in_and_an_unknown_one_is_a_line_with_a_hint(plan):
    line = block(Span("Siden "), Span(field="startet"), Span(", ring "), Span(field="telefon"))

    pieces = filled(line, plan, {"telefon": "01 70 99 00"})

    assert pieces[1] == Filled("", is_bold=True, hint="dato og kl.")
    assert pieces[3] == Filled("01 70 99 00", is_bold=True)
    assert whole_text(pieces) == "Siden ____________________ (dato og kl.), ring 01 70 99 00"


def test_a_contact_type_becomes_all_its_numbers_each_on_a_line(plan):
    pieces = filled(block(Span(field="vagtcentral")), plan, {})

    assert whole_text(pieces) == ("Fjordby vagtcentral: 01 70 99 01\nReservevagten: 01 70 99 02")


def test_a_contact_without_a_number_has_a_line_to_write_it_on(plan):
    bare = tuple(replace(each, phone="") for each in plan.contacts)

    pieces = filled(block(Span(field="oeer")), replace(plan, contacts=bare), {})

    assert pieces[-1].hint == "skriv nummer"
    assert whole_text(pieces).startswith("Plejehjemmet på Lyø: ____")


def test_a_type_nobody_is_named_for_stands_there_by_its_title(plan):
    assert whole_text(filled(block(Span(field="faergen")), plan, {})).startswith("Færgen: ____")


def test_only_letters_have_the_fields_of_letters():
    types = (ContactType("it", "It"),)

    assert allowed_fields(types, is_letter=False) == ["it"]
    assert allowed_fields(types, is_letter=True) == [*LETTER_FIELDS, "it"]
