from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from appliance.records.dosage import ScheduledDose
from appliance.records.due import Due
from provisioning.sources.fmk.faults import FaultKind
from provisioning.sources.fmk.model import FmkDosage, PartOfDay
from provisioning.sources.fmk.relative import relative
from provisioning.sources.fmk.schedule import due_doses
from provisioning.sources.fmk.structures import read_dosage
from tests.provisioning.fmk.invented import (
    LABELS,
    PARTS,
    START,
    e2,
    e2_dosages,
    e2_dose,
    e2_period,
    e6,
    e6_days,
    e6_dosages,
    e6_weeks,
    expand_e2,
    expand_e6,
    parts,
    times,
)

pytestmark = pytest.mark.slow  # seconds, not milliseconds

HORIZON = START + timedelta(days=27)
DAYS = [START + timedelta(days=number) for number in range(28)]


def read(raw) -> FmkDosage:
    found = read_dosage(raw)
    assert isinstance(found, FmkDosage), found
    return found


def due_over(dosage, days, first=START):
    """Count (date, moment, amount) of everything due, or return the fault."""
    found = Counter()
    for day in days:
        due = due_doses(dosage, first, day)
        if due.unknown:
            return due.unknown
        for dose in due.doses:
            found[(day, dose.when or None, dose.amount)] += 1
    return found


def gives_nothing(raw_periods, expand):
    """Tell whether some bounded period has fixed doses, none of them inside it."""
    return any(not expand(period) for period in raw_periods)


@settings(max_examples=50, deadline=None)
@given(e2_dosages())
def test_older_shape_gives_every_dose_once_at_its_own_time_over_28_days(raw):
    expected = expand_e2(raw, HORIZON)

    found = due_over(read(raw), DAYS)

    if isinstance(found, str):
        assert found == FaultKind.OUTSIDE_PERIOD
        assert gives_nothing(
            [
                period
                for period in raw["structures"]["structures"]
                if "endDate" in period and any(not dose["isAccordingToNeed"]
                    for day in period["days"] for dose in day["allDoses"])
            ],
            lambda period: expand_e2(e2(period), date.max),
        )  # fmt: skip
    else:
        assert found == expected


@settings(max_examples=50, deadline=None)
@given(e6_dosages())
def test_newer_shape_gives_every_dose_once_at_its_own_time_over_28_days(raw):
    expected = expand_e6(raw, START, HORIZON)

    found = due_over(read(raw), DAYS)

    if isinstance(found, str):
        assert found == FaultKind.OUTSIDE_PERIOD
        before, empty = 0, []
        for period in raw["DosagePeriod"]:
            first = START + timedelta(days=before)
            if "PeriodLength" in period and "Fixed" in period:
                empty.append(not expand_e6(e6(period), first, date.max))
            before += period.get("PeriodLength", 0)
        assert any(empty)
    else:
        assert found == expected


@settings(max_examples=50, deadline=None)
@given(e2_dosages())
def test_counting_the_newer_way_moves_no_dose(raw):
    dosage = read(raw)
    counted = relative(dosage)
    assert counted is not None

    older, newer = due_over(dosage, DAYS), due_over(counted, DAYS)

    first = min(period["startDate"] for period in raw["structures"]["structures"])
    assert first == START.isoformat()
    if isinstance(older, str):
        assert isinstance(newer, str)
        assert newer == older
    else:
        assert newer == older


def test_doses_come_in_the_order_of_the_day():
    raw = e2(
        e2_period(1, {1: [e2_dose("Night"), e2_dose(at=(8, 30)), e2_dose(), e2_dose("Morning", 2)]})
    )

    due = due_doses(read(raw), None, START).doses

    assert due == (
        ScheduledDose("", "1", "tablet"),
        ScheduledDose(PartOfDay.MORNING, "2", "tabletter"),
        ScheduledDose("08.30", "1", "tablet"),
        ScheduledDose(PartOfDay.NIGHT, "1", "tablet"),
    )


def test_as_needed_is_never_due():
    raw = e6({"PRN": e6_days(1, {1: times(4)}), "Fixed": e6_days(1, {1: parts(Night=1)})})

    due = due_doses(read(raw), START, START).doses

    assert [dose.when for dose in due] == [PartOfDay.NIGHT]


def test_nought_is_nothing_to_give():
    raw = e6({"Fixed": e6_weeks(1, {"Monday": parts(Morning=0, Evening=1.5)})})

    due = due_doses(read(raw), START, START).doses

    assert due == (ScheduledDose(PartOfDay.EVENING, "1,5", "tabletter"),)


def test_range_schema_and_infusion_are_due_in_words():
    dose = {
        "PartOfDayDosage": {
            "Morning": {"MinimumQuantity": 1, "MaximumQuantity": 2},
            "Noon": {"AccordingToParameterSchema": "INR"},
            "Night": {"Infusion": {"Duration": 30, "InfusionRate": 2.5}},
        }
    }
    raw = e6({"Fixed": e6_days(1, {1: dose})})

    due = due_doses(read(raw), START, START).doses

    assert [(dose.amount, dose.unit) for dose in due] == [
        ("1-2", "tabletter"),
        ("antal tablet/tabletter i henhold til INR", ""),
        ("varighed 30 min, indløbsrate 2,5 tabletter/t", ""),
    ]


def test_nothing_is_due_after_the_treatment_has_ended():
    raw = e2(e2_period(1, {1: [e2_dose("Morning")]}), endDate="2026-11-10")
    dosage = read(raw)

    assert due_doses(dosage, None, date(2026, 11, 10)).doses != ()
    assert due_doses(dosage, None, date(2026, 11, 11)) == Due()
    assert due_doses(dosage, None, date(2026, 11, 1)) == Due()


def test_second_week_of_a_fortnight_follows_the_first():
    weeks = [{"Monday": parts(Morning=1)}, {"Tuesday": parts(Night=2)}]
    dosage = read(e6({"Fixed": e6_weeks(2, *weeks)}))

    found = due_over(dosage, DAYS)

    assert sorted((day - START).days for day, _, _ in found) == [0, 8, 14, 22]


def test_as_needed_may_stand_beside_a_fixed_period():
    fixed = e2_period(1, {1: [e2_dose("Morning")]})
    needed = e2_period(1, {1: [e2_dose(needed=True)]})

    assert len(due_doses(read(e2(needed, fixed)), None, START).doses) == 1


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        ({"freeText": {"text": "efter aftale"}}, FaultKind.NO_STRUCTURE),
        ({"administrationAccordingToSchema": {}}, FaultKind.NO_STRUCTURE),
        (
            e6(
                {"Fixed": e6_days(1, {1: times(1)})}, Precondition={"PRNTrigger": "feber"}
            ),
            FaultKind.CONDITIONAL,
        ),
        (e6({"Unspecified": True}), FaultKind.UNSPECIFIED),
        (e6({"Fixed": e6_days(1, {0: times(1)})}), FaultKind.UNDECIDED_DAY),
        (
            e6({"Fixed": {"IterationInterval": 7, "UnspecifiedDay": {"Dosage": times(1)}}}),
            FaultKind.UNDECIDED_DAY,
        ),
        (
            e6({"Fixed": e6_days(1, {1: {"UnlimitedDayDosage": {"Quantity": 1}}})}),
            FaultKind.UNDECIDED_NUMBER,
        ),
        (
            e6({"PeriodLengthFreeText": "til huden er hel", "Fixed": e6_days(1, {1: times(1)})}),
            FaultKind.NO_LENGTH,
        ),
        (
            e6({"Fixed": e6_days(1, {1: times(1)})}, {"Fixed": e6_days(1, {1: times(2)})}),
            FaultKind.NO_LENGTH,
        ),
        (
            e6({"PeriodLength": 1, "Fixed": e6_days(0, {2: times(1)})}), FaultKind.OUTSIDE_PERIOD,
        ),
        (
            e2(e2_period(1, {1: [e2_dose()]}), e2_period(1, {1: [e2_dose(None, 2)]})),
            FaultKind.OVERLAP,
        ),
        (e2(e2_period(1, {1: [e2_dose()]}), e2_period(0, {})), FaultKind.OVERLAP),
    ],
)  # fmt: skip
def test_what_cannot_be_known_is_named_and_never_called_nothing(raw, kind):
    assert due_doses(read(raw), START, START) == Due(unknown=kind)


def test_newer_shape_without_a_first_day_is_not_guessed():
    found = due_doses(read(e6({"Fixed": e6_days(1, {1: times(1)})})), None, START)

    assert found == Due(unknown=FaultKind.NO_FIRST_DAY)


def test_invented_words_cover_all_columns_and_weekdays():
    assert list(PARTS.values()) == [part.value for part in PartOfDay]
    assert len(LABELS) == 7
