"""Read whom a medicine card is about: a CPR number, and mostly a name.

A card says nothing of where somebody lives, so its citizen stands in "Uden enhed" until another
feed knows the number. The number is never judged by a check digit: replacement numbers and official
test persons fail it. Called by `source`.
"""

import re

from appliance.records.models import Citizen
from provisioning.sources.fhir.index import UNITLESS
from provisioning.sources.fhir.people import NAME_MISSING, NO_NAME, own_doubts
from provisioning.sources.fhir.values import day
from provisioning.sources.fmk_cards import names
from provisioning.sources.fmk_cards.nodes import Node
from provisioning.sources.opaque_ids import OpaqueIds

_CPR = re.compile(r"[0-9]{6}[0-9A-Z]{4}")


def cpr_of(card: Node) -> str | None:
    """Return whose card it is, or None if the number is missing or no such number."""
    given = re.sub(r"[\s-]", "", card.said(names.CPR) or "").upper()
    return given if _CPR.fullmatch(given) else None


def citizen_of(card: Node, cpr: str, ids: OpaqueIds) -> Citizen:
    """Return the citizen of a card, as far as it tells of them."""
    family, given = card.said(names.SURNAME), card.said(names.GIVEN_NAME)
    middle = card.said(names.MIDDLE_NAME)
    has_name = bool(family or given)
    birth_date = day(card.said(names.BIRTH_DATE))
    return Citizen(
        # Never the id another source makes of the same number: those are citizens of their own.
        id=ids.citizen(f"FMK/{cpr}"),
        unit_id=UNITLESS.id,
        family_name=(family or "") if has_name else NO_NAME,
        given_name=" ".join(filter(None, (given, middle))) if has_name else "",
        cpr=cpr,
        birth_date=birth_date,
        gender=card.said(names.GENDER),
        is_address_protected=_is_there(card, names.NAME_PROTECTED, names.ADDRESS_PROTECTED),
        identity_doubts=(
            *(() if has_name else (NAME_MISSING,)),
            *own_doubts(cpr, birth_date),
        ),
    )


def _is_there(card: Node, *fields: names.Field) -> bool:
    """Tell whether one of several empty elements stands in the card, and does not say no."""
    found = (card.at(path) for field in fields for path in field.paths)
    return any(one is not None and one.flag is not False for one in found)
