"""Remember who is logged in to the web: on the server only, in RAM only, for minutes only.

A browser holds a random token that says nothing. Idle time is monotonic. A session opens no
records: whether the box is unlocked is the keeper's affair. Called by the web.
"""

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from appliance.clock import Clock
from appliance.config import SESSION_IDLE
from appliance.records.terms import (
    Role,
    StaffId,
    UnitId,
)

_TOKEN_BYTES = 32
# A care centre has some tens of staff on shift; the bound only stops a flood.
MOST_SESSIONS = 500


@dataclass(frozen=True, slots=True)
class Person:
    """Who logged in; `staff_id` is None for initials with the emergency card."""

    initials: str
    role: Role
    staff_id: StaffId | None = None
    unit_ids: tuple[UnitId, ...] = ()


@dataclass(frozen=True, slots=True)
class Session:
    """One login; `last_seen_s` is monotonic. The secrets stay out of its repr, hence of logs."""

    person: Person
    started: datetime
    last_seen_s: float
    token: str = field(repr=False)
    csrf_token: str = field(repr=False)


class Sessions:
    """All sessions of this web process."""

    def __init__(
        self, clock: Clock, idle: timedelta = SESSION_IDLE, most: int = MOST_SESSIONS
    ) -> None:
        self._clock = clock
        self._idle_s = idle.total_seconds()
        self._most = most
        self._lock = threading.Lock()
        self._by_token: OrderedDict[str, Session] = OrderedDict()

    def start(self, person: Person, replacing: str | None = None) -> Session:
        """Begin a session under a new token; one held before the login is worth nothing after."""
        session = Session(
            person=person,
            started=self._clock.now(),
            last_seen_s=self._clock.monotonic(),
            token=secrets.token_urlsafe(_TOKEN_BYTES),
            csrf_token=secrets.token_urlsafe(_TOKEN_BYTES),
        )
        with self._lock:
            if replacing is not None:
                self._by_token.pop(replacing, None)
            self._forget_idle()
            self._by_token[session.token] = session
            # Full of live sessions: the one untouched longest goes.
            while len(self._by_token) > self._most:
                self._by_token.popitem(last=False)
        return session

    def find(self, token: str) -> Session | None:
        """Return the live session of a token and note that it was used, else None."""
        with self._lock:
            self._forget_idle()
            session = self._by_token.pop(token, None)
            if session is None:
                return None
            seen = replace(session, last_seen_s=self._clock.monotonic())
            self._by_token[token] = seen
            return seen

    def end(self, token: str) -> None:
        """Forget a session: the person logged out."""
        with self._lock:
            self._by_token.pop(token, None)

    def end_all(self) -> None:
        """Forget every session: the box was locked."""
        with self._lock:
            self._by_token.clear()

    def count(self) -> int:
        """Return how many sessions are live."""
        with self._lock:
            self._forget_idle()
            return len(self._by_token)

    def _forget_idle(self) -> None:
        """Drop expired sessions; they stand in the order they were last used."""
        oldest_allowed_s = self._clock.monotonic() - self._idle_s
        while self._by_token:
            token, session = next(iter(self._by_token.items()))
            if session.last_seen_s > oldest_allowed_s:
                return
            del self._by_token[token]
