"""Make the invented municipality: the same records for the same seed and night, on any machine.

Nothing in it is real: names are drawn from lists, CPR numbers and telephone numbers are such as
nobody can have (see `people`). Called by the demo, tests and benches; `town_models` says what
comes out.
"""

from datetime import UTC, date, datetime, time

from appliance.clock import DANISH_TIME
from appliance.demo.plan_texts import make_plan_documents
from appliance.demo.staff import make_contacts, make_staff
from appliance.demo.town_models import CareRecords, LookAlike, Town, UnitRecords
from appliance.demo.units import Census, make_units

__all__ = ["DEFAULT_NIGHT", "CareRecords", "LookAlike", "Town", "UnitRecords", "make_town"]

DEFAULT_NIGHT = datetime(2026, 11, 23, 2, 5, tzinfo=DANISH_TIME)
_NIGHTLY = time(2, 5)


def make_town(
    seed: int = 2026,
    night: date | datetime = DEFAULT_NIGHT,
    citizens_per_centre: int | None = None,
) -> Town:
    """Make the town as it stood on a night; a plain date means 02.05 Danish time.

    `citizens_per_centre` makes every unit smaller; 8 or more keep every special citizen.
    """
    exported_at = _moment(night)
    today = exported_at.astimezone(DANISH_TIME).date()
    units, look_alikes = make_units(Census(seed, exported_at, citizens_per_centre))
    staff, login_codes = make_staff(seed, today)
    return Town(
        seed=seed,
        name="Nørreskov Kommune",
        night=exported_at,
        units=units,
        contacts=make_contacts(seed),
        staff=staff,
        login_codes=login_codes,
        plan_documents=make_plan_documents(today),
        look_alikes=look_alikes,
    )


def _moment(night: date | datetime) -> datetime:
    if not isinstance(night, datetime):
        night = datetime.combine(night, _NIGHTLY, DANISH_TIME)
    return night.astimezone(UTC).replace(microsecond=0)
