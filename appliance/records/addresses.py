"""Say where a citizen lives, or that nobody may be told.

A protected address is for those who must go there and for nobody else: it stands on no list that
leaves the house by default. This is the only place that reads the address of a citizen; a test
holds every other module of the box to that. Pure. Called by `paper`, and by the modules here that
put a list in order or keep a code apart from a home.
"""

import re
from dataclasses import dataclass

from appliance.records.models import Citizen

ADDRESS_PROTECTED = "Adressen er beskyttet"
_HOUSE = re.compile(r"\d+")
# A word that ends like a street's name, and the number that follows one: "Hemmelig Vej 7".
_STREET = re.compile(
    r"(?:vej|vejen|gade|gaden|allé|alléen|alle|stræde|strædet|torv|torvet|plads|pladsen|vænge|"
    r"vænget|boulevard|bakke|bakken|sti|stien|skrænt|toft|toften|have|haven|park|parken|kaj|kajen)"
    r"\s+\d",
    re.IGNORECASE,
)
_POSTCODE = re.compile(r"(?<!\w)\d{4}(?=\s+[^\W\d])")
_WORD = re.compile(r"[^\W\d_]{4,}")
# After every postcode: where a protected address would have stood says where it is.
_LAST = "~"


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """An address as a list shows it; without a place where none is known or it may not be shown."""

    text: str
    easting: float | None = None
    northing: float | None = None
    is_hidden: bool = False


def whereabouts(citizen: Citizen, *, shows_protected: bool = False) -> Whereabouts:
    """Return where a citizen lives; a protected address only to those it is to be shown to.

    `shows_protected` is the rule of the flag: the person who answers for the list said yes.
    """
    if citizen.is_address_protected and not shows_protected:
        return Whereabouts(ADDRESS_PROTECTED, is_hidden=True)
    town = f"{citizen.postcode or ''} {citizen.city or ''}".strip()
    text = ", ".join(part for part in (citizen.address, town) if part)
    return Whereabouts(text, citizen.easting, citizen.northing)


def dwelling_of(citizen: Citizen) -> str:
    """Return where in the house a citizen lives; nothing where that gives away a protected address.

    Sources put the street into the field of the dwelling ("Hemmelig Vej 7, 2. tv").
    """
    dwelling = (citizen.dwelling or "").strip()
    return "" if citizen.is_address_protected and _tells_street(dwelling, citizen) else dwelling


def _tells_street(dwelling: str, citizen: Citizen) -> bool:
    said = dwelling.casefold()
    named = _WORD.findall(f"{street_of(citizen)} {(citizen.city or '').casefold()}")
    is_named = any(word in said for word in named)
    return is_named or bool(_STREET.search(dwelling) or _POSTCODE.search(dwelling))


def place_in_town(citizen: Citizen) -> tuple[str, str, int, str]:
    """Return what to sort a list by: postcode, street, number; a protected address comes last."""
    if citizen.is_address_protected:
        return (_LAST, "", 0, "")
    address = (citizen.address or "").casefold()
    house = _HOUSE.search(address)
    return (citizen.postcode or "", street_of(citizen), int(house[0]) if house else 0, address)


def street_of(citizen: Citizen) -> str:
    """Return the street without the number, in small letters, for comparing and never for paper."""
    address = (citizen.address or "").casefold()
    return _HOUSE.split(address)[0].strip(" ,")
