"""The poster on the wall: what a phone scans, what an eye reads at two metres."""

from pathlib import Path

import pytest

from appliance.paper import plain_pdf
from appliance.paper.document import Typeset
from appliance.paper.forms.wall import LEAVE_WIFI, NOTHING_PERSONAL, WHERE_THE_CARD_IS
from appliance.paper.forms.wall_poster import HEADLINE, KIND, NOT_SET_UP, view
from appliance.paper.place import Place
from appliance.paper.sheet_kind import ANYBODY, Material, Subject, Wanted
from tests.appliance.paper.forms.scanned import codes_on
from tests.appliance.paper.pages import bare, layout, overprinted, texts
from tests.appliance.paper.people import NIGHT, SOLGAARDEN, context

LONGEST = Place(
    "solgaarden-1" * 3,
    "Plejecenter Solgården ved den gamle kirkegård i Nørre Vissingbygård",
    "+45 87 00 00 00, tast 4",
    "N" * 32,
    "W" * 63,
)
PORTAL = Path("appliance/web/templates/portal.html")
PT_PER_MM = 72 / 25.4


def printed(place, **changes):
    (document,) = KIND.make(Material(place=place), Wanted(Subject.NOBODY), context(**changes))
    return document


def test_a_phone_joins_the_wifi_and_finds_the_box(tmp_path):
    codes = codes_on(printed(SOLGAARDEN).pdf, tmp_path)

    assert codes == {
        "WIFI:T:WPA;S:Nodboks-Solgaarden;P:gul-kano-fire-egern;;",
        "http://10.77.0.1",
    }


@pytest.mark.parametrize("is_drill", [False, True], ids=["real", "drill"])
def test_names_that_mean_something_to_the_code_are_escaped_and_the_largest_is_read(
    is_drill, tmp_path
):
    odd = Place(box_name="B", ssid='a;b,c:d"e\\f', passphrase='; , : " \\ ' * 5 + "slut")

    assert r"WIFI:T:WPA;S:a\;b\,c\:d\"e\\f;P:".replace(r"\,", ",") in "".join(
        codes_on(printed(odd).pdf, tmp_path)
    )
    longest = codes_on(printed(LONGEST, is_drill=is_drill).pdf, tmp_path)
    assert f"WIFI:T:WPA;S:{'N' * 32};P:{'W' * 63};;" in longest
    assert "http://10.77.0.1" in longest


def test_the_way_to_paper_stands_in_words_too():
    document = printed(SOLGAARDEN)

    (page,) = texts(document.pdf)
    assert document.typeset is Typeset.STRICT
    for words in (
        HEADLINE.danish,
        HEADLINE.english,
        "Nodboks-Solgaarden",
        "gul-kano-fire-egern",
        "10.77.0.1",
        "iPhone:",
        "Android:",
        "Computer:",
        WHERE_THE_CARD_IS.danish,
        LEAVE_WIFI.danish,
        "Ingen telefon?",
        "Sæt USB-nøglen fra kuverten i boksen.",
        "87 00 00 00",
        NOTHING_PERSONAL,
        "Udskrift 900-00001",
    ):
        assert words in page


def test_steps_and_facts_are_large_enough_for_two_metres(tmp_path):
    (words,) = layout(printed(SOLGAARDEN).pdf, tmp_path)
    height = {word.text: 0.0 for word in words}
    for word in words:
        height[word.text] = max(height[word.text], word.height / PT_PER_MM)

    # A letter of 5 mm can be read at two metres; a box of the font is a fifth higher than its text.
    for word in ("Kom", "Skriv", "Slå", "Nodboks-Solgaarden", "gul-kano-fire-egern", "10.77.0.1"):
        assert height[word] > 7
    assert height["nede?"] > 15


@pytest.mark.parametrize("place", [SOLGAARDEN, LONGEST, Place()], ids=["usual", "longest", "empty"])
@pytest.mark.parametrize("is_clock_trusted", [True, False])
def test_it_is_one_page_without_a_word_on_another(place, is_clock_trusted, tmp_path):
    document = printed(place, is_clock_trusted=is_clock_trusted)

    assert document.pages == 1
    assert overprinted(layout(document.pdf, tmp_path)[0]) == []


def test_what_nobody_has_set_up_is_a_line_to_write_on_and_no_code(tmp_path):
    document = printed(Place(box_name="Nødboks"))

    (page,) = texts(document.pdf)
    assert NOT_SET_UP in page
    assert "Netværk" in page
    assert "Kodeord" in page
    assert codes_on(document.pdf, tmp_path) == {"http://10.77.0.1"}


def test_the_plain_poster_holds_everything_a_phone_needs():
    pdf, _ = plain_pdf.render(view(SOLGAARDEN, context(), "900-00001"), NIGHT)
    empty, _ = plain_pdf.render(view(Place(), context(), "900-00001"), NIGHT)

    text = bare("".join(texts(pdf)))
    for words in ("Nodboks-Solgaarden", "gul-kano-fire-egern", "10.77.0.1"):
        assert words in text
    assert bare(LEAVE_WIFI.danish).casefold() in text.casefold()
    assert "<svg" not in text
    assert "Kodeord: ____" in " ".join(texts(empty))


def test_the_portal_and_the_poster_say_the_same_words():
    portal = PORTAL.read_text(encoding="utf-8")

    assert WHERE_THE_CARD_IS.danish in portal
    assert LEAVE_WIFI.danish in portal


def test_it_hangs_in_the_house_and_anybody_may_print_it():
    assert KIND.roles_for(Subject.NOBODY) == ANYBODY
    assert KIND.subjects == (Subject.NOBODY,)
