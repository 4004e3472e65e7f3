"""Know who and what a delivery of lists holds before its records are read: citizens and units.

Citizens are known by the vendor's id, by CPR number, or both. A CPR number two people share points
at nobody, and a row whose id and CPR disagree is about nobody we dare name. Holds a few hundred
bytes per person. Called by `folder`.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from appliance.records.models import Unit
from appliance.records.terms import CitizenId, UnitId, UnitKind
from provisioning.sources.fhir.index import UNITLESS
from provisioning.sources.lists.rows import TEN, RowReader, RowRejectedError
from provisioning.sources.lists.values import read_cpr
from provisioning.sources.opaque_ids import OpaqueIds

PLAIN_ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
_LEFT_OUT = ("deceased", "inactive")
_NOT_HERE = "points at a citizen who is not in the delivery"


class UnknownCitizenError(RowRejectedError):
    """A row points at a citizen who is not in the delivery; never leaves the source."""


@dataclass(frozen=True, slots=True)
class KnownCitizen:
    """A citizen of the delivery; `left_out` says why the person is not taken along, if so."""

    id: CitizenId
    unit_id: UnitId
    cpr: str | None
    left_out: str | None


@dataclass(slots=True)
class KnownUnit:
    """What the list of units says of one."""

    unit: Unit
    as_of: datetime | None = None
    medication_as_of: datetime | None = None
    not_delivered: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CitizenKey:
    """One row of the list of citizens; `look` tells two people with one CPR number apart."""

    source_id: str | None
    cpr: str | None
    unit_id: UnitId
    look: str = ""
    left_out: str | None = None


@dataclass(slots=True)
class People:
    """Everybody a row may be about, and every unit they may belong to."""

    ids: OpaqueIds
    units: dict[UnitId, KnownUnit] = field(default_factory=dict)
    # The folders of the delivery, each with the units its own lists name.
    folders: dict[str, set[UnitId]] = field(default_factory=lambda: defaultdict(set))
    has_unit_list: bool = False
    _unit_names: dict[str, UnitId] = field(default_factory=dict)
    _by_source_id: dict[str, CitizenKey] = field(default_factory=dict)
    _by_cpr: dict[str, set[CitizenKey]] = field(default_factory=lambda: defaultdict(set))

    # --- units --------------------------------------------------------------------------------

    def unit_id(self, said: str) -> UnitId:
        """Return a unit's id: the vendor's own, which IT writes in fleet.toml, if it is plain."""
        if PLAIN_ID.fullmatch(said):
            return UnitId(said)
        return UnitId(self.ids.record(f"Organization/{said}"))

    def add_unit(self, said: str, known: KnownUnit, folder: str) -> None:
        """Note a unit by its id and by its name; the first description stays."""
        self.units.setdefault(known.unit.id, known)
        self.folders[folder].add(known.unit.id)
        for name in (said, known.unit.name):
            self._unit_names.setdefault(name.casefold(), known.unit.id)

    def find_unit(self, said: str) -> UnitId | None:
        """Return the unit a cell names by id or name, or None."""
        return self._unit_names.get(said.casefold())

    def home(self, said: str | None, folder: str, kind: UnitKind | None = None) -> UnitId:
        """Return a citizen's unit; without a list of units, whatever a citizen names is one."""
        found = self.find_unit(said) if said else UNITLESS.id
        if found is None and said and not self.has_unit_list:
            unit = Unit(self.unit_id(said), said, kind or UnitKind.CARE_CENTRE)
            self.add_unit(said, KnownUnit(unit), folder)
            found = unit.id
        found = found or UNITLESS.id
        if found == UNITLESS.id:
            self.units.setdefault(found, KnownUnit(UNITLESS))
        self.folders[folder].add(found)
        return found

    # --- citizens -----------------------------------------------------------------------------

    def add_citizen(self, key: CitizenKey) -> None:
        """Note a citizen of the list of citizens."""
        if key.source_id:
            self._by_source_id.setdefault(key.source_id, key)
        if key.cpr:
            self._by_cpr[key.cpr].add(key)

    def known(self, key: CitizenKey, row: RowReader) -> KnownCitizen:
        """Return the citizen of a key.

        Only asked when every key is noted: two people with one CPR number and no id of the
        vendor's are told apart by their look, never merged.

        Raises:
            RowRejectedError: the key names nobody.

        """
        said = key.source_id
        if said is None and key.cpr:
            is_shared = len(self._by_cpr[key.cpr]) > 1
            said = f"{key.cpr}/{key.unit_id}/{key.look}" if is_shared else key.cpr
        if said is None:
            raise RowRejectedError(
                row.layout.column("cpr" if row.text("cpr") else "citizen"),
                "does not say who the citizen is; an Excel column may have lost a first zero",
                "a citizen id or a CPR number of ten characters",
            )
        return KnownCitizen(self.ids.citizen(said), key.unit_id, key.cpr, key.left_out)

    def find(self, reader: RowReader) -> KnownCitizen:
        """Return whom a row is about.

        Raises:
            UnknownCitizenError: nobody in the delivery.
            RowRejectedError: it cannot be told who, or the row contradicts itself.

        """
        source_id = reader.text("citizen")
        key = self._with_id(reader, source_id) if source_id else self._with_cpr(reader)
        return self.known(key, reader)

    def _with_id(self, reader: RowReader, source_id: str) -> CitizenKey:
        key = self._by_source_id.get(source_id)
        if key is None:
            raise UnknownCitizenError(reader.layout.column("citizen"), _NOT_HERE)
        cpr = reader.cpr()
        said = {cpr.value, cpr.lost_zero} - {None}
        if said and key.cpr and key.cpr not in said:
            raise RowRejectedError(
                reader.layout.column("cpr"), "is not the CPR number of the citizen the row names"
            )
        return key

    def _with_cpr(self, reader: RowReader) -> CitizenKey:
        column = reader.layout.column("cpr")
        if reader.text("cpr") is None:
            raise RowRejectedError(column, "does not say whom the row is about", "a citizen")
        cpr = reader.cpr()
        found = self._narrowed(reader, self._by_cpr.get(cpr.value or cpr.lost_zero or "", set()))
        if len(found) > 1:
            raise RowRejectedError(
                column, "belongs to several citizens", "a citizen id or a unit as well"
            )
        if not found:
            raise UnknownCitizenError(column, _NOT_HERE)
        if cpr.lost_zero:
            reader.remark("cpr", "had lost its first zero; with it, it is a citizen's", TEN)
        return next(iter(found))

    def _narrowed(self, reader: RowReader, found: set[CitizenKey]) -> set[CitizenKey]:
        """Keep those of the unit the row names, when there is a choice."""
        said = reader.text("unit") if len(found) > 1 else None
        unit_id = self.find_unit(said) if said else None
        return {key for key in found if unit_id in (None, key.unit_id)}

    def units_named(self, cells: tuple[str, ...], folder: str) -> set[UnitId]:
        """Return the units of the citizens a row nobody can read seems to be about."""
        said = [(cell, read_cpr(cell).value or "") for cell in map(str.strip, cells)]
        keys = [self._by_source_id[cell] for cell, _ in said if cell in self._by_source_id]
        keys += [key for _, cpr in said for key in self._by_cpr.get(cpr, ())]
        return {key.unit_id for key in keys} & self.folders.get(folder, set())


def why_left_out(reader: RowReader) -> str | None:
    """Say why a citizen is not somebody to care for tonight, or None."""
    said = reader.word("status")
    return said if said in _LEFT_OUT else None


def part_of(folder: str, unit_id: UnitId | None) -> str:
    """Return the name of a part: a folder, or what one unit has of it."""
    return f"{folder}|{unit_id}" if unit_id else folder
