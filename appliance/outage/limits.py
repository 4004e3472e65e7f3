"""Hold back whoever writes too much: anybody on the hotspot may write in the plan's log.

How long a text may be, how many events an hour, how large a file: policy of the product, with the
reason beside each. To end and to decide have a share of their own, and to begin is never held back.
Called by the journal and the screens.
"""

import threading
from collections import OrderedDict, deque

from appliance.clock import Clock
from appliance.errors import PlanLogBusyError
from appliance.outage.events import Kind

NAME_LENGTH = 60
TEXT_LENGTH = 200
# A person who notes a round of calls writes some forty in an hour; a whole centre not 240.
MOST_PER_HOUR = 240
MOST_PER_CLIENT = 90
MOST_VITAL_PER_HOUR = 30
MOST_VITAL_PER_CLIENT = 10
# Some 5,000 events; no three days bring as many.
MOST_BYTES = 1024 * 1024
VITAL_BYTES = 128 * 1024
MOST_KEPT = 20
_VITAL = frozenset({Kind.START, Kind.END, Kind.RESUME, Kind.RESTART, Kind.DECISION, Kind.PAPER})
_HOUR_S = 3600.0
_MOST_CLIENTS = 500


def bytes_for(kind: Kind) -> int:
    """Return how large the file may be for an event of this kind to be added."""
    return MOST_BYTES + VITAL_BYTES if kind in _VITAL else MOST_BYTES


class Allowance:
    """Counts the events of the last hour, by a clock nobody can set. In memory only."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._all: deque[float] = deque()
        self._vital: deque[float] = deque()
        self._clients: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, kind: Kind, client: str) -> None:
        """Count one event of somebody.

        Raises:
            PlanLogBusyError: there have been too many this hour.

        """
        now = self._clock.monotonic()
        with self._lock:
            if kind in _VITAL:
                own = (self._of(f"vital {client}"), MOST_VITAL_PER_CLIENT)
                counted = [(self._vital, MOST_VITAL_PER_HOUR), own]
            else:
                counted = [(self._all, MOST_PER_HOUR), (self._of(client), MOST_PER_CLIENT)]
            for times, most in counted:
                while times and now - times[0] >= _HOUR_S:
                    times.popleft()
                if len(times) >= most:
                    raise PlanLogBusyError(f"{most} events in an hour")
            for times, _ in counted:
                times.append(now)

    def _of(self, client: str) -> deque[float]:
        times = self._clients.setdefault(client, deque())
        self._clients.move_to_end(client)
        while len(self._clients) > _MOST_CLIENTS:
            self._clients.popitem(last=False)
        return times
