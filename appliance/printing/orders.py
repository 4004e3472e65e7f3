"""Say what somebody wants on paper: any sheet of the registry, about a citizen, a unit or nobody.

Pure values with opaque ids. Called by the screens that order, the ledger and the desk.
"""

from dataclasses import dataclass

from appliance.paper.sheet_kind import Subject
from appliance.records.terms import CitizenId, UnitId


@dataclass(frozen=True, slots=True)
class OnPaper:
    """A sheet that came out, or should have: which one, about whom, and its number."""

    kind: str
    citizen_id: CitizenId | None
    serial: str


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody asked for: a sheet of `paper/sheets.py` for a citizen, a unit or nobody.

    `replaces` names the job whose paper is printed again, `earlier` are the sheets of it, and
    `only` the numbers of those that are wanted: all of them where it is empty. `day` is which day
    a list is for ("2026-11-23"; empty: the day it is printed), `part` which of that day's lists.
    """

    kind: str
    unit_id: UnitId | None = None
    citizen_id: CitizenId | None = None
    ordered_by: str = ""
    replaces: str = ""
    earlier: tuple[OnPaper, ...] = ()
    only: tuple[str, ...] = ()
    copies: int = 1
    is_bilingual: bool = False
    day: str = ""
    part: str = ""

    @property
    def subject(self) -> Subject:
        """Return what the sheet is about."""
        if self.citizen_id is not None:
            return Subject.CITIZEN
        return Subject.UNIT if self.unit_id is not None else Subject.NOBODY

    @property
    def chosen(self) -> tuple[OnPaper, ...]:
        """Return the sheets that are wanted again; none where everything is."""
        return tuple(each for each in self.earlier if each.serial in self.only)

    @property
    def is_short(self) -> bool:
        """Tell whether somebody waits beside the printer for it; a whole unit's paper can wait."""
        return self.subject is Subject.CITIZEN or bool(self.only)

    def is_same_paper(self, other: "Order") -> bool:
        """Tell whether two orders would bring out the same sheets, in the same language."""
        return self.paper == other.paper

    @property
    def paper(self) -> tuple[object, ...]:
        """Return what decides which sheets come out; how many of each does not."""
        about = (self.kind, self.unit_id, self.citizen_id, self.day, self.part)
        return (*about, self.is_bilingual, self.paper_chosen)

    @property
    def paper_chosen(self) -> frozenset[tuple[str, CitizenId | None]]:
        """Return which sheets are wanted again, whatever their numbers."""
        return frozenset((each.kind, each.citizen_id) for each in self.chosen)
