"""Remember who is logged in to the web: on the server only, in RAM only, for minutes only.

A browser holds a random token that says nothing. A session ends when it is idle and, however busy,
at the end of a shift; both are monotonic. It opens no records: whether the box is unlocked is the
keeper's affair. Called by the web.
"""

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from appliance.clock import Clock
from appliance.policy import SESSION_IDLE, SESSION_LONGEST
from appliance.records.terms import Role, StaffId, UnitId

_TOKEN_BYTES = 32
# A care centre has some tens of staff on shift; the bound only stops a flood.
MOST_SESSIONS = 500


class WayIn(StrEnum):
    """What let a person in, and so how sure the box is of who it is."""

    ACCOUNT = "account"
    CARD = "card"
    SHIFT_CODE = "shift_code"


@dataclass(frozen=True, slots=True)
class Person:
    """Who logged in: with an account, or under initials nobody has checked.

    `unit_ids` None is the whole box; `code_id` names the shift code that was used; a guest's
    account came with a neighbour's unit.
    """

    initials: str
    role: Role
    staff_id: StaffId | None = None
    unit_ids: tuple[UnitId, ...] | None = ()
    way_in: WayIn = WayIn.ACCOUNT
    code_id: str = ""
    is_guest: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """One login; the seconds are monotonic. The secrets stay out of its repr, hence of logs."""

    person: Person
    started: datetime
    started_s: float
    last_seen_s: float
    idle_s: float
    token: str = field(repr=False)
    csrf_token: str = field(repr=False)


class Sessions:
    """All sessions of this web process."""

    def __init__(self, clock: Clock, most: int = MOST_SESSIONS) -> None:
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        self._by_token: OrderedDict[str, Session] = OrderedDict()

    def start(self, person: Person, idle: timedelta = SESSION_IDLE) -> Session:
        """Begin a session under a new token that nobody could have known before."""
        now_s = self._clock.monotonic()
        session = Session(
            person=person,
            started=self._clock.now(),
            started_s=now_s,
            last_seen_s=now_s,
            idle_s=idle.total_seconds(),
            token=secrets.token_urlsafe(_TOKEN_BYTES),
            csrf_token=secrets.token_urlsafe(_TOKEN_BYTES),
        )
        with self._lock:
            self._forget_over()
            self._by_token[session.token] = session
            # Full of live sessions: the one untouched longest goes.
            while len(self._by_token) > self._most:
                self._by_token.popitem(last=False)
        return session

    def find(self, token: str, *, is_use: bool = True) -> Session | None:
        """Return the live session of a token, else None.

        A page that asks by itself is no use: nobody need be there, so it prolongs nothing.
        """
        with self._lock:
            self._forget_over()
            session = self._by_token.get(token)
            if session is None or not is_use:
                return session
            # Last in line: the front stays the one untouched longest.
            del self._by_token[token]
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
            self._forget_over()
            return len(self._by_token)

    def _forget_over(self) -> None:
        """Drop the sessions that are idle too long or have lasted a whole shift."""
        now_s = self._clock.monotonic()
        over = [
            token
            for token, session in self._by_token.items()
            if now_s - session.last_seen_s >= session.idle_s
            or now_s - session.started_s >= SESSION_LONGEST.total_seconds()
        ]
        for token in over:
            del self._by_token[token]
