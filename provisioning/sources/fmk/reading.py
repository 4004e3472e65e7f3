"""Take the parts of a JSON object out one by one, and refuse what nobody asked for.

A `Reader` knows where in the dosage it stands, so a fault says "structures[0].days[1]". What is
left over when a reader closes is an element without a meaning here, and an unknown element can
change the meaning of every known one: the dosage is refused. Called by `read_e2` and `read_e6`.
"""

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from typing import Any

from provisioning.sources.fmk.faults import FaultKind, UnreadableDosageError

# Far beyond any real dosage; what lies above is a typing error or an attack on the memory.
MOST_DAYS = 40_000
MOST_ITEMS = 1_000
MOST_UNITS = Decimal(10_000_000)
_YEARS = range(1850, 2201)
_DATE_LENGTH = len("2026-11-23")
_NINE_DECIMALS = Decimal("1e-9")  # FMK's own precision; what is beyond is binary rounding
_NOISE = Decimal("1e-12")


class Reader:
    """One JSON object being read, with its place in the dosage."""

    def __init__(self, value: object, where: str) -> None:
        if not isinstance(value, dict):
            raise UnreadableDosageError(FaultKind.WRONG_VALUE, where, "is not an object")
        self._left: dict[str, Any] = {str(key): item for key, item in value.items()}
        self.where = where

    def at(self, name: str) -> str:
        """Return the place of one element."""
        return f"{self.where}.{name}" if self.where else name

    def fault(self, kind: FaultKind, reason: str, name: str = "") -> UnreadableDosageError:
        """Return an error about this object or one of its elements."""
        return UnreadableDosageError(kind, self.at(name) if name else self.where, reason)

    def has(self, name: str) -> bool:
        """Tell whether an element is there and not null."""
        return self._left.get(name) is not None

    def take(self, name: str) -> Any:
        """Take an element out; null counts as absent."""
        return self._left.pop(name, None)

    def close(self) -> None:
        """Refuse whatever has not been taken.

        Raises:
            UnreadableDosageError: something is left that has no meaning here.

        """
        for name, value in self._left.items():
            if value is not None:
                # A name out of the feed could be anything: keep it short.
                raise self.fault(FaultKind.UNKNOWN_ELEMENT, "is not known here", name[:40])

    def child(self, name: str) -> "Reader | None":
        """Take an object, or None if it is absent."""
        value = self.take(name)
        return None if value is None else Reader(value, self.at(name))

    def need_child(self, name: str) -> "Reader":
        """Take an object that must be there."""
        found = self.child(name)
        if found is None:
            raise self.fault(FaultKind.MISSING_ELEMENT, "is missing", name)
        return found

    def children(self, name: str) -> Iterator["Reader"]:
        """Take a list of objects; an absent one is empty."""
        value = self.take(name)
        if value is None:
            return
        if not isinstance(value, list):
            raise self.fault(FaultKind.WRONG_VALUE, "is not a list", name)
        if len(value) > MOST_ITEMS:
            raise self.fault(FaultKind.OUT_OF_RANGE, "is too long", name)
        for place, item in enumerate(value):
            yield Reader(item, f"{self.at(name)}[{place}]")

    def text(self, name: str) -> str | None:
        """Take a text that says something; an empty one counts as absent."""
        value = self.take(name)
        if value is not None and not isinstance(value, str):
            raise self.fault(FaultKind.WRONG_VALUE, "is not a text", name)
        return (value or "").strip() or None

    def need_text(self, name: str) -> str:
        """Take a text that must be there."""
        found = self.text(name)
        if found is None:
            raise self.fault(FaultKind.MISSING_ELEMENT, "is missing", name)
        return found

    def flag(self, name: str) -> bool | None:
        """Take a yes or no."""
        value = self.take(name)
        if value is not None and not isinstance(value, bool):
            raise self.fault(FaultKind.WRONG_VALUE, "is neither true nor false", name)
        return value

    def whole(self, name: str, low: int = 0, high: int = MOST_DAYS) -> int | None:
        """Take a whole number within limits."""
        value = self.take(name)
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.fault(FaultKind.WRONG_VALUE, "is not a whole number", name)
        if not low <= value <= high:
            raise self.fault(FaultKind.OUT_OF_RANGE, f"is not between {low} and {high}", name)
        return value

    def need_whole(self, name: str, low: int = 0, high: int = MOST_DAYS) -> int:
        """Take a whole number that must be there."""
        found = self.whole(name, low, high)
        if found is None:
            raise self.fault(FaultKind.MISSING_ELEMENT, "is missing", name)
        return found

    def number(self, name: str) -> Decimal | None:
        """Take an amount: nought or more, with at most nine decimals."""
        value = self.take(name)
        if value is None:
            return None
        if not isinstance(value, int | float | Decimal) or isinstance(value, bool):
            raise self.fault(FaultKind.WRONG_VALUE, "is not a number", name)
        if not 0 <= value <= MOST_UNITS:  # also false for NaN
            raise self.fault(FaultKind.OUT_OF_RANGE, "is not a possible amount", name)
        given = Decimal(str(value))
        rounded = given.quantize(_NINE_DECIMALS)
        if abs(given - rounded) > _NOISE:
            raise self.fault(FaultKind.OUT_OF_RANGE, "has more than nine decimals", name)
        return rounded.normalize() if rounded else Decimal(0)

    def day(self, name: str) -> date | None:
        """Take a full date written as 2026-11-23."""
        value = self.take(name)
        if value is None:
            return None
        found = _date_of(value)
        if found is None:
            raise self.fault(FaultKind.WRONG_VALUE, "is not a date", name)
        return found

    def clock(self, name: str) -> time:
        """Take a time of day written as an object of hour, minute and second."""
        inner = self.need_child(name)
        hour = inner.need_whole("hour", high=23)
        minute = inner.need_whole("minute", high=59)
        second = inner.whole("second", high=59) or 0
        inner.close()
        return time(hour, minute, second)


def _date_of(value: object) -> date | None:
    if not isinstance(value, str) or len(value) != _DATE_LENGTH:
        return None
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    return found if found.year in _YEARS else None
