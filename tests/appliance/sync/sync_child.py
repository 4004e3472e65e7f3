"""Sync in a process of its own, for tests that kill it; see `warm_forks`."""

from pathlib import Path

from appliance.clock import SystemClock
from appliance.config import BoxConfig, BoxSection, HubSection
from appliance.errors import NodboksError
from appliance.sync.update import sync
from tests.simulators.warm_forks import Order, serve_forks


def _sync(order: Order) -> int:
    box = BoxSection(id=order["box"], name="Solgården", state_dir=Path(order["state_dir"]))
    config = BoxConfig(box=box, hub=HubSection(url=order["url"]))
    try:
        outcome = sync(config, SystemClock())
    except NodboksError:
        return 1
    return 0 if outcome.version else 3


if __name__ == "__main__":
    serve_forks(_sync)
