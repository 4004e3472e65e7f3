"""The card in the sealed envelope: its code, once, on the half that goes inside."""

import pytest

from appliance.paper import plain_pdf
from appliance.paper.document import Typeset
from appliance.paper.forms.envelope_card import (
    DESIGN,
    HOW_TO_SEAL,
    Card,
    OwnNumber,
    render_envelope_card,
    view,
)
from appliance.paper.place import Place
from appliance.paper.sheets import SHEETS
from appliance.vault.card_code import format_card_code, new_card_code, parse_card_code
from tests.appliance.paper.forms.rulings import writing_room_mm
from tests.appliance.paper.forms.scanned import codes_on
from tests.appliance.paper.forms.test_wall_poster import LONGEST
from tests.appliance.paper.pages import layout, overprinted, texts
from tests.appliance.paper.people import NIGHT, SOLGAARDEN, context

DIGITS = new_card_code()
CARD = Card("card-a089952dc4fc33367724d707e8b242ee", format_card_code(DIGITS))


def printed(place=SOLGAARDEN, **changes):
    how = context(serials=OwnNumber(CARD.name), **changes)
    return render_envelope_card(CARD, place, how)


def test_the_code_is_in_five_groups_and_in_a_code_that_opens_the_page(tmp_path):
    document = printed()

    (page,) = texts(document.pdf)
    assert document.typeset is Typeset.STRICT
    assert CARD.code in page
    assert parse_card_code(CARD.code) == DIGITS
    assert codes_on(document.pdf, tmp_path) == {f"http://10.77.0.1/k#{DIGITS}"}


def test_the_half_outside_the_envelope_holds_no_code_but_its_name(tmp_path):
    (words,) = layout(printed().pdf, tmp_path)
    cut = next(word.top for word in words if word.text == "Klip")

    outside = [word.text for word in words if word.top > cut]
    groups = CARD.code.split()
    assert [word.text for word in words if word.text in groups and word.top < cut] == groups
    assert not set(outside) & set(groups)
    assert CARD.name in outside
    assert "Plombe" in outside


def test_its_number_is_its_name_so_that_no_serial_is_taken():
    document = printed()

    assert document.serial == CARD.name.upper()
    assert f"Udskrift {document.serial}" in texts(document.pdf)[0]


def test_it_is_in_no_registry_and_hides_its_code_from_logs(caplog):
    printed()

    assert DESIGN.name not in SHEETS
    assert CARD.code not in repr(CARD)
    assert CARD.code.split()[0] not in caplog.text


def test_it_says_how_to_seal_it_and_what_to_do_once_it_is_opened():
    (page,) = texts(printed().pdf)

    assert HOW_TO_SEAL in page
    assert "Er kuverten åbnet?" in page
    assert "Nodboks-Solgaarden" in page
    assert "Åbnet: dato, kl." in page


@pytest.mark.parametrize("place", [LONGEST, Place()], ids=["longest", "empty"])
@pytest.mark.parametrize("is_clock_trusted", [True, False])
def test_it_is_one_page_without_a_word_on_another(place, is_clock_trusted, tmp_path):
    document = printed(place, is_clock_trusted=is_clock_trusted)

    assert document.pages == 1
    assert overprinted(layout(document.pdf, tmp_path)[0]) == []


def test_there_is_room_for_a_hand_on_every_line(tmp_path):
    room = writing_room_mm(printed().pdf, tmp_path, below="Klip", at_mm=65)

    assert len(room) > 2
    assert min(room[:-1]) >= 7  # the last is the margin below


def test_the_plain_card_still_opens_the_box():
    pdf, _ = plain_pdf.render(view(CARD, SOLGAARDEN, context()), NIGHT)

    text = " ".join(texts(pdf))
    assert CARD.code in text
    assert "10.77.0.1" in text
    assert "<svg" not in text
