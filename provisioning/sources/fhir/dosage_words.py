"""Write one structured dosage entry out in Danish, for sources that send no text.

The words follow the official dosage-to-text translator of the shared medication record. An
element that is not known here gives None: the caller then prints that the dosage could not be
read, because a sentence that leaves something out looks complete. Pure. Called by `dosage`.
"""

from datetime import date
from decimal import Decimal

from appliance.records.quantities import unit_in_number
from provisioning.sources.fhir.values import (
    Json,
    concept,
    danish,
    day,
    mapping,
    mappings,
    number,
    text,
    texts,
    whole,
)

_UNIT_UNSAID = "(enhed ikke oplyst)"
_DOSE_UNSAID = "dosis ikke oplyst"
_WHEN = {
    "MORN": "morgen", "MORN.early": "tidlig morgen", "MORN.late": "sen formiddag",
    "NOON": "middag", "AFT": "eftermiddag", "AFT.early": "tidlig eftermiddag",
    "AFT.late": "sen eftermiddag", "EVE": "aften", "EVE.early": "tidlig aften",
    "EVE.late": "sen aften", "NIGHT": "nat", "PHS": "efter at være faldet i søvn",
    "HS": "ved sengetid", "WAKE": "ved opvågning", "C": "til måltid", "CM": "til morgenmad",
    "CD": "til frokost", "CV": "til aftensmad", "AC": "før måltid", "ACM": "før morgenmad",
    "ACD": "før frokost", "ACV": "før aftensmad", "PC": "efter måltid",
    "PCM": "efter morgenmad", "PCD": "efter frokost", "PCV": "efter aftensmad",
}  # fmt: skip
_DAYS = {
    "mon": "mandag", "tue": "tirsdag", "wed": "onsdag", "thu": "torsdag",
    "fri": "fredag", "sat": "lørdag", "sun": "søndag",
}  # fmt: skip
_PERIODS = {
    "s": ("sekund", "sekunder"), "min": ("minut", "minutter"), "h": ("time", "timer"),
    "d": ("dag", "dage"), "wk": ("uge", "uger"), "mo": ("måned", "måneder"), "a": ("år", "år"),
}  # fmt: skip
_OFTEN = {"d": "dagligt", "wk": "om ugen", "mo": "om måneden", "a": "om året", "h": "i timen"}
_CODED_TIMES = {"QD": 1, "BID": 2, "TID": 3, "QID": 4}
_MONTHS = (
    "jan.", "feb.", "mar.", "apr.", "maj", "jun.", "jul.", "aug.", "sep.", "okt.", "nov.", "dec.",
)  # fmt: skip
# Everything this module can put into words; one key more and it keeps silent.
_ENTRY_KEYS = {
    "id", "sequence", "text", "timing", "asNeededBoolean", "asNeededCodeableConcept", "doseAndRate",
    "maxDosePerPeriod", "route", "site", "method", "patientInstruction", "additionalInstruction",
    "extension",
}  # fmt: skip
_REPEAT_KEYS = {
    "boundsPeriod", "boundsDuration", "count", "frequency", "frequencyMax", "period", "periodUnit",
    "dayOfWeek", "timeOfDay", "when", "offset",
}  # fmt: skip


class _UnknownError(Exception):
    """Something in the structure has no words here; never leaves this module."""


def entry_words(entry: Json, *, is_as_needed: bool) -> str | None:
    """Return an entry in Danish, or None if any part of it is not understood."""
    try:
        return _entry_words(entry, is_as_needed=is_as_needed)
    except _UnknownError:
        return None


def _entry_words(entry: Json, *, is_as_needed: bool) -> str | None:
    _refuse_other_keys(entry, _ENTRY_KEYS)
    timing = mapping(entry.get("timing"))
    amount, when = _amount(entry), _when(timing)
    if not amount and not when and not is_as_needed:
        return None
    parts = [amount or _DOSE_UNSAID, *when]
    if is_as_needed:
        reason = concept(entry.get("asNeededCodeableConcept"))
        parts.append(f"efter behov ({reason})" if reason else "efter behov")
    elif not when:
        raise _UnknownError  # an amount without a time is not a dosage
    words = " ".join([*parts, *_bounds(mapping(timing.get("repeat")))])
    highest = [_highest(item) for item in mappings(entry.get("maxDosePerPeriod"))]
    return ", ".join([words, *highest])


def _refuse_other_keys(given: Json, known: set[str]) -> None:
    if any(key not in known and not key.startswith("_") for key in given):
        raise _UnknownError


def _amount(entry: Json) -> str | None:
    rates = mappings(entry.get("doseAndRate"))
    if not rates:
        return None
    (rate, *others) = rates
    _refuse_other_keys(rate, {"id", "type", "doseQuantity", "doseRange"})
    if others:
        raise _UnknownError
    if "doseRange" in rate:
        limits = mapping(rate["doseRange"])
        low, high = mapping(limits.get("low")), mapping(limits.get("high"))
        if low.get("unit", high.get("unit")) != high.get("unit"):
            raise _UnknownError
        return f"{danish(_number(low))}-{_quantity({**low, **high})}"
    return _quantity(mapping(rate.get("doseQuantity")))


def _quantity(quantity: Json) -> str:
    amount = _number(quantity)
    unit = text(quantity.get("unit"))
    if quantity.get("comparator"):
        raise _UnknownError
    if unit is None:
        return f"{danish(amount)} {_UNIT_UNSAID}"
    return f"{danish(amount)} {unit_in_number(unit, Decimal(1 if amount == 1 else 2))}"


def _number(quantity: Json) -> Decimal:
    amount = number(quantity.get("value"))
    if amount is None or amount <= 0:
        raise _UnknownError
    return amount


def _when(timing: Json) -> list[str]:
    """Return the words for a Timing; [] when it says nothing."""
    _refuse_other_keys(timing, {"id", "repeat", "code"})
    repeat = mapping(timing.get("repeat"))
    _refuse_other_keys(repeat, _REPEAT_KEYS)
    moments = _phrases(repeat)
    frequency = _frequency(
        repeat, len(texts(repeat.get("when"))) + len(texts(repeat.get("timeOfDay")))
    )
    words = [*moments, *frequency]
    return words or _coded(timing)


def _phrases(repeat: Json) -> list[str]:
    days = [_known(_DAYS, name) for name in texts(repeat.get("dayOfWeek"))]
    moments = [_with_offset(_known(_WHEN, name), repeat) for name in texts(repeat.get("when"))]
    clock = [_clock(given) for given in texts(repeat.get("timeOfDay"))]
    found = [_list(moments), f"kl. {_list(clock)}" if clock else "", _list(days)]
    return [phrase for phrase in found if phrase]


def _known(table: dict[str, str], name: str) -> str:
    if name not in table:
        raise _UnknownError
    return table[name]


def _with_offset(phrase: str, repeat: Json) -> str:
    offset = repeat.get("offset")
    if offset is None:
        return phrase
    minutes = whole(offset)
    if minutes is None or not phrase.startswith(("før ", "efter ")):
        raise _UnknownError
    return f"{minutes} minutter {phrase}"


def _clock(given: str) -> str:
    hour, _, rest = given.partition(":")
    minute = rest[:2]
    if not (hour.isdecimal() and minute.isdecimal() and len(minute) == len("00")):
        raise _UnknownError
    return f"{hour}.{minute}"


def _frequency(repeat: Json, moments: int) -> list[str]:
    """Say how often; a plain daily rhythm with its times of day needs no more words."""
    if not {"frequency", "period", "periodUnit"} & set(repeat):
        return []
    period = number(repeat.get("period"))
    unit = text(repeat.get("periodUnit")) or ""
    often, at_most = whole(repeat.get("frequency", 1)), whole(repeat.get("frequencyMax", 0))
    if period is None or period <= 0 or unit not in _PERIODS or not often or at_most is None:
        raise _UnknownError
    is_told_by_times = moments > 0 and often in (1, moments) and not at_most
    is_told_by_days = bool(repeat.get("dayOfWeek")) and unit == "wk" and period == 1
    if is_told_by_times and unit == "d" and period == 1:
        return ["hver dag"] if not repeat.get("dayOfWeek") else []
    if is_told_by_days and often in (1, len(texts(repeat.get("dayOfWeek")))) and not at_most:
        return ["hver uge"]
    if moments and often not in (1, moments):
        raise _UnknownError
    return [_rhythm(often, at_most, period, unit)]


def _rhythm(often: int, at_most: int, period: Decimal, unit: str) -> str:
    times = f"{often}-{at_most}" if at_most else str(often)
    gange = "gang" if times == "1" else "gange"
    if period == 1 and unit in _OFTEN:
        return f"{times} {gange} {_OFTEN[unit]}"
    if period != int(period):
        raise _UnknownError
    if times == "1":
        return f"hver {danish(period)}. {_PERIODS[unit][0]}"
    return f"{times} {gange} hver {danish(period)}. {_PERIODS[unit][0]}"


def _coded(timing: Json) -> list[str]:
    """Read the few timing codes that mean one thing only."""
    if "code" not in timing:
        return []
    codings = mappings(mapping(timing.get("code")).get("coding"))
    for code in (text(coding.get("code")) for coding in codings):
        if code in _CODED_TIMES:
            return [_rhythm(_CODED_TIMES[code], 0, Decimal(1), "d")]
    raise _UnknownError


def _bounds(repeat: Json) -> list[str]:
    words = []
    if "boundsPeriod" in repeat:
        period = mapping(repeat["boundsPeriod"])
        words += [_date_words("fra", period.get("start")), _date_words("til", period.get("end"))]
    if "boundsDuration" in repeat:
        words.append(_duration(mapping(repeat["boundsDuration"])))
    if "count" in repeat:
        number_of_times = whole(repeat["count"])
        if number_of_times is None:
            raise _UnknownError
        words.append(f"i alt {number_of_times} {'gang' if number_of_times == 1 else 'gange'}")
    return [word for word in words if word]


def _date_words(word: str, value: object) -> str:
    if value is None:
        return ""
    at = day(value)
    if at is None:
        raise _UnknownError
    return f"{word} d. {_danish_date(at)}"


def _danish_date(at: date) -> str:
    return f"{at.day}. {_MONTHS[at.month - 1]} {at.year}"


def _duration(quantity: Json) -> str:
    amount = _number(quantity)
    unit = text(quantity.get("code")) or text(quantity.get("unit")) or ""
    if unit not in _PERIODS:
        raise _UnknownError
    one, many = _PERIODS[unit]
    return f"i {danish(amount)} {one if amount == 1 else many}"


def _highest(ratio: Json) -> str:
    period = mapping(ratio.get("denominator"))
    length = _number(period)
    unit = text(period.get("code")) or text(period.get("unit")) or ""
    if unit not in _PERIODS:
        raise _UnknownError
    amount = _quantity(mapping(ratio.get("numerator")))
    if (length, unit) in {(Decimal(1), "d"), (Decimal(24), "h")}:
        return f"højst {amount} pr. døgn"
    one, many = _PERIODS[unit]
    return f"højst {amount} pr. {one if length == 1 else f'{danish(length)} {many}'}"


def _list(parts: list[str]) -> str:
    return (
        parts[0]
        if len(parts) == 1
        else " og ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))
    )
