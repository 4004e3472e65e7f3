"""The spare renderer: plain, but complete and safe to read."""

import pytest

from appliance.paper import frame, plain_pdf
from appliance.paper.citizen_sheets import administration_grid, medication_list
from appliance.paper.citizen_sheets.as_needed_form import COUNT_EARLIER
from appliance.paper.citizen_sheets.citizen_sheet import Asked
from appliance.paper.citizen_sheets.dose_grid import MAYBE_GIVEN
from appliance.paper.document import View
from appliance.paper.listing import Column, Style, listing
from appliance.records.models import MedicationOrder
from appliance.records.terms import Section
from tests.appliance.paper.citizen_sheets.lives import scheduled
from tests.appliance.paper.pages import bare, lost_words, texts
from tests.appliance.paper.people import AASE, NIGHT, TAPERING, context, opened, rich_orders
from tests.appliance.records.orders import order


def _view(store, **changes) -> View:
    who = frame.read_identity(store, AASE.id)
    orders = store.of_citizen(MedicationOrder, AASE.id)
    state = store.section(who.citizen, Section.MEDICATION)
    return medication_list.view(who, orders, state, (context(**changes), "900-00001"))


def test_plain_list_is_complete(aase_store):
    pdf, pages = plain_pdf.render(_view(aase_store), NIGHT)

    text = bare("".join(texts(pdf)))
    assert pages == len(texts(pdf)) >= 2
    assert all(bare(item.brand) in text for item in rich_orders() if item.brand != "Gammelix")
    assert bare(TAPERING[:300]) in text
    assert "Slutpålisten:7faste·2PN" in text


def test_plain_pages_have_identity_cave_and_number(aase_store):
    pdf, pages = plain_pdf.render(_view(aase_store), NIGHT)

    for number, page in enumerate(texts(pdf), 1):
        assert "Åse Ågård" in page
        assert "010130-0000" in page
        assert "CAVE: Penicillin" in page
        assert f"Side {number} af {pages}" in page
        assert "Udskrift 900-00001" in page
        assert "Medicin: data fra" in page


def test_plain_page_names_the_print_it_replaces(aase_store):
    again, _ = plain_pdf.render(_view(aase_store, replaces="417-00023"), NIGHT)
    first, _ = plain_pdf.render(_view(aase_store), NIGHT)

    assert all("Genudskrift af 417-00023" in page for page in texts(again))
    assert "Genudskrift" not in "".join(texts(first))


def test_stopped_medicine_is_said_to_be_stopped_on_its_own_line(aase_store):
    pdf, _ = plain_pdf.render(_view(aase_store), NIGHT)

    assert "GIVES IKKE: Ibumetix" in " ".join(texts(pdf))


def test_characters_outside_the_built_in_fonts_are_spelled(aase_store):
    view = _view(aase_store)
    view["notices"] = ["≥ 5 → (x) \\ ł 漢 ½"]

    pdf, _ = plain_pdf.render(view, NIGHT)

    assert ">= 5 -> (x) \\ [?] [?] ½" in " ".join(texts(pdf))


def test_empty_sheet_is_still_a_page(aase_store):
    view = {**_view(aase_store), "sections": [], "notices": [], "ending": []}

    assert plain_pdf.render(view, NIGHT)[1] == 1


def test_very_long_cave_leaves_room_for_the_list(aase_store):
    view = _view(aase_store)
    view["header"]["cave"] = "CAVE: " + "meget " * 1000

    pdf, pages = plain_pdf.render(view, NIGHT)

    assert pages > 2
    assert b"(Eliquix)" in pdf


def test_same_view_gives_the_same_bytes(aase_store):
    assert plain_pdf.render(_view(aase_store), NIGHT) == plain_pdf.render(_view(aase_store), NIGHT)


def test_a_row_is_not_split_over_two_plain_pages(aase_store):
    pdf, _ = plain_pdf.render(_view(aase_store), NIGHT)

    for page in texts(pdf):
        if "Methotrexix" in page:
            assert "Dosering: 4 tabletter mandag morgen" in page
            assert "Dage: KUN MANDAG" in page
            assert "Styrke: 2,5" in page


def test_plain_dose_is_written_from_the_four_columns(aase_store):
    pdf, _ = plain_pdf.render(_view(aase_store), NIGHT)

    text = " ".join(texts(pdf)).replace("\xa0", " ")
    assert "Dosering: 1 tablet morgen, 1 tablet aften" in text


def test_row_longer_than_a_page_goes_on(aase_store):
    view = _view(aase_store)
    view["sections"] = [{"title": "x", "rows": [{"brand": "B", "dosage": "ord " * 3000}]}]

    pdf, pages = plain_pdf.render(view, NIGHT)

    assert pages > 2
    assert " ".join(texts(pdf)).count("ord ") >= 2990


def test_a_plain_table_has_its_heads_its_marks_and_rules_to_write_on(aase_store):
    columns = (
        Column("name", "Borger", 40, Style.NAME),
        Column("what", "Opgaver"),
        Column("seen", "Set til:\nkl.", 20, Style.WRITE),
        Column("tick", "Pakket", 20, Style.TICK),
    )
    row = {"name": ["Åse", "CPR"], "what": "Bad", "first_marks": ["Smitte"], "loud": ["Bad"]}
    view = {**_view(aase_store), "sections": [listing("Stop", columns, [row])]}

    text = " ".join(texts(plain_pdf.render(view, NIGHT)[0])).replace("\xa0", " ")

    assert "Åse; CPR Opgaver: Bad Vigtigt: Smitte" in text
    assert "Set til: kl.: ______" in text
    assert "Pakket: ______" in text
    assert text.count("Bad") == 1


def test_a_plain_table_that_is_only_for_writing_keeps_its_heads(aase_store):
    table = listing("", (Column("out", "Udleveret til", None, Style.WRITE),), [{}])
    view = {**_view(aase_store), "sections": [table]}

    text = " ".join(texts(plain_pdf.render(view, NIGHT)[0]))

    assert "MEDICINLISTE ====" in text
    assert "Udleveret til: ______" in text


@pytest.mark.parametrize("length", [600, 2000, 8000])
def test_cave_of_any_length_is_whole_on_page_one_and_leaves_the_list_whole(aase_store, length):
    view = _view(aase_store)
    view["header"]["cave"] = f"CAVE: {'stof ' * (length // 5)}CAVESLUT"

    pdf, pages = plain_pdf.render(view, NIGHT)

    found = texts(pdf)
    assert len(found) == pages
    assert "CAVESLUT" in " ".join(found[:2])
    assert "Slut på listen: 7 faste" in " ".join(found)
    assert all("Åse Ågård" in page and "CAVE: " in page for page in found)
    assert all((frame.CAVE_ELSEWHERE in page) is (length > 600) for page in found)


@pytest.mark.parametrize("length", [600, 2000, 8000])
def test_plain_page_with_a_long_cave_has_nothing_outside_the_paper(aase_store, tmp_path, length):
    view = _view(aase_store)
    view["header"]["cave"] = "CAVE: " + "stof " * (length // 5)

    pdf, _ = plain_pdf.render(view, NIGHT)

    assert lost_words(pdf, tmp_path) == []


def test_many_warnings_leave_room_for_the_list_too(aase_store):
    view = _view(aase_store)
    view["header"]["alerts"] = [f"Advarsel nummer {number}." for number in range(70)]

    found = texts(plain_pdf.render(view, NIGHT)[0])

    assert all(frame.ALERTS_ELSEWHERE in page for page in found)
    assert "Advarsel nummer 69." in " ".join(found)
    assert "Slut på listen: 7 faste" in " ".join(found)


def test_plain_record_says_how_it_is_filled_in_and_what_to_check(tmp_path):
    needed = order(id="pn", citizen_id=AASE.id, is_as_needed=True)
    store = opened(tmp_path / "r.sqlite", AASE, scheduled("nat"), needed)
    asked = Asked(store, frame.read_identity(store, AASE.id), context(), "900-00001")

    pdf, _ = plain_pdf.render(administration_grid.view(asked), NIGHT)

    text = " ".join(texts(pdf))
    assert bare(administration_grid.CODES) in bare(text)
    assert f"Nat til man. 23. nov.: {MAYBE_GIVEN}" in text
    assert COUNT_EARLIER in text


def test_each_dose_of_a_plain_round_has_a_tick_and_a_line_to_sign(aase_store):
    doses = [{"text": f"1 tablet Prøvix{number}", "amount": "1"} for number in range(3)]
    row = {"dwelling": "101", "name": ["Åse"], "doses": doses}
    view = {**_view(aase_store), "sections": [{"title": "Nat", "kind": "due", "rows": [row]}]}

    text = " ".join(texts(plain_pdf.render(view, NIGHT)[0]))

    for number in range(3):
        assert f"1 tablet Prøvix{number} [ ] kl. __________ init. __________" in text
