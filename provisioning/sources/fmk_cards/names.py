"""Name the elements of a medicine card, in one place, so that one can be corrected.

Two lists for each field: names found in public material (README.md says where), and names that are
assumed until a real export has shown them. Paths are tried in their order. Used by every module of
this package; decides nothing.
"""

import re
from dataclasses import dataclass

NAMESPACE = re.compile(
    r"http://www\.dkma\.dk/medicinecard/xml\.schema/(?P<day>\d{4}/\d\d/\d\d)(?:/E\d{1,2})?"
)
NAMESPACE_MARK = b"dkma.dk/medicinecard/xml.schema/"
FIRST_MODEL = "2015/06/01"  # an older card names its elements otherwise

NIL = "http://www.w3.org/2001/XMLSchema-instance nil"  # an element that is there to say: nothing
CARD = "MedicineCard"
ORDER = "DrugMedication"
DOSAGE = "Dosage"
# Orders FMK tells of without showing them: private ones, and such as it cannot read itself.
PRIVATE_ORDER = "PrivateDrugMedication"
INVALID_ORDER = "InvalidDrugMedication"
INVALID_CARD = "IsInvalid"
IDENTIFIER = "Identifier"
# When a card was fetched: not part of FMK's model, so whoever exports has to say it. The envelope
# of the service does (wsu:Timestamp/Created); the others are assumed.
ENVELOPE_TIME = ("Timestamp", "Created")
FETCHED = ("RetrievalDateTime", "RetrievedDateTime", "RetrievedAt", "retrieved")


@dataclass(frozen=True, slots=True)
class Field:
    """Where one field stands: paths that public material confirms, then paths that are assumed."""

    confirmed: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Return every path, the certain ones first."""
        return (*self.confirmed, *self.assumed)


# --- whom a card is about, below MedicineCard -----------------------------------------------------
CPR = Field(("Patient/Person/PersonIdentifier",), ("PersonIdentifier",))
SURNAME = Field(("Patient/Person/Name/Surname",))
GIVEN_NAME = Field(("Patient/Person/Name/GivenName",))
MIDDLE_NAME = Field(("Patient/Person/Name/MiddleName",))
BIRTH_DATE = Field(("Patient/Person/BirthDate",))
GENDER = Field(("Patient/Person/Gender",))
NAME_PROTECTED = Field(("Patient/Person/NameProtected",))
ADDRESS_PROTECTED = Field(("Patient/AddressProtected",))

# --- one order, below DrugMedication --------------------------------------------------------------
BRAND = Field(("Drug/Name", "Drug/DetailedDrugText"))
ATC = Field(("Drug/ATC/Code",))
ATC_TEXT = Field(("Drug/ATC/Text",))
SUBSTANCES = "Drug/Substances"
SUBSTANCE = "ActiveSubstance"
SUBSTANCE_TEXT = Field(("SubstanceText", "Text", "FreeText"), ("ActiveSubstanceText",))
FORM = Field(("Drug/Form/Text",))
STRENGTH = Field(("Drug/Strength/Text",))
STRENGTH_VALUE = Field(("Drug/Strength/Value",))
STRENGTH_UNIT = Field(("Drug/Strength/UnitText",))
ROUTE = Field(("RouteOfAdministration/Text",))
INDICATION = Field(("Indication/Text", "Indication/FreeText"))
STARTS_ON = Field(("BeginEndDate/TreatmentStartDate",))
CREATED_ON = Field(("BeginEndDate/CreatedDateTime", "Created/DateTime"))
STOPS_ON = Field(("BeginEndDate/TreatmentEndDate",), ("BeginEndDate/TreatmentEndingDate",))
ORDER_TYPE = Field(("Type",))
SELF_CHOSEN = "Borgervalgt"
PRESCRIBER = Field(
    (
        "Created/By/AuthorisedHealthcareProfessional/Name",
        "Created/By/AuthorisedBy/AuthorisedHealthcareProfessional/Name",
    )
)
PLACE = Field(("Created/By/Organisation/Name",))
PAUSED = "Paused"
PAUSED_FROM = Field(("FromDate", "FromDateTime", "DateTime"))
PAUSED_TO = Field(("ToDate", "ToDateTime"))
WITHDRAWN = "Withdrawn"
WITHDRAWN_ON = Field(("DateTime",))
# FMK 1.4 has no reason for either; a system that knows one has to add it.
REASON = Field((), ("ReasonText", "Reason/Text", "Reason"))
DISPENSED = Field((), ("DoseDispensed", "IsDoseDispensed"))
PRESCRIPTION = "Prescription"
DISPENSED_PRESCRIPTION = "DoseDispensedRestriction"
DISPENSED_UNTIL = Field(("DoseDispensedRestriction/EndDate",))
INSTRUCTION = Field((), ("Instruction", "PatientInstruction"))
# What nobody may say twice of one order.
ONCE = frozenset(
    {"Identifier", "Drug", "Dosage", "BeginEndDate", "Paused", "Withdrawn", "Indication",
     "RouteOfAdministration", "Type"}
)  # fmt: skip
# Read, or known to say nothing about what is to be given; every other name is counted as unread.
KNOWN_OF_ORDER = ONCE | frozenset(
    {"Version", "PreviousVersion", "NextVersion", "ParentIdentifier", "Created", "ReportedBy",
     "Modified", "ModifiedNonclinical", "FollowUpDates", "SubstitutionAllowed", "Effectuation",
     "InvalidEffectuation", "Prescription", "InvalidPrescription", "ReimbursementClause",
     "IsPrivateDrugMedication", "ReasonText", "Reason", "DoseDispensed", "IsDoseDispensed",
     "Instruction", "PatientInstruction"}
)  # fmt: skip

# --- a dosage -------------------------------------------------------------------------------------
DOSAGE_TYPE = "Type"
# What the type says of the doses: fixed ones, as-needed ones. "ikke angivet" says neither.
TYPES = {
    "fast": frozenset({False}),
    "efter behov": frozenset({True}),
    "kombineret": frozenset({False, True}),
    "temporær": frozenset({False}),
    "engangs": frozenset({False}),
    "Fixed": frozenset({False}),
    "PRN": frozenset({True}),
    "Combined": frozenset({False, True}),
}
OLD_STRUCTURES = {"StructuresFixed": False, "StructuresAccordingToNeed": True}
NEW_STRUCTURE = "DosagePeriod"
PERIOD_END = "EndDate/CalculatedEndDate"
FREE_TEXT = "FreeText"
LOCAL_SCHEMA = "AdministrationAccordingToSchemaInLocalSystem"
ALL_TEXT = "DosageTranslationCombined"
PART_TEXT = "DosageTranslation"
LONG_TEXT = "LongText"
# Only in answers: worked out by FMK from the rest.
ANSWER_ONLY = frozenset({"Profile", "DosageTranslation", "DosageTranslationCombined"})
PARTS_OF_DAY = {"morning": "Morning", "noon": "Noon", "evening": "Evening", "night": "Night"}
# How the newer shape's elements become JSON; a name that stands in none of these is an object if
# it has elements inside, else a text.
NEW_LISTS = frozenset(
    {"DosagePeriod", "Day", "Week", "Weekday", "TimeOfDayDosage", "Parameter",
     "ParametricQuantity"}
)  # fmt: skip
NEW_NUMBERS = frozenset(
    {"Quantity", "MinimumQuantity", "MaximumQuantity", "MaximumDailyDose", "FromValue", "Duration",
     "MinimumDuration", "MaximumDuration", "InfusionRate", "MinimumInfusionRate",
     "MaximumInfusionRate", "IterationInterval", "PeriodLength", "Index", "TimesPerDay",
     "MinimumDurationBetweenDoses", "MinimumDaysBetweenEpisodes"}
)  # fmt: skip
NEW_FLAGS = frozenset(
    {"Empty", "Unspecified", "IsSelfAdministration", "UpdateValidFromUponHandover",
     "DosageEndingUndetermined"}
)  # fmt: skip
