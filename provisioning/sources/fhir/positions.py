"""Say where in a feed something stands: its part, its file, its line, its entry of a Bundle.

Called by `bulk` and `faults`; gives values and opens nothing.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from provisioning.sources.base import Feed
from provisioning.sources.feed_store import FeedStore
from provisioning.sources.fhir.attachments import Beside
from provisioning.sources.fhir.delivery import Origin
from provisioning.sources.fhir.parts import FeedFile, FeedPart
from provisioning.sources.fhir.type_rules import KNOWN

UNREADABLE = "(unreadable)"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of one feed; `key` names it across all feeds."""

    store: FeedStore
    feed: Feed
    key: str
    part: FeedPart
    names: Callable[[], frozenset[str]]

    @property
    def manifest(self) -> str:
        """Return the name of the part's manifest, for messages."""
        return self.feed.prefix + self.part.manifest


@dataclass(frozen=True)
class Place:
    """Which file of which part."""

    of: Part
    file: FeedFile

    @property
    def store(self) -> FeedStore:
        """Return where the file lies."""
        return self.of.store

    @property
    def key(self) -> str:
        """Return the part's name across all feeds."""
        return self.of.key

    @property
    def shown(self) -> str:
        """Return the file's name for messages."""
        return self.of.feed.prefix + self.file.name

    @functools.cached_property  # asked for at every line of the file
    def origin(self) -> Origin:
        """Return what stands beside every record of the file."""
        beside = Beside(self.store, self.file.name, self.of.names)
        return Origin(self.shown, self.key, self.of.feed.number, beside)

    @property
    def likely_type(self) -> str:
        """Return the type a broken line of this file probably had."""
        named = self.file.type or self.file.name.rsplit("/", 1)[-1].split(".", 1)[0]
        return named if named in KNOWN else UNREADABLE


class Where(NamedTuple):
    """Which line of a file, and which entry of a Bundle in it."""

    line: int | None
    path: str = ""

    def field(self, name: str) -> str:
        """Return a field's name as it stands in a report."""
        return ".".join(filter(None, (self.path, name)))
