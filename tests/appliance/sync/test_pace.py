from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import HeldClock
from appliance.sync.pace import (
    Pace,
    age_of,
    read_pace,
    resumed,
    share_of,
    turn_after,
    wait_after,
    write_pace,
)

BASE = datetime.fromisoformat("2026-11-23T02:00:00+00:00")


def test_a_thousand_boxes_spread_evenly_and_each_keeps_its_place():
    shares = [share_of(f"boks-{number}") for number in range(1000)]
    tenths = [sum(int(share * 10) == tenth for share in shares) for tenth in range(10)]

    assert all(60 < number < 140 for number in tenths)
    assert shares[17] == share_of("boks-17")


@given(chance=st.floats(0, 1))
def test_turns_come_on_average_as_often_as_the_settings_say(chance: float):
    assert (turn_after(900, chance) + turn_after(900, 1 - chance)) / 2 == pytest.approx(900)


@given(failures=st.integers(1, 10**9), chance=st.floats(0, 1))
def test_a_wait_is_never_shorter_for_more_failures_and_never_beyond_the_limit(
    failures: int, chance: float
):
    assert 30 <= wait_after(failures, chance) <= wait_after(failures + 1, chance) <= 1800


def test_what_is_written_is_read_back(tmp_path: Path):
    pace = Pace(3, BASE, 120.5)
    write_pace(tmp_path, pace)

    assert read_pace(tmp_path) == pace


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"\xff", b'{"failures": "x", "began_uptime_s": 1}']
)
def test_a_file_that_cannot_be_read_is_no_history(tmp_path: Path, content: bytes):
    (tmp_path / "sync-pace.json").write_bytes(content)

    assert read_pace(tmp_path) is None
    assert read_pace(tmp_path / "nowhere") is None


def test_a_program_started_again_waits_on_from_where_it_was():
    clock = HeldClock(BASE, 1000.0)
    pace = Pace(7, BASE, 1000.0)
    clock.move(timedelta(seconds=90))

    assert resumed(pace, clock) == (7, 90)


@pytest.mark.parametrize(
    ("wall", "uptime"),
    [
        (timedelta(minutes=3), 20.0),  # started anew, the clock runs on a battery
        (timedelta(0), 20.0),  # no battery: the clock is where it was
        (timedelta(days=-400), 5000.0),  # the clock went back
        (timedelta(days=400), 5000.0),  # or forth
    ],
)
def test_after_a_restart_or_a_step_of_the_clock_a_few_failures_count(
    wall: timedelta, uptime: float
):
    clock = HeldClock(BASE + wall, uptime)

    assert resumed(Pace(9, BASE, 4000.0), clock) == (3, 0)
    assert resumed(Pace(0, BASE, 4000.0), clock) == (0, None)


def test_without_a_history_nothing_holds_the_first_try_back(clock: HeldClock):
    assert resumed(None, clock) == (0, None)


def test_the_age_of_what_is_installed(clock: HeldClock):
    assert age_of(clock.now() - timedelta(hours=3), clock) == timedelta(hours=3)
    assert age_of(None, clock) is None
