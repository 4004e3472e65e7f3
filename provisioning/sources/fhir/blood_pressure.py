"""Know a blood pressure by its LOINC codes, and read its two parts as it is said: 120/80 mmHg.

Anything that is not exactly those two, in one unit, is left to be read part by part. Called by
`health`, and by the reconciliation, which writes what is read here.
"""

from collections.abc import Sequence

from provisioning.sources.fhir.values import Json, codes

LOINC = "http://loinc.org"
PANEL, SYSTOLIC, DIASTOLIC = "85354-9", "8480-6", "8462-4"
UNIT = "mmHg"

Part = tuple[str | None, str | None]


def joined_pressure(components: Sequence[Json], read: Sequence[Part]) -> Part | None:
    """Return value and unit of a blood pressure; None where the parts are something else.

    `read` holds value and unit of each component, in their order.
    """
    found = {
        code: part
        for component, part in zip(components, read, strict=True)
        for code in codes(component.get("code"), LOINC)
        if code in (SYSTOLIC, DIASTOLIC)
    }
    if len(components) != len(found) or len(found) != len((SYSTOLIC, DIASTOLIC)):
        return None
    (upper, unit), (lower, other_unit) = found[SYSTOLIC], found[DIASTOLIC]
    return (f"{upper}/{lower}", unit) if upper and lower and unit == other_unit else None
