"""FHIR timings as a schedule: certain, or said to be unknown."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.records.dosage import Dosage, Grid
from appliance.records.due import dosage_due
from provisioning.sources.fhir.dosage import from_first_day, read_dosage
from provisioning.sources.fhir.dose_schedule import (
    NO_FIRST_DAY,
    UNSPECIFIED,
    from_its_first_day,
)

MONDAY = date(2026, 11, 23)


def entry(dose=1, unit="tablet", text=None, **repeat):
    given = {"timing": {"repeat": repeat}, "sequence": 1}
    if dose is not None:
        given["doseAndRate"] = [{"doseQuantity": {"value": dose, "unit": unit}}]
    return {**given, **({"text": text} if text else {})}


def daily(**more):
    return entry(frequency=1, period=1, periodUnit="d", **more)


def due(*entries, day=MONDAY, starts_on=None):
    read = from_first_day(read_dosage(list(entries)), starts_on)
    return dosage_due(read.dosage, day)


def due_days(*entries, starts_on=None, days=14):
    found = (
        due(*entries, day=MONDAY + timedelta(days=n), starts_on=starts_on) for n in range(days)
    )
    return [number for number, one in enumerate(found) if one.doses]


def moments(found):
    return [(dose.when, dose.amount, dose.unit) for dose in found.doses]


def test_parts_of_the_day_and_clock_times_are_due_at_their_moments():
    assert moments(due(daily(when=["EVE"]))) == [("aften", "1", "tablet")]
    assert moments(due(daily(dose=2, timeOfDay=["20:00:00", "08:00:00"]))) == [
        ("08.00", "2", "tabletter"), ("20.00", "2", "tabletter"),
    ]  # fmt: skip


def test_a_whole_number_may_be_written_as_a_fraction():
    given = {"frequency": 1, "periodUnit": "d", "boundsPeriod": {"start": "2026-11-23"}}

    assert due_days(entry(**given, period=2.0)) == due_days(entry(**given, period=2))


def test_so_often_a_day_is_due_so_often_at_any_time():
    assert moments(due(entry(frequency=3, period=1, periodUnit="d"))) == [("", "1", "tablet")] * 3


def test_a_range_is_due_as_a_range():
    ranged = daily(dose=None, when=["MORN"])
    ranged["doseAndRate"] = [
        {
            "doseRange": {
                "low": {"value": 1, "unit": "tablet"},
                "high": {"value": 2, "unit": "tablet"},
            }
        }
    ]

    assert moments(due(ranged)) == [("morgen", "1-2", "tabletter")]


def test_weekdays_are_due_on_those_days_however_the_week_is_said():
    weekly = {
        "frequency": 1,
        "when": ["MORN"],
        "dayOfWeek": ["mon"],
        "periodUnit": "wk",
        "period": 1,
    }
    a_day = {**weekly, "periodUnit": "d", "dayOfWeek": ["mon", "thu"]}

    assert due_days(entry(**weekly)) == [0, 7]
    assert due_days(entry(**a_day)) == [0, 3, 7, 10]
    assert due_days(entry(**a_day), starts_on=date(2026, 11, 27)) == [7, 10]


def test_every_other_day_needs_the_day_it_began():
    second = {"frequency": 1, "period": 2, "periodUnit": "d", "when": ["MORN"]}
    bounds = {"boundsPeriod": {"start": "2026-11-22"}}

    assert due(entry(**second), starts_on=MONDAY).unknown == NO_FIRST_DAY
    assert due_days(entry(**second, **bounds)) == [1, 3, 5, 7, 9, 11, 13]


def test_steps_one_after_another_are_due_by_their_dates():
    def step(dose, start, end, text):
        return daily(dose=dose, when=["MORN"], boundsPeriod={"start": start, "end": end}, text=text)

    text = "2 tabletter hver morgen i 7 dage. Herefter 1 tablet hver morgen"
    steps = [step(2, "2026-11-23", "2026-11-29", text), step(1, "2026-11-30", None, text)]

    assert moments(due(*steps)) == [("morgen", "2", "tabletter")]
    assert moments(due(*steps, day=date(2026, 11, 30))) == [("morgen", "1", "tablet")]


@pytest.mark.parametrize(
    "unclear",
    [
        daily(when=["AC"]),
        daily(when=["MORN", "MORN"]),
        daily(timeOfDay=["25:00"]),
        daily(count=3),
        daily(offset=30),
        daily(boundsDuration={"value": 7}),
        daily(boundsPeriod={"start": "november"}),
        daily(dose=None),
        entry(frequency=2, period=3, periodUnit="d"),
        entry(frequency=2, period=1, periodUnit="d", when=["MORN", "NOON", "EVE"]),
        entry(frequency=1, period=1, periodUnit="wk", dayOfWeek=["mon", "thu"]),
        entry(frequency=1, period=1, periodUnit="wk"),
        entry(frequency=1, period=2, periodUnit="wk", dayOfWeek=["mon"],
              boundsPeriod={"start": "2026-11-23"}),
        entry(frequency=1, period=12, periodUnit="h"),
        entry(frequency=0, period=1, periodUnit="d"),
        entry(frequency=True, period=1, periodUnit="d"),
        entry(frequency=1, period=1.5, periodUnit="d"),
        entry(frequency=1, period=1, periodUnit="d", dayOfWeek=["nulldag"]),
        entry(),
        daily(when=["MORN"], text="1 tablet morgen efter skema"),
        daily(when=["MORN"], text="1 tablet morgen i 7 dage"),
        {**daily(when=["MORN"]), "modifierExtension": [{"url": "x"}]},
    ],
)  # fmt: skip
def test_what_is_not_certain_is_unknown(unclear):
    assert due(unclear).unknown in (UNSPECIFIED, NO_FIRST_DAY)


def test_an_entry_that_is_not_certain_makes_the_whole_dosage_unknown():
    assert due(daily(when=["MORN"]), daily(when=["PC"])).unknown == UNSPECIFIED


def test_entries_of_which_nobody_knows_whether_they_follow_each_other_are_unknown():
    later = {**daily(when=["EVE"]), "sequence": 2}

    assert due(daily(when=["MORN"], count=1), later).unknown


def test_as_needed_entries_are_not_due_beside_those_that_are():
    needed = {**daily(when=["EVE"]), "asNeededBoolean": True}

    assert moments(due(daily(when=["MORN"]), needed)) == [("morgen", "1", "tablet")]


def test_words_without_any_timing_have_no_schedule_at_all():
    assert read_dosage([{"text": "1 tablet dagligt"}]).dosage == Dosage("1 tablet dagligt")


PARTS = {"MORN": "morgen", "NOON": "middag", "EVE": "aften", "NIGHT": "nat"}
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ENTRIES = st.builds(
    dict,
    when=st.lists(st.sampled_from(list(PARTS)), min_size=1, max_size=4, unique=True),
    dayOfWeek=st.lists(st.sampled_from(DAYS), max_size=7, unique=True),
    start=st.none() | st.dates(date(2026, 11, 1), date(2026, 12, 10)),
    length=st.none() | st.integers(0, 30),
    period=st.integers(1, 5),
)


@given(st.lists(ENTRIES, min_size=1, max_size=3))
def test_over_28_days_no_dose_is_lost_doubled_or_moved(given):
    entries, expected = [], Counter()
    for one in given:
        period = 1 if one["dayOfWeek"] or not one["start"] else one["period"]
        end = (
            one["start"] + timedelta(days=one["length"]) if one["start"] and one["length"] else None
        )
        bounds = {
            "start": str(one["start"]) if one["start"] else None,
            "end": str(end) if end else None,
        }
        repeat = {"when": one["when"], "period": period, "periodUnit": "d"}
        if one["dayOfWeek"]:
            repeat["dayOfWeek"] = one["dayOfWeek"]
        if one["start"]:
            repeat["boundsPeriod"] = {key: value for key, value in bounds.items() if value}
        entries.append(entry(**repeat))
        for day in (MONDAY + timedelta(days=number) for number in range(28)):
            is_within = (not one["start"] or day >= one["start"]) and (not end or day <= end)
            is_named = not one["dayOfWeek"] or DAYS[day.weekday()] in one["dayOfWeek"]
            is_turn = not one["start"] or (day - one["start"]).days % period == 0
            if is_within and is_named and is_turn:
                expected.update((day, PARTS[code]) for code in one["when"])

    found = Counter()
    for day in (MONDAY + timedelta(days=number) for number in range(28)):
        answer = due(*entries, day=day)
        assert answer.unknown is None
        found.update((day, dose.when) for dose in answer.doses)

    assert found == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = ("when", "timeOfDay", "frequency", "period", "periodUnit", "dayOfWeek", "boundsPeriod", "x")


@given(st.dictionaries(st.sampled_from(KEYS), JSON))
def test_any_timing_is_due_or_unknown_and_never_a_traceback(repeat):
    answer = due({**entry(), "timing": {"repeat": repeat}})

    assert not (answer.doses and answer.unknown)


def test_columns_of_a_treatment_that_begins_after_it_was_ordered_are_not_due_before():
    columns = Dosage("x", Grid("1", "", "", "", "tablet"))
    ordered, begins = date(2026, 11, 1), date(2026, 12, 1)

    later = from_its_first_day(columns, begins, ordered)

    assert dosage_due(later, date(2026, 11, 30)).doses == ()
    assert len(dosage_due(later, begins).doses) == 1
    assert from_its_first_day(columns, ordered, ordered) == columns
    assert from_its_first_day(columns, None, ordered) == columns
    assert from_its_first_day(Dosage("x"), begins, ordered) == Dosage("x")
