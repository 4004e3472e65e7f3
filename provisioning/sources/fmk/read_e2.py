"""Read FMK's older structure (E2): days counted from a date, doses wrapped by type.

Refuses a structure that contradicts itself, such as two fixed morning doses on one day: whether
the second replaces or adds to the first is not ours to say. Called by `structures`.
"""

import re
from collections import Counter
from datetime import date

from provisioning.sources.fmk.amounts import need_quantity
from provisioning.sources.fmk.faults import FaultKind
from provisioning.sources.fmk.model import (
    Day,
    Dose,
    FmkDosage,
    FreeText,
    LocalSchema,
    PartOfDay,
    Period,
    PeriodKind,
    Plan,
    Shape,
    Structured,
    Unit,
    When,
)
from provisioning.sources.fmk.reading import Reader

CHOICES = ("structures", "freeText", "administrationAccordingToSchema")
_PARTS = {
    "MorningDoseWrapper": PartOfDay.MORNING,
    "NoonDoseWrapper": PartOfDay.NOON,
    "EveningDoseWrapper": PartOfDay.EVENING,
    "NightDoseWrapper": PartOfDay.NIGHT,
}
# Some systems send the supplementary text with the comma that used to join it to the dosage.
_LEADING_COMMA = re.compile(r"^, *")


def read_e2(reader: Reader) -> FmkDosage:
    """Read one of the three kinds of E2 dosage.

    Raises:
        UnreadableDosageError: it cannot be read with certainty.

    """
    content: Structured | FreeText | LocalSchema
    unit = None
    if inner := reader.child("structures"):
        content = _structured(inner)
        unit = _unit(inner, is_needed=bool(content.doses))
    elif inner := reader.child("freeText"):
        content = FreeText(inner.need_text("text"), *read_dates(inner, "startDate", "endDate"))
    else:
        inner = reader.need_child("administrationAccordingToSchema")
        content = LocalSchema(*read_dates(inner, "startDate", "endDate"))
    inner.close()
    reader.close()
    return FmkDosage(Shape.E2, content, unit)


def read_dates(reader: Reader, first: str, last: str) -> tuple[date | None, date | None]:
    """Take a first and a last day, and see that they come in that order."""
    start, end = reader.day(first), reader.day(last)
    if start and end and end < start:
        raise reader.fault(FaultKind.CONTRADICTION, "ends before it starts", last)
    return start, end


def _structured(reader: Reader) -> Structured:
    _start, end = read_dates(reader, "startDate", "endDate")
    reader.flag("isPartOfMultiPeriodDosage")  # the number of periods says the same
    periods = [_period(inner) for inner in reader.children("structures")]
    if not periods:
        raise reader.fault(FaultKind.MISSING_ELEMENT, "has no periods", "structures")
    return Structured(tuple(sorted(periods, key=_order)), end)


def _order(period: Period) -> tuple[date, bool]:
    """Put periods in the order they are taken; of two from the same day, the fixed one first."""
    is_as_needed = bool(period.doses) and all(dose.is_as_needed for dose in period.doses)
    return (period.start or date.min, is_as_needed)


def _unit(reader: Reader, *, is_needed: bool) -> Unit | None:
    inner = reader.child("unitOrUnits")
    word = inner and inner.text("unit")
    singular = inner and inner.text("unitSingular")
    plural = inner and inner.text("unitPlural")
    if inner:
        inner.close()
    if word:
        return Unit(word)
    if singular and plural:
        return Unit(singular, plural)
    if is_needed:
        raise reader.fault(FaultKind.MISSING_ELEMENT, "has no unit", "unitOrUnits")
    return None


def _period(reader: Reader) -> Period:
    start, end = read_dates(reader, "startDate", "endDate")
    if start is None:
        raise reader.fault(FaultKind.MISSING_ELEMENT, "has no first day", "startDate")
    interval = reader.need_whole("iterationInterval")
    # An empty day says nothing; that a *period* is empty says "none on purpose".
    days = [day for day in map(_day, reader.children("days")) if day.doses]
    _check_days(reader, days, None if start == end else interval)
    note = _LEADING_COMMA.sub("", reader.text("supplText") or "") or None
    ending = reader.text("dosagePeriodPostfix")
    reader.close()
    ordered = tuple(sorted(days, key=lambda day: day.number))
    return Period(
        PeriodKind.GIVEN if days else PeriodKind.EMPTY,
        (Plan(interval, ordered, note=note, ending=ending),),
        start,
        end,
        None if end is None else (end - start).days + 1,
    )


def _check_days(reader: Reader, days: list[Day], interval: int | None) -> None:
    numbers = [day.number for day in days]
    if len(set(numbers)) < len(numbers):
        raise reader.fault(FaultKind.CONTRADICTION, "has the same day twice", "days")
    if interval and any(number > interval for number in numbers):
        raise reader.fault(FaultKind.CONTRADICTION, "has a day after it repeats", "days")


def _day(reader: Reader) -> Day:
    number = reader.need_whole("dayNumber")
    doses = tuple(_dose(inner) for inner in reader.children("allDoses"))
    reader.close()
    check_doses(reader, doses)
    return Day(number, doses)


def check_doses(reader: Reader, doses: tuple[Dose, ...]) -> None:
    """Refuse two doses of one kind at the same moment."""
    moments = Counter((dose.when, dose.is_as_needed) for dose in doses if dose.when is not None)
    if any(count > 1 for count in moments.values()):
        raise reader.fault(FaultKind.CONTRADICTION, "has two doses at the same time")


def _dose(reader: Reader) -> Dose:
    when = _when(reader)
    is_as_needed = reader.flag("isAccordingToNeed")
    if is_as_needed is None:
        raise reader.fault(FaultKind.MISSING_ELEMENT, "is missing", "isAccordingToNeed")
    amount = need_quantity(reader, ("doseQuantity", "minimalDoseQuantity", "maximalDoseQuantity"))
    reader.close()
    return Dose(amount, when, is_as_needed)


def _when(reader: Reader) -> When:
    kind = reader.need_text("type")
    if kind == "TimedDoseWrapper":
        return reader.clock("time")
    if reader.has("time"):
        raise reader.fault(FaultKind.CONTRADICTION, "is not for a dose of this type", "time")
    if kind in _PARTS:
        return _PARTS[kind]
    if kind == "PlainDoseWrapper":
        return None
    raise reader.fault(FaultKind.UNKNOWN_ELEMENT, "is not a known type of dose", "type")
