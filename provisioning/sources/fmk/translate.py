"""Turn a dosage of the shared medication record into the record's own `Dosage`.

The text is always there and always whole; grid, times, weekdays and the two summary doses are
there only when they are certain. Called by the sources that carry FMK dosages.
"""

from datetime import date

from appliance.records.dosage import Dosage
from provisioning.sources.fmk.grid import clock_times, daily_dose, grid, single_dose, weekdays
from provisioning.sources.fmk.model import FmkDosage, Structured
from provisioning.sources.fmk.schedule import schedule_of
from provisioning.sources.fmk.text import sheet_text


def to_dosage(dosage: FmkDosage, day: date, first_day: date | None = None) -> Dosage:
    """Return the dosage as the sheet of `day` shows it.

    `first_day` is the treatment's first day, which the newer shape does not hold itself.
    """
    columns = grid(dosage, day)
    return Dosage(
        text=sheet_text(dosage),
        grid=columns,
        times=clock_times(dosage),
        weekdays=weekdays(dosage),
        single_dose=single_dose(dosage),
        daily_dose=daily_dose(dosage),
        # Four columns say all there is: every day, without end.
        schedule=None if columns else schedule_of(dosage, first_day),
    )


def is_as_needed(dosage: FmkDosage) -> bool:
    """Tell whether every dose is as needed (PN); words alone never say so for certain."""
    doses = dosage.content.doses if isinstance(dosage.content, Structured) else ()
    return bool(doses) and all(dose.is_as_needed for dose in doses)
