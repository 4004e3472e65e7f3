"""Turn a dosage of the shared medication record into the record's own `Dosage`.

The text is always there and always whole; grid, times, weekdays and the two summary doses are
there only when they are certain. Called by the sources that carry FMK dosages.
"""

from dataclasses import replace
from datetime import date

from appliance.records.dosage import Dosage
from provisioning.sources.fmk.grid import clock_times, daily_dose, grid, single_dose, weekdays
from provisioning.sources.fmk.model import FmkDosage, Precondition, Structured
from provisioning.sources.fmk.schedule import schedule_of
from provisioning.sources.fmk.text import sheet_text


def to_dosage(dosage: FmkDosage, day: date, first_day: date | None = None) -> Dosage:
    """Return the dosage as the sheet of `day` shows it.

    The newer shape counts from the day it became valid. `first_day`, the treatment's own first
    day, takes its place only where nothing hangs on it: a dosage may be changed in mid-treatment.
    """
    dosage, counted_from = begun(dosage, day)
    if counted_from is None and not _hangs_on_first_day(dosage):
        counted_from = first_day
    columns = grid(dosage, day)
    return Dosage(
        text=sheet_text(dosage),
        grid=columns,
        times=clock_times(dosage),
        weekdays=weekdays(dosage),
        single_dose=single_dose(dosage),
        daily_dose=daily_dose(dosage),
        # Four columns say all there is: every day, without end.
        schedule=None if columns else schedule_of(dosage, counted_from),
    )


def begun(dosage: FmkDosage, day: date) -> tuple[FmkDosage, date | None]:
    """Return a dosage that is valid by `day` without that condition, and the day it counts from.

    A dosage with any other condition stays as it is, and nobody here says when it begins.
    """
    valid_from = dosage.precondition.valid_from if dosage.precondition else None
    has_begun = valid_from is not None and valid_from <= day
    if has_begun and dosage.precondition == Precondition(valid_from):
        return replace(dosage, precondition=None), valid_from
    return dosage, None


def _hangs_on_first_day(dosage: FmkDosage) -> bool:
    """Tell whether another first day would give other doses: rounds, lengths, one after another."""
    content = dosage.content
    if not isinstance(content, Structured) or content.periods[0].start is not None:
        return False
    (period, *more) = content.periods
    is_endless = period.length is None and period.length_in_words is None
    fixed = [plan for plan in period.plans if not all(dose.is_as_needed for dose in plan.doses)]
    return bool(more) or not is_endless or any(plan.interval != 1 for plan in fixed)
