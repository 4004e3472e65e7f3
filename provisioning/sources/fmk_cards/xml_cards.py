"""Read medicine cards out of XML, one after the other, so that a large file needs little memory.

Refuses a document type or an entity outright: a card has neither, and both are how a small file
becomes a large one or reads what lies elsewhere. Nothing is ever fetched. Elements of a foreign
namespace keep no name, so that none of them can pass for one of FMK's. Called by `card_files`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from provisioning.sources.fmk_cards import names
from provisioning.sources.fmk_cards.cards import NO_CARDS, Card, CardFault
from provisioning.sources.fmk_cards.nodes import DEEPEST, MOST_CHARACTERS, MOST_ELEMENTS, Node
from provisioning.sources.shown_names import OTHER
from provisioning.sources.text_cleaning import without_unwanted

_BLOCK = 64 * 1024
_BETWEEN = " "  # cannot stand in a namespace or in a name
_FMK, _FOREIGN, _OLD = range(3)


class _RefusedError(Exception):
    """Leaves the parser's callbacks; becomes a `CardFault` at once."""


@dataclass(slots=True)
class _Open:
    """An element that has begun; `fetched` holds for everything inside it."""

    name: str
    kind: int
    line: int
    fetched: str | None
    is_nil: bool = False
    words: list[str] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)


def read_xml(stream: IO[bytes]) -> Iterator[Card | CardFault]:
    """Give every card of a file, and at last what stopped the reading, if anything did.

    Raises:
        OSError, EOFError, zlib.error, zipfile.BadZipFile: the file itself is damaged.

    """
    reader = _Reader()
    number = 0
    try:
        while block := stream.read(_BLOCK):
            reader.parser.Parse(block, False)
            number += len(reader.found)
            yield from reader.taken()
        reader.parser.Parse(b"", True)
    except (expat.ExpatError, _RefusedError, LookupError, ValueError) as error:
        number += len(reader.found)
        yield from reader.taken()
        yield CardFault(reader.line, f"{names.CARD}[{number}]", _reason(error))
        return
    number += len(reader.found)
    yield from reader.taken()
    if number == 0:
        yield CardFault(None, names.CARD, NO_CARDS, is_foreign=True)


def _reason(error: Exception) -> str:
    if isinstance(error, _RefusedError):
        return str(error)
    if isinstance(error, expat.ExpatError):
        return f"is not XML: {expat.ErrorString(error.code)}"
    return "is written in an encoding nobody here knows"


class _Reader:
    """The callbacks of one file."""

    def __init__(self) -> None:
        self.found: list[Card | CardFault] = []
        self._open: list[_Open] = []
        self._card_depth: int | None = None
        self._count = self._elements = self._characters = 0
        self._sent: str | None = None
        self.parser = expat.ParserCreate(namespace_separator=_BETWEEN)
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = _refuse
        self.parser.EntityDeclHandler = _refuse
        self.parser.ExternalEntityRefHandler = _refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data

    @property
    def line(self) -> int:
        """Return the line the reading has come to."""
        return self.parser.CurrentLineNumber

    def taken(self) -> list[Card | CardFault]:
        """Return what was found since the last time."""
        found, self.found = self.found, []
        return found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        kind, local = _named(name)
        if len(self._open) >= DEEPEST:
            raise _RefusedError("has elements inside each other without end")
        fetched = self._open[-1].fetched if self._open else None
        said = next((attributes[one] for one in names.FETCHED if attributes.get(one)), None)
        is_nil = attributes.get(names.NIL) in ("true", "1")
        self._open.append(_Open(local, kind, self.line, said or fetched, is_nil))
        if self._card_depth is None:
            if local == names.CARD and kind != _FOREIGN:
                self._card_depth = len(self._open)
                self._elements = self._characters = 0
            return
        self._elements += 1
        if self._elements > MOST_ELEMENTS:
            raise _RefusedError("has more elements than any card")

    def _data(self, words: str) -> None:
        self._characters += len(words)
        if self._characters > MOST_CHARACTERS:
            raise _RefusedError("is larger than any card")
        self._open[-1].words.append(words)

    def _end(self, _name: str) -> None:
        done = self._open.pop()
        said = without_unwanted("".join(done.words)).strip()
        if self._card_depth is None:
            self._note_time(done, said)
            self._characters = 0
            if self._open:
                self._open[-1].words.clear()  # what stands between cards is nobody's
            return
        name = done.name if done.kind != _FOREIGN else OTHER
        node = Node(name, "" if done.children else said, tuple(done.children), done.line)
        if len(self._open) < self._card_depth:
            self._close_card(done, node)
        elif not done.is_nil or said or done.children:
            self._open[-1].children.append(node)

    def _note_time(self, done: _Open, said: str) -> None:
        """Note when what follows was fetched: an element beside the cards, or the envelope."""
        if said and done.name in names.FETCHED and self._open:
            self._open[-1].fetched = said
        above = self._open[-1].name if self._open else ""
        if said and (above, done.name) == names.ENVELOPE_TIME:
            self._sent = said

    def _close_card(self, done: _Open, node: Node) -> None:
        where = f"{names.CARD}[{self._count}]"
        self._card_depth = None
        self._count += 1
        if done.kind == _OLD:
            self.found.append(CardFault(done.line, where, "is of an older model of FMK"))
            return
        inside = (one.text for name in names.FETCHED for one in node.all(name) if one.text)
        fetched = next(inside, None) or done.fetched or self._sent
        self.found.append(Card(node, where, fetched))


def _named(name: str) -> tuple[int, str]:
    """Return whose an element is, and its name within its namespace."""
    namespace, _, local = name.rpartition(_BETWEEN)
    found = names.NAMESPACE.fullmatch(namespace)
    if found is None:
        return _FOREIGN, local
    return (_OLD if found["day"] < names.FIRST_MODEL else _FMK), local


def _refuse(*_given: object) -> int:
    raise _RefusedError("declares a document type or an entity, which no card has")
