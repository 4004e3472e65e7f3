"""Keep what one part of a FHIR feed turned out to hold: its sections, their age, its pages.

What a manifest lists is delivered even when nobody has any of it tonight. What only a message
tells is added to a section and never makes it whole. Called by `bulk` while it reads.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from appliance.records.terms import Section
from provisioning.sources.base import Delivery
from provisioning.sources.fhir.bundles import OpenedBundle
from provisioning.sources.fhir.parts import FeedPart

FROM_MESSAGES = "Kun fra meddelelser. Andet kan mangle."


@dataclass(slots=True)
class PartState:
    """What one part turned out to hold."""

    types: set[str] = field(default_factory=set)
    sections: set[Section] = field(default_factory=set)
    # What only messages told, and when the last of them was sent.
    told: set[Section] = field(default_factory=set)
    last_told: datetime | None = None
    # When the oldest Bundle was made; a resource outside every dated Bundle has no such time.
    stated_at: datetime | None = None
    has_undated: bool = False
    pages: set[str] = field(default_factory=set)
    next_pages: dict[str, str] = field(default_factory=dict)

    def note_bundle(self, bundle: OpenedBundle, file: str) -> None:
        """Note when a Bundle was made, and which page comes after it."""
        this, following = bundle.pages
        if this:
            self.pages.add(this)
        if following:
            self.next_pages[following] = file
        if bundle.is_message:
            self.last_told = max(filter(None, (self.last_told, bundle.stated_at)), default=None)
        elif bundle.stated_at is None:
            self.has_undated = True
        else:
            self.stated_at = min(self.stated_at or bundle.stated_at, bundle.stated_at)

    def missing_pages(self) -> list[str]:
        """Return the files whose next page is not there."""
        return [file for page, file in self.next_pages.items() if page not in self.pages]

    def as_of(self, part: FeedPart) -> datetime | None:
        """Return how old the part is: what the manifest or a person said, else its Bundles."""
        return part.as_of or (None if self.has_undated else self.stated_at or self.last_told)

    def deliveries(
        self,
        part: FeedPart,
        named: tuple[str, str],
        sections_of: Callable[[str], tuple[Section, ...]],
    ) -> Iterator[Delivery]:
        """Say which sections the part delivered: what it lists, and what it turned out to hold.

        `named` is the part's key and the source, as they stand beside every section.
        """
        key, source = named
        listed = {file.type for file in part.files if file.type}
        as_of, whole = self.as_of(part), set(self.sections)
        for file in part.files:
            for section in sections_of(file.type or ""):
                whole.add(section)
                yield Delivery(key, section, file.as_of or as_of, file.incomplete, source)
        for kind in sorted(self.types - listed):
            for section in sections_of(kind):
                whole.add(section)
                yield Delivery(key, section, as_of, source=source)
        for section in sorted(self.sections):
            yield Delivery(key, section, as_of, source=source)
        for section in sorted(self.told - whole):
            yield Delivery(key, section, self.last_told, FROM_MESSAGES, source)
        yield Delivery(key, Section.OTHER, as_of, source=source)
