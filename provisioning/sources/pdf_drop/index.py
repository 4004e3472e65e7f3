"""Read `index.csv`: which file is whose, where the names of the files do not say it.

As tolerant as the lists are: either encoding, any of four delimiters, Danish or English headers in
any order. Refuses to guess: a row that cannot be read is a fault with its line number. Called by
`drop`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from provisioning.errors import UnreadableFileError
from provisioning.sources.feed_store import FeedStore
from provisioning.sources.lists.columns import DATE_FORMATS, plain
from provisioning.sources.lists.text import DELIMITERS, Row, TextFile, Widths, find_encoding
from provisioning.sources.lists.values import read_cpr, read_moment

INDEX = "index.csv"
_HEADERS = {
    "file": ("file", "fil", "filnavn", "filename", "dokument"),
    "cpr": ("cpr", "cpr-nummer", "cprnummer", "cpr-nr", "cprnr", "cpr nr", "cpr-nr."),
    "citizen": ("citizen", "borger", "borger-id", "borgerid", "citizen id", "citizenid"),
    "title": ("title", "titel", "beskrivelse"),
    "date": ("date", "dato", "oprettet", "created"),
}


@dataclass(frozen=True, slots=True)
class IndexRow:
    """What the index says of one file; `created_at` is None where it does not say."""

    line: int
    file: str
    cpr: str | None = None
    citizen: str | None = None
    title: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class IndexFault:
    """A line of the index that cannot be used, and why; no cell is quoted."""

    line: int | None
    field: str
    reason: str
    expected: str = ""


def is_index(name: str) -> bool:
    """Tell whether a file of the feed is an index."""
    return PurePosixPath(name).name.lower() == INDEX


def read_index(store: FeedStore, name: str) -> Iterator[IndexRow | IndexFault]:
    """Give every row of an index, or what is wrong with it."""
    try:
        content = TextFile(store, name, find_encoding(store, name))
        yield from _rows(content, PurePosixPath(name).parent)
    except UnreadableFileError as error:
        yield IndexFault(None, "", f"stops half-way: {type(error.__cause__).__name__}")


def _rows(content: TextFile, folder: PurePosixPath) -> Iterator[IndexRow | IndexFault]:
    delimiter, header, places = _find_header(content)
    if header is None or "file" not in places:
        yield IndexFault(None, "file", "there is no such column", "file;cpr;citizen;title")
        return
    widths = Widths(len(header.cells), len(header.cells))
    for row in content.rows(delimiter, widths):
        if row.line > header.line:
            yield _row(row, places, folder)


def _find_header(content: TextFile) -> tuple[str, Row | None, dict[str, int]]:
    """Return the delimiter, the first row, and where each known column stands."""
    best: tuple[str, Row | None, dict[str, int]] = (DELIMITERS[0], None, {})
    for delimiter in DELIMITERS:
        first = next(content.rows(delimiter), None)
        places = _places(first.cells) if first else {}
        if first and len(places) > len(best[2]):
            best = (delimiter, first, places)
    return best


def _places(cells: tuple[str, ...]) -> dict[str, int]:
    said = [plain(cell) for cell in cells]
    found: dict[str, int] = {}
    for name, headers in _HEADERS.items():
        for header in headers:
            if plain(header) in said:
                found.setdefault(name, said.index(plain(header)))
    return found


def _row(row: Row, places: dict[str, int], folder: PurePosixPath) -> IndexRow | IndexFault:
    if row.broken:
        return IndexFault(row.line, "", row.broken)
    cells = {name: row.cells[at].strip() or None for name, at in places.items()}
    file, cpr = cells["file"], cells.get("cpr")
    if file is None:
        return IndexFault(row.line, "file", "is empty")
    read = read_cpr(cpr).value if cpr else None
    if cpr and read is None:
        return IndexFault(row.line, "cpr", "is no CPR number", "ten characters")
    given = cells.get("date")
    created_at = read_moment(given, DATE_FORMATS) if given else None
    if given and created_at is None:
        return IndexFault(row.line, "date", "is not a date", "23-11-2026")
    path = (folder / file.replace("\\", "/")).as_posix()
    return IndexRow(row.line, path, read, cells.get("citizen"), cells.get("title"), created_at)
