"""Count which elements of a resource nobody here reads, at next to no cost for each resource.

Resources of one type come in few *shapes* (the same keys in the same order), so a whole shape is
counted while reading and taken apart at the end. Called by `delivery` for each resource.
"""

from collections import Counter
from typing import Any

from provisioning.sources.fhir.modifiers import MODIFIER
from provisioning.sources.fhir.read_fields import FRAME, READ_EXTENSIONS, READ_FIELDS
from provisioning.sources.fhir.values import Json, mappings
from provisioning.sources.shown_names import OTHER, element_name, web_address
from provisioning.sources.unread import UnreadFields

EXTENSION = "extension"
# So many shapes at once are no export of a system but keys somebody made up.
_MOST_SHAPES = 2000
_LONGEST_URL = 300
_Shape = tuple[str, tuple[str, ...]]


class Shapes:
    """The shapes of the resources of one feed."""

    def __init__(self, unread: UnreadFields) -> None:
        self._unread = unread
        self._keys: Counter[_Shape] = Counter()
        self._urls: Counter[_Shape] = Counter()

    def note(self, kind: str, resource: Json) -> None:
        """Count one resource; one of a type nobody reads is kept whole and needs no count."""
        if kind not in READ_FIELDS:
            return
        self._keys[kind, tuple(resource)] += 1
        for key in (EXTENSION, MODIFIER):
            if key in resource:
                self._urls[kind, (key, *_urls(resource[key]))] += 1
        if len(self._keys) + len(self._urls) > _MOST_SHAPES:
            self.settle()

    def settle(self) -> None:
        """Count the unread fields of every shape seen since the last time."""
        for (kind, keys), number in self._keys.items():
            for key in set(keys) - READ_FIELDS[kind] - FRAME - {EXTENSION, MODIFIER}:
                self._unread.count(kind, element_name(key), number)
        for (kind, (key, *urls)), number in self._urls.items():
            for url in set(urls) - (READ_EXTENSIONS[kind] if key == EXTENSION else frozenset()):
                address = web_address(url)
                shown = address if address == OTHER else f"({address})"
                self._unread.count(kind, key + shown, number)
        self._keys.clear()
        self._urls.clear()


def _urls(value: Any) -> tuple[str, ...]:
    """Return the addresses of a list of extensions, "" for one without."""
    return tuple([str(one.get("url") or "")[:_LONGEST_URL] for one in mappings(value)]) or ("",)
