"""Shapes of the short older line: once, and on certain days. Pure. Called by `old_short`."""

from provisioning.sources.fmk.model import ANY_DAY, DAYS_IN_WEEK, Period
from provisioning.sources.fmk.old_doses import (
    OldWords,
    any_as_needed,
    are_days_from_one,
    are_same,
    are_same_days,
    is_by_part,
    is_not_repeated,
    is_one_date,
    is_plain,
    is_timed,
    plan_of,
)
from provisioning.sources.fmk.old_short_daily import has_only_parts, is_same_amount, part_words
from provisioning.sources.fmk.words import listed, times_word


def so_many_days(days: int) -> str:
    """Say a number of days, in weeks if it is whole weeks."""
    if days == DAYS_IN_WEEK:
        return " i 1 uge"
    return f" i {days // DAYS_IN_WEEK} uger" if days % DAYS_IN_WEEK == 0 else f" i {days} dage"


def fits_once(period: Period) -> bool:
    """Tell whether it is one fixed dose, on the only date or on a day of choice."""
    plan = plan_of(period)
    if not is_not_repeated(period) or len(plan.doses) != 1:
        return False
    (day,), (dose,) = plan.days, plan.doses
    is_on_day = day.number == ANY_DAY or (is_one_date(period) and day.number == 1)
    return is_on_day and not dose.is_as_needed and not is_by_part(dose)


def once(period: Period, words: OldWords) -> str:
    """Write for example "1 plaster"."""
    return words.timed(plan_of(period).doses[0])


def fits_parts_for_days(period: Period) -> bool:
    """Tell whether it is the same parts of the day from the first day on, for some days."""
    plan = plan_of(period)
    is_bounded = is_one_date(period) or (plan.interval == 0 and len(plan.days) > 1)
    is_even = are_same_days(plan.days) and are_days_from_one(plan.days)
    return is_bounded and is_even and has_only_parts(plan.days[0].doses)


def parts_for_days(period: Period, words: OldWords) -> str:
    """Write for example "1 tablet morgen og aften i 5 dage"."""
    days = plan_of(period).days
    doses = days[0].doses
    said = part_words(doses, words, is_same=is_same_amount(doses))
    return f"{said} i {len(days)} {'dag' if len(days) == 1 else 'dage'}"


def fits_days_in_a_row(period: Period) -> bool:
    """Tell whether it is so many times a day from the first day on, for some days."""
    plan = plan_of(period)
    is_even = are_same_days(plan.days) and are_same(plan.doses) and are_days_from_one(plan.days)
    return is_not_repeated(period) and is_even and not any(map(is_by_part, plan.doses))


def days_in_a_row(period: Period, words: OldWords) -> str:
    """Write for example "3 tabletter 4 gange daglig i 3 dage"."""
    days = plan_of(period).days
    doses = days[0].doses
    said = f"{words.dose(doses[0])} {len(doses)} {times_word(len(doses))}"
    return said if len(days) == 1 else f"{said} daglig{so_many_days(len(days))}"


def fits_named_days(period: Period) -> bool:
    """Tell whether it is the same on several days that need not follow each other."""
    plan = plan_of(period)
    is_even = are_same_days(plan.days) and are_same(plan.doses) and len(plan.days) > 1
    is_plain_or_part = not any_as_needed(plan.doses) and not any(map(is_timed, plan.doses))
    return is_not_repeated(period) and is_even and is_plain_or_part


def named_days(period: Period, words: OldWords) -> str:
    """Write for example "1 tablet 2 gange daglig dag 1, 3 og 5"."""
    days = plan_of(period).days
    doses = days[0].doses
    said = words.timed(doses[0])
    if is_plain(doses[0]):
        said += f" {len(doses)} {times_word(len(doses))} daglig"
    return f"{said} dag {listed([str(day.number) for day in days])}"
