"""Read a care record: typed, read-only, from the copy in RAM.

Refuses a file whose schema it does not know. Called by the web, the paper and the keeper; nothing
here can write.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from appliance.errors import NewerFormatError, UnreadableSnapshotError
from appliance.records import models
from appliance.records.database import ReadOnlyDatabase
from appliance.records.look_alikes import SIMILAR_NAME, look_alikes
from appliance.records.models import SectionState, StaffMember
from appliance.records.rows import from_row
from appliance.records.schema import READABLE_VERSIONS, TABLE_OF_MODEL
from appliance.records.terms import CitizenId, Section, UnitId

T = TypeVar("T")


class RecordStore:
    """The records of one snapshot.

    Raises:
        UnreadableSnapshotError: the file is not a snapshot of ours.
        NewerFormatError: the schema is newer than this software.

    """

    def __init__(self, path: Path) -> None:
        self._database = ReadOnlyDatabase(path)
        self._look_alikes: dict[str, frozenset[str]] = {}
        try:
            version = self.meta().get("schema_version", "")
        except sqlite3.DatabaseError as error:
            self.close()
            raise UnreadableSnapshotError(f"{path.name}: {error}") from error
        if version not in {str(number) for number in READABLE_VERSIONS}:
            self.close()
            raise NewerFormatError(f"{path.name}: schema version {version!r}")

    def close(self) -> None:
        """Let go of the file in RAM, in every thread."""
        self._database.close()

    def meta(self) -> dict[str, str]:
        """Return the facts about the whole snapshot."""
        return {row["key"]: row["value"] for row in self._rows("SELECT key, value FROM meta")}

    def units(self) -> list[models.Unit]:
        """Return all units, by name."""
        return sorted(self._all(models.Unit), key=lambda unit: unit.name)

    def unit(self, unit_id: str) -> models.Unit | None:
        """Return one unit, or None."""
        return self._one(models.Unit, "id = ?", (unit_id,))

    def citizens(self, unit_id: UnitId | None = None) -> list[models.Citizen]:
        """Return the citizens of a unit (or all), by dwelling and name."""
        where, values = ("unit_id = ?", (unit_id,)) if unit_id else ("1", ())
        found = map(self._doubted, self._all(models.Citizen, where, values))
        return sorted(found, key=_by_dwelling)

    def citizen(self, citizen_id: str) -> models.Citizen | None:
        """Return one citizen, or None."""
        found = self._one(models.Citizen, "id = ?", (citizen_id,))
        return self._doubted(found) if found else None

    def of_citizen(self, kind: type[T], citizen_id: CitizenId) -> list[T]:
        """Return all records of one kind for one citizen, in the order of their ids."""
        return self._all(kind, "citizen_id = ?", (citizen_id,))

    def of_unit(self, kind: type[T], unit_id: UnitId) -> list[T]:
        """Return all records of one kind for the citizens of one unit."""
        where = "citizen_id IN (SELECT id FROM citizens WHERE unit_id = ?)"
        return self._all(kind, where, (unit_id,))

    def all_of(self, kind: type[T]) -> list[T]:
        """Return every record of one kind."""
        return self._all(kind)

    def attachment(self, attachment_id: str) -> models.Attachment | None:
        """Return one photo or document, whoever it is about, or None."""
        return self._one(models.Attachment, "id = ?", (attachment_id,))

    def attachments_of_unit(self, unit_id: UnitId) -> list[models.Attachment]:
        """Return the documents that are about a whole unit and no citizen."""
        # Compared here: a snapshot of the first schema has no column to ask for.
        found = self._all(models.Attachment, "citizen_id IS NULL")
        return [one for one in found if one.unit_id == unit_id]

    def originals(self, kind: type, citizen_id: CitizenId) -> list[tuple[str, str | None]]:
        """Return (origin, original JSON) for one citizen's records of a kind."""
        table = TABLE_OF_MODEL[kind].name
        sql = f"SELECT origin, original FROM {table} WHERE citizen_id = ? ORDER BY id"  # noqa: S608
        return [(row[0], row[1]) for row in self._rows(sql, (citizen_id,))]

    def section(self, citizen: models.Citizen, section: Section) -> SectionState:
        """Return how old and whole a section is for a citizen.

        The citizen's own *as of* goes before the unit's, but it never hides that the unit's
        section is incomplete; a state from another source than the unit's speaks for itself. A
        section nobody has spoken of is reported as not delivered; it is never assumed empty.
        """
        unit = self.unit_section(citizen.unit_id, section)
        where = "unit_id = ? AND section = ? AND citizen_id = ?"
        own = self._one(SectionState, where, (citizen.unit_id, section.value, citizen.id))
        if own is None:
            return unit
        if own.source != unit.source:
            return own
        return replace(
            own,
            as_of=own.as_of or unit.as_of,
            is_delivered=own.is_delivered and unit.is_delivered,
            is_complete=own.is_complete and unit.is_complete,
            reason=own.reason or unit.reason,
        )

    def unit_section(self, unit_id: UnitId, section: Section) -> SectionState:
        """Return how old and whole a section is for a whole unit."""
        where = "unit_id = ? AND section = ? AND citizen_id = ''"
        found = self._one(SectionState, where, (unit_id, section.value))
        return found or _not_delivered(unit_id, section)

    def staff_by_initials(self, initials: str) -> StaffMember | None:
        """Return the account with these initials, in any case, or None."""
        # Compared here: SQLite's lower() leaves Æ, Ø and Å as they are.
        wanted = initials.strip().casefold()
        members = self._all(StaffMember)
        return next((one for one in members if one.initials.casefold() == wanted), None)

    def counts(self) -> dict[str, int]:
        """Return the number of rows per table."""
        return {
            table.name: next(iter(self._rows(f"SELECT count(*) FROM {table.name}")))[0]  # noqa: S608
            for table in TABLE_OF_MODEL.values()
        }

    def _doubted(self, citizen: models.Citizen) -> models.Citizen:
        """Add the doubt that only the whole unit shows: a source may not have looked."""
        doubts = citizen.identity_doubts
        if SIMILAR_NAME in doubts or citizen.id not in self._alike_in(citizen.unit_id):
            return citizen
        return replace(citizen, identity_doubts=(*doubts, SIMILAR_NAME))

    def _alike_in(self, unit_id: UnitId) -> frozenset[str]:
        """Return who has a namesake in a unit; nobody changes the copy, so it is asked once."""
        if unit_id not in self._look_alikes:
            sql = "SELECT id, given_name, family_name FROM citizens WHERE unit_id = ?"
            named = ((row[0], row[1] or "", row[2] or "") for row in self._rows(sql, (unit_id,)))
            self._look_alikes[unit_id] = look_alikes(named)
        return self._look_alikes[unit_id]

    def _rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        return iter(self._database.execute(sql, values))

    def _all(self, kind: type[T], where: str = "1", values: Sequence[Any] = ()) -> list[T]:
        table = TABLE_OF_MODEL[kind].name
        sql = f"SELECT * FROM {table} WHERE {where}"  # noqa: S608  (names are our own)
        return [from_row(kind, row) for row in self._rows(sql, values)]

    def _one(self, kind: type[T], where: str, values: Sequence[Any]) -> T | None:
        return next(iter(self._all(kind, where, values)), None)


def _not_delivered(unit_id: UnitId, section: Section) -> SectionState:
    return SectionState(unit_id, section, is_delivered=False, is_complete=False)


def _by_dwelling(citizen: models.Citizen) -> tuple[int, str, str, str]:
    """Sort "9" before "10", and dwellings with no number last."""
    dwelling = citizen.dwelling or ""
    digits = re.search(r"[0-9]{1,9}", dwelling)
    number = int(digits[0]) if digits else 10**9
    return (number, dwelling, citizen.family_name, citizen.given_name)
