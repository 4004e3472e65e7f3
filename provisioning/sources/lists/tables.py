"""Find the tables of a delivery and the headers in each, whether they are CSV files or sheets.

The headers may stand below a title, and on two rows when some are merged; the delimiter is the
one that finds most of them. A header row nobody recognises is never quoted: it may be somebody's
name. Called by `layout` and `folder`.
"""

import itertools
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Protocol

from appliance.clock import DANISH_TIME
from appliance.settings_file import did_you_mean
from provisioning.errors import UnreadableFileError
from provisioning.sources.feed_store import FeedStore
from provisioning.sources.lists.columns import Column, ListMap, plain
from provisioning.sources.lists.excel import Workbook, open_workbook
from provisioning.sources.lists.text import DELIMITERS, Row, TextFile, Widths, find_encoding, fitted
from provisioning.sources.shown_names import header_name

_TEXT_ENDINGS = (".csv", ".txt", ".tsv")
_SHEET_ENDINGS = (".xlsx", ".xlsm")
_OLD_ENDINGS = (".xls", ".xlsb", ".ods")
# What office programs and file shares leave behind: no part of any delivery.
_LITTER = ("~$", ".~lock", "._", ".ds_store", "thumbs.db", "desktop.ini")
_HEAD = 20  # a title, a date, some blank rows; headers further down are no headers


class Table(Protocol):
    """A table of a delivery: a CSV file, or one sheet of a workbook."""

    @property
    def file(self) -> str:
        """Return the file's name in the feed."""
        ...

    @property
    def shown(self) -> str:
        """Return the name for reports: the file, and the sheet if there are several."""
        ...

    @property
    def titles(self) -> tuple[str, ...]:
        """Return what the table is called, the most telling first."""
        ...

    def read_as(self, delimiter: str | None, encoding: str | None) -> "Table":
        """Return the table, read as a column map says."""
        ...

    def delimiters(self) -> Sequence[str]:
        """Return the delimiters to try."""
        ...

    def rows(self, delimiter: str, widths: Widths | None = None) -> Iterator[Row]:
        """Give the rows that are not blank."""
        ...


@dataclass(frozen=True, slots=True)
class TextTable:
    """A CSV file."""

    content: TextFile
    tried: tuple[str, ...] = DELIMITERS

    @property
    def file(self) -> str:
        """Return the file's name in the feed."""
        return self.content.name

    @property
    def shown(self) -> str:
        """Return the file's name."""
        return self.content.name

    @property
    def titles(self) -> tuple[str, ...]:
        """Return the file's name without folder and ending."""
        return (PurePosixPath(self.content.name).stem,)

    def read_as(self, delimiter: str | None, encoding: str | None) -> "Table":
        """Return the table with what a column map insists on."""
        content = replace(self.content, encoding=encoding or self.content.encoding)
        return TextTable(content, (delimiter,) if delimiter else self.tried)

    def delimiters(self) -> Sequence[str]:
        """Return the delimiters to try."""
        return self.tried

    def rows(self, delimiter: str, widths: Widths | None = None) -> Iterator[Row]:
        """Give the rows that are not blank."""
        return self.content.rows(delimiter, widths)


@dataclass(frozen=True, slots=True)
class SheetTable:
    """One sheet of a workbook."""

    book: Workbook
    sheet: str

    @property
    def file(self) -> str:
        """Return the workbook's name in the feed."""
        return self.book.name

    @property
    def shown(self) -> str:
        """Return the workbook's name, with the sheet where there are several."""
        return f"{self.book.name}[{self.sheet}]" if len(self.book.sheets) > 1 else self.book.name

    @property
    def titles(self) -> tuple[str, ...]:
        """Return the sheet's name; a lone sheet is called what its workbook is called."""
        stem = PurePosixPath(self.book.name).stem
        return (stem, self.sheet) if len(self.book.sheets) == 1 else (self.sheet,)

    def read_as(self, _delimiter: str | None, _encoding: str | None) -> "Table":
        """Return the sheet itself; it has neither delimiter nor encoding."""
        return self

    def delimiters(self) -> Sequence[str]:
        """Return one try."""
        return ("",)

    def rows(self, _delimiter: str, widths: Widths | None = None) -> Iterator[Row]:
        """Give the rows that are not blank, all as wide as the headers."""
        for row in self.book.rows(self.sheet):
            yield fitted(row, widths)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file nobody can read, and why."""

    file: str
    reason: str


def find_tables(store: FeedStore) -> tuple[list[Table], list[Unreadable]]:
    """Return every table of a feed, and the files that are none."""
    tables: list[Table] = []
    unreadable = []
    for name in store.names():
        ending = PurePosixPath(name).suffix.lower()
        if is_litter(name):
            continue
        try:
            if ending in _TEXT_ENDINGS:
                tables.append(TextTable(TextFile(store, name, find_encoding(store, name))))
            elif ending in _SHEET_ENDINGS:
                book = open_workbook(store, name)
                tables += [SheetTable(book, sheet) for sheet in book.sheets]
            elif ending in _OLD_ENDINGS:
                unreadable.append(Unreadable(name, f"{ending} is not read; save it as .xlsx"))
        except UnreadableFileError as error:
            unreadable.append(Unreadable(name, str(error)))
    return tables, unreadable


def other_files(store: FeedStore) -> list[str]:
    """Return the files of a feed that are neither tables nor settings nor litter."""
    known = (*_TEXT_ENDINGS, *_SHEET_ENDINGS, *_OLD_ENDINGS, ".toml")
    return [
        name
        for name in store.names()
        if not is_litter(name) and PurePosixPath(name).suffix.lower() not in known
    ]


def is_litter(name: str) -> bool:
    """Tell whether a file is a lock or a thumbnail some program left behind."""
    return PurePosixPath(name).name.lower().startswith(_LITTER) or name.startswith("__MACOSX/")


def made_at(feed: Path, file: str) -> datetime | None:
    """Return when a file of a feed was written, as its folder or zip says."""
    if feed.is_dir():
        return datetime.fromtimestamp(int((feed / file).stat().st_mtime), UTC)
    with zipfile.ZipFile(feed) as packed:
        stamp = packed.getinfo(file).date_time
    try:
        return datetime(*stamp, tzinfo=DANISH_TIME).astimezone(UTC)  # zip keeps local time
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Header:
    """The headers of a table, the row they end on, and what stands above them."""

    delimiter: str
    line: int
    names: tuple[str, ...]
    widths: Widths
    above: tuple[str, ...] = ()

    def places(self, column: Column) -> tuple[int, ...]:
        """Return where a field's column stands; empty when it does not."""
        where = {plain(name): at for at, name in reversed(list(enumerate(self.names)))}
        for alternative in column.alternatives:
            found = [where[plain(part)] for part in alternative if plain(part) in where]
            if len(found) == len(alternative):
                return tuple(found)
        return ()

    def fields(self, listed: ListMap) -> dict[str, tuple[int, ...]]:
        """Return where each field stands that stands anywhere."""
        places = {name: self.places(column) for name, column in listed.columns.items()}
        return {name: found for name, found in places.items() if found}

    def missing(self, listed: ListMap) -> list[tuple[str, ...]]:
        """Return the groups of fields of which one must be there and none is."""
        there = {*self.fields(listed), *listed.constants}
        return [group for group in listed.kind.required if not there & set(group)]

    def doubled(self, listed: ListMap) -> list[str]:
        """Return the mapped headers that stand twice, so that nobody knows which one counts."""
        known = [plain(name) for name in self.names if plain(name) in listed.known_headers()]
        return sorted({name for name in known if known.count(name) > 1})

    def unmapped(self, listed: ListMap) -> list[str]:
        """Return the headers the map does not know, fit to be shown in a report."""
        known = listed.known_headers()
        return [
            header_name(name) if name.strip() else f"number {at} (no header)"
            for at, name in enumerate(self.names, start=1)
            if plain(name) not in known
        ]

    def meant(self, listed: ListMap, header: str) -> str:
        """Return a hint which column of the map a header may have been meant as, if any."""
        absent = {one.shown for one in listed.columns.values() if not self.places(one)}
        return did_you_mean(header, sorted(absent))


Heads = dict[tuple[Table, str], list[Row]]


def find_header(table: Table, listed: ListMap, heads: Heads) -> Header | None:
    """Return the headers that fit a list best, or None for a table without any.

    `heads` remembers the first rows of each table, as several maps may be tried on them.

    Raises:
        UnreadableFileError: the file is damaged.

    """
    best: Header | None = None
    most = 0
    for delimiter in table.delimiters():
        if (table, delimiter) not in heads:
            heads[table, delimiter] = list(itertools.islice(table.rows(delimiter), _HEAD))
        rows = heads[table, delimiter]
        for header in _candidates(rows, delimiter):
            score = len(header.fields(listed))
            if score > most:
                best, most = header, score
    return best


def _candidates(rows: list[Row], delimiter: str) -> Iterator[Header]:
    """Give every row, and then every two rows, that may be the headers."""
    for at, row in enumerate(rows):
        yield _header(rows, at, row.cells, delimiter)
    for at, (upper, lower) in enumerate(itertools.pairwise(rows), start=1):
        # Merged over several columns, a header is a heading; merged over two rows, it is above.
        pairs = itertools.zip_longest(upper.cells, lower.cells, fillvalue="")
        yield _header(rows, at, tuple(low.strip() or high for high, low in pairs), delimiter)


def _header(rows: list[Row], at: int, names: tuple[str, ...], delimiter: str) -> Header:
    width = len(names)
    while width and not names[width - 1].strip():
        width -= 1
    above = tuple(" ".join(filter(None, row.cells)) for row in rows[:at])
    named = tuple(name.strip() for name in names[:width])
    return Header(delimiter, rows[at].line, named, Widths(width, len(names)), above)


def body(table: Table, header: Header) -> Iterator[Row]:
    """Give the rows below the headers.

    Raises:
        UnreadableFileError: the file stops half-way.

    """
    rows = table.rows(header.delimiter, header.widths)
    return (row for row in rows if row.line > header.line)
