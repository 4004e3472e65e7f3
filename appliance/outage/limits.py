"""Hold back whoever writes too much: anybody on the hotspot may write in the plan's log.

How long a text may be, how many events an hour, how large a file: policy of the product, with the
reason beside each. To end and to decide have each a share of their own; to begin is never held
back, nor is the answer to a question of the plan that is open. Called by the journal and the
screens.
"""

import threading
from collections import OrderedDict, deque
from enum import Enum

from appliance.clock import Clock
from appliance.errors import PlanLogBusyError
from appliance.outage.events import Kind

NAME_LENGTH = 60
TEXT_LENGTH = 200
# Some 5,000 events; no three days bring as many.
MOST_BYTES = 1024 * 1024
# Beyond that for decisions, then for answers to the plan, then for the end: none fills the next's.
VITAL_BYTES = 128 * 1024
MOST_KEPT = 20
_HOUR_S = 3600.0
_MOST_CLIENTS = 500


class Share(Enum):
    """What counts together; no share takes room from another."""

    NOTES = "notes"
    DECISIONS = "decisions"
    ENDS = "ends"
    # An open question of the plan: held back by nothing, as each answer closes one.
    ANSWERS = "answers"


# An hour, from all phones and from one. A person who notes a round of calls writes some forty, a
# whole centre not 240. The staff of a crisis decides much in an hour; nobody ends an outage often.
MOST_PER_HOUR = {Share.NOTES: 240, Share.DECISIONS: 360, Share.ENDS: 120}
MOST_PER_CLIENT = {Share.NOTES: 90, Share.DECISIONS: 120, Share.ENDS: 30}
_ENDS = frozenset({Kind.START, Kind.END, Kind.RESUME, Kind.RESTART, Kind.PAPER})
_ROOM = {Share.NOTES: 0, Share.DECISIONS: 1, Share.ANSWERS: 2, Share.ENDS: 3}


def share_of(kind: Kind, *, is_asked: bool = False) -> Share:
    """Return what an event counts with; `is_asked`: it answers an open question of the plan."""
    if is_asked:
        return Share.ANSWERS
    if kind in _ENDS:
        return Share.ENDS
    return Share.DECISIONS if kind is Kind.DECISION else Share.NOTES


def bytes_for(share: Share) -> int:
    """Return how large the file may be for an event of this share to be added."""
    return MOST_BYTES + VITAL_BYTES * _ROOM[share]


class Allowance:
    """Counts the events of the last hour, by a clock nobody can set. In memory only."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._all: dict[Share, deque[float]] = {share: deque() for share in MOST_PER_HOUR}
        self._clients: OrderedDict[tuple[Share, str], deque[float]] = OrderedDict()

    def take(self, share: Share, client: str) -> None:
        """Count one event of somebody.

        Raises:
            PlanLogBusyError: there have been too many this hour.

        """
        if share is Share.ANSWERS:
            return
        now = self._clock.monotonic()
        with self._lock:
            own = self._of(share, client)
            counted = [(self._all[share], MOST_PER_HOUR[share]), (own, MOST_PER_CLIENT[share])]
            for times, most in counted:
                while times and now - times[0] >= _HOUR_S:
                    times.popleft()
                if len(times) >= most:
                    raise PlanLogBusyError(f"{most} {share.value} in an hour")
            for times, _ in counted:
                times.append(now)

    def _of(self, share: Share, client: str) -> deque[float]:
        times = self._clients.setdefault((share, client), deque())
        self._clients.move_to_end((share, client))
        while len(self._clients) > _MOST_CLIENTS:
            self._clients.popitem(last=False)
        return times
