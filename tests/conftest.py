"""Fixtures every test may use: a held clock and the named people."""

from datetime import UTC, datetime

import pytest

from appliance.clock import HeldClock


@pytest.fixture
def clock() -> HeldClock:
    """Hold the time at 03:00 on a Monday night in November, Danish time."""
    return HeldClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
