"""Follow FHIR references: relative, absolute, urn:uuid, contained, by identifier.

Two resources of a feed point at each other in any of these ways. Pure: takes a reference apart
and gives the keys to look under; what is found there is `index`'s business.
"""

import functools
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from provisioning.sources.fhir.values import Json, mapping, mappings, text

_URN = "urn:uuid:"
_HISTORY = "_history"
_CACHED, _LONGEST = 4096, 300


class Reference(NamedTuple):
    """A reference taken apart; `type` is None where the reference does not say."""

    type: str | None = None
    id: str | None = None
    identifier: str | None = None
    display: str | None = None
    contained: str | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether it points at nothing at all (a display alone is only words)."""
        return self.id is None and self.identifier is None and self.contained is None

    def may_be(self, kind: str) -> bool:
        """Tell whether it can point at a resource of this type."""
        return self.type in (None, kind)


NOTHING = Reference()


def parse_reference(value: Any) -> Reference:
    """Take a Reference apart; anything else gives an empty one."""
    if not isinstance(value, dict):
        return NOTHING
    if "reference" not in value and "identifier" not in value:
        return Reference(text(value.get("type")), display=text(value.get("display")))
    target = text(value.get("reference")) or ""
    # A text that long is no reference, and is not to be remembered.
    plain = (_of_target if len(target) < _LONGEST else _of_target.__wrapped__)(target)
    if len(value) == 1 and target:
        return plain
    kind = text(value.get("type"))
    identifier = _identifier_key(mapping(value.get("identifier")))
    # A search says of itself less surely than the reference what it is for.
    kind = kind or plain.type if plain.identifier else plain.type or kind
    display = text(value.get("display"))
    return Reference(kind, plain.id, plain.identifier or identifier, display, plain.contained)


@functools.lru_cache(_CACHED)
def _of_target(target: str) -> Reference:
    """Take the text of a reference apart; a feed says the same one many times."""
    if target.startswith("#"):
        return Reference(contained=target[1:])
    if target.startswith(_URN):
        return Reference(id=target.removeprefix(_URN))
    if "?" in target:
        found, searched = _conditional(target)
        return Reference(found, None, searched)
    return Reference(*_type_and_id(target))


def _type_and_id(target: str) -> tuple[str | None, str | None]:
    """Read "Patient/1", "Patient/1/_history/2" and any URL that ends in one of them."""
    kind, _, plain = target.partition("/")
    if kind.isalpha() and plain.isalnum():
        return kind, plain  # nearly every reference of most feeds
    parts = [part for part in target.split("#", maxsplit=1)[0].split("/") if part]
    if _HISTORY in parts:
        parts = parts[: parts.index(_HISTORY)]
    if not parts:
        return None, None
    return (parts[-2] if len(parts) > 1 else None), parts[-1]


def _conditional(target: str) -> tuple[str | None, str | None]:
    """Read "Practitioner?identifier=system|value", which some exporters leave in place."""
    path, _, query = target.partition("?")
    wanted = parse_qs(query).get("identifier", [])
    return (path.rstrip("/").rsplit("/", 1)[-1] or None), (wanted[0] if wanted else None)


def _identifier_key(value: Json) -> str | None:
    found = text(value.get("value"))
    return f"{text(value.get('system')) or ''}|{found}" if found else None


def identifier_keys(resource: Json) -> list[str]:
    """Return the keys a logical reference to this resource may use."""
    keys = (_identifier_key(item) for item in mappings(resource.get("identifier")))
    return [key for key in keys if key]


def contained(resource: Json, reference: Reference) -> Json | None:
    """Return the resource inside this one that the reference points at."""
    wanted = reference.contained
    if not wanted:
        return None
    for item in mappings(resource.get("contained")):
        if item.get("id") in (wanted, f"#{wanted}"):
            return item
    return None
