"""Write numbers and units so that a tired reader cannot misread them. Pure.

Decimal comma, leading zero, no trailing zero, "5.000" for thousands, a no-break space before the
unit, "enheder" and "mikrogram" in full. Refuses to guess: "2.500" may be a Danish thousand or an
English decimal, so it is left exactly as the source wrote it. Called by `records.medicine`.
"""

import re
from decimal import Decimal, InvalidOperation

NBSP = "\N{NO-BREAK SPACE}"
NO_DOSE = "–"  # a 0 next to a 1 reads as 10, and an empty cell invites writing

# Abbreviations that have killed: IE reads as 1E or 10, µg as mg. "E" alone counts only where
# nothing else can be meant ("100 E/ml", or at the end of the text).
_IN_FULL = (
    (re.compile(r"(?<=\d)\s*(?:IE|I\.E\.|IU|i\.e\.|ie)(?!\w)"), " enheder"),
    (re.compile(r"(?<=\d)\s*E(?=/|\s*$)"), " enheder"),
    (re.compile(r"(?<=\d)\s*(?:µg|μg|mcg|mikrog)(?!\w)"), " mikrogram"),
)
_UNITS = (
    "mikrogram|milligram|gram|mg|kg|g|milliliter|ml|dl|l|liter|mmol|mol|%|enheder|enhed|"
    "tabletter|tablet|kapsler|kapsel|dråber|dråbe|stikpiller|stikpille|plastre|plaster|"
    "°C|pust|sug|inhalationer|inhalation|breve|brev|doser|dosis|måleskeer|måleske|timer|time|døgn"
)
_QUANTITY = re.compile(
    rf"(?<![\w.,])(?P<number>\d[\d.,]*\d|\d|[.,]\d+)[ \u00a0\u202f]?(?P<unit>{_UNITS})(?!\w)",
)
_NUMBER = re.compile(r"(?P<whole>\d*)(?:[.,](?P<part>\d+))?")
_PLURALS = {
    "tablet": "tabletter",
    "kapsel": "kapsler",
    "dråbe": "dråber",
    "stikpille": "stikpiller",
    "plaster": "plastre",
    "inhalation": "inhalationer",
    "brev": "breve",
    "måleske": "måleskeer",
    "enhed": "enheder",
    "dosis": "doser",
}
_SINGULARS = {many: one for one, many in _PLURALS.items()}
_SHORT_UNITS = {
    "IE": "enheder",
    "IU": "enheder",
    "E": "enheder",
    "µg": "mikrogram",
    "mcg": "mikrogram",
}


def format_number(raw: str) -> str:
    """Write one number the Danish way, or leave it alone if it can be read in two ways."""
    found = _NUMBER.fullmatch(raw)
    if not found or not raw:
        return raw
    whole, part = found["whole"] or "0", found["part"] or ""
    has_odd_zero = len(whole) > 1 and whole.startswith("0")
    is_ambiguous = len(part) == 3 and whole != "0"  # noqa: PLR2004  (a group of thousands)
    if has_odd_zero or is_ambiguous:
        return raw
    part = part.rstrip("0")
    grouped = f"{int(whole):,}".replace(",", ".")
    return f"{grouped},{part}" if part else grouped


def tidy_quantities(text: str) -> str:
    """Rewrite every "number unit" of a text; everything else stays as the source spelled it."""
    for pattern, in_full in _IN_FULL:
        text = pattern.sub(in_full, text)
    return _QUANTITY.sub(lambda hit: f"{format_number(hit['number'])}{NBSP}{hit['unit']}", text)


def amount_of(raw: str) -> Decimal | None:
    """Return the number an amount stands for, or None if it is not one plain number."""
    try:
        number = Decimal(raw.strip().replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def unit_in_number(unit: str, amount: Decimal | None) -> str:
    """Return the unit in singular or plural, as the amount asks; unknown units stay."""
    unit = _SHORT_UNITS.get(unit.strip(), unit.strip())
    if amount is None or unit in {"enhed", "enheder"}:
        return {"enhed": "enheder"}.get(unit, unit)
    table = _PLURALS if amount > 1 else _SINGULARS
    return table.get(unit, unit)


def is_unit(word: str) -> bool:
    """Tell whether a word after a number says what it counts or measures."""
    return word in _SHORT_UNITS or re.fullmatch(_UNITS, word, re.IGNORECASE) is not None


def format_amount(amount: str, unit: str = "") -> str:
    """Write an amount with its unit: "0,5 tablet", "14 enheder"; "–" for none."""
    raw = amount.strip()
    number = amount_of(raw)
    if not raw or number == 0:
        return NO_DOSE
    word = unit_in_number(unit, number)
    shown = format_number(raw)
    return f"{shown}{NBSP}{word}" if word else shown
