from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.records.dosage import Grid
from provisioning.sources.fmk.grid import clock_times, daily_dose, grid, single_dose, weekdays
from provisioning.sources.fmk.model import FmkDosage
from provisioning.sources.fmk.schedule import due_doses
from provisioning.sources.fmk.structures import read_dosage
from tests.provisioning.fmk.invented import (
    AMOUNTS,
    PARTS,
    START,
    amounts,
    e2,
    e2_dosages,
    e2_dose,
    e2_period,
    e6,
    e6_days,
    e6_dosages,
    e6_weeks,
    parts,
    times,
)

DAYS = [START + timedelta(days=number) for number in range(28)]
MORNING = {1: [e2_dose("Morning")]}


def read(raw) -> FmkDosage:
    found = read_dosage(raw)
    assert isinstance(found, FmkDosage), found
    return found


def cells(shown):
    """Return what a grid says is given, as (part of day, amount)."""
    return {(part, cell) for part, cell in zip(PARTS.values(), shown.amounts, strict=True) if cell}


@settings(max_examples=50, deadline=None)
@given(st.one_of(e2_dosages(), e6_dosages()))
def test_grid_is_given_only_if_it_says_exactly_what_is_due_every_day(raw):
    dosage = read(raw)
    shown = grid(dosage, START)

    due = [due_doses(dosage, START, day) for day in DAYS] if shown else []

    for one in due:
        assert one.unknown is None
        assert {(dose.when, dose.amount) for dose in one.doses} == cells(shown)
        assert len(one.doses) == len(cells(shown))


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.sampled_from(list(PARTS)), amounts, min_size=1))
def test_plain_daily_dosage_always_gets_its_grid_in_both_shapes(by_part):
    older = e2(e2_period(1, {1: [e2_dose(part, amount) for part, amount in by_part.items()]}))
    newer = e6({"Fixed": e6_days(1, {1: parts(**by_part)})})

    shown = grid(read(older), START)

    assert shown == grid(read(newer), START)
    assert shown is not None
    assert shown.amounts == tuple(
        AMOUNTS[by_part[part]] if part in by_part else "" for part in PARTS
    )


def test_grid_has_the_unit_its_amounts_need():
    half = e6({"Fixed": e6_days(1, {1: parts(Morning=0.5, Night=0)})})
    units = {"UnitText": "IE", "DosagePeriod": [{"Fixed": e6_days(1, {1: parts(Noon=14)})}]}

    assert grid(read(half), START) == Grid("0,5", "", "", "", "tablet")
    assert grid(read(units), START) == Grid("", "14", "", "", "enheder")


@pytest.mark.parametrize(
    "raw",
    [
        {"freeText": {"text": "1 tablet morgen"}},
        e2(e2_period(1, MORNING, end=START + timedelta(days=40))),
        e2(e2_period(1, MORNING), endDate="2027-01-01"),
        e2(e2_period(1, MORNING, start=START + timedelta(days=1))),
        e2(e2_period(1, MORNING, supplText="kun ved BT over 100")),
        e2(e2_period(1, MORNING, dosagePeriodPostfix="i træk")),
        e2(e2_period(2, MORNING)),
        e2(e2_period(0, MORNING)),
        e2(e2_period(1, {0: [e2_dose("Morning", needed=True)]})),
        e2(e2_period(1, {1: [e2_dose("Morning", needed=True)]})),
        e2(e2_period(1, {1: [e2_dose("Morning"), e2_dose("Noon", needed=True)]})),
        e2(e2_period(1, {1: [e2_dose("Morning"), e2_dose(at=(12, 0))]})),
        e2(e2_period(1, {1: [e2_dose()]})),
        e2(e2_period(1, {1: [e2_dose("Morning", 0)]})),
        e2(e2_period(1, MORNING, end=START), e2_period(1, MORNING, START + timedelta(days=1))),
        e6({"PeriodLengthFreeText": "en uge", "Fixed": e6_days(1, {1: parts(Noon=1)})}),
        e6({"Fixed": e6_weeks(1, {"Monday": parts(Noon=1)})}),
        e6({"Fixed": e6_days(1, {1: parts(Noon=1)}, Restriction={"MaximumDailyDose": 3})}),
        e6({"Fixed": e6_days(1, {1: parts(Noon=1)}), "PRN": e6_days(1, {1: times(1)})}),
        e6({"Fixed": e6_days(1, {1: parts(Noon=1)})}, IsSelfAdministration=True),
        e6({"Empty": True}),
        e6(
            {
                "Fixed": e6_days(
                    1,
                    {
                        1: {
                            "PartOfDayDosage": {
                                "Noon": {"MinimumQuantity": 1, "MaximumQuantity": 2}
                            }
                        }
                    },
                )
            }
        ),
    ],
)
def test_dosage_with_anything_more_to_say_has_no_grid(raw):
    assert grid(read(raw), START) is None


@pytest.mark.parametrize(
    ("raw", "single", "daily"),
    [
        ({"freeText": {"text": "x"}}, None, None),
        (e2(e2_period(1, MORNING)), "1 tablet", "1 tablet"),
        (e2(e2_period(1, {1: [e2_dose(None, 0.5)] * 3})), "0,5 tablet", "1,5 tabletter"),
        (e2(e2_period(1, {1: [e2_dose("Morning", 2), e2_dose("Noon")]})), None, "3 tabletter"),
        (e2(e2_period(2, MORNING)), "1 tablet", None),
        (e2(e2_period(2, {1: [e2_dose()], 2: [e2_dose("Noon")]})), "1 tablet", "1 tablet"),
        (e2(e2_period(2, {1: [e2_dose()], 2: [e2_dose(None, 2)]})), None, None),
        (e2(e2_period(1, {1: [e2_dose(needed=True)]})), "1 tablet", None),
        (e2(e2_period(1, {1: [e2_dose(None, 0)]})), None, None),
        (e2(e2_period(0, {})), None, None),
        (
            e6({"PRN": e6_days(1, {1: {"UnlimitedDayDosage": {"Quantity": 2}}})}),
            "2 tabletter",
            None,
        ),
        (
            e6(
                {
                    "Fixed": e6_days(
                        1,
                        {
                            1: {
                                "PartOfDayDosage": {
                                    "Noon": {"MinimumQuantity": 1, "MaximumQuantity": 2}
                                }
                            }
                        },
                    )
                }
            ),
            "1-2 tabletter",
            "1-2 tabletter",
        ),
        (
            e6(
                {
                    "Fixed": e6_days(
                        1, {1: {"PartOfDayDosage": {"Noon": {"AccordingToParameterSchema": "INR"}}}}
                    )
                }
            ),
            None,
            None,
        ),
    ],
)
def test_single_and_daily_dose_are_said_only_when_certain(raw, single, daily):
    dosage = read(raw)

    assert single_dose(dosage) == single
    assert daily_dose(dosage) == daily


@pytest.mark.parametrize(
    ("raw", "clocks", "days"),
    [
        ({"freeText": {"text": "x"}}, (), ()),
        (e2(e2_period(1, {1: [e2_dose(at=(20, 30)), e2_dose(at=(8, 0))]})), ("08.00", "20.30"), ()),
        (e2(e2_period(1, {1: [e2_dose("Morning"), e2_dose(at=(8, 0))]})), (), ()),
        (e2(e2_period(7, {1: [e2_dose(at=(8, 0))], 7: [e2_dose(at=(8, 0))]})), ("08.00",), (1, 7)),
        (e2(e2_period(7, {0: [e2_dose(needed=True)]})), (), ()),
        (e2(e2_period(14, {1: [e2_dose()]})), (), ()),
        (e6({"Fixed": e6_weeks(1, {"Friday": times(1), "Monday": times(1)})}), (), (1, 5)),
        (e6({"Fixed": e6_weeks(2, {"Friday": times(1)})}), (), ()),
        (
            e6({"Fixed": e6_weeks(1, {"Friday": times(1)}), "PRN": e6_days(1, {1: times(1)})}),
            (),
            (),
        ),
        (e6({"Empty": True}), (), ()),
    ],
)
def test_times_and_weekdays_are_said_only_when_they_hold_for_every_dose(raw, clocks, days):
    dosage = read(raw)

    assert clock_times(dosage) == clocks
    assert weekdays(dosage) == days


def test_seconds_of_a_clock_time_are_kept():
    raw = e2_dose(at=(8, 0))
    raw["time"]["second"] = 30

    assert clock_times(read(e2(e2_period(1, {1: [raw]})))) == ("08.00.30",)
