"""Say which sections a delivery of lists holds for a unit, and how old each of them is.

A list that is there delivers its section, also when it is empty; one that is not delivers nothing.
The age is what the lists themselves say, before the time of the file, before what IT says by hand.
Called by `folder` when every list is read.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from appliance.records.terms import Section, UnitId
from provisioning.sources.base import Delivery
from provisioning.sources.lists.columns import ColumnMap, plain
from provisioning.sources.lists.kinds import KINDS
from provisioning.sources.lists.layout import FoundList
from provisioning.sources.lists.people import KnownCitizen, KnownUnit
from provisioning.sources.lists.tables import made_at
from provisioning.sources.lists.values import read_moment

_ORDER_LISTS = tuple(kind for kind in KINDS.values() if kind.section is Section.SERVICE_ORDERS)


@dataclass(slots=True)
class ReadList:
    """A list that was read, with the oldest age its rows name, by unit."""

    found: FoundList
    feed: Path
    ages: dict[UnitId | None, datetime] = field(default_factory=dict)

    def note_age(self, as_of: datetime | None, citizen: KnownCitizen | None) -> None:
        """Note what one row says of its age: the oldest row counts."""
        if as_of is not None:
            unit_id = citizen.unit_id if citizen else None
            self.ages[unit_id] = min(self.ages.get(unit_id, as_of), as_of)

    @property
    def section(self) -> Section | None:
        """Return the section the list delivers."""
        return self.found.listed.kind.section

    def age(self, unit: KnownUnit | None, vendor: ColumnMap) -> datetime | None:
        """Return how old the list is for a unit, as far as the delivery says."""
        return (
            _age_of_unit(unit, self.section)
            or self.ages.get(unit.unit.id if unit else None)
            or min(self.ages.values(), default=None)
            or self._stated_above(vendor)
            or (made_at(self.feed, self.found.table.file) if vendor.uses_file_time else None)
        )

    def _stated_above(self, vendor: ColumnMap) -> datetime | None:
        """Read the time from the lines above the headers."""
        above = self.found.header.above if self.found.header else ()
        for line in above if vendor.age_line else ():
            if vendor.age_line and (said := vendor.age_line.search(line)):
                return read_moment((said[1] or "").strip(), vendor.date_formats)
        return None


def _age_of_unit(unit: KnownUnit | None, section: Section | None) -> datetime | None:
    if unit is None:
        return None
    own = unit.medication_as_of if section is Section.MEDICATION else None
    return own or unit.as_of


def list_deliveries(
    part: str,
    lists: Iterable[ReadList],
    unit: KnownUnit | None,
    vendor: ColumnMap,
    as_of: datetime | None,
) -> Iterator[Delivery]:
    """Give what one unit, or with None every unit, got of each list."""
    lists = list(lists)
    missing = {plain(name) for name in unit.not_delivered} if unit else set()
    ages = []
    for read in lists:
        section, listed = read.section, read.found.listed
        if section is None or plain(listed.name) in missing:
            continue
        ages.append(read.age(unit, vendor) or as_of)
        lack = _missing_orders(lists, vendor) if section is Section.SERVICE_ORDERS else None
        yield Delivery(part, section, ages[-1], lack)
    if ages:
        # Rows that are carried along as they are belong to every list.
        oldest = None if None in ages else min(age for age in ages if age)
        yield Delivery(part, Section.OTHER, oldest)


def _missing_orders(lists: list[ReadList], vendor: ColumnMap) -> str | None:
    """Say which of the two lists of orders the vendor has but did not deliver."""
    expected = {listed.kind.name for listed in vendor.lists}
    here = {read.found.listed.kind.name for read in lists}
    lacking = [kind for kind in _ORDER_LISTS if kind.name in expected - here]
    return f"Listen over {lacking[0].danish} er ikke leveret." if lacking else None
