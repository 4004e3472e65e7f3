"""Remember who broke the glass to which unit: for an hour, in that session, with a reason.

The access ends after sixty monotonic minutes, when the person says so, with the session, and with
a lock. What was done is kept for the leaders until the box is locked; the lasting record is the
sealed log. In memory only. Decides nothing about who may: that is the web's affair. Called by the
web.
"""

import threading
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime

from appliance.clock import Clock
from appliance.policy import GLASS_BROKEN_FOR
from appliance.records.terms import UnitId
from appliance.vault.sessions import Person, Session

# A box whose glass is broken this often has other worries; the sealed log has them all.
MOST_REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class Break:
    """One access to a unit that is not the person's own; the seconds are monotonic."""

    person: Person
    unit_id: UnitId
    unit_name: str
    at: datetime
    until_s: float
    reason: str = field(repr=False)
    token: str = field(repr=False)
    ended_at: datetime | None = None

    def concerns(self, unit_ids: tuple[UnitId, ...]) -> bool:
        """Tell whether it was to one of these units or by somebody who works in one."""
        touched = {self.unit_id, *(self.person.unit_ids or ())}
        return not touched.isdisjoint(unit_ids)


class BrokenGlass:
    """Every break since the box was opened."""

    def __init__(self, clock: Clock, most: int = MOST_REMEMBERED) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._breaks: deque[Break] = deque(maxlen=most)

    def break_for(self, session: Session, unit_id: UnitId, unit_name: str, reason: str) -> Break:
        """Give a session access to one more unit for the next hour."""
        made = Break(
            person=session.person,
            unit_id=unit_id,
            unit_name=unit_name,
            at=self._clock.now(),
            until_s=self._clock.monotonic() + GLASS_BROKEN_FOR.total_seconds(),
            reason=reason,
            token=session.token,
        )
        with self._lock:
            self._breaks.append(made)
        return made

    def live(self, token: str) -> tuple[Break, ...]:
        """Return the breaks a session may use now."""
        with self._lock:
            return tuple(each for each in self._breaks if self._is_live(each, token))

    def end(self, token: str, unit_id: UnitId | None = None) -> None:
        """End a session's access to one unit, or to all of them: the session ended."""
        now = self._clock.now()
        with self._lock:
            for number, each in enumerate(self._breaks):
                if self._is_live(each, token) and unit_id in (None, each.unit_id):
                    self._breaks[number] = replace(each, ended_at=now)

    def concerning(self, unit_ids: tuple[UnitId, ...]) -> list[Break]:
        """Return the breaks that concern a leader of these units, the newest first."""
        with self._lock:
            return [each for each in reversed(self._breaks) if each.concerns(unit_ids)]

    def forget_all(self) -> None:
        """Forget everything: the box was locked."""
        with self._lock:
            self._breaks.clear()

    def _is_live(self, each: Break, token: str) -> bool:
        is_in_time = self._clock.monotonic() < each.until_s
        return each.token == token and each.ended_at is None and is_in_time
