"""Judge who must be looked to and printed first: one rule for every order, list and cover.

Refuses to take silence for good news: whoever's needs are not in the copy, or cannot be read, may
be in need. Called by the pack, its cover and the list of needs.
"""

from enum import IntEnum
from functools import partial

from appliance.paper.fallback import or_else
from appliance.paper.unit_sheets.unit_view import whole
from appliance.records.alerts import URGENT_KINDS
from appliance.records.models import Citizen, Flag, has_flag
from appliance.records.store import RecordStore
from appliance.records.terms import Section


class Urgency(IntEnum):
    """How soon somebody must look to a citizen: the lower, the sooner."""

    URGENT = 0
    UNKNOWN = 1
    CAN_WAIT = 2


def urgency_of(store: RecordStore, citizen: Citizen) -> Urgency:
    """Judge one citizen; flags that nobody can read are unknown needs."""
    return or_else(partial(_judged, store, citizen), lambda: Urgency.UNKNOWN, "a need")


def _judged(store: RecordStore, citizen: Citizen) -> Urgency:
    flags = store.of_citizen(Flag, citizen.id)
    if any(has_flag(flags, kind) for kind in URGENT_KINDS):
        return Urgency.URGENT
    is_known = whole(store.section(citizen, Section.FLAGS))
    return Urgency.CAN_WAIT if is_known else Urgency.UNKNOWN
