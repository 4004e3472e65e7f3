"""Decide which source reads what was delivered, feed by feed.

A source looks at names and a few bytes, never at a record. What no source reads is said in the
report, because somebody thought it was delivered. Called by `intake`.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from provisioning.errors import ColumnMapError
from provisioning.reading import AS_DELIVERED, Reading
from provisioning.sources.base import Feed, Intake, Source, numbered
from provisioning.sources.fhir.bulk import FhirBulkSource
from provisioning.sources.fmk_cards.source import FmkCardSource, holds_cards
from provisioning.sources.lists.folder import CsvFolderSource, holds_lists
from provisioning.sources.pdf_drop.drop import PdfDropSource, holds_documents

__all__ = ["AS_DELIVERED", "Reading", "open_sources"]


def open_sources(paths: Sequence[Path], intake: Intake, reading: Reading) -> list[Source]:
    """Return the sources that read the feeds, those of one kind as one source.

    Raises:
        FeedError: a feed cannot be opened, or nobody can say how it is to be read.

    """
    feeds = numbered(paths)
    return list(_sources(feeds, intake, reading))


def _sources(feeds: Iterable[Feed], intake: Intake, reading: Reading) -> Iterator[Source]:
    cards = [feed for feed in feeds if holds_cards(feed.path)]
    others = [feed for feed in feeds if feed not in cards]
    documents = [feed for feed in others if holds_documents(feed.path)]
    lists = [feed for feed in others if feed not in documents and holds_lists(feed.path)]
    # Whatever else it is, FHIR says what it misses.
    fhir = [feed for feed in others if feed not in documents + lists]
    if fhir:
        yield FhirBulkSource(fhir, intake, reading.as_of)
    if reading.vendor and not lists:
        raise ColumnMapError("there is a column map, but no feed is made of lists")
    if lists:
        yield CsvFolderSource(lists, intake, reading.as_of, reading.vendor)
    if cards:
        # After those that know citizens: a card that is left out holds the unit it would go to.
        yield FmkCardSource(cards, intake, reading.as_of)
    if documents:
        # Last: units and citizens are known from the others.
        yield PdfDropSource(documents, intake, reading.as_of)
