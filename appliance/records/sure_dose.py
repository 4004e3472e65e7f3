"""Say what one dose of a medicine is where the record says it in one way only; never guess. Pure.

A dose that differs over the day, a range ("1-2 tabletter"), a number that can be read in two ways,
certain weekdays, a pause: nobody fills these in for the nurse. Called by the care journal.
"""

import re
from datetime import date

from appliance.records.medicine import dose_cells, dose_notices
from appliance.records.models import MedicationOrder
from appliance.records.quantities import NBSP, NO_DOSE, amount_of, tidy_quantities
from appliance.records.terms import MedicationStatus

_ONE_DOSE = re.compile(rf"(?P<amount>\d+(?:[.,]\d+)?)[ {NBSP}](?P<unit>[^\W\d]+)")
_RANGE = re.compile(r"\d\s*(?:-|–|/|til|eller)\s*\d", re.IGNORECASE)
# "2.500" is a Danish thousand and an English two and a half.
_TWO_READINGS = re.compile(r"[1-9]\d*[.,]\d{3}")


def sure_dose(order: MedicationOrder, today: date) -> str:
    """Return the dose, or nothing where somebody has to read the record and write it."""
    is_in_doubt = any("dos" in gap.field for gap in order.gaps)
    if order.status is not MedicationStatus.ACTIVE or dose_notices(order, today) or is_in_doubt:
        return ""
    if _RANGE.search(order.dosage.text or ""):
        return ""
    columns = _of_columns(order, today)
    single = _of_single_dose(order)
    if single and order.dosage.grid is not None and columns != single:
        return ""
    return single or ("" if order.dosage.single_dose else columns)


def _of_single_dose(order: MedicationOrder) -> str:
    raw = (order.dosage.single_dose or "").strip()
    found = _ONE_DOSE.fullmatch(tidy_quantities(raw))
    if found is None or _TWO_READINGS.search(raw) or amount_of(found["amount"]) is None:
        return ""
    return f"{found['amount']} {found['unit']}"


def _of_columns(order: MedicationOrder, today: date) -> str:
    """Return the dose that is the same at each time of the day it is given."""
    cells = None if order.is_as_needed else dose_cells(order, today)
    given = {cell for cell in cells or () if cell.amount != NO_DOSE}
    if len(given) != 1:
        return ""
    (cell,) = given
    is_plain = amount_of(cell.amount) is not None and not _TWO_READINGS.search(cell.amount)
    return f"{cell.amount} {cell.unit}" if is_plain and cell.unit else ""
