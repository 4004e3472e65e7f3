"""Say where a citizen lives, or that nobody may be told.

A protected address is for those who must go there and for nobody else: it stands on no list that
leaves the house by default. This is the only place that reads the address of a citizen; a test
holds every other module of the box to that. Pure. Called by `paper` and, later, `routes`.
"""

from dataclasses import dataclass

from appliance.records.models import Citizen

ADDRESS_PROTECTED = "Adressen er beskyttet"


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
