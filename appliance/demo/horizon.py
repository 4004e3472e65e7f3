"""Count the days an export covers: three back, three forward, and past weekends and holidays.

Called by `visits` and `service_orders`.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from appliance.working_days import is_working_day

_BACK = _FORWARD = 3


def days_covered(today: date) -> Iterator[date]:
    """Give the days of the export in order; the last one is always a working day."""
    day = today - timedelta(days=_BACK)
    last = today + timedelta(days=_FORWARD)
    while not is_working_day(last):
        last += timedelta(days=1)
    while day <= last:
        yield day
        day += timedelta(days=1)
