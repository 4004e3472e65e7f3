"""Turn the older way of counting (dates, days of a cycle) into the newer (lengths, weekdays).

Refuses where the newer cannot hold it, such as two periods at the same time. A gap between two
periods becomes a period without doses: the newer structure would otherwise close it. Called by
`text`.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from provisioning.sources.fmk.model import (
    ANY_DAY,
    DAYS_IN_WEEK,
    Day,
    FmkDosage,
    Period,
    PeriodKind,
    Plan,
    Structured,
    WeekDay,
)


def relative(dosage: FmkDosage) -> FmkDosage | None:
    """Return the dosage counted the E6 way, or None if that cannot be done without loss."""
    if not isinstance(dosage.content, Structured):
        return dosage
    given = dosage.content.periods
    if any(gap < 0 for gap in map(_gap, given, given[1:])):
        return None
    periods = tuple(_with_gaps(given))
    return replace(dosage, content=replace(dosage.content, periods=periods))


def _gap(before: Period, after: Period) -> int:
    """Return the days between two periods: negative if they overlap."""
    if before.end is None or after.start is None:
        return -1
    return (after.start - before.end).days - 1


def _with_gaps(given: tuple[Period, ...]) -> Iterator[Period]:
    for place, period in enumerate(given):
        gap = _gap(given[place - 1], period) if place else 0
        if gap:
            yield Period(PeriodKind.EMPTY, length=gap)
        yield _period(period)


def _period(period: Period) -> Period:
    if period.kind is not PeriodKind.GIVEN or period.start is None:
        return period
    first = period.start
    plans = [_named(_only(plan, is_as_needed=kind), first) for plan in period.plans
             for kind in (False, True)]  # fmt: skip
    plans = [plan for plan in plans if plan.doses]
    # What was said once about both kinds of dose is said once, after both.
    plans = [*(replace(plan, note=None) for plan in plans[:-1]), plans[-1]]
    return replace(period, plans=tuple(plans))


def _only(plan: Plan, *, is_as_needed: bool) -> Plan:
    """Return the fixed or the as-needed half of a plan."""
    days = [
        Day(day.number, tuple(d for d in day.doses if d.is_as_needed is is_as_needed))
        for day in plan.days
    ]
    return replace(plan, days=tuple(day for day in days if day.doses))


def _named(plan: Plan, first: date) -> Plan:
    """Name the weekdays of a plan that repeats after whole weeks."""
    is_weekly = plan.interval > 0 and plan.interval % DAYS_IN_WEEK == 0
    if not is_weekly or any(day.number == ANY_DAY for day in plan.days):
        return plan
    weekdays = sorted(
        (_weekday(day, first) for day in plan.days), key=lambda day: (day.week, day.weekday)
    )
    weeks = plan.interval // DAYS_IN_WEEK
    return replace(plan, interval=weeks, days=(), weekdays=tuple(weekdays), weeks=weeks)


def _weekday(day: Day, first: date) -> WeekDay:
    falls_on = first + timedelta(days=day.number - 1)
    return WeekDay((day.number - 1) // DAYS_IN_WEEK + 1, falls_on.isoweekday(), day.doses)
