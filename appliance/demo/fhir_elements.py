"""Write FHIR's own data types as plain dicts, for the `feed_fhir` writers. Knows no citizen."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from appliance.clock import DANISH_TIME, format_time

Json = dict[str, Any]
OWN = "urn:nodboks:"
ATC = "http://www.whocc.no/atc"
SUBSTANCE = "http://www.dkma.dk/medicinecard/xml.schema/2015/06/01/ActiveSubstance"
FMK_ID = "http://www.dkma.dk/medicinecard/xml.schema/2015/06/01/DrugMedicationIdentifier"
CPR = "urn:oid:1.2.208.176.1.2"
NATIONAL_CPR = "urn:oid:1.2.208.176.1.6.1.1"  # X-eCPR
REGIONAL_CPR = "urn:oid:1.2.208.176.1.6.1.3.177"  # D-eCPR
DK_CORE = "http://hl7.dk/fhir/core/StructureDefinition/"


def resource(kind: str, resource_id: str, **elements: Any) -> Json:
    """Make a resource of the elements that hold something."""
    return {"resourceType": kind, "id": resource_id, **filled(elements)}


def filled(elements: Json) -> Json:
    """Drop what is empty: FHIR has no null and no empty list; False and 0 stay."""
    return {key: value for key, value in elements.items() if value not in (None, "", [], {})}


def reference(kind: str, resource_id: str) -> Json:
    """Point at a resource of the feed."""
    return {"reference": f"{kind}/{resource_id}"}


def named(display: str | None) -> Json | None:
    """Make a reference that is only words."""
    return {"display": display} if display else None


def concept(
    text: str | None = None, system: str | None = None, code: str | None = None
) -> Json | None:
    """Make a CodeableConcept of a text, a code or both."""
    coding = [{"system": system, "code": code}] if code else []
    return filled({"coding": coding, "text": text}) or None


def concepts(text: str | None, system: str | None = None, code: str | None = None) -> list[Json]:
    """Make a list of one CodeableConcept, or of none."""
    one = concept(text, system, code)
    return [one] if one else []


def extension(name: str, **value: Any) -> Json | None:
    """Make one of our extensions, such as `extension("route", valueString="Dag 2")`."""
    return {"url": OWN + name, **value} if filled(value) else None


def extensions(*given: Json | None) -> list[Json]:
    """Collect the extensions that hold something."""
    return [item for item in given if item]


def telecom(number: str | None) -> list[Json]:
    """Make the contact points of a telephone number."""
    return [{"system": "phone", "value": number}] if number else []


def day(value: date | None) -> str | None:
    """Write a date."""
    return value.isoformat() if value else None


def instant(value: datetime | None) -> str | None:
    """Write a time in UTC, to the second."""
    return format_time(value) if value else None


def local_time(value: datetime | None) -> str | None:
    """Write a time as Danish local time with its offset, as care systems do."""
    return value.astimezone(DANISH_TIME).isoformat() if value else None


def period(start: date | None, end: date | None) -> Json | None:
    """Make a Period, or nothing."""
    return filled({"start": day(start), "end": day(end)}) or None


def number(amount: str) -> int | float:
    """Turn "0,5" into the JSON number 0.5, and whole amounts into whole numbers."""
    value = Decimal(amount.replace(",", "."))
    return int(value) if value == value.to_integral_value() else float(value)


def quantity(amount: str, unit: str) -> Json:
    """Make a Quantity of an amount with a decimal comma and a Danish unit."""
    return {"value": number(amount), "unit": unit}


def profile(name: str) -> Json:
    """Name the dk-core profile a resource follows."""
    return {"profile": [DK_CORE + name]}


def address(line: str | None, postcode: str | None, city: str | None) -> list[Json]:
    """Make a home address, or nothing."""
    parts = filled({"line": [line] if line else [], "postalCode": postcode, "city": city})
    return [{"use": "home", **parts, "country": "DK"}] if parts else []


def by_citizen(items: Iterable[Any]) -> dict[str, list[Any]]:
    """Group records by whom they are about, in the order they came."""
    groups: dict[str, list[Any]] = {}
    for item in items:
        groups.setdefault(item.citizen_id, []).append(item)
    return groups
