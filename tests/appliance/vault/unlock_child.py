"""Unlock, refresh and lock a keeper in a process of its own, for tests that kill it."""

from pathlib import Path

from appliance.box_clock.clock import BoxClock
from appliance.config import load_config
from appliance.errors import NodboksError
from appliance.vault.keeper_service import KeeperService
from tests.simulators.warm_forks import Order, serve_forks


def _evening(order: Order) -> int:
    """Take over what the one before left, open, refresh, lock, and end as the program does."""
    config = load_config(Path(order["config"]))
    service = KeeperService(config, BoxClock(config.box.ram_dir))
    try:
        service.start()
        service.unlock_recovery(order["recovery"])
        service.refresh()
        service.wait_for_search()
        service.lock()
        service.close()
    except NodboksError:
        return 1
    return 0


if __name__ == "__main__":
    serve_forks(_evening)
