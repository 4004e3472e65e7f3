"""Read the rows of one CSV file, streamed, whatever its encoding, line ends and quoting.

A quoted field may hold line breaks; a quote that is never closed costs its own line and no other:
reading starts again at the next line. Every row says which line of the file it began on. Refuses
to guess a letter: a line in another encoding than the file's is a broken row. Called by
`tables`.
"""

import csv
import re
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import IO

from provisioning.errors import UnreadableFileError
from provisioning.sources.feed_store import LONGEST_LINE, FeedStore

DELIMITERS = (";", ",", "\t", "|")
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BLOCK = 1024 * 1024
# A text in one cell: a plan of many pages, not the rest of a file behind a quote left open.
_MOST_LINES, _MOST_CHARACTERS = 2000, 512 * 1024
_OPEN_QUOTE = "unexpected end of data"  # csv's own words for a quote that is not closed yet
_HIGH = re.compile(rb"[\x80-\xff]")
_DAMAGE = (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file; `broken` says why it cannot be trusted, if so.

    `faults` are cells, by position, that hold something other than a value; `dates` are those
    Excel holds as a date, which is what it makes of a dose written "1-2".
    """

    line: int
    cells: tuple[str, ...] = ()
    broken: str = ""
    faults: Mapping[int, str] = field(default_factory=dict)
    dates: frozenset[int] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Widths:
    """How many cells a row has: those with a header, and those the header row itself has."""

    named: int
    most: int


@dataclass(frozen=True, slots=True)
class _Line:
    """One physical line, its line end included."""

    number: int
    text: str
    fault: str = ""


@dataclass(frozen=True, slots=True)
class TextFile:
    """One CSV file of a feed."""

    store: FeedStore
    name: str
    encoding: str

    def rows(self, delimiter: str, widths: Widths | None = None) -> Iterator[Row]:
        """Give every row that is not blank; rows of other widths than asked for are broken.

        Raises:
            UnreadableFileError: the file stops half-way.

        """
        pending = _Pending(_lines(self.store, self.name, self.encoding))
        while line := pending.take():
            row = _read_row(line, pending, delimiter, widths)
            if row.broken or any(cell.strip() for cell in row.cells):
                yield row


def find_encoding(store: FeedStore, name: str) -> str:
    """Return the encoding most lines of a file agree on: UTF-8, else cp1252.

    Raises:
        UnreadableFileError: the file is damaged, or in UTF-16.

    """
    utf_8 = other = 0
    for number, content in _raw_lines(store, name):
        if number == 1 and content.startswith(_UTF_16):
            raise UnreadableFileError(f"{name}: is UTF-16; save it as CSV UTF-8")
        if number == 1 and content.startswith(_BOM):
            return "utf-8"
        if _HIGH.search(content):
            is_utf_8 = _is_utf_8(content)
            utf_8, other = utf_8 + is_utf_8, other + (not is_utf_8)
    return "cp1252" if other > utf_8 else "utf-8"


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _raw_lines(store: FeedStore, name: str) -> Iterator[tuple[int, bytes]]:
    number = 0
    try:
        with store.open(name) as stream:
            while content := stream.readline(LONGEST_LINE):
                number += 1
                if len(content) == LONGEST_LINE and not content.endswith(b"\n"):
                    _skip_line(stream)
                yield number, content
    except (KeyError, *_DAMAGE) as error:
        raise UnreadableFileError(f"{name}: stopped after line {number}: {error}") from error


def _skip_line(stream: IO[bytes]) -> None:
    """Pass over the rest of a line without holding it."""
    while block := stream.readline(_BLOCK):
        if block.endswith(b"\n"):
            return


def _lines(store: FeedStore, name: str, encoding: str) -> Iterator[_Line]:
    for number, raw in _raw_lines(store, name):
        content = raw.removeprefix(_BOM) if number == 1 else raw
        if len(raw) == LONGEST_LINE:
            yield _Line(number, "", f"is longer than {LONGEST_LINE} bytes")
            continue
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            yield _Line(number, "", f"is not {encoding} at byte {error.start}")
            continue
        # A whole line that is UTF-8 among cp1252 ones reads "SÃ¸ren": a wrong name.
        is_stranger = encoding == "cp1252" and _HIGH.search(content) and _is_utf_8(content)
        yield _Line(number, text, "is UTF-8, the file is cp1252" if is_stranger else "")


class _Pending:
    """Lines that can be handed back, for when a record turns out to end earlier."""

    def __init__(self, lines: Iterator[_Line]) -> None:
        self._lines = lines
        self._returned: deque[_Line] = deque()

    def take(self) -> _Line | None:
        """Return the next line, or None at the end."""
        return self._returned.popleft() if self._returned else next(self._lines, None)

    def give_back(self, lines: list[_Line]) -> None:
        """Put lines back in front."""
        self._returned.extendleft(reversed(lines))


def _read_row(line: _Line, pending: _Pending, delimiter: str, widths: Widths | None) -> Row:
    """Read the record that begins on a line, with the lines its quoted fields go on over."""
    if line.fault:
        return Row(line.number, broken=line.fault)
    cells, fault = _parse([line.text], delimiter)
    if fault == _OPEN_QUOTE:
        cells, fault, taken = _read_long(line, pending, delimiter)
        if not fault:
            fault = _width_fault(cells, widths)
        if fault:
            pending.give_back(taken)
            return Row(line.number, broken=f"a quote is not closed, or {fault}")
    fault = fault or _width_fault(cells, widths)
    row = Row(line.number, cells, fault)
    return row if fault else fitted(row, widths)


def _read_long(
    line: _Line, pending: _Pending, delimiter: str
) -> tuple[tuple[str, ...], str, list[_Line]]:
    taken: list[_Line] = []
    size = 0
    while len(taken) < _MOST_LINES and size < _MOST_CHARACTERS and (more := pending.take()):
        taken.append(more)
        size += len(more.text)
        if more.fault:
            return (), more.fault, taken
        if '"' in more.text:
            cells, fault = _parse([line.text, *(item.text for item in taken)], delimiter)
            if fault != _OPEN_QUOTE:
                return cells, fault, taken
    return (), "the text is too long for one cell", taken


def _parse(lines: list[str], delimiter: str) -> tuple[tuple[str, ...], str]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        cells = tuple(next(reader, []))
    except csv.Error as error:
        return (), str(error)
    return cells, "" if reader.line_num == len(lines) else "the row ends before the quote does"


def _width_fault(cells: tuple[str, ...], widths: Widths | None) -> str:
    if widths is None or not any(cell.strip() for cell in cells):
        return ""
    # Excel ends every line with as many delimiters as the widest line needs.
    extra = any(cell.strip() for cell in cells[widths.most :])
    if len(cells) < widths.named or extra:
        return f"has {len(cells)} columns, the header has {widths.named}"
    return ""


def fitted(row: Row, widths: Widths | None) -> Row:
    """Make a row as wide as the headers, and say when something stands beyond them."""
    if widths is None or len(row.cells) == widths.named:
        return row
    cells = (*row.cells[: widths.named], *[""] * (widths.named - len(row.cells)))
    if not any(cell.strip() for cell in row.cells[widths.named :]):
        return replace(row, cells=cells)
    return replace(row, cells=cells, notes=(*row.notes, "has cells beyond the last header"))
