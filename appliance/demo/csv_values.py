"""Write values the way a Danish care system's list export does, and nothing the model lacks.

Dates are 23-11-2026, times 23-11-2026 02:05 in Danish local time, yes and no are Ja and Nej, and
what the source does not know is an empty cell. Called by `csv_lists`.
"""

from collections.abc import Iterable
from datetime import date, datetime

from appliance.clock import DANISH_TIME
from appliance.demo.dose_plans import WEEKDAYS


def words(value: str | None) -> str:
    """Write a text; None is an empty cell."""
    return value or ""


def yes_no(value: bool | None) -> str:  # noqa: FBT001  (the value itself is written)
    """Write Ja or Nej; None is an empty cell."""
    return "" if value is None else ("Ja" if value else "Nej")


def day(value: date | None) -> str:
    """Write a date."""
    return value.strftime("%d-%m-%Y") if value else ""


def moment(value: datetime | None) -> str:
    """Write a time, local, to the minute."""
    return value.astimezone(DANISH_TIME).strftime("%d-%m-%Y %H:%M") if value else ""


def whole(value: int | None) -> str:
    """Write a whole number."""
    return "" if value is None else str(value)


def listed(values: Iterable[str]) -> str:
    """Write several values in one cell, parted as people part them."""
    return ", ".join(values)


def weekdays(values: Iterable[int]) -> str:
    """Write weekdays by name."""
    return listed(WEEKDAYS[value - 1] for value in values)


def cpr(value: str | None) -> str:
    """Write a CPR number with its hyphen."""
    return f"{value[:6]}-{value[6:]}" if value else ""
