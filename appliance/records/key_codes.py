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
_UNITS = "ml|l|mg|g|kg|cm|mm|mmHg|mmol|kcal|kJ|%|enheder|mikrogram|timer|min"
# What looks like a code and is none: a CPR, a telephone number, a date, a time, an amount.
_OTHER_FIGURES = (
    r"(?<!\w)\d{6}-?[\dA-Z]{4}(?!\w)",
    r"(?<!\w)\d\d(?:[ \xa0]?\d\d){3}(?!\w)",
    r"(?<!\w)\d{1,2}\.\d{1,2}\.\d{4}(?!\w)",
    r"\bkl\.?[ \xa0]?\d{1,2}[.:]\d\d(?!\w)",
    rf"(?<!\w)\d[\d.,]*[ \xa0]?(?:{_UNITS})(?!\w)",
)
# Hiding every "2" of a record because somebody's code is 2 would hide doses and keep no door shut.
_SHORTEST = 3
_WORD = re.compile(r"[^\W\d_]{4,}")


def codes_of(boxes: Iterable[KeyBox]) -> tuple[str, ...]:
    """Return the codes that must not stand beside an address."""
    return tuple(box.code.strip() for box in boxes if box.code and box.code.strip())


def without_codes(text: str, codes: Iterable[str]) -> str:
    """Return the text with every code of the citizen, and whatever is said to be one, hidden."""
    for code in sorted(codes, key=len, reverse=True):
        if len(_bare(code)) >= _SHORTEST:
            text = _without(text, code)
    return _SPOKEN_AFTER.sub(HIDDEN, _SPOKEN.sub(rf"\g<1>{HIDDEN}", text))


def _without(text: str, code: str) -> str:
    """Hide a code wherever it stands alone; inside a number of another kind it is no code."""
    others = "|".join(_OTHER_FIGURES)
    found = re.compile(rf"(?P<other>{others})|(?<!\w){_spaced(code)}(?!\w)")

    def shown(match: re.Match[str]) -> str:
        is_other = match["other"] is not None and _bare(match[0]) != _bare(code)
        return match[0] if is_other else HIDDEN

    return found.sub(shown, text)


def _bare(text: str) -> str:
    """Return the letters and figures alone."""
    return re.sub(r"[\W_]", "", text)


def tells_home(text: str, citizen: Citizen) -> bool:
    """Tell whether a text names the citizen or their street: it must not stand beside a code."""
    said = text.casefold()
    named = f"{citizen.name} {street_of(citizen)}".casefold()
    return any(word in said for word in _WORD.findall(named))


def _spaced(code: str) -> str:
    """Match a code however its figures are set apart: "47 11" is 4711."""
    return r"[ .-]?".join(re.escape(sign) for sign in code if not sign.isspace())
