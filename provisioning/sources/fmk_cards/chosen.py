"""Decide which of several cards of one citizen counts: the one that was fetched last.

Two cards fetched at the same time that say different things are a contradiction nobody here can
settle; then none counts. Remembers one small entry for each citizen. Called by `source`.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum

# A card that does not say when it was fetched is older than any that does.
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Standing(Enum):
    """What one card is among those of its citizen."""

    COUNTS = "counts"
    OLDER = "older"
    TWICE = "twice"
    CONTRADICTED = "contradicted"


@dataclass(slots=True)
class _Latest:
    """The latest card of a citizen, as far as it has been met."""

    fetched_at: datetime
    digest: bytes
    is_contradicted: bool = False
    is_delivered: bool = False


@dataclass(slots=True)
class LatestCards:
    """The latest card of every citizen, by CPR number."""

    _known: dict[str, _Latest] = field(default_factory=dict)

    def note(self, cpr: str, fetched_at: datetime | None, digest: bytes) -> None:
        """Note a card, in the first pass."""
        at = fetched_at or _LONG_AGO
        known = self._known.get(cpr)
        if known is None or at > known.fetched_at:
            self._known[cpr] = _Latest(at, digest)
        elif at == known.fetched_at and digest != known.digest:
            known.is_contradicted = True

    def judge(self, cpr: str, fetched_at: datetime | None, digest: bytes) -> Standing:
        """Say what a card is, in the second pass; the first of equal ones counts."""
        known = self._known.get(cpr)
        if known is None:
            # A file that changed between the passes: taken as it is now.
            self.note(cpr, fetched_at, digest)
            known = self._known[cpr]
        if (fetched_at or _LONG_AGO) != known.fetched_at:
            return Standing.OLDER
        if known.is_contradicted or digest != known.digest:
            return Standing.CONTRADICTED
        if known.is_delivered:
            return Standing.TWICE
        known.is_delivered = True
        return Standing.COUNTS
