"""Name the kinds and ids a care record speaks of: the closed lists of the models. No I/O here."""

from enum import StrEnum
from typing import NewType

CitizenId = NewType("CitizenId", str)
UnitId = NewType("UnitId", str)
StaffId = NewType("StaffId", str)

WHOLE_UNIT = CitizenId("")


class UnitKind(StrEnum):
    """What a unit does; the first three are care groups a citizen can belong to."""

    CARE_CENTRE = "care_centre"
    RESIDENTIAL_UNIT = "residential_unit"
    HOME_CARE_GROUP = "home_care_group"
    MEAL_SERVICE = "meal_service"
    DEVICE_SERVICE = "device_service"


class Section(StrEnum):
    """The parts of a record that age on their own and can be missing on their own."""

    CITIZENS = "citizens"
    RELATIVES = "relatives"
    CONTACTS = "contacts"
    WARNINGS = "warnings"
    MEDICATION = "medication"
    CONDITIONS = "conditions"
    CARE_PLAN = "care_plan"
    OBSERVATIONS = "observations"
    NOTES = "notes"
    INTERVENTIONS = "interventions"
    VISITS = "visits"
    FLAGS = "flags"
    SERVICE_ORDERS = "service_orders"
    KEY_BOXES = "key_boxes"
    STAFF = "staff"
    PLAN = "plan"
    ATTACHMENTS = "attachments"
    OTHER = "other"


class FlagKind(StrEnum):
    """What the staff must know before anything else."""

    LIFE_CRITICAL = "life_critical"
    TREATMENT_LIMIT = "treatment_limit"
    ELECTRICITY_DEPENDENT = "electricity_dependent"
    INFECTION = "infection"
    IN_HOSPITAL = "in_hospital"
    OTHER = "other"


class MedicationStatus(StrEnum):
    """Whether a medicine may be given; only `ACTIVE` may."""

    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"
    UNKNOWN = "unknown"


class Role(StrEnum):
    """What a member of staff may see; IT sees no citizen."""

    NURSE = "nurse"
    ASSISTANT = "assistant"
    LEADER = "leader"
    DRIVER_COORDINATOR = "driver_coordinator"
    IT = "it"


class ServiceLine(StrEnum):
    """Who delivers to the citizen's door."""

    MEALS = "meals"
    DEVICES = "devices"
