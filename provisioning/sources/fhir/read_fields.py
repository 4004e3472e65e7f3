"""List the fields at the top of each type that somebody here looks at: all others are *unread*.

A test reads the invented town, resources made by hand and the real examples, and proves that this
table is exactly what the extractors ask for. Pure data. Called by `shapes`.
"""

from provisioning.sources.fhir.values import OWN

# The frame of every resource: what it is, whom it is about, what lies inside it, and the one word
# that turns it into its opposite.
FRAME = frozenset({
    "resourceType", "id", "meta", "language", "contained", "doNotPerform", "subject", "patient",
    "beneficiary", "for", "deliverTo", "participant",
})  # fmt: skip
_MEDICINE = (
    "authoredOn dateAsserted dosage dosageInstruction effectiveDateTime effectivePeriod identifier"
    " informationSource intent medicationCodeableConcept medicationReference reasonCode"
    " reasonReference requester status statusReason"
)
_OF_MEDICINE = "dose-dispensed fmk-dosage ordered-on status-since time-critical"
_ORDER = (
    "authoredOn dateTime excludeFoodModifier occurrenceDateTime occurrencePeriod oralDiet quantity"
    " status"
)
_THING = f"{_ORDER} codeCodeableConcept itemCodeableConcept"
# Type → elements, and extensions of ours.
_READ = {
    "Patient": (
        """active address birthDate deceasedBoolean deceasedDateTime gender generalPractitioner
        identifier managingOrganization name photo telecom""",
        "dwelling protected-address",
    ),
    "RelatedPerson": ("name relationship telecom", "note"),
    "Organization": ("address identifier name partOf telecom type", "organisation"),
    "Practitioner": ("identifier name partOf qualification telecom", "login-code organisation"),
    "PractitionerRole": ("code organization practitioner", ""),
    "Medication": ("code form ingredient", "strength-text"),
    "MedicationStatement": (_MEDICINE, _OF_MEDICINE),
    "MedicationRequest": (_MEDICINE, _OF_MEDICINE),
    "AllergyIntolerance": ("code criticality reaction recordedDate verificationStatus", ""),
    "Condition": (
        "clinicalStatus code note onsetDateTime recordedDate severity verificationStatus",
        "",
    ),
    "Observation": (
        """code component effectiveDateTime effectiveInstant effectivePeriod note status
        valueBoolean valueCodeableConcept valueDateTime valueInteger valueQuantity valueString
        valueTime""",
        "",
    ),
    "Communication": ("category payload received sender sent status topic", ""),
    "DiagnosticReport": (
        "code conclusion effectiveDateTime issued performer presentedForm status",
        "",
    ),
    "DocumentReference": ("content date description docStatus status type", ""),
    "Media": ("content createdDateTime issued status type", ""),
    "ClinicalImpression": (
        "assessor code date description effectiveDateTime effectivePeriod status summary",
        "",
    ),
    "Flag": ("author category code period status", ""),
    "Goal": ("category description lifecycleStatus startDate", ""),
    "CarePlan": ("activity category created description period status title", "frequency"),
    "ServiceRequest": (
        """authoredOn code intent note occurrenceDateTime occurrencePeriod occurrenceTiming
        orderDetail patientInstruction reasonCode status""",
        "frequency",
    ),
    "Appointment": ("description end minutesDuration start status type", "persons route sequence"),
    "Encounter": (
        "class description period serviceProvider status type",
        "persons route sequence",
    ),
    "NutritionOrder": (_ORDER, "service-order"),
    "SupplyRequest": (_THING, "service-order"),
    "DeviceRequest": (_THING, "service-order"),
    "Basic": ("code", "body key-code kind next-review owner place text title version"),
}
READ_FIELDS = {kind: frozenset(fields.split()) for kind, (fields, _) in _READ.items()}
READ_EXTENSIONS = {
    kind: frozenset(OWN + name for name in names.split()) for kind, (_, names) in _READ.items()
}
