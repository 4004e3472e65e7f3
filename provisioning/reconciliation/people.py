"""Look up whom the entries are about in what the hub keeps of each unit.

A box notes opaque ids and the CPR number, no more. Whoever types a row in needs a name and a
dwelling, most of all where there is no CPR number, and the care system its own identifier of the
order a dose was given by; the unit's last good night has them. A unit that cannot be opened leaves
its rows without, which is said. Called by the commands.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from appliance.care_journal.events import JournalEvent, MedicineGiven
from appliance.errors import SnapshotError
from appliance.files import explaining_disk_errors
from appliance.records.models import Citizen, MedicationOrder
from appliance.records.store import RecordStore
from provisioning.kept.hub_key import HubKey
from provisioning.kept.store import KeptUnit, KeptUnits
from provisioning.reconciliation.choice import Chosen
from provisioning.reconciliation.orders import order_identifier
from provisioning.signing import kept_key
from provisioning.sources.fhir.values import Json

OrderKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """Citizens and names of units, by the ids that the boxes use; `unread` units stayed shut.

    `orders` are the care system's own identifiers, by citizen and order.
    """

    citizens: Mapping[str, Citizen] = field(default_factory=dict, repr=False)
    units: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    orders: Mapping[OrderKey, Json] = field(default_factory=dict, repr=False)

    def lacks(self, chosen: Iterable[Chosen]) -> int:
        """Return how many citizens of these entries nobody knows the name of."""
        return len({one.entry.event.citizen_id for one in chosen} - self.citizens.keys())

    def order_of(self, event: JournalEvent) -> Json | None:
        """Return by which identifier the care system knows the order of a dose, if any."""
        given = event.what
        if not isinstance(given, MedicineGiven):
            return None
        return self.orders.get((event.citizen_id, given.order_id))


NOBODY = Known()


def look_up(chosen: Iterable[Chosen], kept: Path, trust: Path, folder: Path) -> Known:
    """Return what the hub's memory `kept` says of everybody noted on; units are opened in `folder`.

    The units named in the entries come first. The others are opened only while somebody is missing,
    who has moved since.

    Raises:
        StorageError: the disk refused, or the key of the hub's memory is none.

    """
    events = [one.entry.event for one in chosen]
    sought, named = {event.citizen_id for event in events}, {event.unit_id for event in events}
    with explaining_disk_errors("reading what the hub keeps"):
        is_kept = kept_key(trust).is_file()
    if not sought or not is_kept:
        return NOBODY
    store = KeptUnits(kept, HubKey(kept_key(trust)))
    units = store.all()
    found: dict[str, Citizen] = {}
    orders: dict[OrderKey, Json] = {}
    unread: list[str] = []
    for unit in sorted(units.values(), key=lambda unit: (unit.id not in named, unit.id)):
        if unit.id not in named and sought <= found.keys():
            break
        try:
            with _opened(store, unit, folder / "kept.sqlite") as records:
                new = [one for one in records.citizens() if one.id in sought - found.keys()]
                found |= {one.id: one for one in new}
                orders |= {key: order for one in new for key, order in _orders(records, one)}
        except SnapshotError:
            unread.append(unit.id)
    names = {str(unit.id): unit.name for unit in units.values()}
    return Known(found, names, tuple(unread), orders)


@contextmanager
def _opened(store: KeptUnits, unit: KeptUnit, plain: Path) -> Iterator[RecordStore]:
    try:
        store.open(unit, plain)
        with closing(RecordStore(plain)) as records:
            yield records
    finally:
        plain.unlink(missing_ok=True)


def _orders(records: RecordStore, citizen: Citizen) -> Iterator[tuple[OrderKey, Json]]:
    own = records.of_citizen(MedicationOrder, citizen.id)
    originals = records.originals(MedicationOrder, citizen.id)  # both in the order of their ids
    for order, (_, original) in zip(own, originals, strict=True):
        if (identifier := order_identifier(original)) is not None:
            yield (citizen.id, order.id), identifier
