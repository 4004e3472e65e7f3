"""Say what one check found: right, wrong with what to do, or not checked and why not. Values only.

The sentence and the next step come from the reason's own row in `reasons.py`; `detail` is for
municipal IT, in English. Made by the doctor's checks.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from printers.errors import PrinterError
from printers.reasons import PrinterReason


class Verdict(StrEnum):
    """What a check came to."""

    OK = "ok"
    WRONG = "WRONG"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; what is wrong has a reason, with its words."""

    check: str
    verdict: Verdict
    detail: str = ""
    reason: PrinterReason | None = None

    @classmethod
    def ok(cls, check: str, detail: str) -> Self:
        """Return a check that found nothing wrong."""
        return cls(check, Verdict.OK, detail)

    @classmethod
    def wrong(cls, check: str, reason: PrinterReason, detail: str = "") -> Self:
        """Return a check that found this."""
        return cls(check, Verdict.WRONG, detail, reason)

    @classmethod
    def of(cls, check: str, error: PrinterError) -> Self:
        """Return a check that met this error."""
        return cls(check, Verdict.WRONG, error.detail, error.reason)

    @classmethod
    def not_checked(cls, check: str, why: str) -> Self:
        """Return a check that could not be made, because something before it is wrong."""
        return cls(check, Verdict.NOT_CHECKED, why)
