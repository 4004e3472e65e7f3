"""Read FHIR's own data types out of plain dicts, whatever was put in their place.

Every function takes *any* JSON value and gives None (or nothing) for what it does not understand:
a feed's wrong type in one field never costs the rest of the resource. Refuses to complete a
partial date or to guess a number. Called by the `fhir_*` extractors.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from appliance.clock import DANISH_TIME, parse_time

Json = dict[str, Any]
OWN = "urn:nodboks:"
_YEARS = range(1850, 2201)  # outside this a date is a typing error, and some do not survive SQLite
_CACHED = 4000
_LONGEST_TIME = 64  # far longer than any; what is no time is not to be remembered
_FULL_DATE = len("2026-11-23")


def mapping(value: Any) -> Json:
    """Return the value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> Sequence[Json]:
    """Return the objects of a list; a lone object counts as a list of one."""
    if not value:
        return []
    if isinstance(value, dict):
        return [value]
    if not isinstance(value, list):
        return []
    if len(value) == 1 and isinstance(value[0], dict):
        return value  # as nearly every list of a feed
    return [item for item in value if isinstance(item, dict)]


def texts(value: Any) -> list[str]:
    """Return the texts of a list; a lone text counts as a list of one."""
    if not value:
        return []
    found = value if isinstance(value, list) else [value]
    return [item for item in map(text, found) if item]


def text(value: Any) -> str | None:
    """Return a text that says something, without the space around it."""
    return (value.strip() or None) if isinstance(value, str) else None


def whole(value: Any) -> int | None:
    """Return a whole number that fits a database column."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**31:
        return value
    return None


def number(value: Any) -> Decimal | None:
    """Return a number exactly as it was written."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return None


def danish(value: Decimal) -> str:
    """Write a number with a decimal comma and without trailing zeros: 0.50 is "0,5"."""
    shown = format(value, "f")
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return shown.replace(".", ",")


def moment(value: Any) -> datetime | None:
    """Return a point in time in UTC; a plain date is its first minute in Denmark."""
    given = text(value)
    if given is None or len(given) > _LONGEST_TIME:
        return None
    return _moment(given)


@functools.lru_cache(_CACHED)  # visits begin on the quarter of an hour
def _moment(given: str) -> datetime | None:
    try:
        found = parse_time(given)
    except (ValueError, OverflowError):
        return None
    return found if found.year in _YEARS else None


def day(value: Any) -> date | None:
    """Return a full date, in Danish time when a clock time was given; "1943-05" is no date."""
    if value is None:
        return None
    given = text(value) or ""
    if len(given) == _FULL_DATE:
        try:
            found = date.fromisoformat(given)
        except ValueError:
            return None
        return found if found.year in _YEARS else None
    at = moment(given) if len(given) > _FULL_DATE else None
    return at.astimezone(DANISH_TIME).date() if at else None


def concept(value: Any) -> str | None:
    """Return what a CodeableConcept says in words: its text, a display, at last a code."""
    for item in (value,) if isinstance(value, dict) else mappings(value):
        if said := text(item.get("text")):
            return said
        codings = mappings(item.get("coding"))
        for key in ("display", "code"):
            for one in codings:
                if said := text(one.get(key)):
                    return said
    return None


def spoken(value: Any) -> str | None:
    """Return what a CodeableConcept says in words; a bare code is no words."""
    for item in mappings(value):
        displays = (text(one.get("display")) for one in mappings(item.get("coding")))
        if said := text(item.get("text")) or next(filter(None, displays), None):
            return said
    return None


def codes(value: Any, system: str) -> list[str]:
    """Return the codes of one code system in one or more CodeableConcepts."""
    return [
        code
        for item in mappings(value)
        for coding in mappings(item.get("coding"))
        if coding.get("system") == system and (code := text(coding.get("code")))
    ]


def display_of(value: Any, system: str) -> str | None:
    """Return the display of the first coding of one code system."""
    for item in mappings(value):
        for coding in mappings(item.get("coding")):
            if coding.get("system") == system and (said := text(coding.get("display"))):
                return said
    return None


def extension_text(resource: Json, name: str) -> str | None:
    """Return the text of one of our extensions."""
    return text(extension_value(resource, name, "valueString"))


def extension_value(resource: Json, name: str, kind: str) -> Any:
    """Return the raw value of one of our extensions, such as `valueDate`."""
    given = resource.get("extension")
    if not given:
        return None
    url = OWN + name
    for item in given if isinstance(given, list) else (given,):
        if isinstance(item, dict) and item.get("url") == url:
            return item.get(kind)
    return None


def extension_flag(resource: Json, name: str) -> bool | None:
    """Return a yes or no of one of our extensions; None where the feed is silent."""
    value = extension_value(resource, name, "valueBoolean")
    return value if isinstance(value, bool) else None


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in its two halves; one of them may be empty, as with a child not yet named."""

    family: str
    given: str

    @property
    def spoken(self) -> str:
        """Return the name as it is spoken."""
        return f"{self.given} {self.family}".strip()


def person_name(value: Any) -> PersonName | None:
    """Return the official name, else the first that is not out of use."""
    names = [item for item in mappings(value) if item.get("use") not in ("old", "maiden")]
    names.sort(key=lambda item: item.get("use") != "official")
    for item in names or mappings(value):
        found = PersonName(text(item.get("family")) or "", " ".join(texts(item.get("given"))))
        if found.spoken:
            return found
        if said := text(item.get("text")):
            return PersonName("", said)
    # Organizations have a plain text here, and some sources give people one as well.
    said = text(value)
    return PersonName("", said) if said else None


def phone(value: Any) -> str | None:
    """Return the first phone number, mobile or not; e-mail and fax do not ring."""
    for item in mappings(value):
        if item.get("system") in ("phone", "sms", None) and (found := text(item.get("value"))):
            return found.removeprefix("tel:")
    return None


def address_line(value: Any) -> str | None:
    """Return the street part of the first address."""
    for item in mappings(value):
        found = ", ".join(texts(item.get("line"))) or text(item.get("text"))
        if found:
            return found
    return None


def identifier(resource: Json, system: str) -> str | None:
    """Return the value of the first identifier of one system."""
    for item in mappings(resource.get("identifier")):
        if item.get("system") == system and (found := text(item.get("value"))):
            return found
    return None
