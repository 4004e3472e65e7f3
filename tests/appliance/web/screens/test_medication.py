import re
from dataclasses import replace
from datetime import date, timedelta

from appliance.clock import HeldClock
from appliance.records.dosage import Dosage
from appliance.records.medicine import (
    MEDICATION_INCOMPLETE,
    MEDICATION_NONE,
    MEDICATION_UNKNOWN,
    sort_medication,
)
from appliance.records.models import Flag, SectionState
from appliance.records.terms import FlagKind, MedicationStatus, Section, UnitId
from appliance.web.notes import CPR_SHOWN_S
from appliance.web.screens.medication import (
    breakable,
    masked_cpr,
    medication_gap,
    row_groups,
    whole_cpr,
)
from tests.appliance.web.conftest import Phone, WebBox
from tests.simulators.box_people import AASE, EGON, MEDICATION, VERA, order

PAGE = f"/borgere/{AASE.id}/medicin"
TODAY = date(2026, 11, 23)


def words_of(page: str) -> str:
    """Return what a reader sees, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).split())


def test_identity_and_dangers_stand_before_the_medicine(agnes: Phone) -> None:
    page = words_of(agnes.get(PAGE).text)

    places = [
        page.index(words)
        for words in (
            "Aase Prøvesen Bolig 101",
            "CAVE: Penicillin – udslæt (registreret 12.03.2019)",
            "Livsnødvendig: Insulin hver morgen og aften",
            "Fravalg af behandling: Ingen genoplivning",
            "Udskriv medicinliste",
            "Fast medicin (5)",
            "PN – efter behov (1)",
            "Seponeret eller pauseret – må IKKE gives (1)",
            "Slut på listen: 5 faste · 1 PN · 1 seponeret",
        )
    ]
    assert places == sorted(places)


def test_medicine_stands_with_name_dose_and_reason(agnes: Phone) -> None:
    page = words_of(agnes.get(PAGE).text)

    assert (
        "Eliquix 5 mg apixaban · filmovertrukket tablet Risikomedicin"
        " Morgen 1 tablet Middag – Aften 1 tablet Nat –" in page
    )
    assert "Behandles for: mod blodpropper ved atrieflimren" in page
    assert "Ordineret: 12.03.2026 Lise Lægesen" in page


def test_weekly_medicine_is_written_out_and_loud(agnes: Phone) -> None:
    text = agnes.get(PAGE).text

    assert "KUN MANDAG Risikomedicin 3 tabletter mandag morgen" in words_of(text)
    assert '<span class="tag loud" lang="da">KUN MANDAG</span>' in text


def test_medicine_that_begins_later_is_written_out_with_its_day(box: WebBox) -> None:
    later = order("Senerix", ordered_on=TODAY + timedelta(days=30))
    box.hold(medication=(later,))

    page = words_of(box.unlocked_phone().get(PAGE).text)

    assert "BEGYNDER 23.12.2026" in page
    assert "Morgen 1 tablet" not in page


def test_time_critical_medicine_shows_its_times(agnes: Phone) -> None:
    assert "Tidspunkt: kl. 06.00, 11.00, 16.00, 21.00" in words_of(agnes.get(PAGE).text)


def test_as_needed_medicine_shows_its_maximum(agnes: Phone) -> None:
    assert "1 tablet pr. gang · Højst pr. døgn: 4 tabletter" in words_of(agnes.get(PAGE).text)


def test_stopped_medicine_says_so_instead_of_when_to_give_it(agnes: Phone) -> None:
    stopped = words_of(agnes.get(PAGE).text).partition("må IKKE gives (1)")[2]

    assert "Seponeret 18.11.2026: erstattet af Eliquix" in stopped
    assert "Tidspunkt:" not in stopped
    assert "1 seponeret for mere end 14 dage siden er ikke vist." in stopped


def test_field_the_source_lacks_is_named_and_never_blank(agnes: Phone) -> None:
    page = words_of(agnes.get(PAGE).text)

    for field in ("Styrke", "Form", "Ordineret af"):
        assert f"{field}: MANGLER I KILDEN" in page
    assert "Behandles for: KUNNE IKKE LÆSES – SPØRG LÆGEN" in page
    assert "Behandles for: Behandles for" not in page


def test_strip_says_that_the_age_is_the_medicine_s_and_when_the_copy_was_made(
    box: WebBox,
) -> None:
    box.installed[0] = box.clock.now() - timedelta(minutes=10)

    phone = box.logged_in("AGN")
    texts = [phone.get(path).text for path in (PAGE, "/afsnit/u-syd/borgere", "/afsnit")]

    copied = "Medicin fra kl. 02.05 (55 min siden) · kopien lavet kl. 02.50"
    assert all(copied in text for text in texts)
    assert "Medicin fra" not in phone.get(f"/borgere/{AASE.id}").text


def test_doctor_s_number_can_be_dialled_from_the_list_and_the_folder(agnes: Phone) -> None:
    pages = [agnes.get(path).text for path in (PAGE, f"/borgere/{AASE.id}")]

    assert all("Egen læge: Lægehuset Egebjerg 87 00 00 11" in words_of(page) for page in pages)
    assert all('href="tel:87000011"' in page for page in pages)
    assert "Egen læge: MANGLER I KILDEN" in words_of(agnes.get(f"/borgere/{EGON.id}/medicin").text)


def test_only_the_print_button_stands_before_the_medicine(agnes: Phone) -> None:
    page = words_of(agnes.get(PAGE).text)

    assert page.index("Udskriv medicinliste") < page.index("Fast medicin (5)")
    assert page.index("Andre ark") > page.index("Slut på listen")


def test_care_term_has_its_english_in_brackets_once_on_the_english_page(agnes: Phone) -> None:
    agnes.post("/visning", sprog="en", tilbage=PAGE)

    page = words_of(agnes.get(PAGE).text)

    assert "KUN MANDAG (Monday)" in page
    assert "Risikomedicin (high-risk medicine)" in page
    assert "Højst pr. døgn (at most in 24 hours) : 4 tabletter" in page
    assert "Seponeret (stopped) 18.11.2026: erstattet af Eliquix" in page
    assert "Strength: MANGLER I KILDEN (missing in the source)" in page
    assert "Prescribed: 12 Mar 2026" in page


def test_cpr_is_masked_until_asked_for_and_then_for_seconds_only(
    agnes: Phone, clock: HeldClock
) -> None:
    before = agnes.get(PAGE).text
    agnes.post(f"/borgere/{AASE.id}/cpr")
    shown = agnes.get(PAGE).text
    clock.move(timedelta(seconds=CPR_SHOWN_S))
    after = agnes.get(PAGE).text

    assert "010130-••••" in before
    assert "1234" not in before
    assert "010130-1234" in shown
    assert f'http-equiv="refresh" content="{CPR_SHOWN_S};url={PAGE}"' in shown
    assert "1234" not in after


def test_cpr_shown_to_one_is_not_shown_to_another(box: WebBox, agnes: Phone) -> None:
    agnes.post(f"/borgere/{AASE.id}/cpr")

    assert "010130-1234" not in box.unlocked_phone().get(PAGE).text
    assert "241238-1177" not in agnes.get(f"/borgere/{EGON.id}/medicin").text


def test_show_cpr_does_not_claim_a_log_that_is_not_there(agnes: Phone) -> None:
    assert "logget" not in agnes.get(PAGE).text


def test_cpr_with_letters_is_masked_and_shown_whole() -> None:
    assert masked_cpr("311244AB12") == "311244-••••"
    assert whole_cpr("311244-AB12") == "311244-AB12"


def test_citizen_without_cpr_or_dwelling_says_so(box: WebBox) -> None:
    nobody = replace(VERA, dwelling=None)
    box.hold(citizens=(nobody, replace(EGON, cpr=None)))
    phone = box.unlocked_phone()

    page = words_of(phone.get(f"/borgere/{nobody.id}/medicin").text)

    assert "Bolig mangler" in page
    assert "CPR mangler" in page
    assert "Født 24.12.1938" in words_of(phone.get(f"/borgere/{EGON.id}/medicin").text)


def test_look_alikes_and_other_dangers_are_told(agnes: Phone) -> None:
    page = words_of(agnes.get(f"/borgere/{EGON.id}/medicin").text)

    assert "Pas på: en anden borger har samme eller lignende navn." in page
    assert "Afhængig af strøm: Iltapparat" in page


def test_infection_is_told(box: WebBox) -> None:
    box.hold(flags=(Flag("f9", VERA.id, FlagKind.INFECTION, "MRSA"),))

    page = words_of(box.unlocked_phone().get(f"/borgere/{VERA.id}/medicin").text)

    assert "Smitte: MRSA" in page


def test_no_cave_and_cave_not_delivered_are_two_sentences(box: WebBox, agnes: Phone) -> None:
    none = words_of(agnes.get(f"/borgere/{EGON.id}/medicin").text)
    box.hold(missing=frozenset({Section.WARNINGS, Section.FLAGS}))
    box.keeper.open()
    unknown = words_of(agnes.get(f"/borgere/{EGON.id}/medicin").text)

    assert "Ingen CAVE registreret" in none
    assert "CAVE er ikke med i kopien. Spørg lægen." in unknown
    assert "Livsnødvendige behov og fravalg er ikke med i kopien." in unknown


def test_needs_that_may_be_incomplete_are_said_to_be(box: WebBox, clock: HeldClock) -> None:
    box.hold(states=(
        SectionState(AASE.unit_id, Section.FLAGS, AASE.id, clock.now(), is_complete=False),
    ))  # fmt: skip

    page = words_of(box.unlocked_phone().get(PAGE).text)

    assert "Livsnødvendige behov og fravalg kan mangle i kopien." in page
    assert "fravalg er ikke med i kopien" not in page


def test_medication_that_was_not_delivered_is_no_empty_list(box: WebBox) -> None:
    box.hold(missing=frozenset({Section.MEDICATION}))
    box.hold(medication=())

    page = words_of(box.unlocked_phone().get(PAGE).text)

    assert MEDICATION_UNKNOWN in page
    assert MEDICATION_NONE not in page
    assert "Boksen ved ikke, hvor gamle data er." in box.unlocked_phone().get(PAGE).text


def test_citizen_without_medicine_says_so(agnes: Phone) -> None:
    assert MEDICATION_NONE in words_of(agnes.get(f"/borgere/{EGON.id}/medicin").text)


def test_incomplete_list_says_so() -> None:
    state = SectionState(UnitId("u"), Section.MEDICATION, is_complete=False)

    assert medication_gap(state, sort_medication(MEDICATION, TODAY)) == MEDICATION_INCOMPLETE


def test_sources_that_differ_on_the_medicine_are_said_on_the_citizens_page_only(
    box: WebBox, clock: HeldClock
) -> None:
    why = "Kilderne er ikke enige om medicinen."
    differs = SectionState(
        AASE.unit_id, Section.MEDICATION, AASE.id, clock.now(), is_complete=False, reason=why,
        source="FMK",
    )  # fmt: skip
    box.hold(states=(differs,))
    phone = box.unlocked_phone()

    assert f"{MEDICATION_INCOMPLETE} {why}" in words_of(phone.get(PAGE).text)
    assert why not in phone.get(f"/borgere/{EGON.id}/medicin").text


def test_who_lies_at_a_hospital_is_said_before_the_medicine(box: WebBox) -> None:
    away = Flag("f-away", AASE.id, FlagKind.IN_HOSPITAL, "Er indlagt på sygehus")
    box.hold(flags=(away,))
    phone = box.unlocked_phone()

    page = words_of(phone.get(PAGE).text)
    assert page.index("Ikke hjemme: Er indlagt på sygehus") < page.index("Udskriv medicinliste")
    assert "Ikke hjemme" in words_of(phone.get(f"/afsnit/{AASE.unit_id}/borgere").text)


def test_medicine_of_unknown_status_is_never_lost_or_given_columns_of_its_own() -> None:
    unknown = order("Måskol", status=MedicationStatus.UNKNOWN, brand=None, generic=None)

    groups = row_groups(sort_medication([unknown], TODAY), TODAY)

    assert [group.anchor for group in groups] == ["ukendt"]


def test_medicine_without_any_name_says_so(box: WebBox) -> None:
    box.hold(medication=(order("Navnløs", brand=None, generic=None),))

    page = words_of(box.unlocked_phone().get(PAGE).text)

    assert "Præparat: MANGLER I KILDEN" in page


def test_same_medicine_twice_is_marked_on_both(box: WebBox) -> None:
    twice = order("Dobbeltin")
    box.hold(medication=(twice, replace(twice, id="m-again")))

    page = words_of(box.unlocked_phone().get(PAGE).text)

    assert page.count("Står flere gange på listen – spørg lægen") == 2


def test_words_from_the_record_cannot_become_markup(box: WebBox) -> None:
    dosage = Dosage(text="<script>alert(1)</script> & <b>2</b>")
    box.hold(medication=(order("<i>Eliquix</i>", dosage=dosage),))

    text = box.unlocked_phone().get(PAGE).text

    assert "<script>alert" not in text
    assert "<i>Eliquix" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_english_page_has_english_headings_and_leaves_the_words_beside_a_medicine_in_danish(
    agnes: Phone,
) -> None:
    agnes.post("/visning", sprog="en", tilbage=PAGE)

    page = words_of(agnes.get(PAGE).text)

    assert "Medication list" in page
    assert "Print medication list" in page
    assert "Regular (5)" in page
    assert "Stopped or paused: must NOT be given (1)" in page
    assert "End of list: 5 regular · 1 PRN · 1 stopped" in page
    assert "Risikomedicin" in page
    assert "Later changes are not included. In doubt? Call the doctor." in page


def test_missing_strength_is_named_in_english_on_the_english_page(box: WebBox) -> None:
    box.hold(medication=(replace(order("Kurix"), strength=None),))
    phone = box.unlocked_phone()
    phone.post("/visning", sprog="en", tilbage=PAGE)

    assert "Strength: MANGLER I KILDEN (missing in the source)" in words_of(phone.get(PAGE).text)


def test_what_must_not_be_given_is_a_tap_away(agnes: Phone) -> None:
    page = agnes.get(PAGE).text

    assert '<a class="row" href="#ikke">Se seponeret eller pauseret</a>' in page


def test_a_long_name_may_break_after_a_stroke_or_hyphen_and_stays_escaped() -> None:
    assert breakable("Carbidopa/Levodopa-<b>x/") == "Carbidopa/<wbr>Levodopa-<wbr>&lt;b&gt;x/"


def test_end_date_is_shown(box: WebBox) -> None:
    box.hold(medication=(order("Kurix", stops_on=date(2026, 12, 1)),))

    assert "Slutdato 01.12.2026" in words_of(box.unlocked_phone().get(PAGE).text)


def test_every_section_of_the_page_tells_its_own_age(box: WebBox, agnes: Phone) -> None:
    whole = words_of(agnes.get(PAGE).text)
    box.hold(missing=frozenset({Section.FLAGS}))
    box.keeper.open()
    partly = words_of(agnes.get(PAGE).text)
    box.hold(as_of=None)
    box.keeper.open()

    assert "Medicin: data fra man. 23. nov. 2026 kl. 02.05 CAVE: data fra" in whole
    assert "Livsnødvendige behov og fravalg: ikke med i kopien" in partly
    assert "CAVE: alderen er ukendt" in words_of(agnes.get(PAGE).text)


def test_not_dose_dispensed_is_told_only_where_something_else_is(box: WebBox) -> None:
    loose = order("Kurix", is_dose_dispensed=False)
    packed = order("Eliquix", is_dose_dispensed=True)
    stopped = replace(packed, id="m-x", status=MedicationStatus.STOPPED, status_since=TODAY)
    pages = []
    for medicines in ((loose, packed), (loose,), (loose, stopped)):
        box.hold(medication=medicines)
        box.keeper.open()
        pages.append(words_of(box.unlocked_phone().get(PAGE).text))

    assert ["Ikke dosispakket" in page for page in pages] == [True, False, False]
    assert "Dosispakket" in pages[0]
