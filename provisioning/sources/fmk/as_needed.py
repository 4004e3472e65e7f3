"""Say whether a dosage is as needed (PN), and how much of it at most in a day and night. Pure.

Called by the sources that carry FMK dosages.
"""

from decimal import Decimal

from provisioning.sources.fmk.model import Dose, FmkDosage, Plan, Quantity, Structured
from provisioning.sources.fmk.words import quantity_words


def is_as_needed(dosage: FmkDosage) -> bool:
    """Tell whether every dose is as needed (PN); words alone never say so for certain."""
    doses = dosage.content.doses if isinstance(dosage.content, Structured) else ()
    return bool(doses) and all(dose.is_as_needed for dose in doses)


def highest_a_day(dosage: FmkDosage) -> str | None:
    """Return the most that may be given in a day and night as needed, where the structure says."""
    if not isinstance(dosage.content, Structured) or len(dosage.content.periods) != 1:
        return None
    plans = dosage.content.periods[0].plans
    most = _highest(plans[0]) if len(plans) == 1 else None
    return " ".join(quantity_words(Quantity(most), dosage.unit)) if most else None


def _highest(plan: Plan) -> Decimal | None:
    if plan.restriction and plan.restriction.most_a_day is not None:
        return plan.restriction.most_a_day
    if plan.interval != 1 or plan.is_weekly or [one.number for one in plan.days] != [1]:
        return None
    amounts = [_most(dose) for dose in plan.doses]
    return sum(filter(None, amounts), Decimal(0)) if None not in amounts else None


def _most(dose: Dose) -> Decimal | None:
    if dose.is_unlimited or not isinstance(dose.amount, Quantity):
        return None
    return dose.amount.low if dose.amount.high is None else dose.amount.high
