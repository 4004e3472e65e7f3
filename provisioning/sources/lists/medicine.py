"""Read a row of the medicine list: every field of the official checklist, or why it is not there.

The vendor's dosage text is what counts. The four columns become a grid only when the text says
nothing they do not say, and the other way round; nothing is worked out, completed or rounded.
Called by `records`.
"""

import re
from dataclasses import replace
from decimal import Decimal

from appliance.records.dosage import (
    Dosage,
    Grid,
    Schedule,
    ScheduledDay,
    ScheduledDose,
    SchedulePeriod,
)
from appliance.records.models import (
    Gap,
    MedicationOrder,
)
from appliance.records.quantities import unit_in_number
from appliance.records.terms import CitizenId, MedicationStatus
from provisioning.sources.lists import values as cell
from provisioning.sources.lists.rows import RowReader

_COLUMNS = {"morning": "morgen", "noon": "middag", "evening": "aften", "night": "nat"}
_PLAIN_AMOUNT = "a plain amount such as 0,5"
_AS_NEEDED = re.compile(r"efter behov|\bp\.?n\b", re.IGNORECASE)
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|\w+|[^\w\s]")
_NUMBER = re.compile(r"\d+(?:,\d+)?")
_SO_OFTEN = re.compile(r"(\d+(?:,\d+)?) (\D+?) (\d) gange? (?:dagligt|om dagen|i døgnet)\.?")
_TIMES_OF_DAY = {
    form: word
    for word in _COLUMNS.values()
    for form in (word, f"{word}ten" if word == "nat" else f"{word}en")
}
# Words a text may hold beside amounts and times of day and still say no more than four columns.
_SMALL_WORDS = frozenset({"hver", "dag", "dagligt", "om", "til", "og", ",", "-", "–", "."})
_WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
# Fields the sheet owes the reader, whether or not the vendor has a column for them.
_OWED = ("ordered_on", "prescriber", "brand", "form", "strength", "indication")
# What a gap is called where the record does not have a field of the column's name.
_GAP_NAMES = {
    **dict.fromkeys(("text", *_COLUMNS, "dose_unit"), "dosage"),
    "generic": "generic",
}


def build_order(row: RowReader, record_id: str, citizen: CitizenId) -> MedicationOrder:
    """Read one medicine."""
    dosage, is_as_needed = _dosage(row)
    order = MedicationOrder(
        id=record_id,
        citizen_id=citizen,
        status=row.choice("status", MedicationStatus) or MedicationStatus.UNKNOWN,
        brand=row.text("brand"),
        generic=row.text("generic"),
        form=row.text("form"),
        strength=row.text("strength"),
        atc=row.text("atc"),
        route=row.text("route"),
        dosage=dosage,
        is_as_needed=is_as_needed,
        max_daily_dose=row.text("max_daily_dose"),
        indication=row.text("indication"),
        instruction=row.text("instruction"),
        ordered_on=row.day("ordered_on"),
        stops_on=row.day("stops_on"),
        prescriber=row.text("prescriber"),
        status_since=row.day("status_since"),
        status_reason=row.text("status_reason"),
        is_dose_dispensed=row.yes_no("is_dose_dispensed"),
        is_time_critical=row.yes_no("is_time_critical") is True,
    )
    return _with_gaps(order, row.unread)


def _dosage(row: RowReader) -> tuple[Dosage, bool]:
    said = row.text("text")
    weekdays = row.each("weekdays", cell.read_weekday, "mandag, tirsdag, …")
    times = row.each("times", cell.read_time_of_day, "times such as 08.00")
    is_as_needed = _is_as_needed(row, said)
    columns = _columns(row)
    is_certain = not {"is_as_needed", "weekdays", "times"} & row.unread
    has_more = bool(weekdays or times or is_as_needed or not is_certain)
    fits = not has_more and (said is None or (columns and says_the_same(said, columns)))
    if columns and not fits and said:
        row.remark("text", "says more or other than the four columns; only the text is shown")
    words = said or (_words(columns, weekdays, times) if columns and is_certain else None)
    if words and not said and is_as_needed:
        words = f"{words}, efter behov"
    dosage = Dosage(
        words,
        columns if fits else None,
        times,
        weekdays,
        row.text("single_dose"),
        row.text("daily_dose"),
        # With a text there, only the text is sure to hold all of it; a grid is its own schedule.
        _weekly(columns, weekdays)
        if columns and weekdays and not (said or times or is_as_needed) and is_certain
        else None,
    )
    return dosage, is_as_needed


def _weekly(columns: Grid, weekdays: tuple[int, ...]) -> Schedule:
    """Return the amounts of the four columns on each of the weekdays; day 1 is a Monday."""
    amounts = zip(_COLUMNS.values(), columns.amounts, strict=True)
    doses = tuple(ScheduledDose(when, amount, columns.unit) for when, amount in amounts if amount)
    days = tuple(ScheduledDay(number, doses) for number in sorted(set(weekdays)))
    return Schedule((SchedulePeriod(len(_WEEKDAYS), days),))


def _is_as_needed(row: RowReader, said: str | None) -> bool:
    """Tell whether the medicine is PN: the column decides; without one, the text's own words."""
    given = row.yes_no("is_as_needed")
    in_words = bool(said and _AS_NEEDED.search(said))
    if given is False and in_words:
        row.remark("is_as_needed", "says no, but the dosage text says as needed")
    return in_words if given is None else given


def _columns(row: RowReader) -> Grid | None:
    """Return the four columns as they stand; None when they are blank or one makes no sense."""
    given = {name: raw for name in _COLUMNS if (raw := row.text(name))}
    read = {name: cell.read_amount(raw) for name, raw in given.items()}
    for name, amount in read.items():
        if amount is None:
            row.fail(name, "is not one plain amount", _PLAIN_AMOUNT)
    amounts = {name: amount for name, amount in read.items() if amount}
    doses = {name: amount.number for name, amount in amounts.items() if not amount.is_none}
    units = {amount.unit for amount in amounts.values() if amount.unit}
    if said := row.text("dose_unit"):
        units.add(said)
    if not doses or len(amounts) < len(given) or row.unread & {*_COLUMNS, "dose_unit"}:
        return None
    if len(units) != 1:
        row.fail("dose_unit", "does not say one unit for the amounts of the day", "a unit")
        return None
    morning, noon, evening, night = (doses.get(name, "") for name in _COLUMNS)
    return Grid(morning, noon, evening, night, units.pop())


def says_the_same(text: str, grid: Grid) -> bool:
    """Tell whether a dosage text says exactly what four columns say.

    Every word of it must be one that is known here; a text with any other says more.
    """
    filled = [amount for amount in grid.amounts if amount]
    units = _forms(grid.unit)
    if often := _SO_OFTEN.fullmatch(text.strip().lower()):
        amount, unit, times = often.groups()
        return unit in units and set(filled) == {amount} and len(filled) == int(times)
    columns = zip(_COLUMNS.values(), grid.amounts, strict=True)
    return _said_by_time(text, units) == {word: amount for word, amount in columns if amount}


def _forms(unit: str) -> set[str]:
    """Return a unit in singular and plural."""
    numbers = (Decimal(1), Decimal(2))
    return {unit.lower(), *(unit_in_number(unit, number).lower() for number in numbers)}


def _said_by_time(text: str, units: set[str]) -> dict[str, str] | None:
    """Return the amount of each time of day, or None for a text with a word too many."""
    found: dict[str, str] = {}
    amount, is_used = "", True
    for token in _TOKEN.findall(text.lower()):
        if _NUMBER.fullmatch(token):
            if not is_used:
                return None
            amount, is_used = token, False
        elif token in _TIMES_OF_DAY:
            word = _TIMES_OF_DAY[token]
            if not amount or word in found:
                return None
            found[word], is_used = amount, True
        elif token not in units and token not in _SMALL_WORDS:
            return None
    return found if is_used else None


def _words(grid: Grid, weekdays: tuple[int, ...], times: tuple[str, ...]) -> str:
    """Write the columns out, for a vendor that sends no text: what they say and no more."""
    parts = [
        f"{amount} {grid.unit} {word}"
        for word, amount in zip(_COLUMNS.values(), grid.amounts, strict=True)
        if amount
    ]
    parts += [f"kl. {time}" for time in times]
    return ", ".join([*parts, *(_WEEKDAYS[number - 1] for number in weekdays)])


def _with_gaps(order: MedicationOrder, unread: set[str]) -> MedicationOrder:
    """Say of every owed field that is empty whether it was not delivered or not understood."""
    unreadable = {_GAP_NAMES.get(name, name) for name in unread}
    owed: dict[str, object] = {name: getattr(order, name) for name in _OWED}
    owed["dosage"] = order.dosage.text
    owed["instruction"] = order.instruction or order.route
    if order.is_as_needed:
        owed["max_daily_dose"] = order.max_daily_dose
    lacking = [name for name, value in owed.items() if value is None]
    # With the text there, columns nobody can read leave nothing out.
    lacking += sorted(unreadable - set(owed))
    gaps = tuple(
        Gap(name, "unreadable" if name in unreadable else "not_delivered") for name in lacking
    )
    return replace(order, gaps=gaps)
