"""Fit a dosage into the four columns and the two summary fields, or leave them empty.

The sheet shows the grid *instead of* the text, so a grid must lose nothing: not a day, not a
range, not an end date, not a word of instruction. Pure. Called by `translate`.
"""

from datetime import date, time
from decimal import Decimal

from appliance.records.dosage import Grid
from provisioning.sources.fmk.model import (
    DAYS_IN_WEEK,
    Dose,
    FmkDosage,
    PartOfDay,
    Period,
    PeriodKind,
    Plan,
    Quantity,
    Structured,
    Unit,
)
from provisioning.sources.fmk.words import SHEET, number_words, quantity_words, unit_words


def grid(dosage: FmkDosage, day: date) -> Grid | None:
    """Return the four columns if they say all the dosage says on `day` and every day after it."""
    content = dosage.content
    if dosage.precondition or dosage.parameters or dosage.is_self_administered:
        return None
    if not isinstance(content, Structured) or content.treatment_end or len(content.periods) != 1:
        return None
    (period,) = content.periods
    is_under_way = period.start is None or period.start <= day
    if not is_under_way or not _is_endless(period) or len(period.plans) != 1:
        return None
    (plan,) = period.plans
    if not _is_bare(plan) or plan.interval != 1 or [item.number for item in plan.days] != [1]:
        return None
    return _columns(plan.doses, dosage.unit)


def _is_endless(period: Period) -> bool:
    return period.length is None and period.length_in_words is None


def _is_bare(plan: Plan) -> bool:
    """Tell whether a plan has nothing but doses."""
    return plan.note is None and plan.ending is None and plan.restriction is None


def _columns(doses: tuple[Dose, ...], unit: Unit | None) -> Grid | None:
    amounts: dict[PartOfDay, Decimal] = {}
    for dose in doses:
        amount = _exact(dose)
        if amount is None or dose.is_as_needed or not isinstance(dose.when, PartOfDay):
            return None
        amounts[dose.when] = amount
    if not any(amounts.values()):
        return None
    word = unit_words(unit, is_plural=max(amounts.values()) > 1, style=SHEET)
    morning, noon, evening, night = (_cell(amounts.get(part)) for part in PartOfDay)
    return Grid(morning, noon, evening, night, word)


def _exact(dose: Dose) -> Decimal | None:
    is_exact = isinstance(dose.amount, Quantity) and dose.amount.high is None
    return dose.amount.low if is_exact and isinstance(dose.amount, Quantity) else None


def _cell(amount: Decimal | None) -> str:
    return number_words(amount, SHEET) if amount else ""


def single_dose(dosage: FmkDosage) -> str | None:
    """Return what is given at one time, if that is the same every time: "1-2 tabletter"."""
    content = dosage.content
    if not isinstance(content, Structured):
        return None
    amounts = {dose.amount for dose in content.doses}
    if len(amounts) != 1:
        return None
    (amount,) = amounts
    return _shown(amount, dosage.unit) if isinstance(amount, Quantity) else None


def daily_dose(dosage: FmkDosage) -> str | None:
    """Return what is given in a day and night, if that is the same every day."""
    content = dosage.content
    if not isinstance(content, Structured) or dosage.precondition or len(content.periods) != 1:
        return None
    period = content.periods[0]
    plans = period.plans
    if period.kind is not PeriodKind.GIVEN or len(plans) != 1 or not _is_every_day(plans[0]):
        return None
    sums = {_sum(day.doses) for day in plans[0].days}
    total = sums.pop()
    return _shown(total, dosage.unit) if total and not sums else None


def _is_every_day(plan: Plan) -> bool:
    numbers = [day.number for day in plan.days]
    return plan.interval > 0 and numbers == list(range(1, plan.interval + 1))


def _sum(doses: tuple[Dose, ...]) -> Quantity | None:
    """Add doses up; None if one of them is as needed or no number."""
    low, high = Decimal(0), Decimal(0)
    for dose in doses:
        if dose.is_as_needed or dose.is_unlimited or not isinstance(dose.amount, Quantity):
            return None
        low += dose.amount.low
        high += dose.amount.low if dose.amount.high is None else dose.amount.high
    return Quantity(low, high if high > low else None)


def _shown(amount: Quantity, unit: Unit | None) -> str | None:
    if not (amount.high or amount.low):
        return None
    return " ".join(quantity_words(amount, unit))


def clock_times(dosage: FmkDosage) -> tuple[str, ...]:
    """Return the clock times ("08.00"), if every fixed dose of the one period has one."""
    content = dosage.content
    if not isinstance(content, Structured) or len(content.periods) != 1:
        return ()
    times = [dose.when for dose in content.doses if not dose.is_as_needed]
    clocks = sorted({when for when in times if isinstance(when, time)})
    is_only_clocks = all(isinstance(when, time) for when in times)
    return tuple(map(_clock, clocks)) if is_only_clocks else ()


def _clock(at: time) -> str:
    return f"{at:%H.%M.%S}" if at.second else f"{at:%H.%M}"


def weekdays(dosage: FmkDosage) -> tuple[int, ...]:
    """Return the weekdays (Monday is 1), if every dose comes on some of them, every week."""
    content = dosage.content
    if not isinstance(content, Structured) or len(content.periods) != 1:
        return ()
    (period,) = content.periods
    days = [_plan_weekdays(plan, period.start) for plan in period.plans]
    return tuple(sorted(set().union(*days))) if days and all(days) else ()


def _plan_weekdays(plan: Plan, start: date | None) -> set[int]:
    if plan.is_weekly and plan.interval == 1:
        return {item.weekday for item in plan.weekdays}
    if start is None or plan.is_weekly or plan.interval != DAYS_IN_WEEK:
        return set()
    if any(item.number == 0 for item in plan.days):
        return set()
    return {(start.weekday() + item.number - 1) % DAYS_IN_WEEK + 1 for item in plan.days}
