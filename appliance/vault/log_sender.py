"""Bring what the screens and the paper saw to the keeper, which writes the sealed log.

Waits a bounded time for the keeper, then lets the nurse go on: the entry stays in memory and is
tried again every second. What is still there when this process dies is lost; what the keeper
answered for is not. Sees entries before they are sealed, writes nothing to any disk. Called by the
web and the print desk.
"""

import json
from collections.abc import Callable, Sequence

from appliance.errors import LogNotKeptError
from appliance.sealed_log.entry import DURABLE, Entry, to_json
from appliance.sealed_log.hand_over import HandOver, HandOverLimits
from appliance.vault.protocol import MAX_REQUEST_BYTES, KeeperStatus

# A little longer than the keeper itself waits for the disk.
_DURABLE_WAIT_S = 2.5
_WAIT_S = 0.7
# A batch must fit into one request; a single entry always does.
_LIMITS = HandOverLimits(most_weight=MAX_REQUEST_BYTES // 2)

Send = Callable[[Sequence[Entry], int], KeeperStatus]


class LogSender:
    """The way of an entry from one process to the keeper."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._shown = ""
        self._line: HandOver[Entry] = HandOver(self._deliver, _weight, _LIMITS)

    @property
    def shown(self) -> str:
        """Return the end of the log as paper shows it; nothing while the keeper never answered."""
        return self._shown

    @property
    def waiting(self) -> int:
        """Return how many entries wait in this process."""
        return self._line.waiting

    @property
    def problem(self) -> str:
        """Return the code of what keeps entries from the log, or nothing."""
        return LogNotKeptError.code if self._line.problem else ""

    def enter(self, entries: Sequence[Entry]) -> bool:
        """Send entries; tell whether the keeper has them. Never raises, never waits for long."""
        is_durable = any(entry.action in DURABLE for entry in entries)
        return self._line.put(entries, _DURABLE_WAIT_S if is_durable else _WAIT_S)

    def stop(self) -> None:
        """Send what can still be sent."""
        self._line.stop()

    def _deliver(self, entries: list[Entry], lost: int) -> None:
        self._shown = self._send(entries, lost).log.shown


def _weight(entry: Entry) -> int:
    return len(json.dumps(to_json(entry)))
