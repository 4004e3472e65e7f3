"""Watch for the moments to sync: the clock, the network, the age of the data, a USB stick.

Asked every few seconds by the worker. Gathers what the pure decision in `triggers` needs, and keeps
the count of tries. Holds no key.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from appliance.clock import Clock
from appliance.config import BoxConfig
from appliance.errors import StorageError
from appliance.snapshot.installed import Installed
from appliance.sync.link import LinkReader
from appliance.sync.pace import Pace, age_of, read_pace, resumed, share_of, write_pace
from appliance.sync.stick import StickWatch
from appliance.sync.triggers import Plan, Reason, Situation, due

_log = logging.getLogger("nodboks.sync")


class SyncWatch:
    """Says when to sync; `chance` gives a number from 0 to 1."""

    def __init__(
        self,
        config: BoxConfig,
        clock: Clock,
        chance: Callable[[], float],
        link: LinkReader | None = None,
    ) -> None:
        hub = config.hub
        self._state_dir: Path = config.box.state_dir
        self._clock = clock
        self._draw = chance
        self._link = link or LinkReader(hub.interface)
        self._stick = StickWatch(hub.usb_dir, config.box.id)
        self._plan = Plan(
            cadence_s=hub.cadence_min * 60,
            old_after=timedelta(minutes=hub.old_after_min),
            share=share_of(config.box.id),
        )
        self._began = (clock.now(), clock.monotonic())
        self._started = self._began[1]
        self._failures, waited = resumed(read_pace(self._state_dir), clock)
        self._tried_at = None if waited is None else self._started - waited
        self._was_up = self._link.is_up()
        self._up_at: float | None = None
        self._is_running = False
        self._take_stock()

    def due(self) -> Reason | None:
        """Return why to sync now, or None; never while a sync runs."""
        self._look_at_link()
        if self._is_running:
            return None
        if self._stick.has_new():
            return Reason.STICK
        return due(self._plan, self._situation())

    def begin(self, reason: Reason) -> None:
        """Take note that a sync begins."""
        self._is_running = True
        if reason is Reason.STICK:
            return  # it says nothing about the hub
        self._began = (self._clock.now(), self._clock.monotonic())
        self._tried_at = self._began[1]
        self._up_at = None
        self._failures += 1
        self._remember()

    def end(self, reason: Reason, *, is_good: bool) -> None:
        """Take note how it ended."""
        self._take_stock()
        if is_good and reason is not Reason.STICK:
            self._failures = 0
            self._remember()
        self._is_running = False

    def _take_stock(self) -> None:
        """Look up once how new the installed data is, and draw the chance of the next wait."""
        self._chance = self._draw()
        try:
            floor = Installed(self._state_dir).floor()
        except StorageError as error:
            _log.warning("%s %s", error.code, error.detail)
            floor = None
        self._signed_at = floor.signed_at if floor else None

    def _look_at_link(self) -> None:
        before, self._was_up = self._was_up, self._link.is_up()
        if self._was_up and not before:
            self._up_at = self._clock.monotonic()
        elif not self._was_up:
            self._up_at = None

    def _situation(self) -> Situation:
        now = self._clock.monotonic()
        return Situation(
            since_start_s=now - self._started,
            since_try_s=None if self._tried_at is None else now - self._tried_at,
            failures=self._failures,
            chance=self._chance,
            data_age=age_of(self._signed_at, self._clock),
            link_up_s=None if self._up_at is None else now - self._up_at,
        )

    def _remember(self) -> None:
        """Write the tries down; a disk that refuses must not keep the box from trying."""
        try:
            write_pace(self._state_dir, Pace(self._failures, *self._began))
        except StorageError as error:
            _log.warning("sync-pace.json: %s %s", error.code, error.detail)
