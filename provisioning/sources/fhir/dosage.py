"""Read how much and when: the official text as it stands, the four columns only when they fit.

The source's text always wins for display. Where a source sends structure alone, `dosage_words`
writes it out. Nothing is guessed: an element whose meaning is not known here makes the whole
dosage unreadable rather than nearly right, and a grid is given only when every entry is a plain
daily amount in the four columns. Called by `medication`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from appliance.records.dosage import Dosage, Grid, Schedule
from appliance.records.quantities import unit_in_number
from provisioning.sources.fhir.dosage_words import entry_words
from provisioning.sources.fhir.dose_schedule import (
    UNSPECIFIED,
    Entry,
    FixedDose,
    begun_on,
    schedule_of,
)
from provisioning.sources.fhir.values import (
    Json,
    concept,
    danish,
    extension_text,
    mapping,
    mappings,
    number,
    text,
    texts,
)

_COLUMNS = ("MORN", "NOON", "EVE", "NIGHT")
_WEEKDAYS = {"mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6, "sun": 7}
# All a timing may say and still mean "this much, every day, in these columns".
_GRID_KEYS = {"when", "frequency", "period", "periodUnit"}
# Words of a text that say more than four daily columns can hold.
_MORE_THAN_GRID = re.compile(
    r"efter behov|\bpn\b|skema|herefter|\bi \d+ dag|hver(?:t)? (?:anden|andet|\d+\.)|ugentlig"
    r"|om ugen|(?:man|tirs|ons|tors|fre|lør|søn)dag|\bkl\.|\bfra d\.|\bhøjst\b",
    re.IGNORECASE,
)
# Words that no schedule here can hold; weekdays, times, rounds and periods are in the structure.
_NOT_IN_SCHEDULE = re.compile(r"efter behov|\bpn\b|skema|\bhøjst\b", re.IGNORECASE)
_ONE_AFTER_ANOTHER = re.compile(r"herefter|\bi \d+ dag", re.IGNORECASE)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::\d\d(?:\.\d+)?)?")
_A_DAY = {(Decimal(number_of), unit) for number_of, unit in ((1, "d"), (1, "døgn"), (24, "h"))}
_HIGHEST_UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class ReadDosage:
    """A dosage with what belongs to the order; `is_unreadable` when something was there."""

    dosage: Dosage = field(default_factory=Dosage)
    is_as_needed: bool = False
    max_daily_dose: str | None = None
    is_max_unreadable: bool = False
    instruction: str | None = None
    route: str | None = None
    is_delivered: bool = False
    is_unreadable: bool = False
    is_text_partial: bool = False


def from_first_day(read: ReadDosage, starts_on: date | None) -> ReadDosage:
    """Return a dosage in a treatment that begins on a day: most are the same every day."""
    schedule = read.dosage.schedule
    begun = begun_on(schedule, starts_on) if schedule else None
    if begun is schedule:
        return read
    return replace(read, dosage=replace(read.dosage, schedule=begun))


def read_dosage(value: object) -> ReadDosage:
    """Read `dosage` of a MedicationStatement or `dosageInstruction` of a MedicationRequest."""
    entries = mappings(value)
    if not entries:
        return ReadDosage()
    given = list(dict.fromkeys(said for entry in entries if (said := text(entry.get("text")))))
    words = "\n".join(given) or _composed(entries)
    highest = _highest(entries)
    columns = _grid(entries, given)
    return ReadDosage(
        dosage=Dosage(
            text=words,
            grid=columns,
            times=_times(entries),
            weekdays=_weekdays(entries),
            single_dose=_stated(entries, "single-dose") or _single_dose(entries),
            daily_dose=_stated(entries, "daily-dose") or _daily_dose(entries),
            schedule=None if columns else _schedule(entries, given),
        ),
        is_as_needed=all(map(is_as_needed, entries)),
        max_daily_dose=None if highest == _HIGHEST_UNREADABLE else highest,
        is_max_unreadable=highest == _HIGHEST_UNREADABLE,
        instruction=_joined(_instructions(entries)),
        route=_joined(concept(entry.get("route")) for entry in entries),
        is_delivered=True,
        is_unreadable=words is None,
        is_text_partial=bool(given) and any(not text(entry.get("text")) for entry in entries),
    )


def _schedule(entries: Sequence[Json], given: Sequence[str]) -> Schedule | None:
    """Return when each dose is due; None where there are words and no structure at all."""
    if not any(mapping(entry.get("timing")) for entry in entries):
        return None
    # A text may say more than the structure beside it, which is then only part of the dosage.
    has_dates = all(mapping(_repeat(entry).get("boundsPeriod")).get("start") for entry in entries)
    says_more = any(
        _NOT_IN_SCHEDULE.search(words) or (_ONE_AFTER_ANOTHER.search(words) and not has_dates)
        for words in given
    )
    if says_more or not _is_at_once(entries):
        return Schedule(unknown=UNSPECIFIED)
    return schedule_of([_entry(entry) for entry in entries])


def _entry(entry: Json) -> Entry:
    dose = _dose(entry)
    fixed = FixedDose(danish(dose.amount), dose.unit_shown) if dose else _range(entry)
    return Entry(_repeat(entry), fixed, is_as_needed(entry), _has_modifiers(entry))


def _range(entry: Json) -> FixedDose | None:
    """Return "1-2 tabletter", when an entry has a range and nothing else."""
    rates = mappings(entry.get("doseAndRate"))
    if len(rates) != 1 or set(rates[0]) - {"doseRange", "type"}:
        return None
    limits = [mapping(mapping(rates[0].get("doseRange")).get(key)) for key in ("low", "high")]
    low, high = (number(limit.get("value")) for limit in limits)
    units = {text(limit.get("unit")) for limit in limits}
    unit = units.pop() if len(units) == 1 else None
    if low is None or high is None or unit is None or not 0 <= low < high:
        return None
    return FixedDose(f"{danish(low)}-{danish(high)}", unit_in_number(unit, Decimal(2)))


def is_as_needed(entry: Json) -> bool:
    """Tell whether an entry is PN."""
    return entry.get("asNeededBoolean") is True or bool(
        mapping(entry.get("asNeededCodeableConcept"))
    )


def _composed(entries: Sequence[Json]) -> str | None:
    """Write every entry in words, or nothing at all: half a dosage reads like a whole one."""
    if not _is_at_once(entries):
        return None
    words = [entry_words(entry, is_as_needed=is_as_needed(entry)) for entry in entries]
    return "\n".join(filter(None, words)) if all(words) else None


def _is_at_once(entries: Sequence[Json]) -> bool:
    """Tell whether the entries hold side by side.

    FHIR reads different sequence numbers as "first this, then that", but many systems simply
    number their lines. A text that stands on every entry settles it: it is the whole dosage.
    """
    numbered = {str(entry.get("sequence")) for entry in entries}
    return len(numbered) == 1 or all(text(entry.get("text")) for entry in entries)


def _joined(parts: Iterable[str | None]) -> str | None:
    return ". ".join(dict.fromkeys(part.rstrip(".") for part in parts if part)) or None


def _instructions(entries: Sequence[Json]) -> list[str | None]:
    return [
        said
        for entry in entries
        for said in (
            text(entry.get("patientInstruction")),
            *(concept(item) for item in mappings(entry.get("additionalInstruction"))),
            concept(entry.get("method")),
            concept(entry.get("site")),
        )
    ]


def _stated(entries: Sequence[Json], name: str) -> str | None:
    return next(filter(None, (extension_text(entry, name) for entry in entries)), None)


def _repeat(entry: Json) -> Json:
    return mapping(mapping(entry.get("timing")).get("repeat"))


def _times(entries: Sequence[Json]) -> tuple[str, ...]:
    """Return clock times as Danes write them: "08:00:00" is "08.00"."""
    found = [
        f"{clock[1]}.{clock[2]}"
        for entry in entries
        for given in texts(_repeat(entry).get("timeOfDay"))
        if (clock := _CLOCK.fullmatch(given))
    ]
    return tuple(dict.fromkeys(found))


def _weekdays(entries: Sequence[Json]) -> tuple[int, ...]:
    """Return the weekdays, but only when every entry is bound to some."""
    by_entry = [
        {_WEEKDAYS[name] for name in texts(_repeat(entry).get("dayOfWeek")) if name in _WEEKDAYS}
        for entry in entries
    ]
    return tuple(sorted(set().union(*by_entry))) if all(by_entry) else ()


@dataclass(frozen=True, slots=True)
class _Dose:
    """One fixed amount."""

    amount: Decimal
    unit: str

    @property
    def unit_shown(self) -> str:
        return unit_in_number(self.unit, Decimal(1 if self.amount == 1 else 2))

    @property
    def shown(self) -> str:
        return f"{danish(self.amount)} {self.unit_shown}"


def _dose(entry: Json) -> _Dose | None:
    """Return the one fixed amount of an entry; a range, a rate or a missing unit is none."""
    rates = mappings(entry.get("doseAndRate"))
    if len(rates) != 1 or set(rates[0]) - {"doseQuantity", "type"}:
        return None
    quantity = mapping(rates[0].get("doseQuantity"))
    amount, unit = number(quantity.get("value")), text(quantity.get("unit"))
    if amount is None or amount <= 0 or unit is None or quantity.get("comparator"):
        return None
    return _Dose(amount, unit)


def _single_dose(entries: Sequence[Json]) -> str | None:
    """Say the single dose when every entry has the same one."""
    doses = {_dose(entry) for entry in entries}
    (dose, *others) = doses
    return dose.shown if dose and not others else None


def _daily_dose(entries: Sequence[Json]) -> str | None:
    """Say the daily dose when every entry is a fixed amount, given every day, not PN."""
    doses = [_dose(entry) for entry in entries]
    times = [_times_a_day(entry) for entry in entries]
    units = {dose.unit for dose in doses if dose}
    is_certain = None not in doses and None not in times and len(units) == 1
    if not is_certain or any(map(is_as_needed, entries)) or not _is_at_once(entries):
        return None
    total = sum(
        (dose.amount * often for dose, often in zip(doses, times, strict=True) if dose and often),
        Decimal(0),
    )
    return _Dose(total, units.pop()).shown


def _times_a_day(entry: Json) -> int | None:
    """Return how often an entry is given each day, or None if that is not certain."""
    repeat = _repeat(entry)
    if not _is_daily(repeat) or set(repeat) - _GRID_KEYS - {"timeOfDay"} or _has_modifiers(entry):
        return None
    moments = len(texts(repeat.get("when"))) or len(texts(repeat.get("timeOfDay")))
    often = repeat.get("frequency")
    if often is None:
        return moments or None
    is_whole = isinstance(often, int) and not isinstance(often, bool) and often > 0
    if not is_whole or (moments and often not in (1, moments)):
        return None
    return moments or often


def _is_daily(repeat: Json) -> bool:
    return repeat.get("period") == 1 and repeat.get("periodUnit") == "d"


def _has_modifiers(entry: Json) -> bool:
    timing = mapping(entry.get("timing"))
    return bool(entry.get("modifierExtension") or timing.get("modifierExtension")) or bool(
        {"event", "code"} & set(timing)
    )


def _grid(entries: Sequence[Json], given: Sequence[str]) -> Grid | None:
    """Return the four columns if, and only if, they say exactly what the dosage says."""
    if any(_MORE_THAN_GRID.search(words) for words in given) or not _is_at_once(entries):
        return None
    columns: dict[str, _Dose] = {}
    for entry in entries:
        dose, when = _dose(entry), texts(_repeat(entry).get("when"))
        if dose is None or not _fits_columns(entry, when, columns):
            return None
        columns.update(dict.fromkeys(when, dose))
    units = {dose.unit for dose in columns.values()}
    if len(units) != 1:
        return None
    cells = [danish(columns[name].amount) if name in columns else "" for name in _COLUMNS]
    return Grid(cells[0], cells[1], cells[2], cells[3], units.pop())


def _fits_columns(entry: Json, when: list[str], taken: Iterable[str]) -> bool:
    is_plain = not is_as_needed(entry) and not entry.get("maxDosePerPeriod")
    fits = bool(when) and set(when) <= set(_COLUMNS) - set(taken) and len(set(when)) == len(when)
    is_only_columns = not set(_repeat(entry)) - _GRID_KEYS
    return is_plain and fits and is_only_columns and _times_a_day(entry) is not None


def _highest(entries: Sequence[Json]) -> str | None:
    """Return the most per day and night; one that cannot be put in a day is called unreadable."""
    if said := _stated(entries, "max-daily-text"):
        return said
    ratios = [item for entry in entries for item in mappings(entry.get("maxDosePerPeriod"))]
    found = {_per_day(ratio) for ratio in ratios}
    if not found:
        return None
    return (found.pop() if len(found) == 1 else None) or _HIGHEST_UNREADABLE


def _per_day(ratio: Json) -> str | None:
    period = mapping(ratio.get("denominator"))
    length = number(period.get("value"))
    unit = text(period.get("code")) or text(period.get("unit"))
    is_a_day = (length, unit) in _A_DAY
    quantity = mapping(ratio.get("numerator"))
    amount, counted_in = number(quantity.get("value")), text(quantity.get("unit"))
    if not is_a_day or amount is None or amount <= 0 or counted_in is None:
        return None
    return _Dose(amount, counted_in).shown
