from datetime import date

import pytest

from appliance.demo.horizon import days_covered, is_working_day


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2026, 11, 23), date(2026, 11, 26)),  # Monday: three days on
        (date(2026, 11, 19), date(2026, 11, 23)),  # Thursday: past the weekend
        (date(2026, 11, 20), date(2026, 11, 23)),  # Friday
        (date(2026, 3, 31), date(2026, 4, 7)),  # past Easter, to Tuesday
        (date(2026, 12, 21), date(2026, 12, 28)),  # past Christmas and its weekend
        (date(2027, 5, 3), date(2027, 5, 7)),  # past Ascension Day
        (date(2026, 12, 29), date(2027, 1, 4)),  # past New Year
    ],
)
def test_horizon_goes_on_to_the_first_working_day(today, last):
    days = list(days_covered(today))

    assert days[0].toordinal() == today.toordinal() - 3
    assert days[-1] == last
    assert len(days) == last.toordinal() - today.toordinal() + 4


@pytest.mark.parametrize("day", [date(2024, 4, 26), date(2025, 6, 6), date(2026, 5, 26)])
def test_ordinary_weekdays_are_working_days(day):
    assert is_working_day(day)


@pytest.mark.parametrize(
    "day",
    [date(2024, 3, 31), date(2025, 4, 18), date(2025, 6, 9), date(2026, 5, 25), date(2038, 4, 26)],
)
def test_moving_holidays_are_known(day):
    assert not is_working_day(day)
