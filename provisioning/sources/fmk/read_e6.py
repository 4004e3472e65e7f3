"""Read FMK's newer structure (E6): periods by length, fixed and as-needed doses side by side.

Refuses a structure that contradicts itself or leaves out what a dose cannot be without. The parts
around the periods (conditions, parameter tables) are read by `read_e6_terms`. Called by
`structures`.
"""

from collections.abc import Iterator

from provisioning.sources.fmk.faults import FaultKind
from provisioning.sources.fmk.model import (
    Day,
    Dose,
    FmkDosage,
    FreeText,
    LocalSchema,
    Period,
    PeriodKind,
    Plan,
    Restriction,
    Shape,
    Structured,
    Unit,
    WeekDay,
)
from provisioning.sources.fmk.read_e2 import read_dates
from provisioning.sources.fmk.read_e6_doses import read_doses
from provisioning.sources.fmk.read_e6_terms import read_parameters, read_precondition
from provisioning.sources.fmk.reading import MOST_ITEMS, Reader

_SCHEMA = "AdministrationAccordingToSchemaInLocalSystem"
CHOICES = ("DosagePeriod", "FreeText", _SCHEMA)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TYPES = {
    "Fixed": frozenset({False}),
    "PRN": frozenset({True}),
    "Combined": frozenset({False, True}),
}


def read_e6(reader: Reader) -> FmkDosage:
    """Read an E6 dosage.

    Raises:
        UnreadableDosageError: it cannot be read with certainty.

    """
    unit = _unit(reader)
    content = _content(reader)
    found = FmkDosage(
        Shape.E6,
        content,
        unit,
        read_precondition(reader),
        read_parameters(reader),
        reader.flag("IsSelfAdministration") or False,
    )
    if unit is None and _has_amounts(found):
        raise reader.fault(FaultKind.MISSING_ELEMENT, "has no unit", "UnitTexts")
    _check_type(reader, content)
    reader.close()
    return found


def _has_amounts(dosage: FmkDosage) -> bool:
    in_tables = any(row.amount for table in dosage.parameters for row in table.rows)
    return in_tables or (isinstance(dosage.content, Structured) and bool(dosage.content.doses))


def _content(reader: Reader) -> Structured | FreeText | LocalSchema:
    if reader.has("DosagePeriod"):
        return _structured(reader)
    if inner := reader.child("FreeText"):
        text = inner.need_text("Text")
        content: FreeText | LocalSchema = FreeText(text, *read_dates(inner, "StartDate", "EndDate"))
    else:
        inner = reader.need_child(_SCHEMA)
        content = LocalSchema(*read_dates(inner, "StartDate", "EndDate"))
    if inner.flag("DosageEndingUndetermined") and content.end:
        raise inner.fault(FaultKind.CONTRADICTION, "has an end that is undetermined", "EndDate")
    inner.close()
    return content


def _unit(reader: Reader) -> Unit | None:
    word, inner = reader.text("UnitText"), reader.child("UnitTexts")
    if inner is None:
        return Unit(word) if word else None
    unit = Unit(inner.need_text("Singular"), inner.need_text("Plural"))
    inner.close()
    if word:
        raise reader.fault(FaultKind.CONTRADICTION, "stands beside UnitTexts", "UnitText")
    return unit


def _structured(reader: Reader) -> Structured:
    periods = tuple(_period(inner) for inner in reader.children("DosagePeriod"))
    if not periods:
        raise reader.fault(FaultKind.MISSING_ELEMENT, "has no periods", "DosagePeriod")
    return Structured(periods)


def _check_type(reader: Reader, content: Structured | FreeText | LocalSchema) -> None:
    """See that the stated type, which is a summary, agrees with the doses."""
    stated = reader.text("Type")
    if stated is None:
        return
    if stated not in _TYPES:
        raise reader.fault(FaultKind.UNKNOWN_ELEMENT, "is not a known type", "Type")
    if not isinstance(content, Structured) or not content.doses:
        return
    if not {dose.is_as_needed for dose in content.doses} <= _TYPES[stated]:
        raise reader.fault(FaultKind.CONTRADICTION, "does not agree with the doses", "Type")


def _period(reader: Reader) -> Period:
    length = reader.whole("PeriodLength", low=1)
    words = reader.text("PeriodLengthFreeText")
    if length and words:
        raise reader.fault(FaultKind.CONTRADICTION, "is given twice", "PeriodLength")
    is_empty, is_unspecified = reader.flag("Empty"), reader.flag("Unspecified")
    plans = tuple(_plans(reader))
    reader.close()
    if sum(map(bool, (is_empty, is_unspecified, plans))) != 1:
        raise reader.fault(FaultKind.CONTRADICTION, "is not exactly one of doses, none, unstated")
    kind = PeriodKind.UNSPECIFIED if is_unspecified else PeriodKind.EMPTY
    return Period(PeriodKind.GIVEN if plans else kind, plans, length=length, length_in_words=words)


def _plans(reader: Reader) -> Iterator[Plan]:
    for name, is_as_needed in (("Fixed", False), ("PRN", True)):
        inner = reader.child(name)
        if inner is not None:
            yield _plan(inner, is_as_needed=is_as_needed)


def _plan(reader: Reader, *, is_as_needed: bool) -> Plan:
    named = [name for name in ("Day", "Week", "UnspecifiedDay") if reader.has(name)]
    if len(named) != 1:
        raise reader.fault(FaultKind.CONTRADICTION, "is not exactly one of days, weeks, any day")
    interval = reader.whole("IterationInterval") or 0
    weeks = list(reader.children("Week"))
    plan = Plan(
        interval,
        tuple(_days(reader, interval, is_as_needed=is_as_needed)),
        tuple(_weekdays(weeks, is_as_needed=is_as_needed)),
        _any_day(reader, is_as_needed=is_as_needed),
        len(weeks),
        reader.text("Instruction"),
        None,
        _restriction(reader),
    )
    _check_plan(reader, plan)
    reader.close()
    return plan


def _check_plan(reader: Reader, plan: Plan) -> None:
    days = [day.number for day in plan.days]
    weekdays = [(day.week, day.weekday) for day in plan.weekdays]
    if len(set(days)) < len(days) or len(set(weekdays)) < len(weekdays):
        raise reader.fault(FaultKind.CONTRADICTION, "has the same day twice")
    if plan.is_weekly and plan.interval and plan.weeks > plan.interval:
        raise reader.fault(FaultKind.CONTRADICTION, "has a week after it repeats", "Week")
    if not plan.doses:
        raise reader.fault(FaultKind.MISSING_ELEMENT, "has no doses")


def _days(reader: Reader, interval: int, *, is_as_needed: bool) -> Iterator[Day]:
    for inner in reader.children("Day"):
        number = inner.need_whole("Index")
        doses = read_doses(inner.need_child("Dosage"), is_as_needed=is_as_needed)
        inner.close()
        if interval and number > interval:
            raise inner.fault(FaultKind.CONTRADICTION, "is a day after it repeats", "Index")
        yield Day(number, doses)


def _weekdays(weeks: list[Reader], *, is_as_needed: bool) -> Iterator[WeekDay]:
    for week, reader in enumerate(weeks, start=1):
        for inner in reader.children("Weekday"):
            label = inner.need_text("Label")
            if label not in _WEEKDAYS:
                raise inner.fault(FaultKind.UNKNOWN_ELEMENT, "is not a weekday", "Label")
            doses = read_doses(inner.need_child("Dosage"), is_as_needed=is_as_needed)
            inner.close()
            yield WeekDay(week, _WEEKDAYS.index(label) + 1, doses)
        reader.close()


def _any_day(reader: Reader, *, is_as_needed: bool) -> tuple[Dose, ...]:
    inner = reader.child("UnspecifiedDay")
    if inner is None:
        return ()
    doses = read_doses(inner.need_child("Dosage"), is_as_needed=is_as_needed)
    inner.close()
    return doses


def _restriction(reader: Reader) -> Restriction | None:
    inner = reader.child("Restriction")
    if inner is None:
        return None
    most = inner.number("MaximumDailyDose")
    between = inner.whole("MinimumDurationBetweenDoses", high=MOST_ITEMS)
    inner.close()
    return Restriction(most, between) if most is not None or between is not None else None
