"""Fixtures every test may use: a held clock and the named people."""

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, settings

from appliance.clock import HeldClock

# A test run of every change wants breadth, and the same answer twice: no change must fall over an
# example that has nothing to do with it. New examples are for `make deep`, which digs and says how
# to try a failing one again (one found a name that took the CPR number off the paper).
# How long an example takes to invent is the machine's affair, and fails nothing.
EVERY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("quick", EVERY, max_examples=40, derandomize=True)
settings.register_profile("deep", EVERY, max_examples=2000, print_blob=True)
settings.load_profile("quick")


@pytest.fixture
def clock() -> HeldClock:
    """Hold the time at 03:00 on a Monday night in November, Danish time."""
    return HeldClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
