"""The citizen's folder, read back from the paper."""

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.paper.citizen_sheets.care_parts import NOT_SHOWN
from appliance.paper.citizen_sheets.folder import CALL_FIRST, KIND, NO_CODE, NO_KEY_BOX, ON_SCREEN
from appliance.records.alerts import NEEDS_UNKNOWN
from appliance.records.models import CareInstruction, Flag, KeyBox, Note, Relative, SectionState
from appliance.records.terms import FlagKind, Section
from tests.appliance.paper.citizen_sheets.lives import CODE, WHO, whole_life
from tests.appliance.paper.pages import bare, texts
from tests.appliance.paper.people import AASE, COPIED, SYD


@pytest.fixture
def whole(read_sheet):
    return read_sheet(KIND, *whole_life())


def test_primary_relative_stands_first_with_the_number_to_ring(whole):
    lis, bo = whole.index("Lis Ågård"), whole.index("Bo Ågård")

    assert lis < whole.index(CALL_FIRST) < bo
    assert "87 00 00 77" in whole[lis:bo]
    assert "Må ringes op om natten" in whole[lis:bo]


def test_relative_without_a_phone_is_no_blank(read_sheet):
    assert "MANGLER I KILDEN" in read_sheet(KIND, Relative("r", WHO, "Ib Uden"))


def test_limits_stand_with_who_decided_and_when(whole):
    table = whole[whole.index("Behov og fravalg (4)") :]

    assert "Fravalg Ingen genoplivning Læge B., 01.03.2026" in table
    assert "Vær opmærksom på Faldtruet" in table


def test_limit_that_nobody_signed_says_so(read_sheet):
    text = read_sheet(KIND, Flag("f", WHO, FlagKind.TREATMENT_LIMIT, "Ingen genoplivning"))

    assert "MANGLER I KILDEN, MANGLER I KILDEN" in text


def test_needs_that_are_not_in_the_copy_are_no_empty_table(read_sheet):
    missing = SectionState(SYD.id, Section.FLAGS, is_delivered=False, is_complete=False)

    text = read_sheet(KIND, missing)

    assert text.count(NEEDS_UNKNOWN) == 2  # in the box of needs, and in the table's place
    assert "Ingen behov" not in text


def test_instructions_come_before_the_rhythm_of_the_day_and_that_as_the_day_goes(whole):
    order = ("Lift og to medarbejdere", "Kaffe på sengen", "I seng kl. 21.30", "Vejes mandag")

    places = [whole.index(text) for text in order]
    assert places == sorted(places)


def test_kind_of_instruction_nobody_here_knows_is_kept(read_sheet):
    text = read_sheet(KIND, CareInstruction("p", WHO, "Andet", "Gør sådan", "of_newer_software"))

    assert "Plan Andet Gør sådan" in text


def test_help_that_is_only_applied_for_is_marked(whole):
    assert whole.index("Indkøb") < whole.index("Ikke bevilget")
    assert "Til og med 01.11.2026" in whole


def test_measurements_and_notes_are_the_latest_first_and_the_older_are_counted(whole):
    assert whole.index("88 slag/min") < whole.index("72 slag/min")
    assert "Sov roligt hele natten." in whole
    assert "61,5" not in whole
    assert "Skrevet for længe siden." not in whole
    assert "Ældre, og derfor ikke vist: 1 måling og 1 notat." in whole


def test_folder_that_shows_all_says_nothing_of_older_ones(read_sheet):
    assert NOT_SHOWN not in read_sheet(KIND, Note("n", WHO, "Nyt", written_at=COPIED))


def test_latest_is_counted_from_the_copy_and_not_from_the_print(read_sheet):
    note = Note("n", WHO, "Skrevet før kopien", written_at=COPIED - timedelta(days=13))

    text = read_sheet(KIND, note, printed_at=COPIED + timedelta(days=5))

    assert "Skrevet før kopien" in text


def test_undated_note_is_kept(read_sheet):
    assert "Uden dato" in read_sheet(KIND, Note("n", WHO, "Uden dato"))


def test_visits_of_today_and_tomorrow_stand_with_tasks_and_route(whole):
    assert "Personlig hygiejne" in whole
    assert "Dag 1" in whole
    assert "Først på tirsdag" in whole
    assert "For sent til i dag" not in whole
    assert "2 medarbejdere" in whole


def test_key_box_is_told_by_its_place_and_never_by_its_code(whole):
    assert f"Til højre for døren. {NO_CODE}" in whole
    assert CODE not in whole


def test_a_code_in_the_words_about_the_place_is_hidden(read_sheet):
    box = KeyBox("k", WHO, "Ved døren, kode 8642, eller 4711", "4711")

    text = read_sheet(KIND, box)

    assert "Ved døren" in text
    assert "8642" not in text
    assert "4711" not in text


def test_no_key_box_and_no_word_of_key_boxes_are_different(read_sheet):
    missing = SectionState(SYD.id, Section.KEY_BOXES, is_delivered=False, is_complete=False)

    assert NO_KEY_BOX in read_sheet(KIND)
    text = read_sheet(KIND, missing)
    assert NO_KEY_BOX not in text
    assert "Nøgleboks er ikke med i kopien." in text


def test_photos_are_named_with_where_to_see_them(whole):
    assert "Foto af sår" in whole
    assert ON_SCREEN in whole


def test_phone_and_address_of_the_citizen_stand_there(read_sheet):
    home = replace(AASE, phone="87 00 00 99", address="Prøvevej 7", postcode="0901", city="By")

    text = read_sheet(KIND, citizen=home)

    assert "87 00 00 99" in text
    assert "Prøvevej 7, 0901 By" in text


def test_end_mark_counts_every_part(whole):
    ending = whole[whole.index("Slut på mappen: ") :]

    for counted in ("pårørende 2", "behov 4", "handlingsanvisninger 4", "tilstande 1",
                    "indsatser 3", "besøg 6", "målinger 2", "notater 1"):  # fmt: skip
        assert counted in ending


def test_text_longer_than_a_page_goes_on_to_the_next_with_the_name(print_sheet):
    words = " ".join(f"ord{number:04}" for number in range(1500))

    document = print_sheet(KIND, CareInstruction("p", WHO, "Lang", words, "instruction"))

    pages = texts(document.pdf)
    assert len(pages) >= 2
    assert all("Åse Ågård" in page for page in pages)
    assert all(f"ord{number:04}" in bare("".join(pages)) for number in range(1500))
