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
# In a row; a dosage has more than twice the width of the other fields.
_LONG_FIELD, _LONGEST_IN_A_ROW = 400, {"dosage": 1200}


def overfull_fields(view: View) -> tuple[str, ...]:
    """Return what the overfull fields are called on paper, each once."""
    header = view["header"]
    long = [key for key, most in _LONGEST.items() if len(header.get(key) or "") > most]
    rows = (row for section in view["sections"] for row in section.get("rows", ()))
    long += [key for row in rows if row.get("is_long") for key in _long_fields(row)]
    return tuple(dict.fromkeys(FIELD_NAMES.get(key, key) for key in long))


def _long_fields(row: View) -> Iterator[str]:
    """Yield the field that makes a row so long, if one does by itself."""
    lengths = {key: sum(map(len, _texts(row[key]))) for key in row}
    longest = max(lengths, key=lambda key: lengths[key])
    if lengths[longest] > _LONGEST_IN_A_ROW.get(longest, _LONG_FIELD):
        yield longest


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        yield from (each for each in value if isinstance(each, str))
