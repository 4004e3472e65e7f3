"""Keep door codes and homes apart on paper: a list with an address never holds a code. Pure.

Sources write codes into free text as well ("Ved døren, kode 4711"), and a finder needs no more
than one sheet with both. Called by the lists that show how to get in.
"""

import re
from collections.abc import Iterable

from appliance.records.addresses import street_of
from appliance.records.models import Citizen, KeyBox

HIDDEN = "•••"
_NAME = r"(?:\w*kode\w*|pin(?:-?kode)?|code)"
# "kode 4711", "Koden til porten er 47 11#": up to four words may stand between.
_SPOKEN = re.compile(
    rf"(\b{_NAME}\b[^\w\n]{{0,3}}(?:[^\W\d]+[^\w\n]{{1,3}}){{0,4}})"
    r"([\dA-Z#*][\d#* -]{1,9}[\d#*])",
    re.IGNORECASE,
)
_SPOKEN_AFTER = re.compile(
    rf"(?<!\w)\d[\d -]{{1,8}}\d(?=[^\w\n]{{1,3}}(?:er\s+)?{_NAME}\b)", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]{4,}")


def codes_of(boxes: Iterable[KeyBox]) -> tuple[str, ...]:
    """Return the codes that must not stand beside an address."""
    return tuple(box.code.strip() for box in boxes if box.code and box.code.strip())


def without_codes(text: str, codes: Iterable[str]) -> str:
    """Return the text with every code of the citizen, and whatever is said to be one, hidden."""
    for code in sorted(codes, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){_spaced(code)}(?!\w)", HIDDEN, text)
    return _SPOKEN_AFTER.sub(HIDDEN, _SPOKEN.sub(rf"\g<1>{HIDDEN}", text))


def tells_home(text: str, citizen: Citizen) -> bool:
    """Tell whether a text names the citizen or their street: it must not stand beside a code."""
    said = text.casefold()
    named = f"{citizen.name} {street_of(citizen)}".casefold()
    return any(word in said for word in _WORD.findall(named))


def _spaced(code: str) -> str:
    """Match a code however its figures are set apart: "47 11" is 4711."""
    return r"[ .-]?".join(re.escape(sign) for sign in code if not sign.isspace())
