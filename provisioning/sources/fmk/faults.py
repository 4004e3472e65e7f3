"""Name what can be wrong with a dosage, as a value a report can count and a sheet can print.

A dosage that is nearly understood is the dangerous kind: it reads like a whole one. Every reader
here therefore ends in a dosage or in one `DosageFault`, never in something in between. Holds no
value from the record, only where in the structure it was. Called by every module of this package.
"""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What is wrong; the names are stable and stand in reports."""

    # The structure cannot be read at all.
    NOT_A_DOSAGE = "not_a_dosage"
    UNKNOWN_ELEMENT = "unknown_element"
    MISSING_ELEMENT = "missing_element"
    WRONG_VALUE = "wrong_value"
    OUT_OF_RANGE = "out_of_range"
    CONTRADICTION = "contradiction"
    # The text is certain, what is due on a given day is not.
    NO_STRUCTURE = "no_structure"
    NO_FIRST_DAY = "no_first_day"
    NO_LENGTH = "no_length"
    UNSPECIFIED = "unspecified"
    UNDECIDED_DAY = "undecided_day"
    UNDECIDED_NUMBER = "undecided_number"
    CONDITIONAL = "conditional"
    OUTSIDE_PERIOD = "outside_period"
    OVERLAP = "overlap"


@dataclass(frozen=True, slots=True)
class DosageFault:
    """One reason, and where: `where` is a path such as "DosagePeriod[0].Fixed.Day[2]"."""

    kind: FaultKind
    where: str
    reason: str

    @property
    def message(self) -> str:
        """Return the fault in one line."""
        return f"{self.where}: {self.reason} [{self.kind}]" if self.where else self.reason


class UnreadableDosageError(Exception):
    """Carry a fault up through the readers; `structures.read_dosage` turns it into a value."""

    def __init__(self, kind: FaultKind, where: str, reason: str) -> None:
        super().__init__(reason)
        self.fault = DosageFault(kind, where, reason)
