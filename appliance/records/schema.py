"""Say which tables a snapshot has, derived from the models, and which schema version they are.

Every table carries, beside the model's columns, `origin` (which file and resource it came from)
and `original` (the resource's JSON as it was delivered). A snapshot has no secondary indexes and
no search: those are made in RAM at unlock, because they would triple what travels every night.
"""

from dataclasses import dataclass

from appliance.records import models, terms
from appliance.records.rows import columns_of

# 2: places on the map, notes on measurements, schedules of doses, documents of a unit.
SCHEMA_VERSION = 2
READABLE_VERSIONS = frozenset({1, 2})


@dataclass(frozen=True, slots=True)
class Table:
    """One model as a table, clustered by `key`: two equal nights are equal bytes."""

    name: str
    model: type
    key: tuple[str, ...]
    section: terms.Section | None

    @property
    def is_per_citizen(self) -> bool:
        """Tell whether rows of this table belong to one citizen."""
        return any(name == "citizen_id" for name, _ in columns_of(self.model))

    def create_sql(self) -> str:
        """Return the CREATE TABLE statement; clustered by key so that it needs no index."""
        own = ", ".join(f"{name} {kind}" for name, kind in columns_of(self.model))
        key = ", ".join(self.key)
        return (
            f"CREATE TABLE {self.name} ({own}, origin TEXT, original TEXT, "
            f"PRIMARY KEY ({key})) WITHOUT ROWID"
        )


_BY_CITIZEN = ("citizen_id", "id")
TABLES: tuple[Table, ...] = (
    Table("units", models.Unit, ("id",), None),
    Table("citizens", models.Citizen, ("id",), terms.Section.CITIZENS),
    Table("relatives", models.Relative, _BY_CITIZEN, terms.Section.RELATIVES),
    Table("contacts", models.Contact, ("id",), terms.Section.CONTACTS),
    Table("warnings", models.Warning, _BY_CITIZEN, terms.Section.WARNINGS),
    Table("medication", models.MedicationOrder, _BY_CITIZEN, terms.Section.MEDICATION),
    Table("conditions", models.Condition, _BY_CITIZEN, terms.Section.CONDITIONS),
    Table("care_plan", models.CareInstruction, _BY_CITIZEN, terms.Section.CARE_PLAN),
    Table("observations", models.Observation, _BY_CITIZEN, terms.Section.OBSERVATIONS),
    Table("notes", models.Note, _BY_CITIZEN, terms.Section.NOTES),
    Table("interventions", models.PlannedIntervention, _BY_CITIZEN, terms.Section.INTERVENTIONS),
    Table("visits", models.Visit, _BY_CITIZEN, terms.Section.VISITS),
    Table("flags", models.Flag, _BY_CITIZEN, terms.Section.FLAGS),
    Table("service_orders", models.ServiceOrder, _BY_CITIZEN, terms.Section.SERVICE_ORDERS),
    Table("key_boxes", models.KeyBox, _BY_CITIZEN, terms.Section.KEY_BOXES),
    Table("staff", models.StaffMember, ("id",), terms.Section.STAFF),
    Table("plan_documents", models.PlanDocument, ("id",), terms.Section.PLAN),
    Table("attachments", models.Attachment, ("id",), terms.Section.ATTACHMENTS),
    Table("other_items", models.OtherItem, ("id",), terms.Section.OTHER),
    Table("section_states", models.SectionState, ("unit_id", "section", "citizen_id"), None),
)
TABLE_OF_MODEL: dict[type, Table] = {table.model: table for table in TABLES}
# The row of the meta table whose value opens the snapshot's attachments (an age identity).
ATTACHMENT_IDENTITY = "attachment_identity"
# A resource's original is seldom longer than a quarter of such a page, so it lies on one page with
# its row: a snapshot takes 40 % less of the box's RAM than with SQLite's own 4 KiB.
PAGE_BYTES = 16 * 1024
META_SQL = "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID"
