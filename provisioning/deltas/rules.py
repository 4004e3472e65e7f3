"""Decide whether a box gets a delta tonight or a new base. Pure.

Called by `box_packer`, before a delta is made and after.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from appliance.policy import LARGEST_PATCHED
from appliance.snapshot.packing import Packed

# Deltas grow from night to night (research: 4 % of the base after one, 24 % after seven). A base a
# week costs less than what they would grow to, and a box that missed nights fetches no more.
LONGEST_BASE = timedelta(days=7)
LARGEST_DELTA = Fraction(30, 100)  # of the sealed base


class Rebase(StrEnum):
    """Why a new base is made."""

    NO_BASE = "there is no base the hub can still read"
    OTHER_RECIPIENT = "the box has another key than the base was sealed to"
    OTHER_SCHEMA = "the base has another record schema"
    OLD_BASE = "the base is older than 7 days"
    LARGE_DATABASE = "the database is larger than a box applies a delta to"
    LARGE_DELTA = "the delta is larger than 30 % of the base"


@dataclass(frozen=True, slots=True)
class KnownBase:
    """A base the hub has published and still has the database of."""

    recipient: str
    schema_version: int
    made_at: datetime
    packed: Packed


@dataclass(frozen=True, slots=True)
class Tonight:
    """What is to be published to a box: the length of its database in bytes, and for whom."""

    recipient: str
    schema_version: int
    now: datetime
    plain_size: int


def why_rebase(
    base: KnownBase | None, tonight: Tonight, delta_size: int | None = None
) -> Rebase | None:
    """Return why the box needs a new base, or None; `delta_size` is sealed bytes, once known."""
    if base is None:
        return Rebase.NO_BASE
    size, longest = base.packed.sealed_size, max(base.packed.plain_size, tonight.plain_size)
    reasons = {
        Rebase.OTHER_RECIPIENT: base.recipient != tonight.recipient,
        Rebase.OTHER_SCHEMA: base.schema_version != tonight.schema_version,
        # Either way: a base of a day when the clock was wrong must not stay for ever.
        Rebase.OLD_BASE: abs(tonight.now - base.made_at) > LONGEST_BASE,
        Rebase.LARGE_DATABASE: longest > LARGEST_PATCHED,
        Rebase.LARGE_DELTA: delta_size is not None and delta_size > size * LARGEST_DELTA,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)
