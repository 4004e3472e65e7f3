"""The journal of a box on a held clock."""

from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.outage.journal import (
    OutageJournal,
)
from tests.appliance.outage.nights import opened


@pytest.fixture
def journal(tmp_path: Path, clock: HeldClock) -> OutageJournal:
    return opened(tmp_path, clock)
