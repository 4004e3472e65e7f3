from pathlib import Path

import pytest

from tests.appliance.snapshot.ram import tmp_path
from tests.appliance.snapshot.town import Town

__all__ = ["tmp_path", "town"]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path / "town")
