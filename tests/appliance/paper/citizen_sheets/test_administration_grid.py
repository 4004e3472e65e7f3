"""The medication record for twenty-four hours, read back from the paper."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from appliance.paper import plain_pdf
from appliance.paper.citizen_sheets.administration_grid import (
    CODES,
    KIND,
    NOT_BEFORE,
    TIMED,
    WRITE_DAYS,
    view,
)
from appliance.paper.citizen_sheets.as_needed_form import COUNT_EARLIER
from appliance.paper.citizen_sheets.citizen_sheet import Asked
from appliance.paper.citizen_sheets.dose_grid import (
    ANY_TIME,
    CHECK_GIVEN,
    CONTINUED,
    MAYBE_GIVEN,
    READ_DOSE,
)
from appliance.paper.citizen_sheets.leftovers import READABLE, RESTING, UNTELLABLE
from appliance.paper.document import Typeset
from appliance.paper.frame import read_identity
from appliance.paper.signing import SIGN_ONCE
from appliance.records.dosage import Dosage
from appliance.records.due import END_PASSED, PAUSE_OVER
from appliance.records.due_words import DAY_UNSURE, why_unknown
from appliance.records.terms import MedicationStatus
from tests.appliance.paper.citizen_sheets.lives import WHO, scheduled
from tests.appliance.paper.pages import bare, layout, lost_words, texts
from tests.appliance.paper.people import AASE, NIGHT, TAPERING, context, opened, rich_orders
from tests.appliance.records.orders import grid, order

DAILY = order(citizen_id=WHO, dosage=Dosage("1+1+1+1", grid("1", "2", "3", "4")))
_POINTS_PER_MM = 72 / 25.4


def section(text, title, *others):
    """Return the part of a sheet's text that stands under a title."""
    found = text[text.index(title) + len(title) :]
    ends = [found.index(other) for other in (*others, "Slut på listen") if other in found]
    return found[: min(ends)]


def test_sheet_says_from_when_to_when_it_holds_and_what_is_not_on_it(read_sheet):
    text = read_sheet(KIND, DAILY, printed_at=datetime(2026, 11, 23, 2, 40, tzinfo=UTC))

    assert "Gælder fra man. 23. nov. 2026 kl. 03.00 til tirs. 24. nov. 2026 kl. 03.00." in text
    assert NOT_BEFORE in text
    assert "Kopi fra man. 23. nov. 2026 kl. 02.05." in text


def test_sheet_says_that_a_dose_is_signed_for_in_one_place(read_sheet):
    assert SIGN_ONCE in read_sheet(KIND, DAILY)


def test_every_part_of_the_night_and_the_day_has_its_own_date(read_sheet):
    text = read_sheet(KIND, DAILY)

    parts = ("Nat til man. 23. nov.", "Morgen man. 23. nov.", "Middag man. 23. nov.",
             "Aften man. 23. nov.", "Nat til tirs. 24. nov.")  # fmt: skip
    assert [part for part in parts if part not in text] == []
    assert text.index(MAYBE_GIVEN) < text.index("Morgen man. 23. nov.")


def test_each_dose_has_room_for_time_initials_and_code(read_sheet):
    text = read_sheet(KIND, DAILY)

    assert text.count("kl. init. kode") == 5  # the night that has begun, and the next
    assert "Felter til 5 doser." in text


def test_writing_room_is_wide_and_high_enough_for_a_tired_hand(print_sheet, tmp_path):
    (page,) = layout(print_sheet(KIND, DAILY).pdf, tmp_path)

    starts = sorted(word.left for word in page if word.text == "kl." and word.height < 9)
    ends = sorted(word.left for word in page if word.text == "init.")
    assert all(end - start > 12 * _POINTS_PER_MM for start, end in zip(starts, ends, strict=True))


def test_strips_that_stand_on_each_other_are_as_high_as_a_hand_writes(print_sheet, tmp_path):
    morphine = next(one for one in rich_orders() if one.brand == "Morfix")
    (page,) = layout(print_sheet(KIND, morphine).pdf, tmp_path)

    upper = min(word.top for word in page if word.text == "dosis" and word.height < 9)
    lower = min(word.top for word in page if word.text == "virkning")
    assert lower - upper >= 7 * _POINTS_PER_MM


def test_plain_renderer_tells_each_dose_with_its_part_and_room_to_sign(tmp_path):
    store = opened(tmp_path / "r.sqlite", AASE, DAILY, scheduled("06.00", "", id="m2"))
    asked = Asked(store, read_identity(store, WHO), context(), "900-00001")

    pdf, _ = plain_pdf.render(view(asked), NIGHT)

    text = " ".join(texts(pdf))
    for dose in ("Aften man. 23. nov.: 3 tabletter", "Nat til tirs. 24. nov.: 4 tabletter",
                 "Nat til man. 23. nov.: kl. 06.00 1 tablet", f"{ANY_TIME}: 1 tablet"):  # fmt: skip
        assert f"{dose} kl. ______ init. ______ kode ____" in text


def test_legend_of_codes_stands_on_every_page_with_doses(print_sheet):
    orders = [replace(DAILY, id=f"m{n:02}", brand=f"Nr{n:02}") for n in range(20)]

    pages = texts(print_sheet(KIND, *orders).pdf)

    assert len(pages) > 2
    assert all(bare(CODES) in bare(page) for page in pages if "Nr" in page)


def test_clock_times_stand_under_their_part_of_the_right_day(read_sheet):
    text = read_sheet(KIND, scheduled("02.00", "03.00", "06.00", "22.30", brand="Urix"))

    assert "kl. 03.00 1 tablet" in text
    times = [f"kl. {time}" for time in ("03.00 1", "06.00 1", "22.30 1", "02.00 1")]
    assert [text.index(time) for time in times] == sorted(text.index(time) for time in times)


def test_weekday_medicine_is_due_on_its_day_and_rests_on_the_others(read_sheet):
    weekly = scheduled("morgen", round_days=7, brand="Ugix")

    monday = read_sheet(KIND, weekly)
    tuesday = read_sheet(KIND, weekly, printed_at=datetime(2026, 11, 24, 2, tzinfo=UTC))

    assert "Felter til 1 dosis." in monday
    assert "Felter til 0 doser." in tuesday
    assert "man. 30. nov." in section(tuesday, RESTING)


def test_medicine_without_a_next_dose_says_so(read_sheet):
    over = scheduled("morgen", round_days=7, brand="Sidstix", stops_on=date(2026, 11, 23))

    text = read_sheet(KIND, over, printed_at=datetime(2026, 11, 23, 12, tzinfo=UTC))

    assert "Ingen dosis de næste 90 dage" in section(text, RESTING)


@pytest.mark.parametrize(
    ("hour", "day", "is_checked"),
    [(2, "man. 23. nov.", True), (10, "man. 23. nov.", True), (13, "tirs. 24. nov.", False)],
)
def test_dose_for_any_time_has_a_column_of_its_own_day(read_sheet, hour, day, is_checked):
    moment = datetime(2026, 11, 23, hour, tzinfo=UTC)

    text = read_sheet(KIND, scheduled("", brand="Frix"), printed_at=moment)

    assert f"{ANY_TIME} {day}" in text
    assert (f"{ANY_TIME} {day} {CHECK_GIVEN}" in text) is is_checked
    assert "Felter til 1 dosis." in text


def test_dose_for_any_time_is_asked_about_where_nobody_knows_the_day(read_sheet):
    text = read_sheet(KIND, scheduled("", brand="Frix"), is_clock_trusted=False)

    assert f"{ANY_TIME} dato: __________ {CHECK_GIVEN}" in text


def test_what_nobody_can_tell_stands_apart_with_its_words_and_why(read_sheet):
    text = read_sheet(
        KIND,
        order(id="m1", citizen_id=WHO, brand="Tapix", dosage=Dosage(TAPERING)),
        order(id="m2", citizen_id=WHO, brand="Udix", stops_on=date(2026, 11, 20)),
    )

    read = section(text, f"{READABLE} (1)", UNTELLABLE)
    assert "Felter til 0 doser." in text
    assert bare(TAPERING) in bare(read)
    assert bare(why_unknown("no_structure")) in bare(read)
    assert "DOSIS SKIFTER – LÆS TEKSTEN" in read
    assert "spørg lægen" not in read.lower()
    assert bare(why_unknown(END_PASSED)) in bare(section(text, f"{UNTELLABLE} (1)"))


def test_pause_that_should_be_over_is_asked_about_and_not_also_forbidden(read_sheet):
    schedule = scheduled("morgen").dosage.schedule
    over = Dosage("x", schedule=replace(schedule, known_until=date(2026, 11, 21)))
    paused = order(citizen_id=WHO, brand="Pausix", status=MedicationStatus.PAUSED, dosage=over)

    text = read_sheet(KIND, paused)

    assert bare(why_unknown(PAUSE_OVER)) in bare(section(text, UNTELLABLE))
    assert text.count("Pausix") == 1


def test_stopped_and_paused_medicine_has_no_room_to_be_given(read_sheet):
    text = read_sheet(KIND, *rich_orders())

    forbidden = section(text, "Seponeret eller pauseret – må IKKE gives (2)")
    assert "Ibumetix" in forbidden
    assert "Seponeret 18.11.2026: blødende mavesår" in forbidden
    assert "Pausix" in forbidden
    assert "init." not in forbidden


def test_every_medicine_of_the_record_stands_exactly_once(read_sheet):
    text = bare(read_sheet(KIND, *rich_orders()))

    for item in rich_orders():
        assert text.count(bare(item.brand)) == (0 if item.brand == "Gammelix" else 1), item.brand


def test_code_for_other_has_lines_to_say_what(read_sheet):
    text = read_sheet(KIND, DAILY)

    assert "8 andet (skriv under Bemærkninger)" in text
    assert "Bemærkninger Kl. Præparat Bemærkning Init." in text


def test_maximum_that_nobody_knows_is_asked_of_the_doctor(read_sheet):
    text = read_sheet(KIND, order(citizen_id=WHO, is_as_needed=True))

    assert "Højst pr. døgn: MANGLER I KILDEN – spørg lægen" in text


def test_ordinary_word_is_broken_with_a_hyphen_and_a_name_is_not(print_sheet, tmp_path):
    document = print_sheet(
        KIND,
        order(citizen_id=WHO, is_as_needed=True, indication="mod gennembrudssmerterogandet"),
        order(
            citizen_id=WHO, id="2", is_as_needed=True, indication="mod Gennembrudssmerterogandet"
        ),
    )

    words = [word.text for page in layout(document.pdf, tmp_path) for word in page]
    parts = [word for word in words if bare(word).casefold().startswith("gennembrud")]
    # A soft hyphen at the end of a line is the hyphen that is printed.
    assert sorted(part[-1] for part in parts) == ["\u00ad", "\u200b"]
    assert document.typeset is Typeset.STRICT
    assert lost_words(document.pdf, tmp_path) == []


def test_as_needed_medicine_has_its_maximum_and_room_for_three_times(read_sheet):
    morphine = next(one for one in rich_orders() if one.brand == "Morfix")

    text = read_sheet(KIND, morphine)

    assert "Højst 4 tabletter pr. døgn" in text
    assert "mod forhøjet blodtryk" in text
    assert COUNT_EARLIER in text
    assert text.count("virkning init.") == 3


def test_ordered_clock_times_stand_in_a_box_where_the_doses_have_only_parts(read_sheet):
    text = read_sheet(KIND, next(one for one in rich_orders() if one.brand == "Levodopix"))

    assert "Præcist kl. 06.00, 11.00" in text
    assert "Tidskritisk" in text


def test_times_ordered_in_words_have_a_strip_each_and_stand_first(read_sheet):
    timed = Dosage("1 tablet kl. 8, 20 og 2", times=("08.00", "20.00", "02.00"))
    critical = order(id="z", citizen_id=WHO, brand="Parkix", dosage=timed, is_time_critical=True)

    text = read_sheet(KIND, DAILY, critical)

    first = section(text, f"{TIMED} (1)", "Fast medicin (1)")
    assert text.index(TIMED) < text.index("Fast medicin (1)")
    assert "Dosis: 1 tablet kl. 8, 20 og 2" in first
    assert first.count(f"{READ_DOSE} kl. init. kode") == 3
    assert [f"kl. {time}" in first for time in timed.times] == [True] * 3
    assert "Felter til 8 doser." in text


def test_times_of_what_a_doctor_must_decide_have_no_strips(read_sheet):
    timed = Dosage("1 tablet kl. 8", times=("08.00",))

    text = read_sheet(KIND, order(citizen_id=WHO, dosage=timed, status=MedicationStatus.UNKNOWN))

    assert TIMED not in text
    assert "kl. 08.00" in section(text, UNTELLABLE)


def test_time_that_is_no_clock_time_is_told_once_as_the_source_has_it(read_sheet):
    text = read_sheet(KIND, order(citizen_id=WHO, dosage=Dosage("1 tablet", times=("ca. otte",))))

    assert section(text, TIMED).count("ca. otte læs dosis") == 1


def test_what_cannot_wait_stands_before_the_rest_of_the_fixed_medicine(read_sheet):
    text = read_sheet(
        KIND,
        scheduled("morgen", id="1", brand="Almindelix"),
        scheduled("08.00", id="2", brand="Parkix", is_time_critical=True),
    )

    assert text.index("Parkix") < text.index("Almindelix")


def test_many_doses_go_on_in_a_row_with_the_name_of_the_medicine(read_sheet):
    times = [f"{hour:02}.{minute:02}" for hour in range(15, 23) for minute in (0, 30)]

    text = read_sheet(KIND, scheduled(*times, brand="Dråbix"))

    assert [time for time in times if f"kl. {time} 1" not in text] == []
    assert text.count("Dråbix") == 3
    assert text.count(CONTINUED) == 2
    assert "Fast medicin (1)" in text
    assert "Felter til 16 doser." in text


def test_without_a_clock_dates_are_written_by_hand_and_only_what_is_the_same_every_day_is_due(
    read_sheet,
):
    weekly = scheduled("morgen", round_days=7, brand="Ugix", id="weekly")

    text = read_sheet(KIND, DAILY, weekly, is_clock_trusted=False)

    assert WRITE_DAYS in text
    assert text.count("dato: ____") == 4
    assert "Felter til 4 doser." in text
    assert bare(why_unknown(DAY_UNSURE)) in bare(section(text, READABLE))
    assert "man. 23. nov. 2026 kl. 03" not in text


@pytest.mark.parametrize(
    ("moment", "hours", "doses"),
    [
        (
            datetime(2026, 3, 28, 21, tzinfo=UTC),
            "lør. 28. marts 2026 kl. 22.00 til søn. 29. marts 2026 kl. 22.00",
            5,
        ),
        (
            datetime(2026, 10, 24, 21, tzinfo=UTC),
            "lør. 24. okt. 2026 kl. 23.00 til søn. 25. okt. 2026 kl. 23.00",
            4,
        ),
    ],
)
def test_night_when_the_clocks_change_ends_at_the_same_time_on_the_wall(
    read_sheet, moment, hours, doses
):
    text = read_sheet(KIND, DAILY, printed_at=moment)

    assert f"Gælder fra {hours}." in text
    assert f"Felter til {doses} doser." in text


def test_two_prints_of_the_same_hour_are_the_same_but_for_the_time(read_sheet):
    first = read_sheet(KIND, DAILY, printed_at=NIGHT)
    later = read_sheet(KIND, DAILY, printed_at=NIGHT.replace(minute=59))

    assert first.replace("kl. 03.00 af AB", "") == later.replace("kl. 03.59 af AB", "")
