"""A box's log of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.appliance.sealed_log.logs import BoxLog


@pytest.fixture
def box(tmp_path: Path) -> Iterator[BoxLog]:
    made = BoxLog(tmp_path / "log")
    yield made
    made.log.close()
