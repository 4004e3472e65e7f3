"""Find the files of a feed that hold medicine cards, and give the cards in them.

Looks at names and at the first bytes; a FHIR document is never taken for a card. Refuses a JSON
document that is too large. Called by `source`, and by `provisioning.feeds` to choose the source.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from provisioning.errors import UnreadableFileError
from provisioning.sources.feed_store import FeedStore, open_store, read_whole
from provisioning.sources.fmk_cards import names
from provisioning.sources.fmk_cards.cards import Card, CardFault
from provisioning.sources.fmk_cards.json_cards import read_json
from provisioning.sources.fmk_cards.xml_cards import read_xml
from provisioning.sources.lists.tables import is_litter

ENDINGS = (".xml", ".json")
_OTHERS = (".ndjson", ".ndjson.gz", ".csv", ".tsv", ".xlsx", ".xlsm")
LARGEST_JSON = 32 * 1024 * 1024
# A feed of cards has cards everywhere: a few files tell, and nobody waits for ten thousand.
_LOOKED_AT = 25
_FIRST_BYTES = 8 * 1024
_JSON_CARD = re.compile(rb'"[Mm]edicineCard"\s*:\s*[\[{]')
_FHIR = re.compile(rb'"resourceType"\s*:')
_DAMAGE = (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError)
CUT_SHORT = "is damaged or cut short"


def holds_cards(path: Path) -> bool:
    """Tell whether a feed is made of medicine cards, so that it is one for this source.

    Raises:
        UnreadableFeedError: it is neither a folder nor a zip that can be read.

    """
    store = open_store(path)
    given = [name for name in store.names() if not is_litter(name)]
    if any(name.lower().endswith(_OTHERS) for name in given):
        return False
    candidates = [name for name in given if is_candidate(name)]
    return any(_is_card(store, name) for name in candidates[:_LOOKED_AT])


def is_candidate(name: str) -> bool:
    """Tell whether a file's name is that of a file that may hold cards."""
    return name.lower().endswith(ENDINGS)


def _is_card(store: FeedStore, name: str) -> bool:
    try:
        with store.open(name) as stream:
            # Without the noughts of UTF-16, so that either way of writing is recognised.
            begin = stream.read(_FIRST_BYTES).replace(b"\0", b"")
    except (KeyError, *_DAMAGE):
        return False
    if name.lower().endswith(".xml"):
        return names.NAMESPACE_MARK in begin
    return bool(_JSON_CARD.search(begin)) and not _FHIR.search(begin)


def cards_in(store: FeedStore, name: str) -> Iterator[Card | CardFault]:
    """Give every card of one file, and what is wrong with the file; never raises for its content.

    What was given before a fault was whole.
    """
    if name.lower().endswith(".json"):
        yield from _json(store, name)
        return
    try:
        with store.open(name) as stream:
            yield from read_xml(stream)
    except (KeyError, *_DAMAGE):
        yield CardFault(None, names.CARD, CUT_SHORT)


def _json(store: FeedStore, name: str) -> Iterator[Card | CardFault]:
    try:
        content = read_whole(store, name, LARGEST_JSON)
    except UnreadableFileError as error:
        reason = CUT_SHORT if error.__cause__ else f"is larger than {LARGEST_JSON} bytes"
        yield CardFault(None, names.CARD, reason)
        return
    yield from read_json(content)
