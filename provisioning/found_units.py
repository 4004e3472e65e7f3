"""Say which units a night's feeds brought, and how old and whole each section of them is.

Read from the staging file when everything is joined; no citizen is named, only counted. Called by
`intake`, shown by the reports.
"""

from dataclasses import dataclass
from typing import Any

from appliance.records.terms import UnitId
from provisioning.sources.shown_names import without_person_numbers
from provisioning.staging import Staging

_UNITS_SQL = """
    SELECT id, name, (SELECT count(*) FROM citizens WHERE unit_id = units.id) FROM units ORDER BY id
"""
_SECTIONS_SQL = """
    SELECT section, as_of, is_delivered, is_complete FROM section_states
    WHERE unit_id = ? AND citizen_id = '' ORDER BY rowid
"""


@dataclass(frozen=True, slots=True)
class FoundSection:
    """One section of a unit; `as_of` is ISO text in UTC, None where nobody said it."""

    name: str
    as_of: str | None
    is_delivered: bool
    is_complete: bool


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """One unit of the feeds."""

    id: UnitId
    name: str
    citizens: int
    sections: tuple[FoundSection, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the unit as plain values."""
        return {
            "id": without_person_numbers(self.id),
            "name": without_person_numbers(self.name),
            "citizens": self.citizens,
            "sections": {
                one.name: {
                    "as_of": one.as_of,
                    "is_delivered": one.is_delivered,
                    "is_complete": one.is_complete,
                }
                for one in self.sections
            },
        }


def found_units(staging: Staging) -> tuple[FoundUnit, ...]:
    """Return every unit, by id."""
    return tuple(
        FoundUnit(UnitId(unit_id), name, citizens, _sections(staging, unit_id))
        for unit_id, name, citizens in staging.execute(_UNITS_SQL).fetchall()
    )


def _sections(staging: Staging, unit_id: str) -> tuple[FoundSection, ...]:
    rows = staging.execute(_SECTIONS_SQL, (unit_id,)).fetchall()
    return tuple(
        FoundSection(name, as_of, bool(is_delivered), bool(is_complete))
        for name, as_of, is_delivered, is_complete in rows
    )
