"""Slow down the guessing of personal and shift codes, without ever locking a nurse out.

Five wrong codes cost nothing, then 2, 4, 8 … at most 30 seconds, counted per account and per
device; a right code clears both. Hashing is done one at a time: four Argon2 runs at once would
hurt a box with 512 MB. Time is monotonic, so setting the clock helps nobody. Called by the web's
login only: the emergency card has 63 bits and needs no delay.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from appliance.clock import Clock
from appliance.errors import WaitBeforeRetryError

Found = TypeVar("Found")

FREE_TRIES = 5
LONGEST_WAIT_S = 30.0
MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class _Failures:
    count: int
    last_s: float


def wait_after(failures: int) -> float:
    """Return the seconds to wait after that many wrong codes in a row."""
    beyond = failures - FREE_TRIES
    if beyond <= 0:
        return 0.0
    # The exponent is bounded first: 2**10000 is a number, but not a float.
    return min(2.0 ** min(beyond, 10), LONGEST_WAIT_S)


class LoginDelay:
    """Remember wrong codes per account and per device, the latest ten thousand of each."""

    def __init__(self, clock: Clock, most_remembered: int = MOST_REMEMBERED) -> None:
        self._clock = clock
        self._most = most_remembered
        self._hashing = threading.Lock()
        self._by_account: OrderedDict[str, _Failures] = OrderedDict()
        self._by_device: OrderedDict[str, _Failures] = OrderedDict()

    def attempt(self, account: str, device: str, find: Callable[[], Found]) -> Found:
        """Return what a code finds, if account and device may try now; remember how it went.

        What counts as false was a wrong code.

        The wait is looked at inside the lock, so that a hundred requests sent at once do not all
        count as the first. A refused try is not hashed and does not lengthen the wait.

        Raises:
            WaitBeforeRetryError: too early; its `wait_s` says how long.

        """
        with self._hashing:
            wait_s = self._wait_left(account, device)
            if wait_s > 0:
                raise WaitBeforeRetryError(wait_s)
            found = find()
            if found:
                self._by_account.pop(account, None)
                self._by_device.pop(device, None)
            else:
                self._remember(self._by_account, account)
                self._remember(self._by_device, device)
            return found

    def _wait_left(self, account: str, device: str) -> float:
        known = (self._by_account.get(account), self._by_device.get(device))
        ends = [each.last_s + wait_after(each.count) for each in known if each]
        return max(ends, default=0.0) - self._clock.monotonic()

    def _remember(self, failures: "OrderedDict[str, _Failures]", name: str) -> None:
        before = failures.pop(name, None)
        count = before.count + 1 if before else 1
        failures[name] = _Failures(count, self._clock.monotonic())
        # The longest untouched goes first; flooding names to push one out runs into the device's
        # own wait.
        while len(failures) > self._most:
            failures.popitem(last=False)
