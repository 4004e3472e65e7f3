"""Hold the Danish words that stand in the cells of a CSV export for the model's own values.

Called by `csv_lists`; a reader of the lists needs the same tables the other way round.
"""

from appliance.records.terms import FlagKind, MedicationStatus, Role, Section, UnitKind

GENDERS = {"female": "Kvinde", "male": "Mand"}
STATUSES = {
    MedicationStatus.ACTIVE: "Aktiv",
    MedicationStatus.PAUSED: "Pauseret",
    MedicationStatus.STOPPED: "Seponeret",
    MedicationStatus.UNKNOWN: "Ukendt",
}
FLAGS = {
    FlagKind.LIFE_CRITICAL: "Livsnødvendigt behov",
    FlagKind.TREATMENT_LIMIT: "Behandlingsniveau",
    FlagKind.ELECTRICITY_DEPENDENT: "Strømafhængig",
    FlagKind.INFECTION: "Smitte",
    FlagKind.IN_HOSPITAL: "Indlagt",
    FlagKind.OTHER: "Øvrigt",
}
ROLES = {
    Role.NURSE: "Sygeplejerske",
    Role.ASSISTANT: "Assistent",
    Role.LEADER: "Leder",
    Role.DRIVER_COORDINATOR: "Kørselsleder",
    Role.IT: "It",
}
UNIT_KINDS = {
    UnitKind.CARE_CENTRE: "Plejecenter",
    UnitKind.RESIDENTIAL_UNIT: "Botilbud",
    UnitKind.HOME_CARE_GROUP: "Hjemmeplejegruppe",
    UnitKind.MEAL_SERVICE: "Madservice",
    UnitKind.DEVICE_SERVICE: "Hjælpemiddelservice",
}
PLAN_KINDS = {"goal": "Mål", "instruction": "Handlingsanvisning", "day_rhythm": "Døgnrytme"}
SEVERITIES = {"high": "Alvorlig", "low": "Let"}
ORDER_KINDS = {
    "deliver": "Levering",
    "collect": "Afhentning",
    "repair": "Reparation",
    "swap": "Ombytning",
}
# What the list of a section is called; only these sections can be missing from an export.
SECTION_LISTS = {Section.WARNINGS: "cave"}
