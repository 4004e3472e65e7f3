"""Hand things over in order, from many threads to one, without ever making a nurse wait for long.

Whoever puts something in waits a bounded time for it to arrive and then goes on; the thing stays
in memory and is tried again. Bounded in memory too: what no longer fits is counted as lost, and
the count is handed over as well. Used twice on the way of an entry: from the web to the keeper,
and inside the keeper from its callers to the disk.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from appliance.attempts import Failed, Lasting, attempt
from appliance.errors import KeeperDownError, NodboksError
from appliance.quiet_log import kind_and_place

_LOG = logging.getLogger(__name__)
T = TypeVar("T")
Deliver = Callable[[list[T], int], None]


@dataclass(frozen=True, slots=True)
class HandOverLimits:
    """How much may wait, how much goes at once, and how often it is tried."""

    most_waiting: int = 10_000
    most_at_once: int = 50
    most_weight: int = 100_000
    every_s: float = 1.0


class HandOver(Generic[T]):
    """One queue and the thread that empties it; the thread starts with the first thing put in.

    `deliver` is given a batch and how many were lost before it. Where it raises
    `KeeperDownError` the batch is tried again; any other error means that it will never be taken,
    and the batch counts as lost. `idle` is called when nothing came for a while. Neither ends the
    thread.
    """

    def __init__(
        self,
        deliver: Deliver[T],
        weigh: Callable[[T], int],
        limits: HandOverLimits = HandOverLimits(),
        idle: Callable[[], None] = lambda: None,
    ) -> None:
        self._deliver = deliver
        self._weigh = weigh
        self._limits = limits
        self._idle = idle
        self._idling = Lasting(_LOG, "minding what was handed over")
        self._changed = threading.Condition()
        self._queue: deque[T] = deque()
        self._put = self._done = self._lost = 0
        self._problem = ""
        self._is_stopping = False
        self._thread: threading.Thread | None = None

    @property
    def waiting(self) -> int:
        """Return how many things wait in memory."""
        return len(self._queue)

    @property
    def lost(self) -> int:
        """Return how many were lost and not yet told."""
        return self._lost

    @property
    def problem(self) -> str:
        """Return the code of what stands in the way, or nothing."""
        return self._problem

    def put(self, things: Iterable[T], wait_s: float) -> bool:
        """Put things in and wait for them to arrive; tell whether they did."""
        with self._changed:
            for thing in things:
                if len(self._queue) >= self._limits.most_waiting:
                    self._lost += 1
                    continue
                self._queue.append(thing)
                self._put += 1
            mine = self._put
            self._start()
            self._changed.notify_all()
            # Once something stands in the way nobody waits: it will be tried again.
            self._changed.wait_for(lambda: self._done >= mine or self._problem, wait_s)
            return self._done >= mine

    def stop(self, wait_s: float = 5.0) -> None:
        """Try once more to hand over what waits, and end the thread."""
        with self._changed:
            self._is_stopping = True
            thread, self._thread = self._thread, None
            self._changed.notify_all()
        if thread is not None:
            thread.join(wait_s)

    def _start(self) -> None:
        if self._thread is None:
            self._is_stopping = False
            self._thread = threading.Thread(target=self._work, name="log-hand-over", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        is_last = False
        while not is_last:
            with self._changed:
                self._changed.wait_for(self._has_work, self._limits.every_s)
                is_last = self._is_stopping
            arrived = self._empty()
            with self._changed:
                if not arrived:
                    self._changed.wait_for(lambda: self._is_stopping, self._limits.every_s)

    def _has_work(self) -> bool:
        return bool(self._queue) or self._is_stopping

    def _empty(self) -> bool:
        """Hand over batch after batch; tell whether all arrived."""
        if not self._queue:
            self._idling.do(self._idle, None)
        for batch, lost in self._batches():
            try:
                problem = self._delivered(batch, lost)
            except KeeperDownError as error:
                self._meet(error.code)
                return False
            if problem:
                self._forget(batch, -len(batch), problem)
                return False
            self._forget(batch, lost, "")
        return True

    def _delivered(self, batch: list[T], lost: int) -> str:
        """Return the code of what went wrong; what nobody foresaw is logged."""
        done = attempt(partial(self._deliver, batch, lost), KeeperDownError)
        if not isinstance(done, Failed):
            return ""
        if isinstance(done.error, NodboksError):
            return done.error.code
        _LOG.error("handing over: %s", kind_and_place(done.error))
        return NodboksError.code

    def _batches(self) -> Iterator[tuple[list[T], int]]:
        while True:
            with self._changed:
                batch = self._next_batch()
                lost = self._lost
            if not batch and not lost:
                return
            yield batch, lost

    def _next_batch(self) -> list[T]:
        batch: list[T] = []
        weight = 0
        for thing in self._queue:
            weight += self._weigh(thing)
            if batch and (
                weight > self._limits.most_weight or len(batch) >= self._limits.most_at_once
            ):
                break
            batch.append(thing)
        return batch

    def _meet(self, problem: str) -> None:
        with self._changed:
            self._problem = problem
            self._changed.notify_all()

    def _forget(self, batch: list[T], lost: int, problem: str) -> None:
        with self._changed:
            for _ in batch:
                self._queue.popleft()
            self._done += len(batch)
            self._lost -= lost
            self._problem = problem
            self._changed.notify_all()
