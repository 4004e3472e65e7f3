"""Units, citizens and search."""

import re
from dataclasses import replace

import pytest
from pypdf import PdfReader

from appliance.records.folding import filter_text
from appliance.records.terms import CitizenId, Section
from appliance.vault.opened import publish
from appliance.web.screens.citizens import LONGEST_WORDS
from tests.appliance.web.conftest import Phone, WebBox
from tests.appliance.web.screens.test_medication import words_of
from tests.simulators.box_people import AASE, EGON, NINNA, VERA


def names_in(page: str) -> list[str]:
    """Return the citizens of a page in the order they stand."""
    found = [(page.find(each.name), each.name) for each in (AASE, EGON, VERA, NINNA)]
    return [name for place, name in sorted(found) if place >= 0]


def test_units_show_how_many_live_there_and_depend_on_us(agnes: Phone) -> None:
    page = agnes.get("/afsnit").text

    assert "13 beboere" in page
    assert "2 med behov, der ikke kan vente" in page
    assert "Udskriv nødpakken for Afsnit Syd" in page
    assert "Madservice" not in page


def test_home_board_and_cover_of_the_pack_count_alike(box: WebBox, agnes: Phone) -> None:
    """One of the two has a life-critical need, the other depends on power."""
    said = "2 med behov, der ikke kan vente"
    agnes.post("/udskriv/pakke/u-syd")
    box.print_all()

    pages = (agnes.get("/afsnit"), agnes.get("/tavler/u-syd/livsnoedvendige?af=sig-selv"))

    assert all(said in page.text for page in pages)
    papers = box.config.printer.folder.glob("*.pdf")
    assert any(said in PdfReader(paper).pages[0].extract_text() for paper in papers)


def test_needs_nobody_knows_are_counted_apart(box: WebBox) -> None:
    box.hold(missing=frozenset({Section.FLAGS}))
    phone = box.unlocked_phone()

    for path in ("/afsnit", "/tavler/u-syd/livsnoedvendige?af=sig-selv"):
        assert re.search(r"\d+ med ukendte behov", phone.get(path).text)


def test_account_without_units_is_told_so(box: WebBox, agnes: Phone) -> None:
    box.hold(citizens=(NINNA,))
    box.keeper.open()

    assert "Du har ikke adgang til nogen afsnit med beboere." in agnes.get("/afsnit").text


def test_citizens_stand_by_dwelling_with_what_to_know_first(agnes: Phone) -> None:
    page = agnes.get("/afsnit/u-syd/borgere").text

    assert names_in(page) == [AASE.name, EGON.name, VERA.name]
    assert "Født 01.01.1930" in page
    assert "Fødselsdato mangler" in page
    assert page.count(">CAVE<") == 1
    assert "Pas på forveksling" in page
    assert "Slut på listen – 13 beboere vist" in page


def test_lists_hold_no_cpr(agnes: Phone) -> None:
    page = agnes.get("/afsnit/u-syd/borgere").text

    assert "010130" not in page


def test_most_important_come_first_when_asked(box: WebBox) -> None:
    box.hold(citizens=(VERA, replace(AASE, dwelling="999"), EGON))
    phone = box.unlocked_phone()

    page = phone.get("/afsnit/u-syd/borgere?orden=vigtigst").text

    assert names_in(page) == [AASE.name, EGON.name, VERA.name]
    assert "Sortér efter bolig" in page


@pytest.mark.parametrize("words", ["mønsted", "EGON", "102", "egon  møn"])
def test_filter_finds_by_name_and_dwelling_and_stays_out_of_the_address(
    agnes: Phone, words: str
) -> None:
    answer = agnes.post("/afsnit/u-syd/borgere", find=words)

    page = agnes.get(answer.headers["Location"]).text
    assert answer.headers["Location"] == "/afsnit/u-syd/borgere"
    assert names_in(page) == [EGON.name]
    assert "Vis alle 13" in page


def test_filter_that_fits_nobody_says_so_and_can_be_emptied(agnes: Phone) -> None:
    agnes.post("/afsnit/u-syd/borgere", find="zzz")
    assert "Ingen fundet. Tjek stavningen." in agnes.get("/afsnit/u-syd/borgere").text

    agnes.post("/afsnit/u-syd/borgere", find="")

    assert names_in(agnes.get("/afsnit/u-syd/borgere").text) == [AASE.name, EGON.name, VERA.name]


def test_filter_of_one_phone_is_not_another_s(box: WebBox, agnes: Phone) -> None:
    agnes.post("/afsnit/u-syd/borgere", find="egon")

    assert AASE.name in box.logged_in("AGN").get("/afsnit/u-syd/borgere").text


def test_list_says_that_cave_was_not_delivered(box: WebBox) -> None:
    box.hold(missing=frozenset({Section.WARNINGS}))

    page = box.unlocked_phone().get("/afsnit/u-syd/borgere").text

    assert "CAVE er ikke med i kopien for alle. Spørg lægen." in page


def test_search_finds_a_word_of_the_record_and_keeps_it_out_of_the_address(agnes: Phone) -> None:
    answer = agnes.post("/soeg", ord="apixaban")

    page = agnes.get("/soeg").text
    assert answer.headers["Location"] == "/soeg"
    assert names_in(page) == [AASE.name]
    assert "1 beboer fundet" in page


@pytest.mark.parametrize(
    "path",
    [
        "/udskriv/borger/{}",
        "/borgere/{}",
        "/borgere/{}/medicin",
        "/borgere/{}/dokumenter",
        "/borgere/{}/journal",
        "/borgere/{}/journal/notat",
        "/borgere/{}/journal/medicin",
    ],
)
def test_whom_something_is_done_about_is_told_from_a_namesake(agnes: Phone, path: str) -> None:
    page = words_of(agnes.get(path.format(EGON.id)).text)

    assert f"{EGON.name} Bolig 102 Født 24.12.1938 Pas på forveksling" in page


def test_search_tells_a_namesake_by_the_birth_date(agnes: Phone) -> None:
    agnes.post("/soeg", ord="egon")

    page = words_of(agnes.get("/soeg").text)

    assert f"102 {EGON.name} Pas på forveksling Født 24.12.1938 · Afsnit Syd" in page


def test_english_page_writes_a_birth_date_nobody_can_read_two_ways(agnes: Phone) -> None:
    agnes.post("/visning", sprog="en", tilbage="/afsnit")

    assert "Born 24 Dec 1938" in agnes.get(f"/borgere/{EGON.id}/medicin").text


@pytest.mark.parametrize("words", ["7", "bolig 7", "Bolig7"])
def test_exact_dwelling_comes_first_and_the_others_in_their_order(box: WebBox, words: str) -> None:
    dwellings = ("74", "70", "7", "Bolig 71")
    homes = (
        replace(AASE, id=CitizenId(f"c-{home[-2:]}"), given_name=f"I{home[-2:]}I", dwelling=home)
        for home in dwellings
    )
    box.hold(citizens=(*homes, EGON))
    phone = box.unlocked_phone()

    phone.post("/soeg", ord=words)

    assert re.findall(r"<strong>I(\d+)I", phone.get("/soeg").text) == ["7", "70", "71", "74"]


def test_name_is_found_in_another_spelling(agnes: Phone) -> None:
    agnes.post("/soeg", ord="oestbye")
    agnes.post("/afsnit/u-syd/borgere", find="oestbye")

    assert names_in(agnes.get("/soeg").text) == [VERA.name]
    assert names_in(agnes.get("/afsnit/u-syd/borgere").text) == [VERA.name]


def test_cpr_typed_into_search_is_answered_and_written_down_nowhere(
    box: WebBox, agnes: Phone
) -> None:
    agnes.post("/soeg", ord="010130-1234")
    page = agnes.get("/soeg").text
    agnes.post("/afsnit/u-syd/borgere", find="0101301234")

    assert "Man kan ikke søge på CPR. Søg på navn eller bolig." in page
    assert "Man kan ikke søge på CPR." in agnes.get("/afsnit/u-syd/borgere").text
    assert all("0101" not in repr(entry) for entry in box.keeper.logged)


def test_filter_is_gone_for_whoever_comes_from_the_front_page(agnes: Phone) -> None:
    agnes.post("/afsnit/u-syd/borgere", find="egon")
    filtered = agnes.get("/afsnit/u-syd/borgere").text

    chosen = agnes.get("/afsnit/vaelg", follow_redirects=True).text

    assert "Viser 1 af 13 (søgt på: egon)" in filtered
    assert "Slut på listen" not in filtered
    assert "Slut på listen – 13 beboere vist" in chosen


def test_filter_while_typing_reads_names_and_dwellings_of_a_whole_list_only(agnes: Phone) -> None:
    whole = agnes.get("/afsnit/u-syd/borgere").text
    agnes.post("/afsnit/u-syd/borgere", find="egon")
    part = agnes.get("/afsnit/u-syd/borgere").text

    assert f'data-of="{filter_text(EGON.name, "102")}"' in whole
    assert 'data-filter="beboere"' in whole
    assert "data-filter" not in part


def test_citizen_with_many_hits_is_shown_once(agnes: Phone) -> None:
    agnes.post("/soeg", ord="mod")

    assert agnes.get("/soeg").text.count(AASE.name) == 1


def test_search_keeps_to_the_visitor_s_units(box: WebBox, agnes: Phone) -> None:
    agnes.post("/soeg", ord="Ninna")
    holder = box.unlocked_phone()
    holder.post("/soeg", ord="Ninna")

    assert "Ingen fundet. Tjek stavningen." in agnes.get("/soeg").text
    assert NINNA.name not in agnes.get("/soeg").text
    assert NINNA.name in holder.get("/soeg").text


def test_many_hits_in_other_units_do_not_hide_a_nurse_s_own_citizen(box: WebBox) -> None:
    many = (
        replace(NINNA, id=CitizenId(f"c-0{number}"), given_name="Aase") for number in range(250)
    )
    box.hold(citizens=(AASE, *many))
    agnes = box.logged_in("AGN")

    agnes.post("/soeg", ord="Aase")

    assert names_in(agnes.get("/soeg").text) == [AASE.name]


@pytest.mark.parametrize("words", ['"', "*", "a AND NOT", "-", "æøå'\";--", "x" * 5000])
def test_odd_words_are_only_words(agnes: Phone, words: str) -> None:
    agnes.post("/soeg", ord=words)

    page = agnes.get("/soeg")

    assert page.status_code == 200
    assert "x" * (LONGEST_WORDS + 1) not in page.text


def test_search_that_is_not_ready_says_so_while_the_lists_work(box: WebBox) -> None:
    publish(replace(box.keeper.open(), search=None))
    phone = box.unlocked_phone()

    assert "Søgningen bliver gjort klar." in phone.get("/soeg").text
    assert phone.get("/afsnit/u-syd/borgere").status_code == 200
