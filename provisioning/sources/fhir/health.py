"""Read what is known of a citizen's health: CAVE, conditions, measurements, flags.

A refuted or mistyped entry is never dropped in silence: it is marked refuted or kept as it is.
Called by `bulk` through the table of extractors.
"""

import functools
from collections.abc import Sequence
from decimal import Decimal

from appliance.records.models import (
    Condition,
    Flag,
    Observation,
    Warning,  # noqa: A004  (the glossary's word for CAVE; nobody here needs the builtin
)
from appliance.records.terms import FlagKind
from provisioning.sources.fhir.blood_pressure import joined_pressure
from provisioning.sources.fhir.extraction import Extracted, Extraction
from provisioning.sources.fhir.kl import is_lasting, lasting
from provisioning.sources.fhir.values import (
    OWN,
    Json,
    codes,
    concept,
    danish,
    day,
    mapping,
    mappings,
    moment,
    number,
    text,
)

_SNOMED = "http://snomed.info/sct"
# "No known allergy" and its kinds: the section is delivered, but there is nothing to warn of.
_NONE_KNOWN = {"716186003", "409137002", "429625007", "428607008"}
_REFUTED = {"refuted", "entered-in-error"}
_ERROR = "entered-in-error"
_CACHED = 2000
_MOST_DECIMALS = Decimal("0.0001")


def extract_warning(at: Extraction) -> Extracted:
    """Read an AllergyIntolerance."""
    resource = at.resource
    if _NONE_KNOWN & set(codes(resource.get("code"), _SNOMED)):
        return []
    reactions = mappings(resource.get("reaction"))
    substance = concept(resource.get("code")) or next(
        filter(None, (concept(item.get("substance")) for item in reactions)), None
    )
    if substance is None:
        at.remark("code", "does not say what the citizen reacts to")
        return None
    warning = Warning(
        at.record_id,
        at.citizen_id,
        substance,
        _reaction(reactions),
        text(resource.get("criticality")),
        day(resource.get("recordedDate")),
        _status_code(resource.get("verificationStatus")) in _REFUTED,
    )
    return [warning]


def _reaction(reactions: Sequence[Json]) -> str | None:
    said = [concept(item) for one in reactions for item in mappings(one.get("manifestation"))]
    said += [text(one.get("description")) for one in reactions]
    return ", ".join(dict.fromkeys(filter(None, said))) or None


def _status_code(value: object) -> str | None:
    """Return the bare code of a status, which some sources send as a plain text."""
    if isinstance(value, str):
        return text(value)
    for item in mappings(value):
        for coding in mappings(item.get("coding")):
            if code := text(coding.get("code")):
                return code
        return text(item.get("text"))
    return None


def extract_condition(at: Extraction) -> Extracted:
    """Read a Condition."""
    resource = at.resource
    title = concept(resource.get("code"))
    if title is None or _status_code(resource.get("verificationStatus")) == _ERROR:
        return None
    codings = mappings(mapping(resource.get("code")).get("coding"))
    notes = (concept(resource.get("severity")), notes_of(resource))
    condition = Condition(
        at.record_id,
        at.citizen_id,
        title,
        next(filter(None, (text(item.get("code")) for item in codings)), None),
        _status_code(resource.get("clinicalStatus")),
        day(resource.get("onsetDateTime")) or day(resource.get("recordedDate")),
        "\n".join(filter(None, notes)) or None,
    )
    return [condition]


def notes_of(resource: Json) -> str | None:
    """Return the notes written on a resource, one per line."""
    given = resource.get("note")
    if not given:
        return None
    written = [text(item.get("text")) for item in mappings(given)]
    return "\n".join(filter(None, written)) or None


def extract_observation(at: Extraction) -> Extracted:
    """Read an Observation: a measurement, or something that holds until a new one is written."""
    resource = at.resource
    title = concept(resource.get("code"))
    if title is None or resource.get("status") in (_ERROR, "cancelled"):
        return None
    if is_lasting(resource):
        found = lasting(at)
        return [found] if found else None
    value, unit = _value(resource)
    if value is None:
        value, unit = _components(resource)
    seen = resource.get("effectiveDateTime") or mapping(resource.get("effectivePeriod")).get(
        "start"
    )
    observed_at = moment(seen) or moment(resource.get("effectiveInstant"))
    note = notes_of(resource)
    return [Observation(at.record_id, at.citizen_id, title, value, unit, observed_at, note)]


def _value(holder: Json) -> tuple[str | None, str | None]:
    """Return value and unit of value[x], as they are shown."""
    quantity = mapping(holder.get("valueQuantity"))
    if (amount := _amount(quantity.get("value"))) is not None:
        shown = f"{text(quantity.get('comparator')) or ''}{amount}"
        return shown, text(quantity.get("unit")) or text(quantity.get("code"))
    plain = (
        concept(holder.get("valueCodeableConcept"))
        or text(holder.get("valueString"))
        or text(holder.get("valueDateTime"))
        or text(holder.get("valueTime"))
    )
    if plain:
        return plain, None
    if isinstance(holder.get("valueBoolean"), bool):
        return ("ja" if holder["valueBoolean"] else "nej"), None
    whole_number = number(holder.get("valueInteger"))
    return (danish(whole_number) if whole_number is not None else None), None


def _amount(value: object) -> str | None:
    """Write a measured number; the same few hundred come again and again."""
    return _written(value) if isinstance(value, int | float) else None


@functools.lru_cache(_CACHED, typed=True)
def _written(value: float) -> str | None:
    amount = number(value)
    return danish(_sensible(amount)) if amount is not None else None


def _sensible(amount: Decimal) -> Decimal:
    """Cut the digits a computer made up: 178.83981355877862 cm was never measured."""
    exponent = amount.as_tuple().exponent
    is_long = isinstance(exponent, int) and exponent < _MOST_DECIMALS.as_tuple().exponent  # type: ignore[operator]
    return amount.quantize(_MOST_DECIMALS) if is_long and abs(amount) >= 1 else amount


def _components(resource: Json) -> tuple[str | None, str | None]:
    """Join the parts of a measurement: a blood pressure is two numbers and one unit."""
    components = mappings(resource.get("component"))
    read = [_value(part) for part in components]
    if pressure := joined_pressure(components, read):
        return pressure
    titles = [concept(part.get("code")) for part in components]
    given = [(title, *part) for title, part in zip(titles, read, strict=True) if part[0]]
    if not given:
        return None, None
    parts = [" ".join(filter(None, (title, value, unit))) for title, value, unit in given]
    return "; ".join(parts), None


def extract_flag(at: Extraction) -> Extracted:
    """Read a Flag that is in force."""
    resource = at.resource
    said = concept(resource.get("code"))
    if said is None or resource.get("status") in ("inactive", _ERROR):
        return None
    kinds = codes(resource.get("category"), OWN + "flag-kind")
    kind = next((FlagKind(code) for code in kinds if code in set(FlagKind)), FlagKind.OTHER)
    since = day(mapping(resource.get("period")).get("start"))
    author = at.name_of(resource.get("author"))
    return [Flag(at.record_id, at.citizen_id, kind, said, since, author)]
