"""Tell Danish working days from weekends and holidays.

Public holidays since 2024 (no Great Prayer Day); Constitution Day, Christmas Eve and New Year's Eve
count too, as municipal offices are shut. Pure. Called by the hub's horizon, the demo
and whoever plans by the week.
"""

import functools
from datetime import date, timedelta

# As settings name them, and `date.weekday` counts them.
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SATURDAY = 5
_FIXED = {(1, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31)}
_AFTER_EASTER = (-3, -2, 0, 1, 39, 49, 50)


def is_working_day(day: date) -> bool:
    """Tell whether offices are open: not a weekend, not a holiday."""
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


@functools.cache
def _holidays(year: int) -> frozenset[date]:
    easter = _easter(year)
    moving = {easter + timedelta(days=days) for days in _AFTER_EASTER}
    return frozenset({date(year, month, day) for month, day in _FIXED} | moving)


def _easter(year: int) -> date:
    """Return Easter Sunday by the anonymous Gregorian rule."""
    century, rest = divmod(year, 100)
    epact = (
        19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (year % 19 + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)
