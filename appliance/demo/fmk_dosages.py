"""Write the invented dosages in both of FMK's shapes, as the elements of a medicine card.

The older shape counts days from a date, the newer has periods by length. What neither can hold goes
as free text, and what the older cannot hold goes in the newer. Called by `feed_fmk`.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from appliance.demo.dose_plans import DoseEntry, DoseUnit
from appliance.demo.drugs import catalogue
from appliance.records.models import MedicationOrder

Element = dict[str, Any]

_PARTS = {"morgen": "Morning", "middag": "Noon", "aften": "Evening", "nat": "Night"}
_LABELS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_BY_SCHEMA = "Dosering efter skema i lokalt system"
_EMPTY: Element = {}


def dosage(order: MedicationOrder, entries: Sequence[DoseEntry], *, is_new: bool) -> Element | None:
    """Write one dosage; None where the order has none."""
    words = order.dosage.text
    if words is None:
        return None
    if not entries:
        kind = "efter behov" if order.is_as_needed else "ikke angivet"
        return {**_in_words(words), "Type": kind}
    kind = "efter behov" if order.is_as_needed else "fast"
    is_open_ended = order.is_as_needed and order.max_daily_dose is None
    if is_new or order.ordered_on is None or is_open_ended:
        return {**_units(entries), **_new(order, entries), "Type": kind}
    name = "StructuresAccordingToNeed" if order.is_as_needed else "StructuresFixed"
    given = {"Structure": list(_old(order, entries, order.ordered_on))}
    return {**_units(entries), name: given, "Type": kind}


def _in_words(words: str) -> Element:
    begun: Element = {"DosageStartedPreviously": _EMPTY, "DosageEndingUndetermined": _EMPTY}
    if words == _BY_SCHEMA:
        return {"AdministrationAccordingToSchemaInLocalSystem": begun}
    return {"FreeText": {**begun, "Text": words}}


@functools.cache
def _unit_words() -> Mapping[str, DoseUnit]:
    """Return each unit by either of its words."""
    units = [drug.unit for drug in catalogue().values()]
    return {word: unit for unit in units for word in (unit.one, unit.many)}


def _units(entries: Sequence[DoseEntry]) -> Element:
    unit = _unit_words()[entries[0].unit]
    return {"UnitTexts": {"Singular": unit.one, "Plural": unit.many}}


def _amount(entry: DoseEntry, low: str, high: str) -> Element:
    if entry.high:
        return {low: _number(entry.amount), high: _number(entry.high)}
    return {"Quantity": _number(entry.amount)}


def _number(amount: str) -> str:
    return amount.replace(",", ".")


def _times(order: MedicationOrder, entry: DoseEntry) -> int:
    """Return how often a dose may be given as needed: the most a day, in doses."""
    most = (order.max_daily_dose or "").partition(" ")[0]
    return int(Decimal(_number(most)) / Decimal(_number(entry.high or entry.amount)))


# --- the older shape ------------------------------------------------------------------------------


def _old(
    order: MedicationOrder, entries: Sequence[DoseEntry], starts_on: date
) -> Iterable[Element]:
    if any(entry.ends_on or entry.starts_on for entry in entries):
        yield from (
            _old_period([entry], entry.starts_on or starts_on, 1, order) for entry in entries
        )
        return
    first = entries[0]
    days = first.period * (7 if first.period_unit == "wk" else 1)
    yield _old_period(entries, starts_on, days, order)


def _old_period(
    entries: Sequence[DoseEntry], starts_on: date, interval: int, order: MedicationOrder
) -> Element:
    ends_on = entries[0].ends_on
    days: dict[int, list[Element]] = {}
    for entry in entries:
        for number in _day_numbers(entry, starts_on):
            days.setdefault(number, []).extend(_old_doses(entry, order))
    end: Element = {"EndDate": ends_on.isoformat()} if ends_on else {}
    return {
        "IterationInterval": interval,
        "StartDate": starts_on.isoformat(),
        **(end or {"DosageEndingUndetermined": _EMPTY}),
        "Day": [{"Number": number, "Dose": doses} for number, doses in sorted(days.items())],
        "DosageTranslation": {"LongText": order.dosage.text},
    }


def _day_numbers(entry: DoseEntry, starts_on: date) -> list[int]:
    return [(day - starts_on.isoweekday()) % 7 + 1 for day in entry.weekdays] or [1]


def _old_doses(entry: DoseEntry, order: MedicationOrder) -> list[Element]:
    amount = _amount(entry, "MinimalQuantity", "MaximalQuantity")
    times = [_PARTS[slot].lower() for slot in entry.slots]
    times += [f"{at.replace('.', ':')}:00" for at in entry.times]
    if times:
        return [{"Time": at, **amount} for at in times]
    often = _times(order, entry) if order.is_as_needed else entry.frequency or 1
    return [amount] * often


# --- the newer shape ------------------------------------------------------------------------------


def _new(order: MedicationOrder, entries: Sequence[DoseEntry]) -> Element:
    begun = (
        {"Precondition": {"ValidFrom": order.ordered_on.isoformat()}} if order.ordered_on else {}
    )
    if any(entry.ends_on or entry.starts_on for entry in entries):
        return {**begun, "DosagePeriod": [_step(entry, order) for entry in entries]}
    name = "PRN" if order.is_as_needed else "Fixed"
    plan = {**_plan(order, entries), "DosageTranslation": {"LongText": order.dosage.text}}
    return {**begun, "DosagePeriod": [{name: plan}]}


def _step(entry: DoseEntry, order: MedicationOrder) -> Element:
    length: Element = {}
    if entry.starts_on and entry.ends_on:
        length = {"PeriodLength": (entry.ends_on - entry.starts_on + timedelta(days=1)).days}
    return {**length, "Fixed": _plan(order, [entry])}


def _plan(order: MedicationOrder, entries: Sequence[DoseEntry]) -> Element:
    first = entries[0]
    if order.is_as_needed:
        return _as_needed(order, first)
    if first.weekdays:
        days = [
            {"Label": _LABELS[day - 1], "Dosage": _choice([entry])}
            for entry in entries
            for day in entry.weekdays
        ]
        return {"IterationInterval": 1, "Week": [{"Weekday": days}]}
    interval = first.period * (7 if first.period_unit == "wk" else 1)
    return {"IterationInterval": interval, "Day": [{"Index": 1, "Dosage": _choice(entries)}]}


def _as_needed(order: MedicationOrder, entry: DoseEntry) -> Element:
    amount = _amount(entry, "MinimumQuantity", "MaximumQuantity")
    if order.max_daily_dose is None:
        return {"Day": [{"Dosage": {"UnlimitedDayDosage": amount}}]}
    dose = {"TimesPerDayDosage": {**amount, "TimesPerDay": _times(order, entry)}}
    return {"IterationInterval": 1, "Day": [{"Index": 1, "Dosage": dose}]}


def _choice(entries: Sequence[DoseEntry]) -> Element:
    parts: Element = {}
    clock: list[Element] = []
    for entry in entries:
        amount = _amount(entry, "MinimumQuantity", "MaximumQuantity")
        parts |= {_PARTS[slot]: amount for slot in entry.slots}
        clock += [{"Time": f"{at.replace('.', ':')}:00", **amount} for at in entry.times]
        if not (entry.slots or entry.times):
            return {"TimesPerDayDosage": {**amount, "TimesPerDay": entry.frequency or 1}}
    found: Element = {"PartOfDayDosage": parts} if parts else {}
    return {**found, "TimeOfDayDosage": clock} if clock else found
