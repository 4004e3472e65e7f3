"""Write a dosage in FMK's older wording on one short line, where such a line exists.

An ordered list of shapes: the first that fits and is short enough wins; none is a proper answer,
for a dosage cut short is a wrong dosage. The line leaves out dates, so it is never shown alone.
Called by `text`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from provisioning.sources.fmk.model import (
    FmkDosage,
    FreeText,
    LocalSchema,
    Period,
    PeriodKind,
    Structured,
)
from provisioning.sources.fmk.old_doses import OldWords, any_as_needed, is_not_repeated, is_one_date
from provisioning.sources.fmk.old_short_daily import (
    fits_needed,
    fits_needed_at_most,
    fits_parts,
    fits_parts_and_needed,
    fits_span,
    needed,
    needed_at_most,
    parts,
    parts_and_needed,
    span,
)
from provisioning.sources.fmk.old_short_days import (
    days_in_a_row,
    fits_days_in_a_row,
    fits_named_days,
    fits_once,
    fits_parts_for_days,
    named_days,
    once,
    parts_for_days,
    so_many_days,
)
from provisioning.sources.fmk.old_short_weeks import (
    cycle,
    fits_cycle,
    fits_repeated,
    fits_weekday_cycle,
    fits_weekly_parts,
    fits_weekly_plain,
    repeated,
    weekday_cycle,
    weekly_parts,
    weekly_plain,
)
from provisioning.sources.fmk.words import Style

LONGEST = 70


@dataclass(frozen=True, slots=True)
class ShortShape:
    """One way of writing a single period on a line."""

    name: str
    fits: Callable[[Period], bool]
    write: Callable[[Period, OldWords], str]


SHAPES = (
    ShortShape("parts of the day", fits_parts, parts),
    ShortShape("parts of the day, weekly", fits_weekly_parts, weekly_parts),
    ShortShape("repeated", fits_repeated, repeated),
    ShortShape("once", fits_once, once),
    ShortShape("parts of the day for some days", fits_parts_for_days, parts_for_days),
    ShortShape("as needed", fits_needed, needed),
    ShortShape("days in a row", fits_days_in_a_row, days_in_a_row),
    ShortShape("as needed, at most", fits_needed_at_most, needed_at_most),
    ShortShape("weekly", fits_weekly_plain, weekly_plain),
    ShortShape("fixed and more as needed", fits_span, span),
    ShortShape("parts of the day and as needed", fits_parts_and_needed, parts_and_needed),
    ShortShape("named days", fits_named_days, named_days),
    ShortShape("days on, days off", fits_cycle, cycle),
    ShortShape("a weekday, weeks on, weeks off", fits_weekday_cycle, weekday_cycle),
)


def old_short_text(dosage: FmkDosage, style: Style, longest: int = LONGEST) -> str | None:
    """Return the line, or None if the dosage has none; it must count the E2 way."""
    content = dosage.content
    lines: Iterator[str]
    if isinstance(content, Structured):
        lines = _lines(content, OldWords(dosage.unit, style))
    else:
        lines = iter([_unstructured(content)])
    return next((line for line in lines if len(line) <= longest), None)


def _unstructured(content: FreeText | LocalSchema) -> str:
    return content.text if isinstance(content, FreeText) else "Dosering efter skriftlig anvisning"


def _lines(content: Structured, words: OldWords) -> Iterator[str]:
    """Give every line that fits, in order of preference."""
    periods = content.periods
    if len(periods) == 1:
        yield from (text + _notes(periods) for text in _single(periods[0], words))
    elif len(periods) == 2:  # noqa: PLR2004  ("first this, then that"; no line holds three)
        yield from (text + _notes(periods) for text in _first_and_then(*periods, words))


def _single(period: Period, words: OldWords) -> Iterator[str]:
    if period.kind is PeriodKind.GIVEN:
        yield from (shape.write(period, words) for shape in SHAPES if shape.fits(period))


def _first_and_then(first: Period, then: Period, words: OldWords) -> Iterator[str]:
    if any_as_needed((*first.doses, *then.doses)) or not is_not_repeated(first):
        return
    first_line = next(_single(first, words), None)
    then_line = next(_single(then, words), None)
    if first_line is None or then_line is None:
        return
    last = first.plans[0].days[-1].number
    if last > 1:
        tail = so_many_days(last)
        said = first_line if tail in first_line else first_line + tail
        yield f"{said}, herefter {then_line}"
    elif is_one_date(first):
        yield f"Første dag {first_line}, herefter {then_line}"


def _notes(periods: Sequence[Period]) -> str:
    notes = dict.fromkeys(period.plans[0].note for period in periods if period.plans[0].note)
    return "".join(f".\nBemærk: {note}" for note in notes)
