"""Say what one dose of a medicine is where the record says it in one way only; never guess. Pure.

A dose that differs over the day, a range ("½-1 tablet"), a number that can be read in two ways,
certain weekdays, a pause, words that say something else or nothing of how much: nobody fills these
in for the nurse. What is filled in is copied into other systems, so a thousand has no dot. Called
by the care journal.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from appliance.records.medicine import dose_cells, dose_notices
from appliance.records.models import MedicationOrder
from appliance.records.quantities import NO_DOSE, amount_of, is_unit, unit_in_number
from appliance.records.terms import MedicationStatus

_FRACTIONS = "½¼¾⅓⅔⅛"
_ONE_DOSE = re.compile(rf"(?P<amount>\d+(?:[.,]\d+)?)\s?(?P<unit>[^\W\d{_FRACTIONS}]+)")
# "2.500" is a Danish thousand and an English two and a half.
_TWO_READINGS = re.compile(r"[1-9]\d*[.,]\d{3}")
_NUMBER = re.compile(
    rf"(?P<clock>kl\.?\s*)?(?P<amount>\d[\d.,:]*\d|\d|[{_FRACTIONS}])\.?\s*(?P<word>[^\W\d{_FRACTIONS}]+)?",
    re.IGNORECASE,
)
# How often and how long says nothing of how much.
_NOT_HOW_MUCH = frozenset({"gang", "gange", "time", "timer", "dag", "dage", "døgn", "uge", "uger"})
# One word of these, and how much is left to whoever gives it.
_LEFT_OPEN = re.compile(
    r"\b(?:evt|eventuelt|eller|el|op\s+til|efter\s+(?:skema|aftale)|alt\s+efter|afhængigt?|halv\w*"
    r"|mere|ekstra|yderligere|(?:to|tre|fire|fem|seks|syv|otte|ni|ti)(?!\s+gange))\b",
    re.IGNORECASE,
)
_AS_NEEDED = re.compile(r"\bbehov|\bp\.?n\b|\bnødvendigt", re.IGNORECASE)
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class _Dose:
    amount: Decimal
    unit: str

    @property
    def written(self) -> str:
        """Return it as it is typed: "0,5 tablet", "5000 enheder"."""
        number = f"{self.amount:f}"
        shown = number.rstrip("0").rstrip(".") if "." in number else number
        return f"{shown.replace('.', ',')} {unit_in_number(self.unit, self.amount)}"


def sure_dose(order: MedicationOrder, today: date) -> str:
    """Return the dose, or nothing where somebody has to read the record and write it."""
    is_in_doubt = any("dos" in gap.field for gap in order.gaps)
    if order.status is not MedicationStatus.ACTIVE or dose_notices(order, today) or is_in_doubt:
        return ""
    dose = _of_fields(order, today)
    return dose.written if dose and _is_borne_out(order, dose) else ""


def _of_fields(order: MedicationOrder, today: date) -> _Dose | None:
    """Return what the fields say; nothing where two of them say different things."""
    columns, single = _of_columns(order, today), _of_single_dose(order)
    if not order.dosage.single_dose:
        return columns
    is_contradicted = order.dosage.grid is not None and not _is_same(columns, single)
    return None if is_contradicted else single


def _is_same(one: _Dose | None, other: _Dose | None) -> bool:
    if one is None or other is None:
        return False
    return one.amount == other.amount and _named(one.unit) == _named(other.unit)


def _of_single_dose(order: MedicationOrder) -> _Dose | None:
    found = _ONE_DOSE.fullmatch((order.dosage.single_dose or "").strip())
    amount = _plain(found["amount"]) if found else None
    return _Dose(amount, found["unit"]) if found and amount else None


def _of_columns(order: MedicationOrder, today: date) -> _Dose | None:
    """Return the dose that is the same at each time of the day it is given."""
    grid, cells = order.dosage.grid, None if order.is_as_needed else dose_cells(order, today)
    if grid is None or cells is None:
        return None
    pairs = zip(grid.amounts, cells, strict=True)
    given = {(_plain(raw), cell.unit) for raw, cell in pairs if cell.amount != NO_DOSE}
    (amount, unit), *others = given
    return _Dose(amount, unit) if amount and unit and not others else None


def _plain(raw: str) -> Decimal | None:
    """Return the number that an amount is, if it can be read in one way."""
    return None if _TWO_READINGS.search(raw) else amount_of(raw)


def _is_borne_out(order: MedicationOrder, dose: _Dose) -> bool:
    """Tell whether the words are silent, or speak of this amount and of no other."""
    text = (order.dosage.text or "").strip()
    if not text:
        return True
    is_open = _LEFT_OPEN.search(text) or (not order.is_as_needed and _AS_NEEDED.search(text))
    amounts = [found for found in _NUMBER.finditer(text) if not _is_other_matter(found)]
    return not is_open and bool(amounts) and all(_is_of(found, dose) for found in amounts)


def _is_other_matter(found: re.Match[str]) -> bool:
    return bool(found["clock"]) or (found["word"] or "").casefold() in _NOT_HOW_MUCH


def _is_of(found: re.Match[str], dose: _Dose) -> bool:
    unit = found["word"] or ""
    is_of_unit = not is_unit(unit) or _named(unit) == _named(dose.unit)
    return _plain(found["amount"]) == dose.amount and is_of_unit


def _named(unit: str) -> str:
    """Return a unit in one form: "tabletter" is "tablet", "IE" is "enheder"."""
    return unit_in_number(unit_in_number(unit, _ONE).casefold(), _ONE)
