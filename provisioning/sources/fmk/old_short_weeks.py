"""Shapes of the short older line: repeated after days, weeks or months, with or without pauses.

Pure. Called by `old_short`.
"""

from datetime import date

from provisioning.sources.fmk.model import ANY_DAY, DAYS_IN_WEEK, Period, Quantity
from provisioning.sources.fmk.old_days import date_of
from provisioning.sources.fmk.old_doses import (
    OldWords,
    any_as_needed,
    are_days_from_one,
    are_same,
    are_same_days,
    is_one_date,
    is_plain,
    is_timed,
    is_too_short_to_repeat,
    plan_of,
)
from provisioning.sources.fmk.old_short_daily import has_only_parts, is_same_amount, part_words
from provisioning.sources.fmk.words import listed, times_word, weekday_name

_DAYS_IN_MONTH = 30


def _weekday_names(period: Period) -> str:
    dates = [date_of(period, day) for day in plan_of(period).days]
    return listed([weekday_name(at) for at in sorted(dates, key=date.isoweekday)])


def _is_weekly(period: Period) -> bool:
    """Tell whether the same fixed doses come on certain weekdays, every week."""
    plan = plan_of(period)
    is_on_days = all(day.number > ANY_DAY for day in plan.days)
    is_week = plan.interval == DAYS_IN_WEEK and not is_one_date(period) and is_on_days
    return is_week and are_same_days(plan.days) and not any_as_needed(plan.doses)


def fits_weekly_parts(period: Period) -> bool:
    """Tell whether it is certain weekdays, by part of the day."""
    return _is_weekly(period) and has_only_parts(plan_of(period).days[0].doses)


def weekly_parts(period: Period, words: OldWords) -> str:
    """Write for example "1 tablet morgen mandag og fredag hver uge"."""
    doses = plan_of(period).days[0].doses
    said = part_words(doses, words, is_same=is_same_amount(doses))
    return f"{said} {_weekday_names(period)} hver uge"


def fits_weekly_plain(period: Period) -> bool:
    """Tell whether it is certain weekdays, so many times."""
    doses = plan_of(period).doses
    return _is_weekly(period) and are_same(doses) and all(map(is_plain, doses))


def weekly_plain(period: Period, words: OldWords) -> str:
    """Write for example "1 tablet onsdag, torsdag og lørdag hver uge"."""
    doses = plan_of(period).days[0].doses
    times = f" {len(doses)} gange daglig" if len(doses) > 1 else ""
    return f"{words.timed(doses[0])}{times} {_weekday_names(period)} hver uge"


def fits_repeated(period: Period) -> bool:
    """Tell whether it is one day with one kind of fixed dose, repeated or on its only date."""
    plan = plan_of(period)
    if plan.interval == 0 or len(plan.days) != 1 or plan.days[0].number == ANY_DAY:
        return False
    is_even = are_same(plan.doses) and not any_as_needed(plan.doses)
    return is_even and (is_one_date(period) or not is_too_short_to_repeat(period))


def repeated(period: Period, words: OldWords) -> str:
    """Write for example "1 tablet onsdag hver uge"."""
    plan = plan_of(period)
    said = words.timed(plan.doses[0])
    if plan.interval == 1:
        return f"{said} {_times_daily(period)}"
    once_only = _once(period) if is_one_date(period) else _again(period)
    return f"{said} {once_only}"


def _times_daily(period: Period) -> str:
    doses = plan_of(period).doses
    if len(doses) > 1:
        return f"{len(doses)} gange daglig"
    amount = doses[0].amount
    is_several = isinstance(amount, Quantity) and amount.high is None and amount.low > 1
    # "2 tabletter daglig" could be one in the morning and one at night.
    return "1 gang daglig" if is_several and is_plain(doses[0]) else "daglig"


def _times(period: Period) -> str:
    count = len(plan_of(period).doses)
    return f"{count} {times_word(count)}"


def _once(period: Period) -> str:
    plan = plan_of(period)
    name = weekday_name(date_of(period, plan.days[0]))
    if plan.interval == _DAYS_IN_MONTH:
        return f"{_times(period)} samme dag" if len(plan.doses) > 1 else _times(period)
    if plan.interval % DAYS_IN_WEEK == 0 and len(plan.doses) == 1:
        return name
    return f"{_times(period)} {name}" if plan.interval == DAYS_IN_WEEK else _times(period)


def _again(period: Period) -> str:
    plan = plan_of(period)
    is_single = len(plan.doses) == 1
    if plan.interval == _DAYS_IN_MONTH:
        often = "1 gang om måneden"
        return often if is_single else f"{_times(period)} samme dag {often}"
    if plan.interval % _DAYS_IN_MONTH == 0 and is_single:
        return f"hver {plan.interval // _DAYS_IN_MONTH}. måned"
    if plan.interval % DAYS_IN_WEEK == 0 and (is_single or plan.interval == DAYS_IN_WEEK):
        weeks = plan.interval // DAYS_IN_WEEK
        name = weekday_name(date_of(period, plan.days[0]))
        often = f"{name} hver uge" if weeks == 1 else f"{name} hver {weeks}. uge"
        return often if is_single else f"{_times(period)} {often}"
    often = f"hver {plan.interval}. dag"
    return often if is_single else f"{_times(period)} samme dag {often}"


def _is_even_cycle(period: Period) -> bool:
    """Tell whether the same fixed doses come on some days of a cycle of whole weeks."""
    plan = plan_of(period)
    is_even = are_same_days(plan.days) and are_same(plan.doses)
    is_sayable = not any_as_needed(plan.doses) and not any(map(is_timed, plan.doses))
    return plan.interval % DAYS_IN_WEEK == 0 and not is_one_date(period) and is_even and is_sayable


def fits_cycle(period: Period) -> bool:
    """Tell whether it is days in a row, then a pause, in a cycle of whole weeks."""
    return _is_even_cycle(period) and are_days_from_one(plan_of(period).days)


def cycle(period: Period, words: OldWords) -> str:
    """Write for example "1 tablet daglig i 3 uger, herefter en uges pause"."""
    plan = plan_of(period)
    doses, days = plan.days[0].doses, len(plan.days)
    often = "daglig" if plan.interval > 0 else "1 gang"
    if len(doses) > 1:
        often = f"{len(doses)} gange daglig"
    said = f"{words.timed(doses[0])} {often}"
    pause = plan.interval - days
    return f"{said} i {_on(days)}, herefter {_off(pause)} pause" if pause > 0 else said


def _on(days: int) -> str:
    if days == DAYS_IN_WEEK:
        return "en uge"
    return f"{days // DAYS_IN_WEEK} uger" if days % DAYS_IN_WEEK == 0 else f"{days} dage"


def _off(days: int) -> str:
    if days == DAYS_IN_WEEK:
        return "en uges"
    if days % DAYS_IN_WEEK == 0:
        return f"{days // DAYS_IN_WEEK} ugers"
    return "1 dags" if days == 1 else f"{days} dages"


def fits_weekday_cycle(period: Period) -> bool:
    """Tell whether it is one weekday for some weeks, then weeks off."""
    days = plan_of(period).days
    weeks = [(day.number - 1) // DAYS_IN_WEEK for day in days]
    is_weekday = len({day.number % DAYS_IN_WEEK for day in days}) == 1
    is_in_a_row = len(days) > 1 and weeks == list(range(len(days)))
    return _is_even_cycle(period) and is_weekday and is_in_a_row


def weekday_cycle(period: Period, words: OldWords) -> str:
    """Write for example "1 tablet daglig onsdag i de første 2 uger, herefter 1 uges pause"."""
    plan = plan_of(period)
    doses, weeks = plan.days[0].doses, len(plan.days)
    often = f"{len(doses)} gange daglig" if len(doses) > 1 else "daglig"
    said = f"{words.timed(doses[0])} {often} {weekday_name(date_of(period, plan.days[0]))}"
    pause = plan.interval // DAYS_IN_WEEK - weeks
    if pause <= 0:
        return said
    weeks_off = "1 uges" if pause == 1 else f"{pause} ugers"
    return f"{said} i de første {weeks} uger, herefter {weeks_off} pause"
