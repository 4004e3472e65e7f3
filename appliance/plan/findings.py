"""Say what is wrong in a plan's files, so that whoever wrote them can mend it. Values only.

English, as all details for those who look after the box; the sentence a nurse may meet stands in
`errors.PlanError`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong; `place` is the file, with line or key where they are known."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"
