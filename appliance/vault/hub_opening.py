"""Let the hub open the box after a start: fetch its half of the key, hand it to the keeper.

Asks the hub only while the keeper wants it to: once the box is open, and where a person has locked
it or box.toml wants a person, nothing goes over the line. A hub that has no half for this box is
asked again after a quarter of an hour, one that does not answer at the next turn. What is fetched
is ciphertext to this process. Called by the worker.
"""

import logging

from appliance.clock import Clock
from appliance.config import BoxConfig
from appliance.errors import (
    FetchError,
    KeeperDownError,
    NodboksError,
    NoSnapshotError,
    NotAdmittedError,
)
from appliance.sync.hub_slot import fetch_hub_slot
from appliance.vault.keeper_client import KeeperClient

_log = logging.getLogger("nodboks.worker")
_AGAIN_AFTER_S = 15 * 60.0


class HubOpening:
    """What is remembered between two turns; the seconds are monotonic."""

    def __init__(self, config: BoxConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._keeper = KeeperClient(config.keeper_socket)
        self._not_before_s = 0.0

    def look(self) -> None:
        """Open the box by the hub if it is time; what fails is logged and tried again."""
        if self._clock.monotonic() < self._not_before_s:
            return
        try:
            if not self._keeper.status().hub_may_open:
                return
            self._open()
        except NodboksError as error:
            # Without a snapshot yet, the first sync brings one in a minute.
            is_passing = isinstance(error, (FetchError, NoSnapshotError, KeeperDownError))
            is_passing = is_passing and not isinstance(error, NotAdmittedError)
            _log.info("the hub does not open the box: %s %s", error.code, error.detail)
            if not is_passing:
                self._wait()

    def _open(self) -> None:
        sealed = fetch_hub_slot(self._config, self._clock)
        if sealed is None:
            _log.info("the hub has no key for this box; a person opens it")
            self._wait()
            return
        self._keeper.unlock_hub(sealed)
        _log.info("the hub has opened the box")

    def _wait(self) -> None:
        self._not_before_s = self._clock.monotonic() + _AGAIN_AFTER_S
