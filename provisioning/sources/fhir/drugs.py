"""Read what is in the box: name, substance, form and strength, as the source spells them.

Nothing is filled in from elsewhere; what the source lacks is None. Called by `medication`, through
`shared_pieces`, for the Medication an order points at or is written with. Pure.
"""

from decimal import Decimal
from typing import NamedTuple

from provisioning.sources.fhir.values import (
    Json,
    codes,
    concept,
    danish,
    display_of,
    extension_text,
    mapping,
    mappings,
    number,
    text,
)

_ATC = "http://www.whocc.no/atc"
_SUBSTANCE = "http://www.dkma.dk/medicinecard/xml.schema/2015/06/01/ActiveSubstance"
_MEASURES = {"ml", "mL", "l", "L", "g", "mg", "h", "time", "dosis", "pust"}


class Drug(NamedTuple):
    """A medicine, in words."""

    brand: str | None
    generic: str | None
    form: str | None
    strength: str | None
    atc: str | None


def read_drug(medication: Json) -> Drug:
    """Read a Medication, or the concept of an order as the `code` of one."""
    return Drug(
        _brand(medication),
        _generic(medication),
        concept(medication.get("form")),
        _strength(medication),
        next(iter(codes(medication.get("code"), _ATC)), None),
    )


def _brand(drug: Json) -> str | None:
    code = mapping(drug.get("code"))
    if said := text(code.get("text")):
        return said
    for coding in mappings(code.get("coding")):
        # An ATC or substance display names the substance, not the box in the cupboard.
        if coding.get("system") not in (_ATC, _SUBSTANCE) and (said := text(coding.get("display"))):
            return said
    return None


def _generic(drug: Json) -> str | None:
    named = [concept(item.get("itemCodeableConcept")) for item in mappings(drug.get("ingredient"))]
    substances = " + ".join(dict.fromkeys(filter(None, named)))
    code = drug.get("code")
    return substances or display_of(code, _SUBSTANCE) or display_of(code, _ATC)


def _strength(drug: Json) -> str | None:
    if said := extension_text(drug, "strength-text"):
        return said
    found = [_ratio(mapping(item.get("strength"))) for item in mappings(drug.get("ingredient"))]
    return " + ".join(filter(None, found)) if found and all(found) else None


def _ratio(strength: Json) -> str | None:
    """Write 40 mg per 1 tablet as "40 mg", and 500 mg per 5 ml as "500 mg/5 ml"."""
    amount = _quantity(mapping(strength.get("numerator")))
    per = mapping(strength.get("denominator"))
    size, unit = number(per.get("value")), text(per.get("unit")) or text(per.get("code"))
    if amount is None or not per:
        return amount
    if size is None or unit is None:
        return None
    is_one = size == Decimal(1)
    is_piece = is_one and unit not in _MEASURES
    return amount if is_piece else f"{amount}/{unit if is_one else f'{danish(size)} {unit}'}"


def _quantity(quantity: Json) -> str | None:
    amount, unit = number(quantity.get("value")), text(quantity.get("unit"))
    unit = unit or text(quantity.get("code"))
    return f"{danish(amount)} {unit}" if amount is not None and unit else None
