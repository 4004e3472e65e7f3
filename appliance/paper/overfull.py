"""Name the fields that are too long for their place on a sheet. Pure.

Nothing is ever cut: such a field is set smaller, or its row goes on over the page. It is worth a
look by day whether the source meant it so. Called by the making of every sheet.
"""

from collections.abc import Iterator
from typing import Any

from appliance.paper.document import View
from appliance.paper.printable import FIELD_NAMES

# From here on `templates/page.typ` sets them smaller.
_LONGEST = {"name": 60, "cave": 600}


def overfull_fields(view: View) -> tuple[str, ...]:
    """Return what the overfull fields are called on paper, each once."""
    header = view["header"]
    long = [key for key, most in _LONGEST.items() if len(header.get(key) or "") > most]
    rows = (row for section in view["sections"] for row in section.get("rows", ()))
    long += [_longest_field(row) for row in rows if row.get("is_long")]
    return tuple(dict.fromkeys(FIELD_NAMES.get(key, key) for key in long))


def _longest_field(row: View) -> str:
    """Return which field makes a row too long for one page."""
    return max(row, key=lambda key: sum(map(len, _texts(row[key]))))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (each for each in value if isinstance(each, str))
