"""A desk for each test that asks, with a folder and a printer of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from tests.appliance.printing.desk_under_test import Desk


@pytest.fixture
def at(tmp_path: Path, clock: HeldClock) -> Iterator[Desk]:
    desk = Desk(tmp_path, clock)
    yield desk
    desk.desk.stop()
