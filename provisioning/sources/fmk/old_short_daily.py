"""Shapes of the short older line: the same every day, and as needed.

Pure. Called by `old_short`.
"""

from collections.abc import Sequence

from provisioning.sources.fmk.model import Day, Dose, Period
from provisioning.sources.fmk.old_doses import (
    OldWords,
    any_as_needed,
    are_same,
    is_by_part,
    is_not_repeated,
    is_plain,
    is_timed,
    label,
    only_as_needed,
    plan_of,
    through_the_day,
)
from provisioning.sources.fmk.words import listed


def part_words(doses: Sequence[Dose], words: OldWords, *, is_same: bool) -> str:
    """Say doses by part of the day, the amount once if it `is_same` for all."""
    ordered = sorted(doses, key=through_the_day)
    is_mixed = any_as_needed(ordered) and not only_as_needed(ordered)
    said = []
    for place, dose in enumerate(ordered):
        is_label_enough = place > 0 and is_same and not is_mixed
        text = label(dose) if is_label_enough else words.timed(dose)
        said.append(f"{text} efter behov" if dose.is_as_needed else text)
    # "og" would tie a fixed dose to one that is as needed.
    return ", ".join(said) if is_mixed else listed(said)


def has_only_parts(doses: Sequence[Dose]) -> bool:
    """Tell whether every dose has a part of the day of its own."""
    return all(map(is_by_part, doses)) and len({dose.when for dose in doses}) == len(doses)


def is_same_amount(doses: Sequence[Dose]) -> bool:
    """Tell whether all doses are the same amount."""
    return len({dose.amount for dose in doses}) == 1


def _only_day(period: Period) -> Day | None:
    """Return day 1 if that is the only day."""
    days = plan_of(period).days
    return days[0] if len(days) == 1 and days[0].number == 1 else None


def _daily_doses(period: Period) -> tuple[Dose, ...]:
    """Return the doses of every day, or nothing if days differ."""
    day = _only_day(period)
    return day.doses if day and plan_of(period).interval == 1 else ()


def fits_parts(period: Period) -> bool:
    """Tell whether it is every day, by part of the day."""
    doses = _daily_doses(period)
    return bool(doses) and has_only_parts(doses)


def parts(period: Period, words: OldWords) -> str:
    """Write for example "1 tablet morgen og aften"."""
    doses = _daily_doses(period)
    return part_words(doses, words, is_same=is_same_amount(doses))


def fits_needed(period: Period) -> bool:
    """Tell whether it is one dose as needed, not repeated."""
    doses = plan_of(period).doses
    return is_not_repeated(period) and len(doses) == 1 and only_as_needed(doses)


def needed(period: Period, words: OldWords) -> str:
    """Write for example "2 tabletter efter behov"."""
    return words.dose(plan_of(period).doses[0])


def fits_needed_at_most(period: Period) -> bool:
    """Tell whether it is every day as needed, up to a number of times."""
    doses = _daily_doses(period)
    return bool(doses) and only_as_needed(doses) and are_same(doses)


def needed_at_most(period: Period, words: OldWords) -> str:
    """Write for example "1 tablet efter behov, højst 1 gang dagligt"."""
    return _at_most(_daily_doses(period), words)


def _at_most(doses: Sequence[Dose], words: OldWords) -> str:
    often = "1 gang dagligt" if len(doses) == 1 else f"{len(doses)} gange daglig"
    return f"{words.dose(doses[0])}, højst {often}"


def fits_span(period: Period) -> bool:
    """Tell whether it is every day so many times, and more of the same as needed."""
    doses = _daily_doses(period)
    is_mixed = any_as_needed(doses) and not only_as_needed(doses)
    return is_mixed and all(map(is_plain, doses)) and is_same_amount(doses)


def span(period: Period, words: OldWords) -> str:
    """Write for example "2 tabletter 2-4 gange daglig"."""
    doses = _daily_doses(period)
    fixed = sum(1 for dose in doses if not dose.is_as_needed)
    return f"{words.timed(doses[0])} {fixed}-{len(doses)} gange daglig"


def fits_parts_and_needed(period: Period) -> bool:
    """Tell whether it is every day by part of the day, and at any time as needed."""
    doses = _daily_doses(period)
    fixed = [dose for dose in doses if not dose.is_as_needed]
    more = [dose for dose in doses if dose.is_as_needed]
    is_free = bool(more) and are_same(more) and not any(is_by_part(d) or is_timed(d) for d in more)
    return is_free and bool(fixed) and has_only_parts(fixed)


def parts_and_needed(period: Period, words: OldWords) -> str:
    """Write for example "1 tablet morgen, samt 1 tablet efter behov, højst 2 gange daglig"."""
    doses = _daily_doses(period)
    fixed = [dose for dose in doses if not dose.is_as_needed]
    more = [dose for dose in doses if dose.is_as_needed]
    said = part_words(fixed, words, is_same=is_same_amount(doses))
    return f"{said}, samt {_at_most(more, words)}"
