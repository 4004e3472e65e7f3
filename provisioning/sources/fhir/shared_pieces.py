"""Read once what many orders say alike: the medicine in the box, and how much of it when.

A municipality's 50,000 orders have a few thousand medicines and dosages between them. Two pieces
of JSON that are equal to the last letter are read alike, so the second is not read at all. Holds
a fixed number of them. Called by `medication` through its `Extraction`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

import orjson

from provisioning.sources.fhir.dosage import ReadDosage, read_dosage
from provisioning.sources.fhir.drugs import Drug, read_drug

T = TypeVar("T")
_MOST = 4000
_LONGEST = 4096  # bytes; a longer piece is hardly said twice


class ReadOnce(Generic[T]):
    """A pure function of JSON that remembers what it was asked."""

    def __init__(self, read: Callable[..., T]) -> None:
        self._read = read
        self._known: dict[tuple[Any, ...], T] = {}

    def __call__(self, value: Any, *more: Any) -> T:
        """Return what the function says of the value; `more` are further, plain, arguments."""
        key = (orjson.dumps(value), *more)
        if key in self._known:
            return self._known[key]
        found = self._read(value, *more)
        if len(key[0]) <= _LONGEST:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[key] = found
        return found


@dataclass(frozen=True, slots=True)
class SharedPieces:
    """What the orders of one night share."""

    drug: ReadOnce[Drug] = field(default_factory=lambda: ReadOnce(read_drug))
    _dosage: ReadOnce[ReadDosage] = field(default_factory=lambda: ReadOnce(read_dosage))

    def dosage(self, value: Any, starts_on: date | None) -> ReadDosage:
        """Read the dosage of an order whose treatment begins on a day (`dosage.read_dosage`)."""
        read = self._dosage(value)
        schedule = read.dosage.schedule
        # Only rounds of days are counted from the first one; most dosages are the same every day.
        return self._dosage(value, starts_on) if schedule and schedule.periods else read
