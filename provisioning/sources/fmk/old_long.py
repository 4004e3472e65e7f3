"""Write a dosage in FMK's older wording, with dates: an ordered list of shapes.

Each shape says whether it fits a period and writes it; the first that fits wins, the last always
does. Where the public translator would leave something out (see README.md), this says it. Called
by `text`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from provisioning.sources.fmk.model import (
    ANY_DAY,
    DAYS_IN_WEEK,
    Day,
    FmkDosage,
    FreeText,
    LocalSchema,
    Period,
    PeriodKind,
)
from provisioning.sources.fmk.old_days import (
    date_of,
    day_name,
    day_words,
    ending,
    is_free_as_needed,
)
from provisioning.sources.fmk.old_doses import (
    OldWords,
    any_as_needed,
    is_by_part,
    is_not_repeated,
    is_one_date,
    is_plain,
    label,
    only_as_needed,
    plan_of,
)
from provisioning.sources.fmk.words import Style, capitalized, date_words, weekday_name


@dataclass(frozen=True, slots=True)
class LongShape:
    """One way of writing a period."""

    name: str
    fits: Callable[[Period], bool]
    write: Callable[[Period, OldWords], str]


def old_long_text(dosage: FmkDosage, style: Style) -> str:
    """Return the text; the dosage must count the E2 way."""
    content = dosage.content
    if isinstance(content, FreeText):
        return _dated(f'"{content.text}"', content.start, content.end)
    if isinstance(content, LocalSchema):
        return _dated("Dosering efter skriftlig anvisning", content.start, content.end)
    words = OldWords(dosage.unit, style)
    return "\n\n".join(_period_text(period, words) for period in content.periods)


def _period_text(period: Period, words: OldWords) -> str:
    text = next(shape for shape in SHAPES if shape.fits(period)).write(period, words)
    note = plan_of(period).note
    return f"{text}\nBemærk: {note}" if note else text


def _dated(text: str, start: date | None, end: date | None) -> str:
    heading = _heading(start, end)
    return f"{heading}:\n{text}" if heading else text


def _heading(start: date | None, end: date | None) -> str:
    if start and start == end:
        return f"Dosering kun d. {date_words(start)}"
    parts = [
        f" fra d. {date_words(start)}" if start else "",
        f" til d. {date_words(end)}" if end else "",
    ]
    return "Dosering" + "".join(parts) if any(parts) else ""


def _write_none(period: Period, _words: OldWords) -> str:
    return f"{_heading(period.start, period.end)}:\nBemærk: skal ikke anvendes i denne periode!"


def _is_daily(period: Period) -> bool:
    plan = plan_of(period)
    numbers = [day.number for day in plan.days]
    return plan.interval == 1 and not is_one_date(period) and numbers == [1]


def _write_daily(period: Period, words: OldWords) -> str:
    plan = plan_of(period)
    (dose, *others) = plan.days[0].doses
    if others or not is_by_part(dose):
        return _write_default(period, words)
    as_needed = " efter behov" if dose.is_as_needed else ""
    said = f"{words.amount(dose)} hver {label(dose)}{as_needed}{ending(plan)}"
    return f"{_heading(period.start, period.end)}:\n{said}"


def _is_every_other_day(period: Period) -> bool:
    plan = plan_of(period)
    numbers = [day.number for day in plan.days]
    return plan.interval == 2 and not is_one_date(period) and numbers in ([1], [2])  # noqa: PLR2004


def _write_every_other_day(period: Period, words: OldWords) -> str:
    plan = plan_of(period)
    (day,) = plan.days
    name = f"Dag {day.number}: " if day.number > 1 else ""
    said = name + day_words(period, day, words, is_named=bool(name))
    if only_as_needed(day.doses) and not any(map(is_plain, day.doses)):
        said += ", hver 2. dag"
    else:
        said += " - hver 2. dag" if len(day.doses) > 1 else " hver 2. dag"
    return f"{_heading(period.start, period.end)}:\n{said}"


def _is_weekly(period: Period) -> bool:
    plan = plan_of(period)
    is_on_days = all(day.number > ANY_DAY for day in plan.days)
    return plan.interval == DAYS_IN_WEEK and not is_one_date(period) and is_on_days


def _write_weekly(period: Period, words: OldWords) -> str:
    plan = plan_of(period)
    heading = _heading(period.start, period.end)
    # Eight days or fewer hold no week to repeat.
    is_long = period.length is None or period.length > DAYS_IN_WEEK + 1
    if is_long and not any_as_needed(plan.doses):
        heading += " - gentages hver uge"
    days = sorted(plan.days, key=lambda day: date_of(period, day).isoweekday())
    lines = [
        f"{capitalized(weekday_name(date_of(period, day)))}: "
        + day_words(period, day, words, is_named=True)
        for day in days
    ]
    return "\n".join([f"{heading}:", *lines])


def _is_every_nth_week(period: Period) -> bool:
    plan = plan_of(period)
    is_weeks = plan.interval > DAYS_IN_WEEK and plan.interval % DAYS_IN_WEEK == 0
    if not is_weeks or is_one_date(period) or len(plan.doses) != 1:
        return False
    return ANY_DAY < plan.days[0].number <= DAYS_IN_WEEK


def _write_every_nth_week(period: Period, words: OldWords) -> str:
    plan = plan_of(period)
    (day,) = plan.days
    heading = _heading(period.start, period.end)
    if not any_as_needed(plan.doses):
        heading += f" - gentages hver {plan.interval}. dag"
    name = f"Hver {plan.interval // DAYS_IN_WEEK}. {weekday_name(date_of(period, day))}"
    return f"{heading}:\n{name}: {day_words(period, day, words, is_named=True)}"


def _is_one_dose_repeated(period: Period) -> bool:
    plan = plan_of(period)
    if plan.interval in (0, 1, 2, DAYS_IN_WEEK) or len(plan.doses) != 1:
        return False
    is_fixed_once = not any_as_needed(plan.doses) and is_not_repeated(period)
    return plan.days[0].number == 1 and not is_fixed_once


def _write_one_dose_repeated(period: Period, words: OldWords) -> str:
    plan = plan_of(period)
    (dose,) = plan.doses
    most = ", højst 1 gang dagligt" if dose.is_as_needed else ""
    said = f"{words.dose(dose)}{most} hver {plan.interval}. dag{ending(plan)}"
    return f"{_heading(period.start, period.end)}:\n{said}"


def _write_default(period: Period, words: OldWords) -> str:
    plan = plan_of(period)
    lines = [_line(period, day, words) for day in plan.days]
    return "\n".join([f"{_default_heading(period)}:", *lines])


def _default_heading(period: Period) -> str:
    plan = plan_of(period)
    if not is_one_date(period) and is_not_repeated(period):
        (first, *others) = plan.days
        if not others and first.number > ANY_DAY and not is_free_as_needed(period, first):
            return f"Dosering kun d. {date_words(date_of(period, first))}"
        return _heading(period.start, period.end)
    heading = _heading(period.start, period.end)
    if plan.interval > 1 and not is_one_date(period):
        heading += f" - gentages hver {plan.interval}. dag"
    return heading


def _line(period: Period, day: Day, words: OldWords) -> str:
    plan = plan_of(period)
    is_named = len(plan.days) > 1 or len(plan.days) < plan.interval
    name = day_name(period, day) if is_named else ""
    return name + day_words(period, day, words, is_named=bool(name))


SHAPES = (
    LongShape("none", lambda period: period.kind is PeriodKind.EMPTY, _write_none),
    LongShape("daily", _is_daily, _write_daily),
    LongShape("every other day", _is_every_other_day, _write_every_other_day),
    LongShape("weekly", _is_weekly, _write_weekly),
    LongShape("every nth week", _is_every_nth_week, _write_every_nth_week),
    LongShape("one dose repeated", _is_one_dose_repeated, _write_one_dose_repeated),
    LongShape("default", lambda _period: True, _write_default),
)
