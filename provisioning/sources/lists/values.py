"""Read one cell: dates, times, numbers, yes and no, lists, CPR numbers.

Every reader gives None for what it does not understand and leaves the judgement to `rows`.
Nothing is completed or guessed: a date with two digits for the year needs a map that says so, and
"1.500" is no number, because it is two. Called by `rows`.
"""

import functools
import re
import time
from dataclasses import dataclass
from datetime import date, datetime

from appliance.records.models import OrderItem
from appliance.records.quantities import format_number
from provisioning.sources.fhir import values as fhir_values

_CLOCK = r"(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d))?"
_DAY_AND_CLOCK = re.compile(rf"(?P<day>\S.*?)[\sT,]+(?:kl\.?\s*)?{_CLOCK}", re.IGNORECASE)
_TIME_OF_DAY = re.compile(rf"(?:kl\.?\s*)?{_CLOCK}", re.IGNORECASE)
_WITH_OFFSET = re.compile(r"\d{4}-\d\d-\d\dT.*(?:Z|[+-]\d\d:?\d\d)")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_WHOLE = re.compile(r"-?\d{1,9}")
_YES_NO = {
    **dict.fromkeys(("ja", "j", "x", "✓", "sand", "true", "yes", "1"), True),
    **dict.fromkeys(("nej", "n", "falsk", "false", "no", "0"), False),
}
_WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
_SHORT_DAYS = {name[:3]: number for number, name in enumerate(_WEEKDAYS, start=1)}
_SHORT_DAYS |= {name[:2]: number for number, name in enumerate(_WEEKDAYS, start=1)}
_ITEM = re.compile(r"(?:(?P<number>\d{1,6})\s*[x×]\s+)?(?P<text>.*?)(?:\s*\[(?P<hmi>[^\[\]]*)\])?")
_CPR = re.compile(r"\d{6}[0-9A-Z]{4}")
_LOST_ZERO = re.compile(r"\d{9}")
_AMOUNT = re.compile(
    r"(?P<number>\d{0,3}[½¼¾]|\d{1,4}(?:[.,]\d{1,3})?)(?:\s*(?P<unit>[A-Za-zÆØÅæøåµμ][^\d]*))?"
)
_FRACTIONS = {"½": "5", "¼": "25", "¾": "75"}
_AMBIGUOUS = re.compile(r"[1-9]\d*[.,]\d{3}")  # a thousand in one country, one in another


@functools.lru_cache(8192)
def read_day(raw: str, formats: tuple[str, ...]) -> date | None:
    """Return a date; one with a clock time counts as the day it names."""
    if _WITH_OFFSET.fullmatch(raw):
        return fhir_values.day(raw)
    found = _plain_day(raw, formats)
    if found is None and (both := _DAY_AND_CLOCK.fullmatch(raw)):
        found = _plain_day(both["day"], formats)
    return found


def _plain_day(raw: str, formats: tuple[str, ...]) -> date | None:
    if _ISO.fullmatch(raw):
        return fhir_values.day(raw)
    for given in formats:
        try:
            read = time.strptime(raw, given)
        except ValueError:
            continue
        return fhir_values.day(f"{read.tm_year:04}-{read.tm_mon:02}-{read.tm_mday:02}")
    return None


def has_clock(raw: str) -> bool:
    """Tell whether a cell names a time of day beside its date."""
    return bool(_WITH_OFFSET.fullmatch(raw) or _DAY_AND_CLOCK.fullmatch(raw))


@functools.lru_cache(8192)
def read_moment(raw: str, formats: tuple[str, ...]) -> datetime | None:
    """Return a point in time, in UTC; a plain date is its first minute in Denmark."""
    if _WITH_OFFSET.fullmatch(raw):
        return fhir_values.moment(raw)
    day = read_day(raw, formats)
    if day is None:
        return None
    both = _DAY_AND_CLOCK.fullmatch(raw)
    hour, minute, second = both.group("hour", "minute", "second") if both else ("0", "00", "00")
    return fhir_values.moment(f"{day.isoformat()}T{hour:0>2}:{minute}:{second or '00'}")


def read_whole(raw: str) -> int | None:
    """Return a whole number."""
    return int(raw) if raw.isascii() and _WHOLE.fullmatch(raw) else None


def read_yes_no(raw: str) -> bool | None:
    """Return yes or no."""
    return _YES_NO.get(raw.casefold())


def read_time_of_day(raw: str) -> str | None:
    """Return a time of day as Danes write it: "8:00" is "08.00"."""
    found = _TIME_OF_DAY.fullmatch(raw)
    return f"{found['hour']:0>2}.{found['minute']}" if found else None


def read_weekday(raw: str) -> int | None:
    """Return the ISO number of a weekday, named in full or by its first letters."""
    name = raw.casefold().rstrip(".")
    if name in _WEEKDAYS:
        return _WEEKDAYS.index(name) + 1
    return _SHORT_DAYS.get(name)


def read_parts(raw: str, separators: str) -> tuple[str, ...]:
    """Split a cell with several values."""
    parts = re.split(f"[{separators}\n]", raw)
    return tuple(part.strip() for part in parts if part.strip())


def read_item(raw: str) -> OrderItem:
    """Return "2 x name [number]" in its parts."""
    found = _ITEM.fullmatch(" ".join(raw.split()))
    if found is None or not found["text"]:
        return OrderItem(raw)
    quantity = 1 if found["number"] is None else int(found["number"])
    return OrderItem(found["text"], quantity, (found["hmi"] or "").strip() or None)


@dataclass(frozen=True, slots=True)
class Amount:
    """One cell of the four columns: the number as Danes write it, and the unit if it stands."""

    number: str
    unit: str | None = None

    @property
    def is_none(self) -> bool:
        """Tell whether the cell says that nothing is given."""
        return not self.number.strip("0,")


def read_amount(raw: str) -> Amount | None:
    """Return one plain amount; a range, a word or an ambiguous number is none."""
    found = _AMOUNT.fullmatch(raw)
    if not raw.isprintable() or found is None or _AMBIGUOUS.fullmatch(found["number"]):
        return None
    number = found["number"]
    if number[-1] in _FRACTIONS:
        number = f"{number[:-1] or '0'},{_FRACTIONS[number[-1]]}"
    unit = (found["unit"] or "").strip() or None
    return Amount(format_number(number), unit) if number.replace(",", "").isascii() else None


@dataclass(frozen=True, slots=True)
class Cpr:
    """A CPR number as it was read; `lost_zero` is what nine digits would be with their zero."""

    value: str | None = None
    lost_zero: str | None = None


def read_cpr(raw: str) -> Cpr:
    """Return a CPR number without its hyphen; no check digit is asked for."""
    compact = re.sub(r"[\s.\-–]", "", raw).upper()
    if compact.isascii() and _CPR.fullmatch(compact):
        return Cpr(compact)
    is_short = compact.isascii() and _LOST_ZERO.fullmatch(compact)
    return Cpr(lost_zero=f"0{compact}") if is_short else Cpr()


def cpr_agrees(cpr: str, birth_date: date) -> bool:
    """Tell whether a CPR number begins with a birth date; some replacements add 60 to the day."""
    begins = (f"{birth_date:%d%m%y}", f"{birth_date.day + 60}{birth_date:%m%y}")
    return cpr.startswith(begins)
