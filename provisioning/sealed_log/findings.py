"""Name what can be wrong with a box's log, and what only has to be known. Values only."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What was found; the first seven are faults, the others are for information."""

    TAMPERED = "tampered"  # a line, header or head is not what was written
    REORDERED = "reordered"  # lines or segments stand in another order, or twice
    TRUNCATED = "truncated"  # the log stops before the end that was signed
    DROPPED = "dropped"  # lines or whole segments in the middle are gone
    FOREIGN = "foreign"  # it belongs to another box
    NOT_ON_RECORD = "not_on_record"  # paper shows an end the log does not hold
    UNREAD = "unread"  # a note of the journal that nobody here can read
    GAP = "gap"  # a hole the box itself states: a power cut, a full disk
    UNANCHORED = "unanchored"  # nothing signed says that this is the end
    PAPER = "paper"  # paper shows an end the log does hold


FAULTS = frozenset(
    {
        Kind.TAMPERED,
        Kind.REORDERED,
        Kind.TRUNCATED,
        Kind.DROPPED,
        Kind.FOREIGN,
        Kind.NOT_ON_RECORD,
        Kind.UNREAD,
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding: in which file, from which line on, and what exactly in English."""

    kind: Kind
    where: str
    text: str

    @property
    def is_fault(self) -> bool:
        """Tell whether somebody has to look into it."""
        return self.kind in FAULTS
