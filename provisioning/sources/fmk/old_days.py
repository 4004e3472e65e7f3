"""Write one day of an E2 period in FMK's older wording, with its name and its limits.

Pure. Called by `old_long`.
"""

from datetime import date, timedelta

from provisioning.sources.fmk.model import ANY_DAY, DAYS_IN_WEEK, Day, Period, Plan
from provisioning.sources.fmk.old_doses import (
    OldWords,
    are_same,
    is_by_part,
    is_not_repeated,
    is_one_date,
    is_plain,
    is_timed,
    only_as_needed,
    plan_of,
)
from provisioning.sources.fmk.words import capitalized, date_words, weekday_name


def _first_day(period: Period) -> date:
    if period.start is None:
        raise TypeError("an E2 period has a first day")
    return period.start


def date_of(period: Period, day: Day) -> date:
    """Return the date of a day of a period."""
    return _first_day(period) + timedelta(days=day.number - 1)


def day_name(period: Period, day: Day) -> str:
    """Return what stands before the doses of a day: its date, its number, or nothing."""
    if day.number == ANY_DAY:
        return "" if only_as_needed(day.doses) else "Dag ikke angivet: "
    if plan_of(period).interval == 1:
        return ""
    if is_not_repeated(period):
        at = date_of(period, day)
        return f"{capitalized(weekday_name(at))} d. {date_words(at)}: "
    return f"Dag {day.number}: "


def day_words(period: Period, day: Day, words: OldWords, *, is_named: bool) -> str:
    """Say the doses of a day and how often they may be given."""
    plan = plan_of(period)
    return words.doses(day) + _how_often(period, day, is_named=is_named) + ending(plan)


def ending(plan: Plan) -> str:
    """Return what the period says after every day."""
    return f" {plan.ending}" if plan.ending else ""


def is_free_as_needed(period: Period, day: Day) -> bool:
    """Tell whether a day is one as-needed dose that may be taken without limit."""
    is_alone = len(plan_of(period).days) == 1 and len(day.doses) == 1 and day.number <= 1
    is_free = only_as_needed(day.doses) and is_plain(day.doses[0])
    return is_alone and is_free and is_not_repeated(period)


def _how_often(period: Period, day: Day, *, is_named: bool) -> str:
    if only_as_needed(day.doses):
        is_limited = any(map(is_plain, day.doses)) and not is_free_as_needed(period, day)
        return _at_most(period, day, is_named=is_named) if is_limited else ""
    if is_named or plan_of(period).interval != 1 or is_one_date(period):
        return ""
    has_time = any(is_by_part(dose) or is_timed(dose) for dose in day.doses)
    return " - hver dag" if has_time else " hver dag"


def _at_most(period: Period, day: Day, *, is_named: bool) -> str:
    interval = plan_of(period).interval
    if day.number > ANY_DAY or interval == 1:
        if len(day.doses) == 1:
            return ", højst 1 gang dagligt"
        is_unsaid = not is_named and interval == 1 and not are_same(day.doses)
        return " - hver dag" if is_unsaid else ""
    if interval == DAYS_IN_WEEK:
        return ", højst 1 gang om ugen"
    return f", højst 1 gang hver {interval}. dag" if interval > 1 else ""
