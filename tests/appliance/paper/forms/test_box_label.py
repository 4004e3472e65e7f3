"""The labels of a box and of its plug."""

import pytest

from appliance.paper import plain_pdf
from appliance.paper.forms.box_label import KIND, NOT_FOR_CLEANING, view
from appliance.paper.forms.wall import LEAVE_PLUGGED_IN, WHERE_THE_CARD_IS
from appliance.paper.place import Place
from appliance.paper.sheet_kind import Material, Subject, Wanted
from tests.appliance.paper.forms.scanned import codes_on
from tests.appliance.paper.forms.test_wall_poster import LONGEST
from tests.appliance.paper.pages import layout, overprinted, texts
from tests.appliance.paper.people import NIGHT, SOLGAARDEN, context


def printed(place):
    (document,) = KIND.make(Material(place=place), Wanted(Subject.NOBODY), context())
    return document


def test_it_says_which_box_whom_to_phone_and_where_the_card_is():
    (page,) = texts(printed(SOLGAARDEN).pdf)

    for words in ("Nødboks Solgården", "solgaarden-1", WHERE_THE_CARD_IS.danish):
        assert words in page
    assert NOT_FOR_CLEANING.danish in page
    assert page.count(LEAVE_PLUGGED_IN.danish) == 2  # on the box and on the plug
    assert page.count("87 00 00 00") == 2


def test_no_secret_stands_on_it():
    document = printed(SOLGAARDEN)

    (page,) = texts(document.pdf)
    assert SOLGAARDEN.passphrase not in page
    assert SOLGAARDEN.ssid not in page


def test_it_has_no_code_a_phone_could_take_for_the_box(tmp_path):
    with pytest.raises(Exception, match="exit status 4"):  # zbarimg: no code found
        codes_on(printed(SOLGAARDEN).pdf, tmp_path)


@pytest.mark.parametrize("place", [LONGEST, Place()], ids=["longest", "empty"])
def test_it_is_one_page_without_a_word_on_another(place, tmp_path):
    document = printed(place)

    assert document.pages == 1
    assert overprinted(layout(document.pdf, tmp_path)[0]) == []


def test_the_plain_label_is_complete():
    pdf, _ = plain_pdf.render(view(SOLGAARDEN, context(), "900-00001"), NIGHT)

    text = " ".join(texts(pdf))
    assert "solgaarden-1" in text
    assert LEAVE_PLUGGED_IN.danish in text
