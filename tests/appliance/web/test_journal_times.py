"""A clock time typed on a phone as a moment: also in the nights when the clocks are changed."""

from datetime import UTC, date, datetime, time

import pytest

from appliance.web.journal_times import danish_moment

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


def test_hour_that_never_was_is_within_an_hour_of_it() -> None:
    now = datetime(2026, 3, 29, 6, tzinfo=UTC)

    moment = danish_moment(CLOCKS_ON, time(2, 30), now)

    assert abs((moment - datetime(2026, 3, 29, 1, tzinfo=UTC)).total_seconds()) <= 3600


def test_summer_and_winter_are_told_apart() -> None:
    summer = danish_moment(date(2026, 7, 1), time(3), datetime(2026, 7, 1, 12, tzinfo=UTC))
    winter = danish_moment(date(2026, 12, 1), time(3), datetime(2026, 12, 1, 12, tzinfo=UTC))

    assert (summer.hour, winter.hour) == (1, 2)
