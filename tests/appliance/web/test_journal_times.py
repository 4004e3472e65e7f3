"""A clock time typed on a phone as a moment: also in the nights when the clocks are changed."""

from datetime import UTC, date, datetime, time

import pytest

from appliance.web.journal_times import danish_moment, next_moment

CLOCKS_BACK = date(2026, 10, 25)  # 03.00 becomes 02.00: 02.30 comes twice
CLOCKS_ON = date(2026, 3, 29)  # 02.00 becomes 03.00: there is no 02.30


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 10, 25, 0, 45, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (datetime(2026, 10, 25, 1, 45, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
    ],
)
def test_of_the_hour_that_comes_twice_it_is_the_last_one_that_has_passed(
    now: datetime, expected: datetime
) -> None:
    assert danish_moment(CLOCKS_BACK, time(2, 30), now) == expected


def test_hour_that_is_left_out_is_what_a_watch_shows_that_nobody_put_forward() -> None:
    now = datetime(2026, 3, 29, 6, tzinfo=UTC)

    moment = danish_moment(CLOCKS_ON, time(2, 30), now)

    assert moment == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 03.30 on the wall


@pytest.mark.parametrize(
    ("now", "at", "hours"),
    [
        (datetime(2027, 10, 30, 23, 30, tzinfo=UTC), time(4), 3.5),  # 01.30 in the longer night
        (datetime(2027, 10, 30, 23, 30, tzinfo=UTC), time(2, 30), 1),
        (datetime(2027, 10, 31, 0, 45, tzinfo=UTC), time(2, 30), 0.75),  # the second 02.30
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), time(2, 30), 24),
        (datetime(2027, 10, 30, 2, tzinfo=UTC), time(4), 25),
        (datetime(2027, 3, 28, 0, 30, tzinfo=UTC), time(4), 1.5),  # 01.30 in the shorter night
        (datetime(2027, 3, 28, 0, 20, tzinfo=UTC), time(2, 30), 1 + 1 / 6),  # 03.30 on the wall
        (datetime(2027, 3, 27, 3, tzinfo=UTC), time(4), 23),
    ],
)
def test_clock_time_ahead_comes_when_the_clock_on_the_wall_shows_it(
    now: datetime, at: time, hours: float
) -> None:
    assert (next_moment(at, now) - now).total_seconds() == pytest.approx(hours * 3600)


def test_summer_and_winter_are_told_apart() -> None:
    summer = danish_moment(date(2026, 7, 1), time(3), datetime(2026, 7, 1, 12, tzinfo=UTC))
    winter = danish_moment(date(2026, 12, 1), time(3), datetime(2026, 12, 1, 12, tzinfo=UTC))

    assert (summer.hour, winter.hour) == (1, 2)
