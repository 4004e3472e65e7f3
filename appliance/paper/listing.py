"""Describe a table of a sheet as data: columns with heads and widths, rows of texts. Pure.

One description serves `templates/listing.typ`, the plain renderer and the tests, so that a new
list is a module that decides and a template of three lines. Called by the sheets.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from appliance.paper.document import View

# Millimetres of paper: how wide a page is across and along, and what texts take at most. A row that
# may be taller than `_WHOLE_ROW` may break over a page; an unbreakable one would run off the paper.
_PORTRAIT, _LANDSCAPE, _WHOLE_ROW = 186.0, 273.0, 110.0
_CHARACTER, _LINE, _GAP, _INSET = 2.3, 4.6, 2.4, 3.0
_MARK_LINE = _TASK_LINE = 6.0


class Style(StrEnum):
    """How a cell is set."""

    TEXT = "text"
    BOLD = "bold"
    SMALL = "small"
    NAME = "name"  # the first line bold, the others small, then the row's marks in boxes
    BIG = "big"  # a dose or a time, to be read at arm's length
    WRITE = "write"  # room for handwriting
    NOTED = "noted"  # what was noted already, bold; else room for handwriting
    TICK = "tick"  # a box to tick; what is known already stands ticked in it
    FILL = "fill"  # what is known, bold; else a line to write it on (see `listing`)
    TASKS = "tasks"  # lines with a box each, to be ticked one by one


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `width_mm` None takes what is left (one column of a table must)."""

    key: str
    head: str
    width_mm: float | None = None
    style: Style = Style.TEXT


def listing(
    title: str,
    columns: Sequence[Column],
    rows: Iterable[View],
    *,
    row_mm: float = 0,
    is_dense: bool = False,
) -> View:
    """Return one table as a section of a view.

    A row maps column keys to a text or a list of lines, `first_marks` and `marks` to words in boxes
    above and below the name, and `loud` to the texts that are bold in this row; `blank` maps keys
    to what is to be written there by hand. `row_mm` is the least height of a row, for handwriting.
    A dense table holds more rows: for the road, where few pages are worth more than air. Without a
    title the table follows what stands before it.
    """
    return {
        "kind": "listing",
        "title": title,
        "before": "",
        "row_mm": row_mm,
        "is_dense": is_dense,
        "columns": [
            {
                "key": column.key,
                "head": column.head,
                "width_mm": column.width_mm or 0,
                "style": column.style.value,
            }
            for column in columns
        ],
        "rows": [{**row, "is_long": is_tall(_heights(columns, row))} for row in rows],
    }


def said(title: str, *sentences: str) -> View:
    """Return sentences in the place of a table: why it is not there, or not whole."""
    rows = [{"said": sentence} for sentence in sentences]
    return {"kind": "said", "title": title, "before": "", "rows": rows}


def is_tall(cells_mm: Iterable[float]) -> bool:
    """Tell whether a row with cells of such heights may have to break over a page."""
    return max(cells_mm, default=0.0) > _WHOLE_ROW


def height_of(texts: Iterable[str], width_mm: float, line_mm: float = _LINE) -> float:
    """Return how much paper some texts of a cell take at most, in millimetres.

    Lines count, not characters: seventy short lines are taller than a page.
    """
    width = max(width_mm - _INSET, _CHARACTER)
    told = list(texts)
    lines = sum(1 + len(line) * _CHARACTER // width for text in told for line in text.split("\n"))
    return _INSET + lines * line_mm + max(len(told) - 1, 0) * _GAP


def height_of_marks(row: View, width_mm: float) -> float:
    """Return how much paper the words in boxes take at most."""
    words = [*row.get("first_marks", ()), *row.get("marks", ())]
    return height_of(words, width_mm, _MARK_LINE) if words else 0.0


def _heights(columns: Sequence[Column], row: View) -> Iterable[float]:
    fixed = [column.width_mm for column in columns if column.width_mm]
    free = (_PORTRAIT if sum(fixed) < _PORTRAIT else _LANDSCAPE) - sum(fixed)
    rest = free / max(len(columns) - len(fixed), 1)
    for column in columns:
        width = column.width_mm or rest
        value = row.get(column.key, "")
        told = height_of(value if isinstance(value, list) else [value], width, _lines(column))
        yield told + (height_of_marks(row, width) if column.style is Style.NAME else 0)


def _lines(column: Column) -> float:
    return _TASK_LINE if column.style is Style.TASKS else _LINE
