from datetime import date

from appliance.records.dosage import Dosage, Grid
from appliance.records.due import dosage_due
from provisioning.sources.fmk.as_needed import is_as_needed
from provisioning.sources.fmk.model import FmkDosage
from provisioning.sources.fmk.structures import read_dosage
from provisioning.sources.fmk.translate import to_dosage
from tests.provisioning.fmk.invented import START, e2, e2_dose, e2_period, e6, e6_days, times


def read(raw) -> FmkDosage:
    found = read_dosage(raw)
    assert isinstance(found, FmkDosage), found
    return found


def test_daily_dosage_is_translated_with_everything_that_is_certain():
    raw = e2(e2_period(1, {1: [e2_dose("Morning", 0.5), e2_dose("Night", 0.5)]}))

    assert to_dosage(read(raw), START) == Dosage(
        text="Dosering fra d. 2. nov. 2026:\n0,5 tablet morgen og 0,5 tablet nat - hver dag",
        grid=Grid("0,5", "", "", "0,5", "tablet"),
        single_dose="0,5 tablet",
        daily_dose="1 tablet",
    )


def test_weekly_dosage_at_a_clock_time_keeps_weekday_and_time_and_has_no_grid():
    raw = e2(e2_period(7, {4: [e2_dose(None, 10, at=(8, 0))]}))

    found = to_dosage(read(raw), START)

    assert found.text == (
        "Dosering fra d. 2. nov. 2026 - gentages hver uge:\nTorsdag: 10 tabletter kl. 8:00"
    )
    assert (found.grid, found.times, found.weekdays) == (None, ("08.00",), (4,))


def valid_from(day, *periods):
    return read(e6(*periods, Precondition={"ValidFrom": day}))


def test_a_dosage_that_has_become_valid_counts_from_that_day():
    every_third = valid_from("2026-11-02", {"Fixed": e6_days(3, {1: times(1)})})

    found = to_dosage(every_third, date(2026, 11, 2), date(2020, 1, 1))

    assert "Gyldig" not in found.text
    assert [n for n in range(2, 12) if dosage_due(found, date(2026, 11, n)).doses] == [2, 5, 8, 11]


def test_a_dosage_that_is_valid_later_keeps_its_condition():
    found = to_dosage(
        valid_from("2026-11-03", {"Fixed": e6_days(1, {1: times(1)})}), date(2026, 11, 2)
    )

    assert found.text.startswith("Gyldig fra")
    assert dosage_due(found, date(2026, 11, 4)).unknown == "conditional"


def test_the_treatments_first_day_counts_only_where_nothing_hangs_on_it():
    daily, needed = {"Fixed": e6_days(1, {1: times(1)})}, {"PRN": e6_days(3, {1: times(1)})}
    rounds = {"Fixed": e6_days(2, {1: times(1)})}
    given = {
        "daily": e6({**daily, **needed}), "round": e6(rounds), "length": e6({"PeriodLength": 9,
        **daily}), "after": e6({"PeriodLength": 9, **daily}, daily),
    }  # fmt: skip

    dues = {
        name: dosage_due(to_dosage(read(raw), START, START), START) for name, raw in given.items()
    }

    assert len(dues.pop("daily").doses) == 1
    assert {due.unknown for due in dues.values()} == {"no_first_day"}


def test_only_a_dosage_without_fixed_doses_is_as_needed():
    needed, fixed = {"PRN": e6_days(1, {1: times(2)})}, {"Fixed": e6_days(1, {1: times(2)})}

    assert is_as_needed(read(e6(needed)))
    assert not is_as_needed(read(e6({**needed, **fixed})))
    assert not is_as_needed(read({"freeText": {"text": "efter behov"}}))
