"""Open a Bundle: its resources, each with an id and with references that lead somewhere.

In a Bundle a resource is often named by its place (`fullUrl`, `urn:uuid:…`) and not by an id that
holds outside it. Here every entry gets an id, and every reference inside the Bundle is rewritten
to it, so that the rest of the house reads a Bundle as it reads lines. A Patient who is only there
to say whom a message is about is a *pointer*: named by CPR number, joined to the citizen known
from elsewhere by `provisioning.merging`. Refuses a Bundle of old versions. Pure. Called by `bulk`.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from provisioning.errors import BrokenLineError
from provisioning.sources.fhir.people import cpr_numbers
from provisioning.sources.fhir.values import Json, mapping, mappings, moment, person_name, text

MESSAGE = "message"
# Types that state what is so, in the order of http://hl7.org/fhir/R4/valueset-bundle-type.html
_STATES = {"document", "transaction", "batch", "searchset", "collection"}
_ANSWERS = {"transaction-response", "batch-response"}
_DEEPEST = 3  # a Bundle in a Bundle in a Bundle; deeper is a loop of somebody's exporter
_URN = "urn:uuid:"


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of a Bundle; `path` says where, such as "entry[2]"."""

    path: str
    resource: Json
    original: bytes
    is_pointer: bool = False


@dataclass(frozen=True, slots=True)
class OpenedBundle:
    """A Bundle taken apart; `pages` are this page's own address and the next one's."""

    entries: tuple[Entry, ...]
    is_message: bool
    stated_at: datetime | None
    pages: tuple[str | None, str | None] = (None, None)
    # Entries without a resource: an answer, or an order to delete something.
    empty: int = 0


def open_bundle(bundle: Json, scope: str) -> OpenedBundle:
    """Take a Bundle apart, with everything that lies in a Bundle inside it.

    `scope` names the part of the feed: what points at people is kept apart by it.

    Raises:
        BrokenLineError: it has no type that is known here, or Bundles lie too deep in it.

    """
    kind = text(bundle.get("type"))
    if kind not in _STATES | _ANSWERS | {MESSAGE}:
        raise BrokenLineError(f"a Bundle whose type is {_named(kind)} does not say what is so now")
    given = mappings(bundle.get("entry"))
    entries = tuple(_entries(bundle, _Within(scope, is_message=kind == MESSAGE)))
    stated = moment(bundle.get("timestamp")) or moment(
        mapping(bundle.get("meta")).get("lastUpdated")
    )
    empty = sum(not mapping(item.get("resource")) for item in given)
    return OpenedBundle(entries, kind == MESSAGE, stated, _pages(bundle), empty)


def _named(kind: str | None) -> str:
    return kind if kind in {"history", "subscription-notification"} else "missing or unknown"


def _pages(bundle: Json) -> tuple[str | None, str | None]:
    links = {
        text(item.get("relation")): text(item.get("url")) for item in mappings(bundle.get("link"))
    }
    return links.get("self"), links.get("next")


@dataclass(frozen=True, slots=True)
class _Within:
    """What holds for the entries of one Bundle."""

    scope: str
    is_message: bool
    path: str = ""
    depth: int = 1


def _entries(bundle: Json, within: _Within) -> Iterator[Entry]:
    """Give the resources of a Bundle and of the Bundles in it."""
    if within.depth > _DEEPEST:
        raise BrokenLineError(f"a Bundle more than {_DEEPEST} deep")
    given = [
        (f"{within.path}entry[{number}]", item, mapping(item.get("resource")))
        for number, item in enumerate(mappings(bundle.get("entry")))
    ]
    given = [one for one in given if one[2]]
    originals = [orjson.dumps(resource) for _, _, resource in given]
    names = _names([(item, resource) for _, item, resource in given], within)
    for (path, _, resource), original in zip(given, originals, strict=True):
        kind = resource.get("resourceType")
        if kind == "Bundle":
            is_message = within.is_message or resource.get("type") == MESSAGE
            yield from _entries(
                resource, _Within(within.scope, is_message, f"{path}.", within.depth + 1)
            )
            continue
        _rewrite(resource, names)
        is_pointer = kind == "Patient" and is_pointing(resource, is_message=within.is_message)
        yield Entry(path, resource, original, is_pointer)


def _names(given: list[tuple[Json, Json]], within: _Within) -> dict[str, str]:
    """Give each resource an id, and return every name it goes by in the Bundle."""
    names: dict[str, str] = {}
    for item, resource in given:
        kind, own_id = str(resource.get("resourceType")), text(resource.get("id"))
        full_url = text(item.get("fullUrl"))
        lasting = _lasting_id(kind, resource, full_url, within)
        if lasting is None:
            continue
        resource["id"] = lasting
        for name in (full_url, f"{kind}/{own_id}" if own_id else None):
            if name:
                names.setdefault(name, f"{kind}/{lasting}")
    return names


def _lasting_id(kind: str, resource: Json, full_url: str | None, within: _Within) -> str | None:
    """Return the id a resource goes by outside its Bundle.

    A person of a message, or one without an id, is the same person in tomorrow's Bundle: the CPR
    number says so, and the ids of the Bundle do not.
    """
    own_id = text(resource.get("id"))
    if kind == "Patient" and is_pointing(resource, is_message=within.is_message):
        return _id_of_person("cpr.", resource, within.scope) or own_id
    if kind == "Patient" and own_id is None:
        return _id_of_person("person.", resource) or _id_of_place(full_url)
    return own_id or _id_of_place(full_url)


def _id_of_place(full_url: str | None) -> str | None:
    if full_url is None:
        return None
    return full_url.removeprefix(_URN) if full_url.startswith(_URN) else full_url.rsplit("/", 1)[-1]


def is_pointing(patient: Json, *, is_message: bool) -> bool:
    """Tell whether a Patient only says whom something is about: in a message, or without a name."""
    return bool(cpr_numbers(patient)) and (is_message or person_name(patient.get("name")) is None)


def _id_of_person(prefix: str, patient: Json, scope: str = "") -> str | None:
    """Return an id made of CPR number, name and birth date, or None without a CPR number.

    Two people who share a CPR number by mistake stay two: they have two names.
    """
    numbers = cpr_numbers(patient)
    if not numbers:
        return None
    name = person_name(patient.get("name"))
    spoken = name.spoken.casefold() if name else ""
    look = (scope, numbers[0], spoken, text(patient.get("birthDate")) or "")
    return prefix + hashlib.blake2b("\0".join(look).encode(), digest_size=16).hexdigest()


def _rewrite(value: Any, names: dict[str, str]) -> None:
    """Turn every reference inside a resource that names an entry into that entry's own name."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            for key in ("reference", "url"):  # an attachment names its Binary by url
                target = item.get(key)
                if isinstance(target, str) and target in names:
                    item[key] = names[target]
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
