"""The medication list, read back from the paper."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from appliance.errors import PaperError
from appliance.paper.citizen_sheets.medication_list import render_medication_list
from appliance.paper.document import Typeset
from appliance.paper.signing import SIGN_ELSEWHERE
from appliance.records.cave import CAVE_NONE, CAVE_UNKNOWN
from appliance.records.dosage import Dosage
from appliance.records.medicine import MEDICATION_NONE, MEDICATION_UNKNOWN
from appliance.records.models import SectionState
from appliance.records.terms import CitizenId, Section
from tests.appliance.paper.citizen_sheets.lives import bounded
from tests.appliance.paper.pages import bare, layout, overprinted, texts
from tests.appliance.paper.people import (
    AASE,
    LONG_NAME,
    NIGHT,
    SYD,
    TAPERING,
    context,
    rich_orders,
)
from tests.appliance.records.orders import grid, order


def _text(document):
    return " ".join(texts(document.pdf))


def _order(**changes):
    return order(citizen_id=AASE.id, **changes)


def test_identity_and_cave_stand_on_every_page(aase_list, aase_pages):
    assert aase_list.pages == len(aase_pages) >= 2
    for page in aase_pages:
        assert "Åse Ågård" in page
        assert "CPR 010130-0000" in page
        assert "Bolig 101" in page
        assert "Plejecenter Solgården, Afsnit Syd" in page
        assert "CAVE: Penicillin – udslæt (registreret 12.03.2019)" in page
        assert "Egen læge: A. Prøve, 87 00 00 10" in page
        assert "NØDUDSKRIFT" in page


def test_every_page_says_which_it_is_and_how_old_the_data_is(aase_list, aase_pages):
    for number, page in enumerate(aase_pages, 1):
        assert f"Side {number} af {aase_list.pages}" in page
        assert "Medicin: data fra man. 23. nov. 2026 kl. 02.05" in page
        assert "CAVE: data fra man. 23. nov. 2026 kl. 02.05" in page
        assert "Udskrevet man. 23. nov. 2026 kl. 03.00 af AB · Nødboks Solgården" in page
        assert f"Udskrift {aase_list.serial}" in page


def test_every_medicine_stands_exactly_once(aase_pages):
    text = bare("".join(aase_pages))

    for item in rich_orders():
        assert text.count(bare(item.brand)) == (0 if item.brand == "Gammelix" else 1), item.brand


def test_end_mark_counts_what_is_shown(aase_pages):
    assert (
        "Slut på listen: 7 faste · 2 PN · 1 seponeret · 1 pauseret · 1 med ukendt status"
        in aase_pages[-1]
    )
    assert "1 seponeret for mere end 14 dage siden er ikke vist." in aase_pages[-1]


def test_list_has_no_room_to_sign_and_says_where_to(aase_pages):
    text = " ".join(aase_pages)

    assert "Givet" not in text
    assert SIGN_ELSEWHERE in aase_pages[-1]


def test_list_has_all_fields_of_the_official_checklist(print_list):
    text = _text(
        print_list(
            _order(
                route="oral anvendelse",
                instruction="før måltid",
                stops_on=(NIGHT + timedelta(days=9)).date(),
                dosage=Dosage("x", grid("1", "", "1"), times=("08.00", "20.00")),
            )
        )
    )

    for field in (
        "Ord. 12.03.2024 af Læge A. Prøve",
        "Slutdato 02.12.2026",
        "Prøvix 5 mg",
        "proevin · tablet · oral anvendelse",
        "Døgndosis 2 tabletter",
        "kl. 08.00, 20.00",
        "mod forhøjet blodtryk",
        "før måltid",
        "1 tablet – 1 tablet –",
    ):
        assert field in text


def test_as_needed_medicine_has_single_dose_and_maximum(aase_pages):
    text = " ".join(aase_pages)

    assert "Højst pr. døgn" in text
    assert "4 tabletter" in text
    assert "Mindst 4 timer imellem" in text


def test_as_needed_medicine_without_maximum_says_so(print_list):
    text = _text(print_list(_order(is_as_needed=True)))

    assert text.count("MANGLER I KILDEN") == 1


def test_stopped_and_paused_stand_apart_from_what_is_given(aase_pages):
    text = " ".join(aase_pages)
    apart = text.index("må IKKE gives")

    assert text.index("Ibumetix") > apart
    assert text.index("Pausix") > apart
    assert text.index("Morfix") < apart
    assert "Seponeret 18.11.2026: blødende mavesår" in text
    assert "Pauseret 20.11.2026" in text


def test_unknown_status_stands_apart_with_its_maximum(aase_pages):
    text = " ".join(aase_pages)

    assert "Status ukendt – spørg lægen (1)" in text
    assert "Højst pr. døgn: MANGLER I KILDEN – spørg lægen" in text


def test_gaps_are_printed_with_the_name_of_the_field(aase_pages):
    text = " ".join(aase_pages)

    assert "Styrke MANGLER I KILDEN" in text
    assert "af MANGLER I KILDEN" in text


def test_weekly_and_changing_doses_are_loud_and_written_out(aase_pages):
    text = " ".join(aase_pages)

    assert "KUN MANDAG 4 tabletter mandag morgen" in text
    assert "DOSIS SKIFTER – LÆS TEKSTEN" in text
    assert bare(TAPERING) in bare(text)


def test_medicine_that_begins_later_or_rests_is_written_out_with_its_day(print_list):
    later = bounded(first=date(2026, 12, 24), id="1", brand="Senerix")
    rests = bounded(
        last=date(2026, 11, 26), known_until=date(2026, 12, 1), id="2", brand="Pauseretfra"
    )

    text = _text(print_list(later, rests))

    assert "BEGYNDER 24.12.2026 1 tablet morgen" in text
    assert "PAUSE FRA 27.11.2026 TIL OG MED 01.12.2026 1 tablet morgen" in text
    assert text.count("BEGYNDER") == text.count("PAUSE") == 1
    assert "1 tablet – – –" not in text
    assert text.count("Ingen slutdato") == 1


def test_as_needed_medicine_that_begins_later_says_when(print_list):
    text = _text(print_list(_order(is_as_needed=True, ordered_on=date(2026, 12, 24))))

    assert "BEGYNDER 24.12.2026" in text


def test_boxed_words_stand_by_their_medicine(aase_pages):
    text = " ".join(aase_pages)

    assert text.count("Risikomedicin") == 2
    assert "Præcist kl. 06.00, 11.00" in text
    assert "Slutdato 10.11.2026 er passeret – spørg lægen" in text


@pytest.mark.parametrize(
    "changes",
    [
        {"brand": LONG_NAME, "generic": LONG_NAME, "form": LONG_NAME, "strength": LONG_NAME},
        {"indication": LONG_NAME, "prescriber": LONG_NAME, "instruction": LONG_NAME},
        {"dosage": Dosage(LONG_NAME), "route": LONG_NAME},
        {"dosage": Dosage("x", grid("1", "2", "0,125", "1000", unit="inhalationsbeholdere"))},
        {"is_as_needed": True, "dosage": Dosage(LONG_NAME), "max_daily_dose": LONG_NAME},
        {"brand": "WWWWWWWWWWWW", "strength": "WWWWWWWWWWWWWWW", "indication": "WWWWWWWWWWWW"},
        {"brand": "Bendroflumethiazid/Kaliumchlorid-natriumlaurylsulfat"},
    ],
)
def test_long_words_never_overprint_their_neighbours(print_list, tmp_path, changes):
    document = print_list(_order(**changes))

    assert document.typeset is Typeset.STRICT
    for words in layout(document.pdf, tmp_path):
        assert overprinted(words) == []
        assert max(word.right for word in words) < 595 - 11 * 72 / 25.4


def test_same_medicine_twice_is_shown_twice_and_marked(print_list):
    text = _text(print_list(_order(id="1"), _order(id="2")))

    assert text.count("Prøvix") == 2
    assert text.count("Står flere gange på listen") == 2


def test_same_substance_under_two_names_is_marked(print_list):
    text = _text(print_list(_order(id="1", brand="Panodil"), _order(id="2", brand="Pinex")))

    assert text.count("Samme indholdsstof står flere gange") == 2


def test_no_cave_and_cave_not_delivered_are_different_words(print_list):
    missing = SectionState(SYD.id, Section.WARNINGS, is_delivered=False, is_complete=False)

    assert CAVE_NONE in _text(print_list(_order()))
    assert CAVE_UNKNOWN in _text(print_list(_order(), missing))
    assert "CAVE: ikke med i kopien" in _text(print_list(_order(), missing))


def test_missing_medication_is_no_empty_list(print_list):
    missing = SectionState(SYD.id, Section.MEDICATION, is_delivered=False, is_complete=False)

    text = _text(print_list(missing))

    assert MEDICATION_UNKNOWN in text
    assert MEDICATION_NONE not in text
    assert "Slut på listen" not in text


def test_empty_medication_is_said(print_list):
    assert MEDICATION_NONE in _text(print_list())


def test_incomplete_medication_is_warned_of_on_every_page(print_list):
    state = SectionState(
        SYD.id, Section.MEDICATION, as_of=NIGHT, is_complete=False, reason="FMK svarede ikke"
    )
    orders = [_order(id=f"{number:02}") for number in range(12)]

    pages = texts(print_list(state, *orders).pdf)

    assert len(pages) > 1
    assert all("ikke fuldstændig. Ring til lægen. (FMK svarede ikke)" in page for page in pages)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (30, "Medicin: Data er 30 timer gamle. Spørg lægen ved tvivl."),
        (80, "Medicin: Data er over 72 timer gamle. Brug dem kun som støtte."),
    ],
)
def test_old_data_is_said_in_words(print_list, hours, words):
    state = SectionState(SYD.id, Section.MEDICATION, as_of=NIGHT - timedelta(hours=hours))

    assert words in _text(print_list(state, _order()))


def test_doubtful_identity_is_warned_of(print_list):
    citizen = replace(AASE, identity_doubts=("duplicate_cpr", "similar_name"))

    text = _text(print_list(_order(), citizen=citizen))

    assert "en anden borger har samme CPR" in text
    assert "en anden borger har samme eller lignende navn" in text


def test_missing_identity_is_named(print_list):
    citizen = replace(AASE, cpr=None, gp_name=None, gp_phone=None, dwelling=None)

    text = _text(print_list(_order(), citizen=citizen))

    assert "CPR MANGLER I KILDEN" in text
    assert "Egen læge: MANGLER I KILDEN" in text


def test_uncertain_clock_is_said(print_list):
    text = _text(print_list(_order(), is_clock_trusted=False))

    assert "Boksens ur er usikkert" in text
    assert "Uret er ikke bekræftet – skriv klokkeslæt i hånden" in text
    assert "Udskrevet af AB" in text
    assert "Udskrevet man." not in text


def test_unknown_citizen_is_an_error_not_an_empty_sheet(aase_store):
    with pytest.raises(PaperError):
        render_medication_list(aase_store, CitizenId("nobody"), context())


def test_document_carries_nothing_personal_beside_the_pages(aase_list):
    assert aase_list.title == "Medicinliste"
    assert b"0101300000" not in aase_list.pdf
    assert "Åse".encode() not in aase_list.pdf
