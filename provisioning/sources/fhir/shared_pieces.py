"""Read once what many orders say alike: the medicine in the box, and how much of it when.

A municipality's 50,000 orders have a few thousand medicines and dosages between them. Two pieces
of JSON that are equal to the last letter are read alike, so the second is not read at all. Holds
a fixed number of them. Called by `medication` through its `Extraction`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import orjson

from provisioning.sources.fhir.dosage import ReadDosage, read_dosage
from provisioning.sources.fhir.drugs import Drug, read_drug

T = TypeVar("T")
_MOST = 4000
_LONGEST = 4096  # bytes; a longer piece is hardly said twice


class ReadOnce(Generic[T]):
    """A pure function of JSON that remembers what it was asked."""

    def __init__(self, read: Callable[[Any], T]) -> None:
        self._read = read
        self._known: dict[bytes, T] = {}

    def __call__(self, value: Any) -> T:
        """Return what the function says of the value."""
        key = orjson.dumps(value)
        if key in self._known:
            return self._known[key]
        found = self._read(value)
        if len(key) <= _LONGEST:
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[key] = found
        return found


@dataclass(frozen=True, slots=True)
class SharedPieces:
    """What the orders of one night share."""

    drug: ReadOnce[Drug] = field(default_factory=lambda: ReadOnce(read_drug))
    dosage: ReadOnce[ReadDosage] = field(default_factory=lambda: ReadOnce(read_dosage))
