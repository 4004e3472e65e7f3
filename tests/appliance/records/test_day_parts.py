"""What is due in the next twenty-four hours, and what goes into a box for them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import DANISH_TIME
from appliance.records.day_parts import (
    Span,
    box_from,
    doses_between,
    hours_from,
    is_same_every_day,
    next_due,
    part_of,
    round_at,
)
from appliance.records.dosage import (
    Dosage,
    Schedule,
    ScheduledDay,
    ScheduledDose,
    SchedulePeriod,
)
from appliance.records.due import END_PASSED, NO_STRUCTURE, PARTS_OF_DAY, PAUSE_OVER, UNKNOWN_STATUS
from appliance.records.due_words import DAY_UNSURE
from appliance.records.terms import MedicationStatus
from tests.appliance.records.orders import grid, order

MONDAY = date(2026, 11, 23)
DAILY = order(id="grid", dosage=Dosage("x", grid("1", "1", "1", "1")))


def at(hour, minute=0, day=23):
    return datetime(2026, 11, day, hour, minute, tzinfo=DANISH_TIME)


def at_times(*times, round_days=1, **changes):
    """Return an order with a dose at each of the times, on the first day of each round."""
    doses = tuple(ScheduledDose(when, "1", "tablet") for when in times)
    period = SchedulePeriod(round_days, (ScheduledDay(1, doses),))
    return order(dosage=Dosage("1 tablet", schedule=Schedule((period,))), **changes)


def parts(span):
    return [f"{part.name} {part.day.day}" for part in span.parts]


def whens(found):
    return [f"{dose.day.day} {dose.when}".strip() for _, doses in found.due for dose in doses]


def test_hours_from_the_night_hold_the_rest_of_it_and_the_next_until_the_same_time():
    span = hours_from(at(3, 20))

    assert (span.starts_at, span.ends_at) == (at(3), at(3, day=24))
    assert parts(span) == ["nat 22", "morgen 23", "middag 23", "aften 23", "nat 23"]
    assert [span.has_begun(part) for part in span.parts] == [True, False, False, False, False]


def test_hours_from_the_full_hour_of_danish_time_whatever_the_zone():
    assert hours_from(datetime(2026, 11, 23, 22, 59, tzinfo=UTC)).starts_at == at(23)
    assert parts(hours_from(at(7))) == ["morgen 23", "middag 23", "aften 23", "nat 23"]


@pytest.mark.parametrize("day", [date(2026, 3, 28), date(2026, 10, 24)])
def test_day_when_the_clocks_change_ends_at_the_same_clock_time(day):
    span = hours_from(datetime(day.year, day.month, day.day, 22, tzinfo=DANISH_TIME))

    assert span.ends_at.hour == 22
    assert len(span.parts) == 5


@pytest.mark.parametrize(
    ("moment", "first"),
    [
        (at(0, 30), "morgen 23"),
        (at(7, 59), "morgen 23"),
        (at(8), "middag 23"),
        (at(14), "aften 23"),
        (at(19), "nat 23"),
        (at(22), "morgen 24"),
    ],
)
def test_box_is_filled_from_the_first_part_that_is_still_to_be_given(moment, first):
    found = parts(box_from(moment))

    assert found[0] == first
    assert len(found) == 4


def test_parts_and_clock_times_of_two_days_are_due_in_one_night():
    clock = at_times("02.00", "03.00", "06.00", "22.30", id="clock")

    found = doses_between([DAILY, clock], hours_from(at(3)))

    assert whens(found) == [
        "22 nat", "23 morgen", "23 middag", "23 aften", "23 nat",
        "23 03.00", "23 06.00", "23 22.30", "24 02.00",
    ]  # fmt: skip


def test_clock_time_stands_under_the_part_of_the_day_it_falls_in():
    span = hours_from(at(3))
    found = doses_between([at_times("06.59", "07.00", "12.00", "22.59", "00.30")], span)

    under = {dose.when: part_of(dose, span) for _, doses in found.due for dose in doses}

    assert {when: f"{part.name} {part.day.day}" for when, part in under.items()} == {
        "06.59": "nat 22",
        "07.00": "morgen 23",
        "12.00": "middag 23",
        "22.59": "aften 23",
        "00.30": "nat 23",
    }


@given(st.integers(0, 23), st.lists(st.integers(0, 23), min_size=1, unique=True))
def test_of_two_sheets_in_a_row_exactly_one_has_each_clock_time_and_each_dose_for_any_time(
    start, hours
):
    clock = at_times(*(f"{hour:02}.00" for hour in hours), id="clock")
    spans = [Span(at(start) + timedelta(days=number)) for number in range(3)]

    found = [each for span in spans for each in whens(doses_between([clock, at_times("")], span))]

    assert len(found) == len(set(found)) == 3 * (len(hours) + 1)


@given(st.integers(0, 23))
def test_every_part_of_the_day_is_due_at_any_hour(start):
    found = whens(doses_between([DAILY], hours_from(at(start))))

    assert {when.split()[1] for when in found} == set(PARTS_OF_DAY)


def test_weekday_medicine_is_due_on_its_own_day_of_the_two():
    mondays = at_times("nat", round_days=7)

    assert whens(doses_between([mondays], hours_from(at(3, day=24)))) == ["23 nat"]
    assert whens(doses_between([mondays], hours_from(at(7, day=24)))) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": MedicationStatus.UNKNOWN}, UNKNOWN_STATUS),
        ({"dosage": Dosage("efter skema")}, NO_STRUCTURE),
        ({"stops_on": date(2026, 11, 20)}, END_PASSED),
    ],
)
def test_what_nobody_can_tell_is_named_with_its_reason(changes, reason):
    found = doses_between([order(**changes)], hours_from(at(3)))

    assert [code for _, code in found.unknown] == [reason]
    assert found.resting == ()


def test_what_is_known_until_midnight_is_due_and_named_as_unknown():
    schedule = replace(at_times("08.00").dosage.schedule, known_until=MONDAY)
    ending = order(dosage=Dosage("x", schedule=schedule))

    found = doses_between([ending], hours_from(at(3)))

    assert whens(found) == ["23 08.00"]
    assert [code for _, code in found.unknown] == [PAUSE_OVER]


@pytest.mark.parametrize(
    "changes",
    [
        {"is_as_needed": True},
        {"status": MedicationStatus.STOPPED},
        {"status": MedicationStatus.PAUSED},
    ],
)
def test_what_is_never_due_rests_nowhere(changes):
    found = doses_between([order(**changes)], hours_from(at(3)))

    assert (found.due, found.unknown, found.resting) == ((), (), ())


def test_medicine_of_another_day_rests_until_its_next():
    mondays = at_times("morgen", round_days=7)

    found = doses_between([mondays], hours_from(at(12)))

    assert found.resting == (mondays,)
    assert next_due(mondays, MONDAY) == date(2026, 11, 30)
    assert next_due(replace(mondays, stops_on=MONDAY), MONDAY) is None


def test_last_day_of_an_order_is_not_past_its_end():
    last = replace(DAILY, stops_on=MONDAY)

    found = doses_between([last], hours_from(at(12)))

    assert whens(found) == ["23 middag", "23 aften", "23 nat"]
    assert found.unknown == ()


def test_without_a_clock_only_what_is_the_same_every_day_is_due():
    mondays = at_times("morgen", round_days=7, id="weekly")
    ending = replace(DAILY, id="ending", stops_on=date(2026, 12, 1))

    found = doses_between([DAILY, mondays, ending], hours_from(at(3), is_clock_trusted=False))

    assert [one.id for one, _ in found.due] == ["grid"]
    assert [(one.id, code) for one, code in found.unknown] == [
        ("weekly", DAY_UNSURE),
        ("ending", DAY_UNSURE),
    ]


def test_without_a_clock_no_part_is_said_to_have_begun():
    for span in (
        hours_from(at(12), is_clock_trusted=False),
        box_from(at(12), is_clock_trusted=False),
    ):
        assert parts(span) == ["morgen 23", "middag 23", "aften 23", "nat 23"]
        assert not any(map(span.has_begun, span.parts))


def test_same_every_day_is_told_from_every_other_day():
    assert is_same_every_day(DAILY, MONDAY)
    assert not is_same_every_day(at_times("morgen", round_days=2), MONDAY)


def test_round_at_night_holds_the_part_of_the_evening_before_and_the_times_of_both_days():
    clocked = at_times("22.30", "23.30", "02.00", "06.59", "07.00", id="clock")

    found = doses_between([DAILY, clocked], round_at(at(3, day=24)))

    assert sorted(whens(found)) == ["23 23.30", "23 nat", "24 02.00", "24 06.59"]


def test_every_dose_of_a_day_stands_in_exactly_one_round():
    clocked = at_times(
        "00.00", "06.59", "07.00", "14.59", "15.00", "22.59", "23.00", "", id="clock"
    )
    rounds = [round_at(at(hour, day=day)) for hour, day in ((3, 23), (8, 23), (16, 23), (23, 23))]

    found = [when for each in rounds for when in whens(doses_between([DAILY, clocked], each))]
    of_monday = [when for when in found if when.startswith("23")]

    assert len(of_monday) == 12
    assert len(set(of_monday)) == 12


def test_round_that_is_nearly_over_holds_the_next_shift_too():
    assert round_at(at(5)).ends_at == at(15)
    assert round_at(at(4, 59)).ends_at == at(7)


def test_round_without_a_sure_clock_is_a_day_of_what_is_the_same_every_day():
    weekly = at_times("morgen", round_days=7, id="weekly")

    found = doses_between([DAILY, weekly], round_at(at(3), is_clock_trusted=False))

    assert [order.id for order, _ in found.due] == ["grid"]
    assert [(order.id, code) for order, code in found.unknown] == [("weekly", DAY_UNSURE)]


@pytest.mark.parametrize(("month", "day"), [(3, 28), (10, 24)])
def test_round_of_a_night_when_the_clocks_change_ends_at_seven(month, day):
    moment = datetime(2026, month, day, 23, 30, tzinfo=DANISH_TIME)

    assert round_at(moment).ends_at.hour == 7


def test_order_whose_periods_have_run_out_is_asked_about():
    doses = (ScheduledDose("04.00", "1"),)
    period = SchedulePeriod(0, (ScheduledDay(1, doses),), date(2026, 11, 1), date(2026, 11, 10))
    run_out = order(dosage=Dosage("kur", schedule=Schedule((period,))))

    found = doses_between([run_out], round_at(at(3)))

    assert [code for _, code in found.unknown] == [END_PASSED]
