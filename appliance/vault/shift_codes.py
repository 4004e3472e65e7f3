"""Make the six digits by which colleagues without an account come in, and know them again.

A shift code is told by word of mouth by whoever holds the emergency card, or by a leader. It lets
people in for twelve hours, as long as the box is not locked and nobody made a new one. In memory
only; six digits are a login on an open box and never a key. A thousand wrong codes end it: they
may come from many phones under many names, which no wait per name or phone would stop. Called by
the web.
"""

import secrets
import threading
from dataclasses import dataclass, field, replace

from appliance.clock import Clock
from appliance.crypto import hash_login_code
from appliance.policy import SESSION_LONGEST, SHIFT_CODE_VALID
from appliance.vault.sessions import Person

_DIGITS = 6
_SALT_BYTES = 16
_ID_BYTES = 8
# Of a million: whoever tries codes finds this one with a chance of one in a thousand.
MOST_MISSES = 1000


@dataclass(frozen=True, slots=True)
class ShiftCode:
    """One code. `id` is opaque and may stand in the log; the code itself stays out of the repr."""

    id: str
    maker: Person
    until_s: float
    code: str = field(repr=False)
    phc: str = field(repr=False)
    misses: int = 0


class ShiftCodes:
    """The shift codes of this web process: one of the card holders, one of each leader."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        # One salt for all, so that a login costs one hash however many codes there are.
        self._salt = secrets.token_bytes(_SALT_BYTES)
        self._by_id: dict[str, ShiftCode] = {}

    def renew(self, maker: Person) -> ShiftCode:
        """Make a new code; the ones this maker had before stand no longer."""
        with self._lock:
            self._by_id = {
                each.id: each for each in self._by_id.values() if not _is_same(each.maker, maker)
            }
        return self.make(maker)

    def make(self, maker: Person) -> ShiftCode:
        """Make a code beside those there are: one that has run out leaves its colleagues in."""
        now_s = self._clock.monotonic()
        code = self._new_digits()
        made = ShiftCode(
            id=secrets.token_hex(_ID_BYTES),
            maker=maker,
            until_s=now_s + SHIFT_CODE_VALID.total_seconds(),
            code=code,
            phc=hash_login_code(code, self._salt),
        )
        longest_s = SESSION_LONGEST.total_seconds()
        with self._lock:
            still = [each for each in self._by_id.values() if now_s < each.until_s + longest_s]
            self._by_id = {each.id: each for each in [*still, made]}
        return made

    def of(self, maker: Person) -> ShiftCode | None:
        """Return the code this maker's colleagues come in by now, or None."""
        found = [each for each in self._usable() if _is_same(each.maker, maker)]
        return found[-1] if found else None

    def find(self, typed: str) -> ShiftCode | None:
        """Return the code somebody typed, or None; always one hash."""
        phc = hash_login_code("".join(typed.split()), self._salt)
        return next((each for each in self._usable() if each.phc == phc), None)

    def note_miss(self) -> None:
        """Count a login that was refused: it may have been a guess at any of the codes."""
        with self._lock:
            counted = [replace(each, misses=each.misses + 1) for each in self._by_id.values()]
            self._by_id = {each.id: each for each in counted}

    def standing(self, code_id: str) -> ShiftCode | None:
        """Return a code whose colleagues may stay, or None if it was replaced.

        They stay when it has run out: a session ends by itself, and nobody is thrown out at work.
        """
        with self._lock:
            return self._by_id.get(code_id)

    def forget_all(self) -> None:
        """Forget every code: the box was locked."""
        with self._lock:
            self._by_id = {}

    def _new_digits(self) -> str:
        """Draw digits until they are nobody else's: the two codes may not open the same units."""
        taken = {"", *(each.code for each in self._usable())}
        code = ""
        while code in taken:
            code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
        return code

    def _usable(self) -> list[ShiftCode]:
        now_s = self._clock.monotonic()
        with self._lock:
            known = list(self._by_id.values())
        return [each for each in known if now_s < each.until_s and each.misses < MOST_MISSES]


def _is_same(one: Person, other: Person) -> bool:
    """Tell whether two makers share a code: whoever holds the card does with all who hold it."""
    return (one.way_in, one.staff_id) == (other.way_in, other.staff_id)
