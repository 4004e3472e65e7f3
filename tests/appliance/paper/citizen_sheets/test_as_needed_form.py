"""The PN form, read back from the paper."""

from datetime import date

from appliance.paper.citizen_sheets.as_needed_form import (
    COUNT_EARLIER,
    DESIGN,
    FIND_ORDER,
    GIVEN,
    KIND,
    LINES,
    NOBODY_ORDERED,
    ORDERS,
    STEPS,
)
from appliance.paper.citizen_sheets.leftovers import ENDED_COLUMNS
from appliance.paper.document import Typeset
from appliance.paper.english_headings import ENGLISH_HEADINGS
from appliance.paper.sheet_kind import Material, Subject, Wanted
from appliance.records.medicine import AS_NEEDED, NOT_TO_GIVE, STATUS_UNKNOWN
from appliance.records.terms import MedicationStatus
from tests.appliance.paper.citizen_sheets.lives import WHO
from tests.appliance.paper.pages import layout, overprinted, texts
from tests.appliance.paper.people import AASE, context, opened, rich_orders
from tests.appliance.records.orders import order


def _as_needed(**changes):
    return order(citizen_id=WHO, is_as_needed=True, **changes)


def test_form_is_headed_with_what_may_be_given_how_much_and_for_what(read_sheet):
    text = read_sheet(KIND, *rich_orders())

    assert "PN – efter behov (2)" in text
    assert "Morfix 5 mg" in text
    assert "4 tabletter" in text
    assert "Mindst 4 timer imellem" in text
    assert "mod forhøjet blodtryk" in text
    assert "Eliquix" not in text


def test_medicine_that_begins_later_says_when(read_sheet):
    text = read_sheet(KIND, _as_needed(ordered_on=date(2026, 12, 24)))

    assert "BEGYNDER 24.12.2026" in text


def test_maximum_that_the_source_left_out_is_named(read_sheet):
    assert "MANGLER I KILDEN" in read_sheet(KIND, _as_needed())


def test_each_line_asks_the_five_things_and_the_check_within_two_hours(read_sheet):
    text = read_sheet(KIND, _as_needed(max_daily_dose="4"))

    for head in ("Dato og kl.", "Hvorfor", "Præparat og dosis", "Init.", "Virkning, kl. og init."):
        assert head in text
    assert "Tjek virkning senest kl." in text
    assert STEPS in text
    assert COUNT_EARLIER in text


def test_lines_are_counted_at_the_end_and_there_are_enough(read_sheet):
    few = read_sheet(KIND, _as_needed())
    most = read_sheet(KIND, *[_as_needed(id=f"m{n:02}") for n in range(25)])

    for text, count in ((few, 1), (most, 25)):
        ending = text[text.index("Slut på skemaet: ") :]
        lines = int(ending.split(" linjer")[0].rpartition(" ")[2])
        assert f"{count} PN" in ending
        assert lines >= 6


def test_unknown_and_stopped_as_needed_medicine_stand_apart(read_sheet):
    text = read_sheet(
        KIND,
        _as_needed(id="1", brand="Tvivlix", status=MedicationStatus.UNKNOWN),
        _as_needed(id="2", brand="Stopix", status=MedicationStatus.STOPPED),
    )

    assert text.index("Status ukendt – spørg lægen (1)") < text.index("Tvivlix")
    assert text.index("må IKKE gives (1)") < text.index("Stopix")


def test_nobody_ordered_anything_is_said(read_sheet):
    assert NOBODY_ORDERED in read_sheet(KIND, order(citizen_id=WHO))
    assert NOBODY_ORDERED not in read_sheet(KIND, _as_needed())


def test_risk_medicine_is_marked(read_sheet):
    assert "Risikomedicin" in read_sheet(KIND, _as_needed(atc="N02AA01"))


def test_every_line_is_to_be_written_by_hand():
    assert {column.style for column in LINES} == {"write"}


def test_blank_form_is_made_while_the_box_is_locked_with_room_for_whose_it_is(tmp_path):
    (document,) = KIND.make(Material(), Wanted(Subject.NOBODY), context())

    (page,) = texts(document.pdf)
    assert document.typeset is Typeset.STRICT
    assert document.citizen_id is None
    for words in ("Navn", "CPR", "Bolig", "CAVE – spørg, før du giver noget:", FIND_ORDER, STEPS):
        assert words in page
    assert "Tjek virkning senest kl." in page
    assert overprinted(layout(document.pdf, tmp_path)[0]) == []


def test_copies_have_a_number_each_blank_and_about_a_citizen(tmp_path):
    store = opened(tmp_path / "r.sqlite", AASE, _as_needed())

    blank = list(KIND.make(Material(), Wanted(Subject.NOBODY, copies=3), context()))
    headed = list(KIND.make(Material(store), Wanted(Subject.CITIZEN, AASE.id, 2), context()))

    assert len({document.serial for document in blank}) == 3
    assert [document.citizen_id for document in headed] == [AASE.id, AASE.id]
    assert len({document.serial for document in headed}) == 2


def test_every_heading_has_its_english_on_paper(print_sheet):
    orders = [
        _as_needed(id="1", brand="Pnix"),
        _as_needed(id="2", brand="Tvivlix", status=MedicationStatus.UNKNOWN),
        _as_needed(id="3", brand="Stopix", status=MedicationStatus.STOPPED),
    ]

    document = print_sheet(KIND, *orders, is_bilingual=True)

    text = " ".join(texts(document.pdf))
    assert document.typeset is Typeset.STRICT
    for head in (*LINES, *ORDERS, *ENDED_COLUMNS):
        assert ENGLISH_HEADINGS[head.head] in text
    for title in (DESIGN.title, GIVEN, AS_NEEDED, STATUS_UNKNOWN, NOT_TO_GIVE):
        assert ENGLISH_HEADINGS[title] in text
