"""Read a medication list back as what it is: rows of cells, as a nurse's eye does.

Knows where the columns lie and how tall a medicine's name is set (`templates/medication_list.typ`),
and nothing of how the list is made. A row begins with a name; what stands beside and below it, up
to the next name, belongs to it, also on the next page.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from tests.appliance.paper.pages import Word, bare

_MM = 72 / 25.4
_LEFT = 12 * _MM
_FOOT = 842 - 27 * _MM
# The name of a medicine is set in bold 10.4 pt, a heading in 11 pt, a column head in 7.8 pt.
_NAME_PT = (12.4, 12.9)
_HEAD_PT = (9.3, 9.6)
_TITLE_PT = (13.1, 13.6)
# Cells begin within this of their row's name, which is set lower than a large dose.
_SLACK_PT = 2.5
# The columns of each kind of table in millimetres, told by a head only it has.
_KINDS = {
    "Morgen": (46, 13.4, 13.4, 13.4, 13.4, 46.4, 40),
    "Enkeltdosis": (46, 44, 24, 32, 40),
    "IKKE": (46, 46, 50, 44),
}


@dataclass(slots=True)
class Row:
    """One medicine: the section it stands under, and its cells without any spaces."""

    section: str
    kind: str
    cells: list[list[Word]] = field(default_factory=list)

    def text(self, column: int) -> str:
        """Return a cell's text in reading order, without spaces."""
        return bare("".join(word.text for word in in_reading_order(self.cells[column])))

    def across(self, first: int, last: int) -> str:
        """Return what stands across several columns, read as one cell."""
        words = [word for column in range(first, last + 1) for word in self.cells[column]]
        return bare("".join(word.text for word in in_reading_order(words)))


@dataclass(frozen=True, slots=True)
class _Table:
    """The part of a table on one page."""

    section: str
    kind: str
    words: list[Word]


def rows_of(pages: Iterable[list[Word]]) -> list[Row]:
    """Return every row of the list, in order."""
    rows: list[Row] = []
    for page in pages:
        for table in _tables(page):
            rows += _rows(table, rows[-1] if rows else None)
    return rows


def in_reading_order(words: Iterable[Word]) -> list[Word]:
    """Return words line by line, each line from the left."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda word: word.bottom):
        line = lines[-1] if lines else []
        is_same = bool(line) and word.top < line[0].bottom - 0.5 * word.height
        (line if is_same else lines.append([]) or lines[-1]).append(word)
    return [word for line in lines for word in sorted(line, key=lambda word: word.left)]


def _tables(page: list[Word]) -> Iterator[_Table]:
    """Yield the tables of a page: below a line of heads, down to the next title or the end."""
    body = [word for word in page if word.bottom < _FOOT]
    heads = sorted(word.top for word in body if word.text == "Præparat," and _is(word, _HEAD_PT))
    titles = [_title_above(body, top) for top in heads]
    ends = [*(top for top, _ in titles[1:]), _end_of(body)][: len(heads)]
    for top, (_, title), end in zip(heads, titles, ends, strict=True):
        line = [word for word in body if abs(word.top - top) < 12 and _is(word, _HEAD_PT)]
        kind = next(kind for kind in _KINDS if any(word.text == kind for word in line))
        below = max(word.bottom for word in line if word.top >= top - 1)
        yield _Table(title, kind, [word for word in body if below - 1 < word.top < end - 1])


def _title_above(body: list[Word], top: float) -> tuple[float, str]:
    """Return where the section's title stands, and what it says without its count."""
    near = [word for word in body if _is(word, _TITLE_PT) and 0 < top - word.bottom < 30]
    text = " ".join(word.text for word in in_reading_order(near))
    return min(word.top for word in near), re.sub(r" \(\d+\)$", "", text)


def _end_of(body: list[Word]) -> float:
    """Return where the end mark stands, or the foot of the page."""
    marks = [
        word.top
        for word, after in pairwise(in_reading_order(body))
        if (word.text, after.text) == ("Slut", "på")
    ]
    return min(marks, default=_FOOT)


def _rows(table: _Table, before: Row | None) -> Iterator[Row]:
    """Yield the rows that begin here; what stands above the first goes to the row before."""
    edges = _edges(_KINDS[table.kind])
    names = [word for word in table.words if word.left < edges[1] and _is(word, _NAME_PT)]
    product = in_reading_order(word for word in table.words if word.left < edges[1])
    starts = [
        word.top
        for last, word in pairwise([None, *product])
        if word in names and (last is None or last not in names)
    ]
    rows = [Row(table.section, table.kind, [[] for _ in edges[:-1]]) for _ in starts]
    for word in table.words:
        middle = (word.left + word.right) / 2
        column = max(number for number, edge in enumerate(edges) if edge <= middle)
        place = sum(start - _SLACK_PT <= word.top for start in starts) - 1
        target = rows[place] if place >= 0 else before
        assert target is not None, f"a word above every row: {word}"
        target.cells[column].append(word)
    yield from rows


def _edges(widths: tuple[float, ...]) -> list[float]:
    """Return where the columns begin, and where the last ends."""
    return [_LEFT + sum(widths[:number]) * _MM for number in range(len(widths) + 1)]


def _is(word: Word, height: tuple[float, float]) -> bool:
    return height[0] <= word.height <= height[1]
