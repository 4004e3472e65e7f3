"""Whom to phone."""

from dataclasses import replace

import pytest

from appliance.paper.place import Place
from appliance.paper.plan_sheets import action_cards, contact_list, from_record, response_plan
from appliance.paper.sheet_kind import Material
from appliance.records.terms import Section
from tests.appliance.paper.plan_sheets.conftest import DOCTOR, not_delivered, not_whole, pages


def test_numbers_of_the_plan_stand_on_it_and_missing_ones_have_a_line(fjordby):
    contacts = (fjordby.contacts[0], replace(fjordby.contacts[1], phone=""))

    (page,) = pages(contact_list, Material(plan=replace(fjordby, contacts=contacts)))

    assert "Fjordby vagtcentral Vagtcentral 01 70 99 01" in page
    assert "Reservevagten Vagtcentral skriv nummer" in page
    # Two types have nobody: each is a line as well.
    assert "Slut på listen: 4 kontakter · 3 mangler nummer" in page


def test_the_boxs_own_number_of_it_stands_on_the_lists_and_cards_of_a_locked_box():
    known = Material(place=Place(help_phone="01 70 55 55"))

    assert "IT-vagten Hele døgnet IT-vagt 01 70 55 55" in " ".join(pages(contact_list, known))
    assert "IT-vagten: 01 70 55 55" in " ".join(pages(action_cards, known))
    assert "IT-vagten: 01 70 55 55" in " ".join(pages(response_plan, known))


def test_a_note_stands_with_the_name(fjordby):
    (page,) = pages(contact_list, Material(plan=fjordby))

    assert "Plejehjemmet på Lyø Satellittelefon" in page


def test_while_the_box_is_locked_it_says_what_is_not_on_it():
    assert all(from_record.NOT_TAKEN in page for page in pages(contact_list))


def test_the_open_records_add_their_numbers_with_their_age(open_box):
    text = " ".join(pages(contact_list, open_box()))

    assert "Lægevagten i Prøveby Lægevagt · Regionen 01 70 00 99" in text
    assert "Kontakter: data fra man. 23. nov. 2026 kl. 02.05" in text
    assert from_record.NOT_TAKEN not in text


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (not_delivered(Section.CONTACTS), from_record.CONTACTS.incomplete),
        (not_whole(), from_record.CONTACTS.incomplete),
    ],
)
def test_contacts_that_may_be_missing_are_said_to_be(open_box, state, told):
    page = pages(contact_list, open_box(state))[0]

    assert told in page
    assert "Kontakter: ikke med i kopien" not in page


def test_a_contact_without_a_number_has_a_line_to_write_it_on(open_box):
    text = " ".join(pages(contact_list, open_box(replace(DOCTOR, id="k2", phone=None, name="Ø"))))

    assert "Ø Lægevagt · Regionen skriv nummer" in text
