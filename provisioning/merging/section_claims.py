"""Work out how old and how whole a section is for a citizen whom several feeds tell of. Pure.

Called by `join` for every citizen with something joined to them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from appliance.records.models import SectionState
from appliance.records.terms import CitizenId, Section, UnitId
from provisioning.merging.ownership import owner_of
from provisioning.sources.base import Delivery

MEDICINE_DIFFERS = (
    "Kilderne er ikke enige om medicinen. Den anden liste står under Øvrige oplysninger."
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one feed says of one section of one citizen: that it delivered it, and how old it is.

    `is_partial` marks what only adds to a section, as messages do.
    """

    section: Section
    source: str
    as_of: datetime | None
    reason: str | None = None
    is_partial: bool = False


def claims_of(deliveries: Iterable[Delivery], part: str, partial: str) -> dict[Section, Claim]:
    """Return what one part claims; `partial` is the reason that marks what only adds."""
    found: dict[Section, Claim] = {}
    for item in deliveries:
        if item.part == part:
            claim = Claim(
                item.section, item.source, item.as_of, item.incomplete, item.incomplete == partial
            )
            known = found.get(item.section)
            found[item.section] = _older(known, claim) if known else claim
    return found


def _older(one: Claim, other: Claim) -> Claim:
    """Return the claim that promises less."""
    if one.as_of is None or other.as_of is None:
        return one if one.as_of is None else other
    return one if one.as_of <= other.as_of else other


def claim_of_state(state: SectionState) -> Claim | None:
    """Return what the citizen's own feed claims, or None if it did not deliver the section."""
    if not state.is_delivered:
        return None
    return Claim(state.section, state.source or "", state.as_of, state.reason)


@dataclass(frozen=True, slots=True)
class Settled:
    """Whose section it is; `owner` is an index into the claims, None where all are added up."""

    owner: int | None
    claims: tuple[Claim, ...]


def settle(claims: Sequence[Claim | None]) -> Settled | None:
    """Decide over one section; the citizen's own feed comes first, None where nobody claims it."""
    whole = [number for number, one in enumerate(claims) if one and not one.is_partial]
    partial = [number for number, one in enumerate(claims) if one and one.is_partial]
    counted = whole or partial
    if not counted:
        return None
    given = [claim for number in counted if (claim := claims[number])]
    owner = owner_of(given[0].section, [claim.source for claim in given]) if whole else None
    if owner is None:
        return Settled(None, tuple(given))
    return Settled(counted[owner], (given[owner],))


def joined_state(
    who: tuple[UnitId, CitizenId], section: Section, settled: Settled, conflict: str | None
) -> SectionState:
    """Return the state of a joined section."""
    unit_id, citizen_id = who
    ages = [claim.as_of for claim in settled.claims]
    as_of = None if None in ages else min(age for age in ages if age)
    reason = conflict or next((one.reason for one in settled.claims if one.reason), None)
    return SectionState(
        unit_id,
        section,
        citizen_id,
        as_of,
        is_complete=reason is None,
        reason=reason,
        source=" + ".join(dict.fromkeys(claim.source for claim in settled.claims)),
    )
