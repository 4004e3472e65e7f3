from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from appliance.clock import SystemClock
from appliance.config import BoxConfig
from appliance.snapshot.installed import Installed, InstalledSnapshot
from appliance.sync.update import SyncOutcome, sync
from tests.appliance.snapshot.ram import tmp_path
from tests.appliance.snapshot.town import Town
from tests.simulators.hub import Hub

__all__ = ["Box", "box", "hub", "tmp_path", "town"]


@dataclass
class Box:
    """One enrolled box."""

    config: BoxConfig
    town: Town

    @property
    def state_dir(self) -> Path:
        return self.config.box.state_dir

    def sync(self) -> SyncOutcome:
        return sync(self.config, SystemClock())

    def is_soon_tired(self) -> None:
        """Give a hub that hangs up after a second, not after half a minute."""
        self.config = replace(self.config, hub=replace(self.config.hub, timeout_s=1))

    def current(self) -> InstalledSnapshot | None:
        return Installed(self.state_dir).current()

    def version(self) -> int:
        """The version that is installed and really opens."""
        current = self.current()
        assert self.town.opens(current, self.state_dir.parent / "opened.db")
        assert current is not None
        return current.manifest.version


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path / "town")


@pytest.fixture
def hub(town: Town) -> Iterator[Hub]:
    with Hub(town.public).serving() as hub:
        yield hub


@pytest.fixture
def box(town: Town, hub: Hub, tmp_path: Path) -> Box:
    return Box(town.config(hub.url, tmp_path / "state"), town)
