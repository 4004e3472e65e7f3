"""List what a list can be about: the kinds of a CSV or Excel delivery and the fields of each.

A column map names these kinds and fields (`column_maps/README.md`); `records` builds a record
of each. Knows nothing of files or vendors. Called by every module that handles lists.
"""

from dataclasses import dataclass

from appliance.records.terms import Section

# Whom a row is about: the vendor's citizen id, the CPR number, or both.
OWNER = ("citizen", "cpr")
# Every list may carry these: the row's own id, the unit (settles who a shared CPR number means),
# and when the row was true.
_EVERYWHERE = ("id", "unit", "as_of")


@dataclass(frozen=True, slots=True)
class ListKind:
    """One kind of list. Of each group in `required`, one column must be in the file."""

    name: str
    danish: str  # "Listen over …", for the reason printed beside a section that is not whole
    section: Section | None
    required: tuple[tuple[str, ...], ...]
    optional: tuple[str, ...] = ()
    origin: str = ""  # the FHIR type of the same record, so that both sources give it one id

    @property
    def fields(self) -> frozenset[str]:
        """Return every field a column may be mapped to."""
        named = {name for group in self.required for name in group}
        return frozenset({*named, *self.optional, *_EVERYWHERE})

    @property
    def is_about_citizens(self) -> bool:
        """Tell whether each row points at a citizen of the delivery."""
        return OWNER in self.required and self.name != "citizens"

    @property
    def harmed(self) -> tuple[str, ...]:
        """Return the sections a fault in this list makes incomplete; none means every section."""
        return (self.section.value,) if self.section and self.name != "citizens" else ()


_ALL = (
    ListKind(
        "units",
        "enheder",
        None,
        (("unit",), ("name",)),
        ("kind", "phone", "address", "medication_as_of", "not_delivered"),
    ),
    ListKind(
        "citizens",
        "borgere",
        Section.CITIZENS,
        (OWNER, ("family_name", "name")),
        (
            "given_name", "birth_date", "gender", "dwelling", "address", "postcode", "city",
            "postcode_and_city", "phone", "is_address_protected", "gp_name", "gp_phone", "status",
        ),
    ),
    ListKind(
        "relatives",
        "pårørende",
        Section.RELATIVES,
        (OWNER, ("name",)),
        ("relation", "phone", "is_primary", "note"),
        "RelatedPerson",
    ),
    ListKind(
        "warnings",
        "CAVE",
        Section.WARNINGS,
        (OWNER, ("substance",)),
        ("reaction", "severity", "registered_on", "is_refuted"),
        "AllergyIntolerance",
    ),
    ListKind(
        "medication",
        "medicin",
        Section.MEDICATION,
        (OWNER, ("status",), ("brand", "generic")),
        (
            "form", "strength", "atc", "route", "text", "morning", "noon", "evening", "night",
            "dose_unit", "times", "weekdays", "single_dose", "daily_dose", "is_as_needed",
            "max_daily_dose", "indication", "instruction", "ordered_on", "stops_on", "prescriber",
            "status_since", "status_reason", "is_dose_dispensed", "is_time_critical", "read_at",
        ),
        "MedicationStatement",
    ),
    ListKind("medicine_read", "læst medicin", None, (OWNER, ("read_at",))),
    ListKind(
        "conditions",
        "tilstande",
        Section.CONDITIONS,
        (OWNER, ("title",)),
        ("code", "status", "since", "note"),
        "Condition",
    ),
    ListKind(
        "care_plan",
        "plejeplaner",
        Section.CARE_PLAN,
        (OWNER, ("title",)),
        ("text", "kind", "status", "since"),
        "CarePlan",
    ),
    ListKind(
        "observations",
        "målinger",
        Section.OBSERVATIONS,
        (OWNER, ("title",)),
        ("value", "unit_of_value", "observed_at"),
        "Observation",
    ),
    ListKind(
        "notes",
        "notater",
        Section.NOTES,
        (OWNER, ("text",)),
        ("title", "author", "written_at"),
        "Communication",
    ),
    ListKind(
        "interventions",
        "indsatser",
        Section.INTERVENTIONS,
        (OWNER, ("title",)),
        ("is_granted", "frequency", "text", "starts_on", "ends_on"),
        "ServiceRequest",
    ),
    ListKind(
        "visits",
        "besøg",
        Section.VISITS,
        (OWNER, ("starts_at",)),
        ("minutes", "ends_at", "route", "sequence", "staff", "persons", "tasks", "status"),
        "Appointment",
    ),
    ListKind(
        "flags",
        "markeringer",
        Section.FLAGS,
        (OWNER, ("text",)),
        ("kind", "since", "decided_by"),
        "Flag",
    ),
    ListKind("key_boxes", "nøgler", Section.KEY_BOXES, (OWNER, ("place",)), ("code",), "Basic"),
    ListKind(
        "meals",
        "madservice",
        Section.SERVICE_ORDERS,
        (OWNER, ("due_on",)),
        ("window", "items", "item", "quantity", "diet", "persons", "remark", "kind"),
        "NutritionOrder",
    ),
    ListKind(
        "devices",
        "hjælpemidler",
        Section.SERVICE_ORDERS,
        (OWNER, ("due_on",)),
        ("window", "items", "item", "quantity", "hmi", "diet", "persons", "remark", "kind"),
        "DeviceRequest",
    ),
    ListKind(
        "contacts",
        "kontakter",
        Section.CONTACTS,
        (("name",),),
        ("role", "organisation", "phone"),
        "Organization",
    ),
    ListKind(
        "staff",
        "personale",
        Section.STAFF,
        (("staff",), ("initials",), ("role",)),
        ("name", "units", "login_code_phc", "phone", "valid_until"),
    ),
    ListKind(
        "plan",
        "beredskabsplanens tekster",
        Section.PLAN,
        (("title",), ("body",)),
        ("kind", "version", "owner", "next_review"),
        "Basic",
    ),
)  # fmt: skip
KINDS = {kind.name: kind for kind in _ALL}
