"""Remember which phones have met our page, so that each is told what helps it next.

A phone that has just joined is shown the page (its probe is sent there). Once somebody has tapped,
or sent any form of ours, the phone is told all is well and stays on the hotspot; else iOS would
close the page and leave. When nobody has used it for a while it is told the network is dead, so
that it goes back to mobile data. Memory only, and of addresses only; called by the portal.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from enum import Enum

from appliance.clock import Clock

# A lease of the hotspot; a phone that comes back after it meets the page anew.
LET_IN_FOR_S = 12 * 3600.0
UNUSED_AFTER_S = 15 * 60.0
# A hotspot has at most 253 addresses; beyond this the longest unused is forgotten.
_MOST_GUESTS = 512


class Standing(Enum):
    """What a phone should be told of the network."""

    NEW = "show it our page"
    LET_IN = "the network is good"
    UNUSED = "the network is dead"


@dataclass(slots=True)
class _Guest:
    let_in_s: float
    used_s: float


class Guests:
    """The phones on the hotspot, by address."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._guests: OrderedDict[str, _Guest] = OrderedDict()

    def let_in(self, address: str) -> None:
        """Note that somebody at this phone has chosen to use the box."""
        now_s = self._clock.monotonic()
        with self._lock:
            self._guests[address] = _Guest(now_s, now_s)
            self._guests.move_to_end(address)
            while len(self._guests) > _MOST_GUESTS:
                self._guests.popitem(last=False)

    def use(self, address: str) -> None:
        """Note that a phone that was let in asked for a page."""
        with self._lock:
            guest = self._guests.get(address)
            if guest is not None:
                guest.used_s = self._clock.monotonic()
                self._guests.move_to_end(address)

    def standing(self, address: str) -> Standing:
        """Return what to tell the phone; asking is not using."""
        now_s = self._clock.monotonic()
        with self._lock:
            guest = self._guests.get(address)
            if guest is None or now_s - guest.let_in_s >= LET_IN_FOR_S:
                self._guests.pop(address, None)
                return Standing.NEW
            return Standing.LET_IN if now_s - guest.used_s < UNUSED_AFTER_S else Standing.UNUSED
