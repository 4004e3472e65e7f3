"""Say what the invented municipality is: the exact records a snapshot made from it must hold.

The records are the truth that tests compare screens and paper with. They hold what the *source*
says, so nothing the hub works out for itself: `gaps` and `identity_doubts` are always empty here
(see `LookAlike` and the `None` fields). Built by `town.make_town`; written by `feed_fhir` and
`feed_csv`.
"""

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

from appliance.demo.dose_plans import DoseEntry
from appliance.records.models import (
    CareInstruction,
    Citizen,
    Condition,
    Contact,
    Flag,
    KeyBox,
    MedicationOrder,
    Note,
    Observation,
    PlanDocument,
    PlannedIntervention,
    Record,
    Relative,
    SectionState,
    ServiceOrder,
    StaffMember,
    Unit,
    Visit,
    Warning,  # noqa: A004  (the glossary's word for CAVE)
)
from appliance.records.terms import CitizenId, UnitId


@dataclass(frozen=True, slots=True)
class CareRecords:
    """Everything known of some citizens; each field is one table of the record."""

    citizens: tuple[Citizen, ...] = ()
    relatives: tuple[Relative, ...] = ()
    warnings: tuple[Warning, ...] = ()
    medication: tuple[MedicationOrder, ...] = ()
    conditions: tuple[Condition, ...] = ()
    care_plan: tuple[CareInstruction, ...] = ()
    observations: tuple[Observation, ...] = ()
    notes: tuple[Note, ...] = ()
    interventions: tuple[PlannedIntervention, ...] = ()
    visits: tuple[Visit, ...] = ()
    flags: tuple[Flag, ...] = ()
    service_orders: tuple[ServiceOrder, ...] = ()
    key_boxes: tuple[KeyBox, ...] = ()

    @classmethod
    def joined(cls, parts: Sequence["CareRecords"], visits: tuple[Visit, ...]) -> "CareRecords":
        """Put the records of many citizens together; visits are planned for all of them at once."""
        tables = {
            item.name: tuple(
                itertools.chain.from_iterable(getattr(part, item.name) for part in parts)
            )
            for item in fields(cls)
        }
        return cls(**{**tables, "visits": visits})

    def __iter__(self) -> Iterator[Record]:
        """Give every record, table by table."""
        for item in fields(self):
            yield from getattr(self, item.name)


@dataclass(frozen=True, slots=True)
class UnitRecords:
    """One unit as its own export: the unit, its citizens' records and how old each section is.

    `states` has one row per section for the unit, and where the source tells it one row per
    citizen for the medication: when the shared medication record was read. `dose_entries` is the
    structure of those dosages, by order id, that a source would send structured.
    """

    unit: Unit
    as_of: datetime
    care: CareRecords
    states: tuple[SectionState, ...]
    dose_entries: Mapping[str, tuple[DoseEntry, ...]] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """Return the folder name of the unit's feed; it is the unit's id."""
        return str(self.unit.id)

    def __iter__(self) -> Iterator[Record]:
        """Give the unit, its records and its section states."""
        yield self.unit
        yield from self.care
        yield from self.states


@dataclass(frozen=True, slots=True)
class LookAlike:
    """Citizens of one unit who can be mistaken for each other.

    `kind` is the doubt a hub must raise on each of them: "duplicate_cpr" or "similar_name".
    """

    kind: str
    citizen_ids: tuple[CitizenId, ...]


@dataclass(frozen=True)
class Town:
    """The whole invented municipality on one night; `night` is when the export was taken (UTC)."""

    seed: int
    name: str
    night: datetime
    units: tuple[UnitRecords, ...]
    contacts: tuple[Contact, ...]
    staff: tuple[StaffMember, ...]
    login_codes: Mapping[str, str]  # initials → the code in clear: the demo tells it to its user
    plan_documents: tuple[PlanDocument, ...]
    look_alikes: tuple[LookAlike, ...]

    @functools.cached_property
    def by_id(self) -> Mapping[UnitId, UnitRecords]:
        """Find a unit by its id, which is also its folder name."""
        return {unit.unit.id: unit for unit in self.units}

    def unit(self, slug: str) -> UnitRecords:
        """Return one unit; unknown slugs raise KeyError."""
        return self.by_id[UnitId(slug)]

    @property
    def citizens(self) -> tuple[Citizen, ...]:
        """Return the citizens of every unit; the services register their own clients."""
        return tuple(citizen for unit in self.units for citizen in unit.care.citizens)

    def __iter__(self) -> Iterator[Record]:
        """Give every record of the town."""
        for unit in self.units:
            yield from unit
        yield from self.contacts
        yield from self.staff
        yield from self.plan_documents
