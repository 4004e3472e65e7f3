"""How the medication list stands on the paper: nothing lost, nothing on top of anything."""

import hashlib
import threading
from dataclasses import replace

from appliance.paper.citizen_sheets.medication_list import render_medication_list
from appliance.paper.document import Typeset
from appliance.records.dosage import Dosage
from appliance.records.models import Warning  # noqa: A004
from appliance.records.terms import CitizenId
from tests.appliance.paper.pages import bare, layout, overprinted, texts
from tests.appliance.paper.people import (
    AASE,
    context,
    opened,
)
from tests.appliance.paper.specimens import read_accepted
from tests.appliance.records.orders import grid, order


def _text(document):
    return " ".join(texts(document.pdf))


def _order(**changes):
    return order(citizen_id=AASE.id, **changes)


def test_rich_list_has_no_word_on_top_of_another(aase_list, tmp_path):
    for words in layout(aase_list.pdf, tmp_path):
        assert overprinted(words) == []


def test_a_wide_part_of_a_word_that_no_space_breaks_stays_in_its_column(print_list, tmp_path):
    name = "Natriumpicosulfathydroxocobalaminbendroflumethiazid"

    document = print_list(_order(brand=f"{name}\u00a0mg", strength=f"500\u00a0{name}-{name}"))

    assert bare(_text(document)).count(name) == 3
    assert all(overprinted(page) == [] for page in layout(document.pdf, tmp_path))


def test_a_row_never_splits_over_a_page(print_list, tmp_path):
    orders = [
        _order(id=f"{number:02}", brand=f"Nr{number:02}", indication=f"Slutord{number:02}")
        for number in range(25)
    ]

    pages = layout(print_list(*orders).pdf, tmp_path)

    for number in range(25):
        on = [{word.text for word in page} for page in pages]
        assert [f"Nr{number:02}" in texts for texts in on] == [
            f"Slutord{number:02}" in texts for texts in on
        ]


def test_text_longer_than_a_page_goes_on_to_the_next(print_list):
    words = " ".join(f"ord{number:04}" for number in range(900))

    document = print_list(_order(dosage=Dosage(words)))

    assert document.pages >= 2
    text = bare(_text(document))
    assert all(f"ord{number:04}" in text for number in range(900))


def test_twenty_five_medicines_come_complete(print_list):
    orders = [_order(id=f"{number:02}", brand=f"Prøvix{number:02}") for number in range(25)]

    document = print_list(*orders)

    text = _text(document)
    assert all(text.count(f"Prøvix{number:02}") == 1 for number in range(25))
    assert "Slut på listen: 25 faste" in text


def test_drill_stands_across_every_page(print_list):
    document = print_list(*[_order(id=f"{n:02}") for n in range(12)], is_drill=True)

    assert all("ØVELSE" in page for page in texts(document.pdf))
    assert "ØVELSE" not in _text(print_list(_order()))


def test_typst_code_in_a_record_is_only_text(print_list):
    code = '#panic() *b* _i_ $x$ `r` @preview <l> \\ // /* #read("/etc/passwd") "'

    document = print_list(_order(brand=code, indication=code), citizen=replace(AASE, gp_name=code))

    assert document.typeset is Typeset.STRICT
    assert bare(_text(document)).count(bare(code)) >= 3


def test_character_no_font_has_is_marked_and_named_on_the_sheet(print_list):
    document = print_list(_order(brand="Alfa漢beta"))

    text = _text(document)
    assert document.typeset is Typeset.REPAIRED
    assert "Alfa▯beta" in text
    assert "i Præparat (U+6F22)" in text


def test_text_direction_cannot_be_turned(print_list):
    document = print_list(_order(strength="\u202e50 mg"))

    assert document.typeset is Typeset.REPAIRED
    assert "i Styrke (U+202E)" in _text(document)


def test_same_input_and_time_give_the_same_bytes(aase_store, aase_list):
    again = render_medication_list(aase_store, AASE.id, context())

    assert again.pdf == aase_list.pdf
    assert hashlib.sha256(again.pdf).hexdigest() == read_accepted()["every-kind-of-row"]


def test_eight_threads_print_the_right_lists(tmp_path):

    citizens = [replace(AASE, id=CitizenId(f"c{n}"), family_name=f"Prøve{n}") for n in range(8)]
    orders = [order(id="1", citizen_id=c.id, brand=f"Brand{c.family_name}") for c in citizens]
    store = opened(tmp_path / "r.sqlite", *citizens, *orders)
    wrong: list[str] = []

    def work(citizen):
        for _ in range(3):
            text = _text(render_medication_list(store, citizen.id, context()))
            if f"Brand{citizen.family_name}" not in text or text.count("Brand") != 1:
                wrong.append(citizen.id)

    threads = [threading.Thread(target=work, args=(citizen,)) for citizen in citizens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


def test_text_that_no_line_may_break_before_stays_in_its_column(print_list, tmp_path):
    # Unicode's rules hold "blodtryk /hjertesvigt" together; it ran into the next column.
    stuck = "mod blodtryk /hjertesvigt /nyresvigt /lungeødem (se også: ) /kredsløbssvigt"
    printed = print_list(order(citizen_id=AASE.id, instruction=stuck, indication=stuck))

    for words in layout(printed.pdf, tmp_path):
        assert overprinted(words) == []
        assert max(word.right for word in words if "/" in word.text) < 562  # the right margin


def test_row_too_tall_for_a_page_goes_on_over_it_and_never_into_the_foot(print_list, tmp_path):
    # No field is long by itself, but the narrow column that holds four of them is.
    words = "hydroxymethylglutaryl " * 16
    tall = {"brand": words, "generic": f"x{words}", "form": words, "route": words}
    printed = print_list(order(citizen_id=AASE.id, **tall), order(id="m2", citizen_id=AASE.id))

    assert printed.pages > 1
    for page in layout(printed.pdf, tmp_path):
        assert overprinted(page) == []
        foot = next(word.top for word in page if word.text == "Side")
        assert max(word.bottom for word in page if word.text.startswith("hydro")) < foot


def test_unit_that_is_no_word_stays_in_its_column(print_list, tmp_path):
    odd = Dosage(grid=grid("1", "1", "1", "1", unit="Inhalator-XL/24h"))
    printed = print_list(order(citizen_id=AASE.id, dosage=odd))

    for words in layout(printed.pdf, tmp_path):
        assert overprinted(words) == []


def test_cave_as_long_as_a_letter_leaves_the_list_its_room(print_list, tmp_path):
    long = "Penicillin og alle præparater, der ligner det " * 90
    printed = print_list(Warning("w1", AASE.id, long), order(citizen_id=AASE.id))

    assert bare(long) in bare(texts(printed.pdf)[0])
    assert "Prøvix" in texts(printed.pdf)[0]
    for words in layout(printed.pdf, tmp_path):
        assert overprinted(words) == []
