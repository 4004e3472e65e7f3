"""Say which UCUM code a unit has that staff wrote, and which none has for sure. Pure.

Closed: a spelling that is not here, and what is counted in tablets or drops, stays in words only.
Letters large and small are told apart, because UCUM does. Called by `resources`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from provisioning.sources.fhir.values import Json

UCUM = "http://unitsofmeasure.org"
_CODES: Mapping[str, str] = MappingProxyType(
    {
        "kg": "kg",
        "g": "g",
        "mg": "mg",
        "µg": "ug",  # the micro sign
        "μg": "ug",  # the Greek letter, as some keyboards have it
        "mikrogram": "ug",
        "ml": "mL",
        "mL": "mL",
        "cm": "cm",
        "°C": "Cel",
        "%": "%",
        "/min": "/min",
        "1/min": "/min",
        "slag/min": "/min",
        "pr. min": "/min",
        "mmol/l": "mmol/L",
        "mmol/L": "mmol/L",
        "mmHg": "mm[Hg]",
        "IE": "[iU]",
    }
)


def quantity(value: float, unit: str) -> Json:
    """Return an amount with its unit as it was written, and the unit's code where it has one."""
    code = _CODES.get(unit)
    coded = {"system": UCUM, "code": code} if code else {}
    return {"value": value, "unit": unit, **coded}
