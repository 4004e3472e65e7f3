"""What a card's newer dosages are counted from: the day they became valid, checked against FMK."""

from datetime import date

import pytest

from appliance.demo.feed_fmk import card_as_json, card_as_xml
from appliance.records.due import due_on
from appliance.records.models import Gap
from tests.provisioning.fmk_cards.cards import newer, only, order

BOTH = pytest.mark.parametrize("write", [card_as_xml, card_as_json])
SINCE = {"Precondition": {"ValidFrom": "2026-11-20"}}


def days(amount, interval="1", **more):
    dose = {"PartOfDayDosage": {"Morning": {"Quantity": amount}}}
    plan = {"IterationInterval": interval, "Day": [{"Index": "1", "Dosage": dose}], **more}
    return {"Fixed": plan}


def ending(day, **more):
    return {"EndDate": {"CalculatedEndDate": day}, **more}


def amounts(found):
    """Give the morning doses from the day before the card was fetched, or why nobody knows."""
    dues = [due_on(found, date(2026, 11, day)) for day in range(22, 29)]
    return [due.unknown or "".join(dose.amount for dose in due.doses) for due in dues]


@BOTH
def test_periods_follow_each_other_from_the_day_it_became_valid(tmp_path, write):
    periods = [
        {"PeriodLength": "5", **days("2"), **ending("2026-11-24")},
        {"PeriodLength": "2", "Empty": "true", **ending("2026-11-26")},
        {**days("1"), "EndDate": {"Unknown": {}}},
    ]
    found = only(tmp_path, order(Dosage=newer(**SINCE, DosagePeriod=periods)), write)

    assert amounts(found) == ["2", "2", "2", "", "", "1", "1"]


@BOTH
def test_a_last_day_that_its_lengths_do_not_give_is_not_counted_from(tmp_path, write):
    # A period that is over was left out, and the day it all counts from was not.
    periods = [{"PeriodLength": "5", **days("2"), **ending("2026-11-27")}, days("1")]
    found = only(tmp_path, order(Dosage=newer(**SINCE, DosagePeriod=periods)), write)

    assert (found.dosage.text, found.dosage.schedule) == (None, None)
    assert Gap("dosage", "unreadable") in found.gaps
    assert amounts(found) == ["no_structure"] * 7


@pytest.mark.parametrize("stated", ["2026-11-25", "snart"])
def test_an_endless_period_with_a_last_day_contradicts_itself(tmp_path, stated):
    words = {"DosageTranslation": {"LongText": "2 tabletter morgen"}}
    period = {**days("2", **words), **ending(stated)}
    found = only(tmp_path, order(Dosage=newer(**SINCE, DosagePeriod=[period])))

    assert (found.dosage.text, found.dosage.grid) == ("2 tabletter morgen", None)


def test_a_period_nobody_can_count_from_keeps_its_words(tmp_path):
    periods = [
        {"PeriodLengthFreeText": "til huden er hel", **days("2"), "EndDate": {"Unknown": {}}},
        days("1"),
    ]
    found = only(tmp_path, order(Dosage=newer(**SINCE, DosagePeriod=periods)))

    assert "til huden er hel" in found.dosage.text
    assert set(amounts(found)) == {"no_length"}


@pytest.mark.parametrize(
    "periods",
    [
        [{"PeriodLength": "25", **days("2")}, days("1")],
        [{"PeriodLength": "40", **days("2")}],
        [days("2", interval="3")],
        [days("2", interval="0")],
    ],
)
def test_a_changed_dosage_is_never_counted_from_the_treatments_first_day(tmp_path, periods):
    found = only(tmp_path, order(Dosage=newer(DosagePeriod=periods)))

    assert set(amounts(found)) == {"no_first_day"}


@BOTH
def test_a_week_without_doses_is_a_week(tmp_path, write):
    dose = {"PartOfDayDosage": {"Morning": {"Quantity": "1"}}}
    weeks = [{}, {"Weekday": [{"Label": "Friday", "Dosage": dose}]}]
    plan = {"Fixed": {"IterationInterval": "2", "Week": weeks}}
    found = only(tmp_path, order(Dosage=newer(**SINCE, DosagePeriod=[plan])), write)

    due = [day for day in range(20, 31) if due_on(found, date(2026, 11, day)).doses]
    assert due == [27]


@BOTH
def test_an_instruction_may_stand_in_an_element_of_its_own(tmp_path, write):
    period = days("2", Instruction={"FreeText": "med vand"})
    found = only(tmp_path, order(Dosage=newer(DosagePeriod=[period])), write)

    assert found.dosage.text.endswith("med vand")
    assert found.dosage.grid is None
