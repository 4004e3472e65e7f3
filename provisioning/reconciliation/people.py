"""Look up whom the entries are about in what the hub keeps of each unit.

A box notes an opaque id and the CPR number, no more. Whoever types a row in needs a name and a
dwelling, most of all where there is no CPR number; the unit's last good night has them. A unit that
cannot be opened leaves its rows without, which is said. Called by the commands.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from appliance.errors import SnapshotError
from appliance.records.models import Citizen
from appliance.records.store import RecordStore
from provisioning.kept.hub_key import HubKey
from provisioning.kept.store import KeptUnit, KeptUnits
from provisioning.reconciliation.choice import Chosen
from provisioning.signing import kept_key


@dataclass(frozen=True, slots=True)
class Known:
    """Citizens and names of units, by the ids that the boxes use; `unread` units stayed shut."""

    citizens: Mapping[str, Citizen] = field(default_factory=dict, repr=False)
    units: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()

    def lacks(self, chosen: Iterable[Chosen]) -> int:
        """Return how many citizens of these entries nobody knows the name of."""
        return len({one.entry.event.citizen_id for one in chosen} - self.citizens.keys())


def look_up(chosen: Iterable[Chosen], kept: Path, trust: Path, folder: Path) -> Known:
    """Return what the hub's memory `kept` says of everybody noted on; units are opened in `folder`.

    The units named in the entries come first. The others are opened only while somebody is missing,
    who has moved since.

    Raises:
        StorageError: the disk refused, or the key of the hub's memory is none.

    """
    events = [one.entry.event for one in chosen]
    sought, named = {event.citizen_id for event in events}, {event.unit_id for event in events}
    if not sought or not kept_key(trust).is_file():
        return Known()
    store = KeptUnits(kept, HubKey(kept_key(trust)))
    units = store.all()
    found: dict[str, Citizen] = {}
    unread: list[str] = []
    for unit in sorted(units.values(), key=lambda unit: (unit.id not in named, unit.id)):
        if unit.id not in named and sought <= found.keys():
            break
        try:
            people = {str(one.id): one for one in _citizens(store, unit, folder / "kept.sqlite")}
        except SnapshotError:
            unread.append(unit.id)
        else:
            found |= {each: people[each] for each in sought & people.keys() - found.keys()}
    return Known(found, {unit.id: unit.name for unit in units.values()}, tuple(unread))


def _citizens(store: KeptUnits, unit: KeptUnit, plain: Path) -> Iterator[Citizen]:
    try:
        store.open(unit, plain)
        with closing(RecordStore(plain)) as records:
            yield from records.citizens()
    finally:
        plain.unlink(missing_ok=True)
