"""Read medicine cards out of a JSON document of the same model as the XML.

A card stands under "MedicineCard", alone or in a list, at the top or inside the answer it came in.
Refuses what is not JSON, and FHIR, which is another source's. Called by `card_files`.
"""

from collections.abc import Iterator
from typing import Any

import orjson

from provisioning.sources.fmk_cards import names
from provisioning.sources.fmk_cards.cards import NO_CARDS, Card, CardFault
from provisioning.sources.fmk_cards.nodes import DEEPEST, MOST_ELEMENTS, Node
from provisioning.sources.text_cleaning import cleaned, is_suspicious

_WRAPPINGS_DEEP = 6
_FHIR = "resourceType"


class _TooLargeError(Exception):
    """A card has more values, or deeper ones, than any card; becomes a `CardFault` at once."""


def read_json(content: bytes) -> Iterator[Card | CardFault]:
    """Give every card of a document, or what is wrong with it."""
    try:
        written = content.decode("utf-8-sig")
        document = orjson.loads(cleaned(written) if is_suspicious(content) else written)
    except UnicodeDecodeError:
        yield CardFault(None, names.CARD, "is not UTF-8")
        return
    except orjson.JSONDecodeError as error:
        yield CardFault(error.lineno, names.CARD, f"is not JSON at column {error.colno}")
        return
    number = -1
    for number, (value, fetched) in enumerate(_cards(document, None, _WRAPPINGS_DEEP)):
        yield _card(value, fetched, f"{names.CARD}[{number}]")
    if isinstance(document, dict) and _FHIR in document:
        # Whoever it is about would be missing tonight: that is no matter of taste.
        yield CardFault(None, names.CARD, "is FHIR; deliver it apart from medicine cards")
    elif number < 0:
        yield CardFault(None, names.CARD, NO_CARDS, is_foreign=True)


def _cards(value: Any, fetched: str | None, levels: int) -> Iterator[tuple[Any, str | None]]:
    """Give every card below a value, with when it was fetched, as far as something says so."""
    if levels == 0:
        return
    if isinstance(value, list):
        for item in value:
            yield from _cards(item, fetched, levels - 1)
        return
    if not isinstance(value, dict) or _FHIR in value:
        return
    fetched = _fetched(value) or fetched
    for key, item in value.items():
        if _name(key) == names.CARD:
            yield from ((one, fetched) for one in (item if isinstance(item, list) else [item]))
        else:
            yield from _cards(item, fetched, levels - 1)


def _fetched(value: dict[str, Any]) -> str | None:
    given = (item for key, item in value.items() if key in names.FETCHED or _name(key) in _FETCHED)
    return next((item for item in given if isinstance(item, str) and item), None)


_FETCHED = frozenset(name[:1].upper() + name[1:] for name in names.FETCHED)


def _card(value: Any, fetched: str | None, where: str) -> Card | CardFault:
    if not isinstance(value, dict):
        return CardFault(None, where, "is not an object")
    try:
        node = _Builder().node(names.CARD, value, 0)
    except _TooLargeError:
        return CardFault(None, where, "is larger than any card")
    return Card(node, where, _fetched(value) or fetched)


class _Builder:
    """Turns values into nodes, and counts them."""

    def __init__(self) -> None:
        self._count = 0

    def node(self, name: str, value: Any, depth: int) -> Node:
        """Return a value as a node.

        Raises:
            _TooLargeError: there are too many, or they lie too deep.

        """
        self._count += 1
        if depth > DEEPEST or self._count > MOST_ELEMENTS:
            raise _TooLargeError
        if isinstance(value, dict):
            inside = tuple(
                one for key, item in value.items() for one in self._inside(key, item, depth)
            )
            return Node(name, children=inside, raw=value)
        return Node(name, _said(value), raw=value)

    def _inside(self, key: str, value: Any, depth: int) -> Iterator[Node]:
        if value is None:
            return
        for item in value if isinstance(value, list) else [value]:
            yield self.node(_name(key), item, depth + 1)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ""  # a list in a list has no meaning in the model
    return "" if value is None else str(value).strip()


def _name(key: str) -> str:
    """Return a key as the model spells it: some exports begin names with a small letter."""
    return key[:1].upper() + key[1:]
