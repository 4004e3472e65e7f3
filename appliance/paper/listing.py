"""Describe a table of a sheet as data: columns with heads and widths, rows of texts. Pure.

One description serves `templates/listing.typ`, the plain renderer and the tests, so that a new
list is a module that decides and a template of three lines. Called by the sheets.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from appliance.paper.document import View

# A row with more text than this may break over a page; a taller one would run off the paper.
_LONG_ROW = 700


class Style(StrEnum):
    """How a cell is set."""

    TEXT = "text"
    BOLD = "bold"
    SMALL = "small"
    NAME = "name"  # the first line bold, the others small, then the row's marks in boxes
    BIG = "big"  # a dose or a time, to be read at arm's length
    WRITE = "write"  # room for handwriting
    TICK = "tick"
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
        "rows": [{**row, "is_long": is_long(row)} for row in rows],
    }


def said(title: str, *sentences: str) -> View:
    """Return sentences in the place of a table: why it is not there, or not whole."""
    rows = [{"said": sentence} for sentence in sentences]
    return {"kind": "said", "title": title, "before": "", "rows": rows}


def is_long(row: View) -> bool:
    """Tell whether a row has so much text that it may break over a page."""
    texts = (value if isinstance(value, list) else [value] for value in row.values())
    return any(sum(len(str(line)) for line in lines) > _LONG_ROW for lines in texts)
