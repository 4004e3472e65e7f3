"""Read medicine cards of the shared medication record (FMK) from a folder or zip.

Two passes: `survey` learns which card of each citizen is the latest, `deliver` stages it. A citizen
stands in "Uden enhed" until another feed knows the CPR number; then the medicine is FMK's word
(`provisioning.merging`). A card that cannot be read is named by file and line, and holds the boxes
of those its folder tells of. Called by `provisioning.feeds`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from appliance.records.terms import CitizenId, Section
from provisioning.errors import ForeignDocumentError, ManifestMissingError, Problem, Severity
from provisioning.sources.base import Delivery, Feed, Intake
from provisioning.sources.feed_store import open_store
from provisioning.sources.fhir.index import UNITLESS
from provisioning.sources.fmk_cards import names
from provisioning.sources.fmk_cards.card_files import cards_in, holds_cards, is_candidate
from provisioning.sources.fmk_cards.cards import Card, CardFault
from provisioning.sources.fmk_cards.delivery import CardDelivery, CardFile, CardPart
from provisioning.sources.lists.tables import is_litter
from provisioning.sources.pdf_drop.whose import shown_name

__all__ = ["FmkCardSource", "holds_cards"]

_UNREAD = "is no medicine card, and nobody reads it in a delivery of cards"
_UNDATED = "nobody says when a card was fetched, so the age of the medicine is unknown"


class FmkCardSource:
    """One or more deliveries of medicine cards of one municipality.

    Raises:
        UnreadableFeedError: a feed is neither a folder nor a zip that can be read.

    """

    name = "FMK"

    def __init__(
        self, feeds: Sequence[Feed], intake: Intake, as_of: datetime | None = None
    ) -> None:
        self._intake = intake
        self._report = intake.report
        self._delivery = CardDelivery(intake, self.name, as_of)
        self._files = [file for feed in feeds for file in self._listed(feed)]

    @property
    def read_at(self) -> Mapping[CitizenId, datetime]:
        """Return, for every citizen with a card, when it was fetched."""
        return self._delivery.read_at

    def survey(self) -> None:
        """Learn which card of each citizen is the latest."""
        for file in self._files:
            for item in cards_in(file.store, file.name) if is_candidate(file.name) else ():
                if isinstance(item, Card):
                    self._delivery.note(file, item)

    def deliver(self) -> None:
        """Hand over the latest card of every citizen, with a verdict for every card and order."""
        for file in self._files:
            if not is_candidate(file.name):
                self._report.add(Problem(Severity.WARNING, file.shown, None, "file", "", _UNREAD))
                continue
            self._delivery.parts.setdefault(file.part, CardPart())
            for item in cards_in(file.store, file.name):
                self._deliver_item(file, item)
        if any(part.has_people for part in self._delivery.parts.values()):
            self._intake.staging.add(UNITLESS, "", None)
        for key, part in self._delivery.parts.items():
            self._close_part(key, part)

    def _listed(self, feed: Feed) -> list[CardFile]:
        store = open_store(feed.path, self._intake.reading.progress)
        counted: Counter[str] = Counter()
        files = []
        for name in store.names():
            if not is_litter(name):
                folder = shown_name(name, 0).rpartition("/")[0]
                counted[folder] += 1
                shown = feed.prefix + shown_name(name, counted[folder])
                part = feed.prefix + "/".join(filter(None, (self.name, folder)))
                files.append(CardFile(feed, store, name, shown, part))
        return files

    def _deliver_item(self, file: CardFile, item: Card | CardFault) -> None:
        if isinstance(item, CardFault) and item.is_foreign:
            self._report.add(
                Problem(Severity.ERROR, file.shown, item.line, names.CARD, "", item.reason,
                        code=ForeignDocumentError.code, part=file.part)
            )  # fmt: skip
            return
        self._report.count_read(names.CARD)
        self._report.count(names.CARD, self._delivery.deliver(file, item))

    def _close_part(self, key: str, part: CardPart) -> None:
        """Say whom a part feeds, and how old it is."""
        self._report.part_units[key] = {UNITLESS.id} if part.has_people else None
        if not part.has_people:
            return
        self._report.deliveries.append(
            Delivery(key, Section.MEDICATION, part.as_of, source=self.name)
        )
        if part.as_of is None:
            self._report.add(
                Problem(Severity.BLOCKING, key, None, names.CARD, "", _UNDATED,
                        "a RetrievalDateTime beside the card, or --as-of",
                        ManifestMissingError.code, key)
            )  # fmt: skip
