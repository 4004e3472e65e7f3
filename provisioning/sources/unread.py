"""Count the fields that were delivered but that nobody here reads: FHIR elements, list columns.

What nobody reads is not lost (the original travels), but a vendor and municipal IT must see it
before the outage. Holds names and counts, never a value, and never grows with the feed. Called by
the sources; shown by the reports.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from provisioning.sources.shown_names import OTHER

# A type that is read at all has a few dozen fields; hundreds are keys somebody made up.
MOST_PER_TYPE = 60


class Unread(NamedTuple):
    """One field of one type nobody reads, and how many resources or rows had it."""

    type: str
    field: str
    number: int

    @property
    def shown(self) -> str:
        """Return the line a person reads."""
        return f"unread: {self.type}.{self.field} × {self.number}"


@dataclass(slots=True)
class UnreadFields:
    """The unread fields of one feed; `field` must be fit to be shown (`shown_names`)."""

    _counts: dict[str, Counter[str]] = field(default_factory=dict)

    def count(self, kind: str, name: str, number: int = 1) -> None:
        """Count a field; beyond the first names of a type, all others are one."""
        names = self._counts.setdefault(kind, Counter())
        is_known = name in names or len(names) < MOST_PER_TYPE
        names[name if is_known else OTHER] += number

    def __iter__(self) -> Iterator[Unread]:
        """Give every field, by type and then the most frequent first."""
        for kind, names in sorted(self._counts.items()):
            for name, number in sorted(names.items(), key=lambda one: (-one[1], one[0])):
                yield Unread(kind, name, number)
