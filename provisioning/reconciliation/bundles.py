"""Put what goes back into transaction Bundles, one for each citizen. Pure.

A transaction is taken whole or not at all: a citizen the care system does not know, or knows twice,
must hold nobody else's. Sent twice it makes no doubles: each resource is made only where none has
our identifier, and one that was struck after it was sent (also an effect alone) is marked as a
mistake under the same identifier. Called by the commands.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from appliance.care_journal.events import JournalEvent
from appliance.clock import format_time
from provisioning.errors import ReconciliationError
from provisioning.reconciliation.choice import Chosen
from provisioning.reconciliation.people import NOBODY, Known
from provisioning.reconciliation.resources import IDENTIFIER, About, effect, urn_of, written
from provisioning.sources.fhir.values import Json, identifier, mapping, mappings


@dataclass(frozen=True, slots=True)
class NamedBundle:
    """A Bundle and the name of its file, which says nothing of the citizen."""

    name: str
    bundle: Json

    def to_bytes(self) -> bytes:
        """Return it as JSON."""
        return json.dumps(self.bundle, ensure_ascii=False, indent=1).encode()


def bundle_names(chosen: Iterable[Chosen]) -> Mapping[str, str]:
    """Return, by CPR number, the file a citizen's Bundle lies in."""
    concerned = sorted({one.cpr for one in chosen if one.going})
    return {cpr: f"{number:04}.json" for number, cpr in enumerate(concerned, start=1)}


def bundles(
    chosen: Iterable[Chosen], now: datetime, known: Known = NOBODY
) -> Iterator[NamedBundle]:
    """Yield a Bundle for each citizen something goes back of, the oldest entry first."""
    going = [one for one in chosen if one.going]
    for cpr, name in bundle_names(going).items():
        own = [one for one in going if one.cpr == cpr]
        own.sort(key=lambda one: one.entry.event.happened_at)
        items = [item for one in own for item in _items(one, known)]
        yield NamedBundle(name, _transaction(items, now))


def ids_in(content: bytes) -> set[str]:
    """Return the ids of the events in a Bundle that an earlier run wrote.

    Raises:
        ReconciliationError: it is none; the message repeats nothing of it.

    """
    try:
        bundle = mapping(json.loads(content))
    except (ValueError, RecursionError) as error:
        raise ReconciliationError("no JSON") from error
    if bundle.get("resourceType") != "Bundle" or bundle.get("type") != "transaction":
        raise ReconciliationError("no transaction Bundle")
    resources = [mapping(entry.get("resource")) for entry in mappings(bundle.get("entry"))]
    return {found for each in resources if (found := identifier(each, IDENTIFIER))}


def _transaction(entries: list[Json], now: datetime) -> Json:
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "timestamp": format_time(now),
        "entry": entries,
    }


def _items(one: Chosen, known: Known) -> Iterator[Json]:
    entry = one.entry
    order = known.order_of(entry.event)
    about = About(one.cpr, one.box.box_id, one.fate.is_withdrawal, order)
    for event in one.going:
        is_effect = event is entry.effect
        is_dose_there = entry.event in one.going
        resource = (
            effect(event, entry.event, about, is_dose_there=is_dose_there)
            if is_effect
            else written(event, about)
        )
        yield _item(resource, event, about)


def _item(resource: Json, event: JournalEvent, about: About) -> Json:
    kind, search = resource["resourceType"], f"identifier={IDENTIFIER}|{event.id}"
    request = {"method": "POST", "url": kind, "ifNoneExist": search}
    if about.is_withdrawn:
        request = {"method": "PUT", "url": f"{kind}?{search}"}
    return {"fullUrl": urn_of(event.id), "resource": resource, "request": request}
