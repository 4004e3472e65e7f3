"""Many boxes and their small snapshots, syncing from one server with the box's own code."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

from appliance.clock import SystemClock
from appliance.config import BoxConfig, HubSection
from appliance.errors import NodboksError
from appliance.snapshot.installed import Installed
from appliance.sync.update import sync
from tests.appliance.snapshot.town import Night, Town

SIZE = 4000  # bytes of one box's records: what is measured is the number of boxes


@dataclass(frozen=True)
class Round:
    """How one round went."""

    seconds: float
    failures: tuple[str, ...]
    results: tuple[str, ...]


class ManyBoxes:
    """A municipality with `number` boxes."""

    def __init__(self, folder: Path, number: int) -> None:
        self.town = Town(folder / "town")
        self._states = folder / "boxes"
        self.ids = [f"boks-{position}" for position in range(number)]

    def publish(self) -> None:
        """Publish a night to every box."""
        for box_id in self.ids:
            self.town.publish(Night(box_id=box_id, size=SIZE))

    def enrol(self, hub: Callable[[str], HubSection]) -> list[BoxConfig]:
        """Give every box its settings."""
        configs = []
        for box_id in self.ids:
            config = self.town.config("http://unused", self._states / box_id, box_id)
            configs.append(replace(config, hub=hub(box_id)))
        return configs


def sync_all(configs: list[BoxConfig], processes: int | None = None) -> Round:
    """Let every box sync once, as many at a time as there are cores."""
    started = time.monotonic()
    workers = processes or os.cpu_count() or 1
    with ProcessPoolExecutor(workers, mp_context=get_context("forkserver")) as pool:
        ended = list(pool.map(_sync, configs, chunksize=10))
    seconds = time.monotonic() - started
    failures = tuple(text for is_good, text in ended if not is_good)
    return Round(seconds, failures, tuple(text for is_good, text in ended if is_good))


def versions(configs: list[BoxConfig]) -> set[int]:
    """The versions that are installed, of all boxes."""
    found = [Installed(config.box.state_dir).current() for config in configs]
    return {one.manifest.version if one else 0 for one in found}


def _sync(config: BoxConfig) -> tuple[bool, str]:
    try:
        return True, str(sync(config, SystemClock()))
    except NodboksError as error:
        return False, f"{config.box.id}: {error.code} {error.detail}"
