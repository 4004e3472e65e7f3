"""Decide how long to wait before asking again, and stop when the time allowed is used up.

Follows the server's `Retry-After`; without one, waits longer each time with some chance in it, so
that a hundred hubs do not knock in step. Called by `asking`, `export_job` and `download`.
"""

import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from appliance.clock import Clock
from provisioning.bulk_client.errors import OutOfTimeError

_SHORTEST_S = 1.0
_LONGEST_S = 60.0  # between two looks, when the server does not say
_SECONDS = re.compile(r"[0-9]{1,9}")
_DOUBLINGS = 16  # far beyond the longest wait; keeps 2.0**n a number


def _silent(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run takes from the world: time, patience, chance and somebody to tell."""

    clock: Clock
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = field(default_factory=lambda: random.SystemRandom().random)
    tell: Callable[[str], None] = _silent


class Waiter:
    """The patience of one export: it waits as told, but never beyond the deadline."""

    def __init__(self, around: Surroundings, total_s: float) -> None:
        self.around = around
        self._total_s = total_s
        self._deadline = around.clock.monotonic() + total_s

    def check(self, what: str) -> None:
        """Go on only while there is time.

        Raises:
            OutOfTimeError: the time allowed is used up.

        """
        if self.around.clock.monotonic() >= self._deadline:
            raise OutOfTimeError(f"{what}: not done in {self._total_s / 60:.0f} min")

    def wait(self, seconds: float, what: str) -> None:
        """Wait, but only until the deadline, so that there is one last look.

        Raises:
            OutOfTimeError: the time allowed is used up.

        """
        self.check(what)
        left = self._deadline - self.around.clock.monotonic()
        self.around.sleep(min(seconds, left))

    def delay(self, headers: Mapping[str, str], tries: int) -> float:
        """Return the seconds the server asks for, or those of our own rule."""
        asked = retry_after(headers, self.around.clock.now())
        return backoff(tries, self.around.chance()) if asked is None else asked


def backoff(tries: int, chance: float) -> float:
    """Return the wait before a new try: doubled each time, and half of it left to chance."""
    longest = min(_LONGEST_S, 2.0 ** min(tries, _DOUBLINGS))
    return max(_SHORTEST_S, longest * (0.5 + chance / 2))


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Read `Retry-After`, in seconds or as a date; None when it says nothing we understand.

    A date is measured against the server's own `Date`: its clock may differ from ours.
    """
    given = headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(given):
        return max(_SHORTEST_S, float(given))
    until = http_date(given)
    if until is None:
        return None
    return max(_SHORTEST_S, (until - (http_date(headers.get("Date", "")) or now)).total_seconds())


def http_date(given: str) -> datetime | None:
    """Read the date of a header; None for the many things servers write instead of one."""
    try:
        found = parsedate_to_datetime(given)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        return None
