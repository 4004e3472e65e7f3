"""Tell each box which others there are, so that it can know what another one signs or could open.

Only boxes with both public keys count: one accepted before there was a log signs nothing. Pure.
Called by the night.
"""

import contextlib

from appliance.records.terms import UnitId
from appliance.snapshot.neighbours import LONGEST_NAME, Neighbour, encode_neighbours
from provisioning.errors import FleetError
from provisioning.fleet import Fleet, FleetBox


def neighbours_of(box: FleetBox, fleet: Fleet, units: dict[UnitId, str]) -> bytes:
    """Return the list that travels beside a box's copy: every box but itself.

    Names are cut to what a box reads: one that is too long would cost it the whole list.
    """
    others = (each for each in fleet.boxes if each.id != box.id and each.log_key)
    return encode_neighbours(
        Neighbour(
            each.id,
            each.name[:LONGEST_NAME],
            each.recipient,
            each.log_key,
            each.address,
            _served(each, units),
        )
        for each in others
    )


def _served(box: FleetBox, units: dict[UnitId, str]) -> tuple[str, ...]:
    """Return the names of a box's units; none where its own list is wrong, which is said there."""
    with contextlib.suppress(FleetError):
        names = (units[unit_id][:LONGEST_NAME] for unit_id in box.unit_ids(units))
        return tuple(sorted(names))
    return ()
