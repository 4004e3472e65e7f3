"""Say which doses are due on a date, or why nobody can know.

As-needed doses are never due. Where the text is certain but the day is not (free text, a schema
kept elsewhere, an unknown first day), the answer is a `DosageFault` and never an empty list: an
empty list means "nothing is to be given". Called by the sources and by "what is due tonight".
"""

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from provisioning.sources.fmk.calendar_days import place_periods
from provisioning.sources.fmk.faults import DosageFault, FaultKind
from provisioning.sources.fmk.model import (
    Dose,
    FmkDosage,
    PartOfDay,
    Quantity,
    Structured,
    Unit,
)
from provisioning.sources.fmk.new_doses import amount_words
from provisioning.sources.fmk.old_doses import through_the_day
from provisioning.sources.fmk.words import SHEET, quantity_words

_NOUGHT = Quantity(Decimal(0))


@dataclass(frozen=True, slots=True)
class DueDose:
    """One dose of one day. `when` is None for a dose that may be given at any time of the day.

    `is_as_needed` is there for lists that hold PN as well; what `due_doses` returns never is.
    """

    when: PartOfDay | time | None
    quantity: str
    unit: str
    is_as_needed: bool = False


def due_doses(
    dosage: FmkDosage, first_day: date | None, day: date
) -> tuple[DueDose, ...] | DosageFault:
    """Return the doses due on a day, in the order of the day.

    `first_day` is the treatment's first day. E2 has dates of its own and does not need it.
    """
    content = dosage.content
    if not isinstance(content, Structured):
        return DosageFault(FaultKind.NO_STRUCTURE, "", "is in words, or kept elsewhere")
    if dosage.precondition:
        return DosageFault(FaultKind.CONDITIONAL, "Precondition", "depends on a condition")
    placed = place_periods(content, first_day)
    if isinstance(placed, DosageFault):
        return placed
    if content.treatment_end and day > content.treatment_end:
        return ()
    doses = [dose for item in placed if item.holds(day) for dose in item.doses_on(day)]
    due = sorted(filter(_is_given, doses), key=through_the_day)
    return tuple(_due(dose, dosage.unit) for dose in due)


def _is_given(dose: Dose) -> bool:
    """Tell whether something is to be given: not as needed, and not an explicit nought."""
    return not dose.is_as_needed and dose.amount != _NOUGHT


def _due(dose: Dose, unit: Unit | None) -> DueDose:
    if not isinstance(dose.amount, Quantity):
        return DueDose(dose.when, amount_words(dose.amount, unit, SHEET), "")
    quantity, word = quantity_words(dose.amount, unit)
    return DueDose(dose.when, quantity, word)
