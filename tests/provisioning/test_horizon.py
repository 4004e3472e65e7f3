"""The horizon goes by the age of the data, reaches a working day, and is never cut silently."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import DANISH_TIME, parse_time
from appliance.records.models import Note, Observation, Visit
from appliance.working_days import is_working_day
from provisioning.horizon import history_window, visit_window
from provisioning.reading import Reading
from tests.provisioning.feeds import NIGHT, about, organization, patient, take, write_feed

AS_OF = parse_time(NIGHT)


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        ("2026-04-02", False),  # Maundy Thursday
        ("2026-04-06", False),  # Easter Monday
        ("2026-04-07", True),
        ("2026-05-01", True),  # Great Prayer Day is no more
        ("2026-05-14", False),  # Ascension Day
        ("2026-05-25", False),  # Whit Monday
        ("2026-06-05", False),
        ("2026-12-24", False),
        ("2026-12-27", False),
        ("2026-12-28", True),
        ("2027-01-01", False),
        ("2027-01-04", True),
    ],
)
def test_danish_working_days(day, is_open):
    assert is_working_day(date.fromisoformat(day)) is is_open


@given(st.datetimes(parse_time("2024-01-01").replace(tzinfo=None)).map(
    lambda moment: moment.replace(year=2024 + moment.year % 30, tzinfo=DANISH_TIME)
))  # fmt: skip
def test_visits_reach_at_least_a_fortnight_and_always_a_working_day(as_of):
    window = visit_window(as_of)
    today = as_of.date()
    last = window.end.date() - timedelta(days=1)

    assert window.first.date() == today - timedelta(days=3)
    assert last >= today + timedelta(days=14)
    assert is_working_day(last)
    assert all(
        not is_working_day(today + timedelta(days=n)) for n in range(14, (last - today).days)
    )


def test_windows_begin_at_danish_midnight_also_when_the_clocks_change():
    assert history_window(parse_time("2026-04-01T01:00"), 14).first == parse_time("2026-03-18")
    assert visit_window(parse_time("2026-10-26T01:00")).first == parse_time("2026-10-23")


def observation(number, seen):
    dated = {"effectiveDateTime": seen} if seen else {}
    return about("Observation", number, code={"text": "Puls"}, **dated)


def note(number, sent):
    return about("Communication", number, payload=[{"contentString": "x"}], sent=sent)


def visit(number, start):
    return about("Appointment", number, status="booked", start=start)


def take_all(folder, *resources, reading=None):
    feed = write_feed(folder / "feed", [organization(), patient(), *resources])
    return take(feed, folder, reading=reading)


def test_what_is_older_than_a_fortnight_stays_behind_and_is_counted(tmp_path):
    old, new = "2026-11-08T23:59:00+01:00", "2026-11-09T00:00:00+01:00"
    given_ = [observation("a", old), observation("b", new), note("c", old), note("d", new)]
    taken = take_all(tmp_path, *given_, observation("e", None))

    seen = {one.observed_at for one in taken.all_of(Observation)}
    assert seen == {parse_time(new), None}
    assert [one.written_at for one in taken.all_of(Note)] == [parse_time(new)]
    assert taken.report.left_out == {
        "Observation older than 14 days": 1,
        "Note older than 14 days": 1,
    }
    assert taken.report.is_clean


def test_the_fleet_decides_how_far_back(tmp_path):
    given_ = [observation("a", "2026-11-08T12:00:00Z"), observation("b", "2026-11-21T12:00:00Z")]
    taken = take_all(tmp_path, *given_, reading=Reading(history_days=1))

    assert taken.all_of(Observation) == []
    assert taken.report.left_out == {"Observation older than 1 day": 2}


def test_visits_outside_the_window_stay_behind(tmp_path):
    days = ["2026-11-19", "2026-11-20", "2026-12-07", "2026-12-08"]
    taken = take_all(tmp_path, *(visit(day, f"{day}T08:00:00+01:00") for day in days))

    kept = {one.starts_at.date().isoformat() for one in taken.all_of(Visit)}
    assert kept == {"2026-11-20", "2026-12-07"}
    assert taken.report.left_out == {
        "Visit older than 3 days": 1,
        "Visit later than 14 days ahead": 1,
    }


def test_each_unit_is_cut_by_the_age_of_its_own_section(tmp_path):
    for unit, night in (("a", "2026-11-23T02:00:00Z"), ("b", "2026-11-10T02:00:00Z")):
        seen = observation(f"o{unit}", "2026-11-01T12:00:00Z")
        seen["subject"] = {"reference": f"Patient/{unit}"}
        write_feed(
            tmp_path / "feed" / unit, [organization(unit), patient(unit, unit), seen], night=night
        )
    taken = take(tmp_path / "feed", tmp_path)

    assert len(taken.all_of(Observation)) == 1
    assert taken.report.left_out == {"Observation older than 14 days": 1}


def test_a_section_of_unknown_age_is_not_cut(tmp_path):
    feed = write_feed(
        tmp_path / "feed", [organization(), patient(), observation("a", "2001-01-01")]
    )
    output = [{"url": f"{kind}.ndjson"} for kind in ("Patient", "Organization", "Observation")]
    (feed / "manifest.json").write_text(json.dumps({"output": output}))
    taken = take(feed, tmp_path)

    assert len(taken.all_of(Observation)) == 1
