"""How medicine is shown: order, doses, notices."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.policy import STOPPED_SHOWN
from appliance.records import medicine
from appliance.records.dosage import Dosage
from appliance.records.models import Gap
from appliance.records.quantities import NBSP, NO_DOSE
from appliance.records.terms import MedicationStatus
from tests.appliance.paper.citizen_sheets.lives import bounded
from tests.appliance.records.orders import TODAY, grid, order

STOPPED, PAUSED = MedicationStatus.STOPPED, MedicationStatus.PAUSED
UNKNOWN = MedicationStatus.UNKNOWN


def test_orders_are_divided_by_what_may_be_given():
    fixed, needed = order(id="1"), order(id="2", is_as_needed=True)
    stopped = order(id="3", status=STOPPED, status_since=TODAY)
    paused = order(id="4", status=PAUSED, status_since=date(2020, 1, 1))

    groups = medicine.sort_medication([paused, stopped, needed, fixed], TODAY)

    assert groups.fixed == (fixed,)
    assert groups.as_needed == (needed,)
    assert groups.not_to_give == (stopped, paused)
    assert groups.shown == 4


def test_unknown_status_is_never_dropped():
    doubtful = order(status=UNKNOWN, is_as_needed=True)

    groups = medicine.sort_medication([doubtful], TODAY)

    assert groups.unknown == (doubtful,)
    assert medicine.notices(doubtful, TODAY)[0] == medicine.STATUS_UNKNOWN


def test_long_stopped_medicine_is_counted_not_shown():
    limit = order(id="1", status=STOPPED, status_since=TODAY - STOPPED_SHOWN)
    older = order(id="2", status=STOPPED, status_since=TODAY - STOPPED_SHOWN - timedelta(days=1))
    by_end_date = order(id="3", status=STOPPED, stops_on=date(2020, 1, 1))

    groups = medicine.sort_medication([limit, older, by_end_date], TODAY)

    assert groups.not_to_give == (limit,)
    assert groups.older_stopped == 2


def test_stopped_medicine_of_unknown_date_is_shown():
    undated = order(status=STOPPED)

    assert medicine.sort_medication([undated], TODAY).not_to_give == (undated,)


def test_danish_letters_sort_last():
    names = ["Åbix", "Øbix", "Æbix", "Zbix", "abix"]

    groups = medicine.sort_medication([order(id=n, brand=n) for n in names], TODAY)

    assert [item.brand for item in groups.fixed] == ["abix", "Zbix", "Æbix", "Øbix", "Åbix"]


@given(st.lists(st.tuples(st.sampled_from(MedicationStatus), st.booleans(), st.dates())))
def test_every_order_is_shown_or_counted_exactly_once(drawn):
    orders = [
        order(id=str(number), status=status, is_as_needed=needed, status_since=since)
        for number, (status, needed, since) in enumerate(drawn)
    ]

    groups = medicine.sort_medication(orders, TODAY)

    assert groups.shown + groups.older_stopped == len(orders)


def test_end_mark_counts_what_is_shown():
    orders = [
        order(id="1"),
        order(id="2", is_as_needed=True),
        order(id="3", status=STOPPED),
        order(id="4", status=PAUSED),
        order(id="5", status=UNKNOWN),
    ]

    mark = medicine.end_mark(medicine.sort_medication(orders, TODAY))

    assert mark == "Slut på listen: 1 fast · 1 PN · 1 seponeret · 1 pauseret · 1 med ukendt status"


def test_end_mark_of_an_ordinary_list_is_short():
    groups = medicine.sort_medication([order(id="1"), order(id="2")], TODAY)

    assert medicine.end_mark(groups) == "Slut på listen: 2 faste · 0 PN · 0 seponeret"


def test_four_columns_show_a_dash_for_none():
    cells = medicine.dose_cells(order(dosage=Dosage("x", grid("1", "0", "0.5"))), TODAY)

    assert cells is not None
    assert [cell.amount for cell in cells] == ["1", NO_DOSE, "0,5", NO_DOSE]
    assert str(cells[0]) == f"1{NBSP}tablet"
    assert str(cells[1]) == NO_DOSE


def test_dose_of_certain_weekdays_never_stands_in_the_columns():
    weekly = order(dosage=Dosage("4 tabletter mandag", grid("4"), weekdays=(1,)))

    assert medicine.dose_cells(weekly, TODAY) is None
    assert medicine.weekday_notice(weekly) == "KUN MANDAG"
    assert medicine.daily_dose(weekly) is None


@pytest.mark.parametrize("dosage", [Dosage("efter skema"), Dosage("ingen", grid())])
def test_dosage_without_amounts_is_written_out(dosage):
    assert medicine.dose_cells(order(dosage=dosage), TODAY) is None
    assert medicine.dosage_text(order(dosage=dosage)) == dosage.text


def test_dosage_is_put_into_words_when_the_source_has_only_the_columns():
    shown = medicine.dosage_text(order(dosage=Dosage(grid=grid("2", "", "1"))))

    assert shown == f"2{NBSP}tabletter morgen, 1{NBSP}tablet aften"


def test_single_dose_is_used_when_there_is_nothing_else():
    assert medicine.dosage_text(order(dosage=Dosage(single_dose="5 ml"))) == f"5{NBSP}ml"


@pytest.mark.parametrize(
    ("weekdays", "notice"),
    [
        ((1, 4), "KUN MANDAG OG TORSDAG"),
        ((7, 1, 3), "KUN MANDAG, ONSDAG OG SØNDAG"),
        ((1, 2, 3, 4, 5, 6, 7), None),
        ((), None),
    ],
)
def test_weekdays_are_said_loudly(weekdays, notice):
    assert medicine.weekday_notice(order(dosage=Dosage("x", weekdays=weekdays))) == notice


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("1 tablet morgen hver 2. dag", medicine.NOT_EVERY_DAY),
        ("1 ml hver 12. uge", medicine.NOT_EVERY_DAY),
        ("1 tablet om ugen", medicine.NOT_EVERY_DAY),
        ("1 plaster hver tredje. dag", medicine.NOT_EVERY_DAY),
        ("2 dagligt i 14 dage, herefter 2 gange om ugen", medicine.CHANGING_DOSE),
        ("Nedtrapning efter aftale", medicine.CHANGING_DOSE),
        ("1 tablet dagligt", None),
        ("1 tablet hver 6. time", None),
    ],
)
def test_irregular_texts_are_marked(text, notice):
    assert medicine.weekday_notice(order(dosage=Dosage(text))) == notice


def test_notices_come_with_the_most_important_first():
    item = order(
        atc="A10AE04",
        is_time_critical=True,
        is_dose_dispensed=True,
        stops_on=TODAY - timedelta(days=1),
        dosage=Dosage("x", weekdays=(1,)),
    )

    assert medicine.notices(item, TODAY) == (
        "KUN MANDAG",
        "Slutdato 22.11.2026 er passeret – spørg lægen",
        "Risikomedicin",
        "Tidskritisk",
        "Dosispakket",
    )


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (order(ordered_on=date(2026, 12, 24)), "BEGYNDER 24.12.2026"),
        (order(ordered_on=date(2026, 12, 24), is_as_needed=True), "BEGYNDER 24.12.2026"),
        (bounded(first=date(2026, 12, 24)), "BEGYNDER 24.12.2026"),
        (bounded(last=date(2026, 11, 26)), "SIDSTE DAG 26.11.2026"),
        (
            bounded(last=date(2026, 11, 26), known_until=date(2026, 12, 1)),
            "PAUSE FRA 27.11.2026 TIL OG MED 01.12.2026",
        ),
        (bounded(known_until=date(2026, 12, 1)), "PAUSE TIL OG MED 01.12.2026"),
        (bounded(known_until=date(2026, 11, 22)), medicine.PAUSE_OVER),
        (bounded(last=date(2026, 11, 22)), "Slutdato 22.11.2026 er passeret – spørg lægen"),
    ],
)
def test_medicine_that_is_not_for_every_day_says_from_when(item, words):
    assert medicine.notices(item, TODAY) == (words,)


def test_medicine_that_begins_or_rests_never_stands_in_the_columns():
    later, resting = bounded(first=date(2026, 12, 24)), bounded(last=date(2026, 11, 26))

    assert medicine.dose_cells(bounded(), TODAY) is not None
    assert medicine.dose_cells(later, TODAY) is None
    assert medicine.dose_cells(later, date(2026, 12, 24)) is not None
    assert medicine.dose_cells(resting, TODAY) is None


def test_no_end_date_is_not_said_of_what_ends_by_its_schedule():
    ending = bounded(last=date(2026, 11, 26))

    assert medicine.end_date_text(order(), medicine.NO_END_DATE) == medicine.NO_END_DATE
    assert medicine.end_date_text(order(), "01.12.2026") == "Slutdato 01.12.2026"
    assert medicine.end_date_text(ending, medicine.NO_END_DATE) == ""


def test_stopped_medicine_is_not_said_to_begin():
    assert medicine.notices(order(status=STOPPED, ordered_on=date(2026, 12, 24)), TODAY) == ()


def test_last_day_of_a_medicine_is_not_past():
    assert medicine.notices(order(stops_on=TODAY), TODAY) == ()
    assert medicine.notices(order(is_dose_dispensed=False), TODAY) == ("Ikke dosispakket",)


def test_ended_medicine_says_since_when_and_why():
    stopped = order(status=STOPPED, status_since=TODAY, status_reason="blødning")
    by_date = order(status=STOPPED, stops_on=TODAY)
    paused = order(status=PAUSED, stops_on=TODAY)

    assert medicine.ended_text(stopped) == "Seponeret 23.11.2026: blødning"
    assert medicine.ended_text(by_date) == "Seponeret 23.11.2026"
    assert medicine.ended_text(paused) == "Pauseret dato MANGLER I KILDEN"


def test_daily_dose_is_the_delivered_one_or_the_sum_of_the_columns():
    summed = order(dosage=Dosage("x", grid("1", "0,5", "1")))
    delivered = order(dosage=Dosage("x", grid("1"), daily_dose="3 g"))
    odd = order(dosage=Dosage("x", grid("1-2")))

    assert medicine.daily_dose(summed) == f"2,5{NBSP}tabletter"
    assert medicine.daily_dose(delivered) == f"3{NBSP}g"
    assert medicine.daily_dose(odd) is None
    assert medicine.daily_dose(order(dosage=Dosage("x", grid("10")))) == f"10{NBSP}tabletter"


def test_single_dose_lists_the_different_doses_of_the_day():
    assert medicine.single_dose(order(dosage=Dosage("x", grid("2", "", "1")))) == (
        f"2{NBSP}tabletter / 1{NBSP}tablet"
    )
    assert medicine.single_dose(order(dosage=Dosage("efter skema", grid()))) == "efter skema"
    assert medicine.single_dose(order(dosage=Dosage("efter skema"))) == "efter skema"


@pytest.mark.parametrize(
    "text",
    ["4 tabletter", "højst 4 tabletter", "Maks. 4 tabletter pr. døgn", "4 tabletter dagligt"],
)
def test_maximum_is_given_without_the_words_the_sheet_has_already(text):
    assert medicine.max_daily_dose(order(max_daily_dose=text)) == f"4{NBSP}tabletter"


def test_missing_maximum_is_said():
    assert medicine.max_daily_dose(order()) == medicine.MISSING


def test_times_are_the_ordered_ones_or_the_parts_of_the_day():
    assert medicine.times_text(order(dosage=Dosage("x", times=("06.00", "11.00")))) == (
        "kl. 06.00, 11.00"
    )
    assert medicine.times_text(order()) == "Morgen, aften"
    assert medicine.times_text(order(dosage=Dosage("x"), is_as_needed=True)) == "Efter behov"
    assert medicine.times_text(order(dosage=Dosage("x"))) == "Se dosering"
    assert medicine.times_text(order(dosage=Dosage())) == medicine.MISSING


def test_unreadable_field_is_not_called_missing():
    item = order(dosage=Dosage(), gaps=(Gap("dosage", "unreadable"),))

    assert medicine.dosage_text(item) == medicine.UNREADABLE


def test_how_it_is_given_is_owed_only_when_the_source_owes_it():
    assert medicine.instruction_text(order(instruction="før mad")) == "før mad"
    assert medicine.instruction_text(order()) == NO_DOSE
    assert medicine.instruction_text(order(route="oralt")) == NO_DOSE
    gap = (Gap("instruction", "not_delivered"),)
    assert medicine.instruction_text(order(gaps=gap)) == medicine.MISSING


def test_product_is_both_names_or_the_one_there_is():
    assert medicine.product_name(order()) == "Prøvix (proevin)"
    assert medicine.product_name(order(generic=None)) == "Prøvix"
    assert medicine.product_name(order(generic="Prøvix")) == "Prøvix"
    assert medicine.product_name(order(brand=None, generic=None)) == medicine.MISSING
