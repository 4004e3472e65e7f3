"""Fixtures every test may use: a held clock and the named people."""

from datetime import UTC, datetime

import pytest
from hypothesis import settings

from appliance.clock import HeldClock

# A test run of every change wants breadth, not depth. Of the fast half it wants the same answer
# twice, as the gates count every branch there; the slow half tries other examples each time
# (`fresh`, see the Makefile), and says how to try a failing one again. `make deep` digs.
settings.register_profile("quick", max_examples=40, deadline=None, derandomize=True)
settings.register_profile("fresh", max_examples=40, deadline=None, print_blob=True)
settings.register_profile("deep", max_examples=2000, deadline=None)
settings.load_profile("quick")


@pytest.fixture
def clock() -> HeldClock:
    """Hold the time at 03:00 on a Monday night in November, Danish time."""
    return HeldClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
