"""Name everything a care record can hold, independent of the system it came from.

One frozen dataclass is one table (`schema.py` derives the columns, `rows.py` moves values in and
out). `None` means *the source did not say*; it is never printed as a blank. English names follow
KL's common information model where it has one. No I/O here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from appliance.records.dosage import UNSAID, Dosage
from appliance.records.terms import (
    WHOLE_UNIT,
    CitizenId,
    FlagKind,
    MedicationStatus,
    Role,
    Section,
    ServiceLine,
    StaffId,
    UnitId,
    UnitKind,
)

# How the id of an account begins that came with a neighbour's unit.
GUEST_ACCOUNT = "guest:"


@dataclass(frozen=True, slots=True)
class Unit:
    """A care centre, residential unit, home-care group or service."""

    id: UnitId
    name: str
    kind: UnitKind
    phone: str | None = None
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Citizen:
    """A person cared for. The id is opaque: it may stand in a URL, the CPR never."""

    id: CitizenId
    unit_id: UnitId
    family_name: str
    given_name: str
    cpr: str | None = None
    birth_date: date | None = None
    gender: str | None = None
    dwelling: str | None = None
    address: str | None = None
    postcode: str | None = None
    city: str | None = None
    # Where the address lies, in metres: ETRS89 / UTM zone 32 (EPSG:25832).
    easting: float | None = None
    northing: float | None = None
    phone: str | None = None
    is_address_protected: bool = False
    gp_name: str | None = None
    gp_phone: str | None = None
    # Reasons to look twice: "duplicate_cpr", "similar_name", "cpr_birth_date_differs".
    identity_doubts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the name as it is spoken: given names first."""
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody to phone about a citizen."""

    id: str
    citizen_id: CitizenId
    name: str
    relation: str | None = None
    phone: str | None = None
    is_primary: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody outside or above the unit; holds no citizen's details."""

    id: str
    name: str
    role: str | None = None
    organisation: str | None = None
    phone: str | None = None
    unit_id: UnitId | None = None


@dataclass(frozen=True, slots=True)
class Warning:  # noqa: A001  (the glossary's word for CAVE; nobody here needs the builtin)
    """One CAVE or allergy. That none is listed says nothing until the section is delivered."""

    id: str
    citizen_id: CitizenId
    substance: str
    reaction: str | None = None
    severity: str | None = None
    registered_on: date | None = None
    is_refuted: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """A field of the official checklist that the source lacks or that could not be read."""

    field: str
    reason: str  # "not_delivered" or "unreadable"


@dataclass(frozen=True, slots=True)
class MedicationOrder:
    """One medicine with the fields of the official checklist, spelled as the source spells them."""

    id: str
    citizen_id: CitizenId
    status: MedicationStatus
    brand: str | None = None
    generic: str | None = None
    form: str | None = None
    strength: str | None = None
    atc: str | None = None
    route: str | None = None
    dosage: Dosage = UNSAID
    is_as_needed: bool = False
    max_daily_dose: str | None = None
    indication: str | None = None
    instruction: str | None = None
    ordered_on: date | None = None
    stops_on: date | None = None
    prescriber: str | None = None
    status_since: date | None = None
    status_reason: str | None = None
    is_dose_dispensed: bool | None = None
    is_time_critical: bool = False
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """A diagnosis or a condition (tilstand)."""

    id: str
    citizen_id: CitizenId
    title: str
    code: str | None = None
    status: str | None = None
    since: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class CareInstruction:
    """A part of the care plan: goal, instruction (handlingsanvisning) or day rhythm."""

    id: str
    citizen_id: CitizenId
    title: str
    text: str | None = None
    kind: str | None = None
    status: str | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Observation:
    """A measurement, with its unit as the source writes it."""

    id: str
    citizen_id: CitizenId
    title: str
    value: str | None = None
    unit: str | None = None
    observed_at: datetime | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something a member of staff wrote."""

    id: str
    citizen_id: CitizenId
    text: str
    title: str | None = None
    author: str | None = None
    written_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PlannedIntervention:
    """Help the citizen is assessed for (indsats, ydelse)."""

    id: str
    citizen_id: CitizenId
    title: str
    is_granted: bool = True
    frequency: str | None = None
    text: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A planned visit; times are aware and in UTC."""

    id: str
    citizen_id: CitizenId
    starts_at: datetime
    minutes: int | None = None
    route: str | None = None
    sequence: int | None = None
    staff: str | None = None
    persons: int = 1
    tasks: tuple[str, ...] = ()
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that decides the order of help, or its limit."""

    id: str
    citizen_id: CitizenId
    kind: FlagKind
    text: str
    since: date | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One line of a service order; `hmi` is the device's catalogue number."""

    text: str
    quantity: int = 1
    hmi: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceOrder:
    """Meals or devices to bring, fetch, mend or swap."""

    id: str
    citizen_id: CitizenId
    service_line: ServiceLine
    due_on: date
    kind: str = "deliver"
    window: str | None = None
    items: tuple[OrderItem, ...] = ()
    diet: str | None = None
    persons: int = 1
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class KeyBox:
    """How to get in. Codes are secrets with their own print rule."""

    id: str
    citizen_id: CitizenId
    place: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Who may log in; the code is an Argon2id PHC string, never the code itself."""

    id: StaffId
    name: str
    initials: str
    role: Role
    unit_ids: tuple[UnitId, ...] = ()
    login_code_phc: str | None = None
    phone: str | None = None
    valid_until: date | None = None

    @property
    def is_guest(self) -> bool:
        """Tell whether the account came with a neighbour's unit and is for that unit only."""
        return self.id.startswith(GUEST_ACCOUNT)


@dataclass(frozen=True, slots=True)
class PlanDocument:
    """A text of the response plan that travels with the snapshot."""

    id: str
    title: str
    body: str
    kind: str = "plan"
    unit_id: UnitId | None = None
    version: str | None = None
    owner: str | None = None
    next_review: date | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo or document carried as its own sealed object, named by its ciphertext.

    It is about a citizen, or without one about a whole unit. On the hub, before it is sealed for a
    box, `object_sha256` is its key on the shelf.
    """

    id: str
    title: str
    media_type: str
    size_bytes: int
    object_sha256: str
    citizen_id: CitizenId | None = None
    created_at: datetime | None = None
    unit_id: UnitId | None = None


@dataclass(frozen=True, slots=True)
class OtherItem:
    """A resource nobody here understands yet; its original is still readable on screen."""

    id: str
    type: str
    title: str
    citizen_id: CitizenId | None = None
    is_known_type: bool = True


@dataclass(frozen=True, slots=True)
class SectionState:
    """How old and how whole one section is, for a unit or (when set) for one citizen."""

    unit_id: UnitId
    section: Section
    citizen_id: CitizenId = WHOLE_UNIT  # "" means the whole unit: a key column is never NULL
    as_of: datetime | None = None
    is_delivered: bool = True
    is_complete: bool = True
    reason: str | None = None
    source: str | None = None


Record = (
    Unit
    | Citizen
    | Relative
    | Contact
    | Warning
    | MedicationOrder
    | Condition
    | CareInstruction
    | Observation
    | Note
    | PlannedIntervention
    | Visit
    | Flag
    | ServiceOrder
    | KeyBox
    | StaffMember
    | PlanDocument
    | Attachment
    | OtherItem
    | SectionState
)


def has_flag(flags: Iterable[Flag], kind: FlagKind) -> bool:
    """Tell whether one of the flags is of the kind."""
    return any(flag.kind is kind for flag in flags)
