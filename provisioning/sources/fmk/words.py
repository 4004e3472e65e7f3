"""Write numbers, units, dates, times and lists the way FMK's official Danish texts do.

Refuses to round or to shorten. Called by every module here that writes text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from appliance.records.quantities import unit_in_number
from provisioning.sources.fmk.model import Quantity, Unit

WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
_MONTHS = (
    "jan.", "feb.", "mar.", "apr.", "maj", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "dec.",
)  # fmt: skip
# Units FMK sends as one word; the common ones stand in `records.quantities` already.
_PLURALS = {
    "ampul": "ampuller", "applikatordosis": "applikatordoser", "beholder": "beholdere",
    "behandling": "behandlinger", "brusetablet": "brusetabletter", "engangspen": "engangspenne",
    "doseringssprøjte": "doseringssprøjter", "engangssprøjte": "engangssprøjter",
    "enkeltdosisbeholder": "enkeltdosisbeholdere", "implantat": "implantater",
    "indgnidning": "indgnidninger", "indsprøjtning": "indsprøjtninger", "injektor": "injektorer",
    "inhalationskapsel": "inhalationskapsler", "injektionssprøjte": "injektionssprøjter",
    "oral sprøjte": "orale sprøjter", "pensling": "penslinger", "plastflaske": "plastflasker",
    "pudring": "pudringer", "påsmøring": "påsmøringer", "rektaltube": "rektaltuber",
    "rektal stikpille": "rektale stikpiller", "resoriblet": "resoribletter",
    "skylning": "skylninger", "spiral": "spiraler", "streg": "streger", "stribe": "striber",
    "strømpe": "strømper", "sugetablet": "sugetabletter", "tube": "tuber",
    "tyggegummi": "tyggegummier", "tyndt lag": "tynde lag", "tykt lag": "tykke lag",
    "vaginalkapsel": "vaginalkapsler", "vaginaltablet": "vaginaltabletter",
    "vagitorie": "vagitorier", "vask": "vaske", "øjenskylning": "øjenskylninger",
}  # fmt: skip
_SINGULARS = {many: one for one, many in _PLURALS.items()}


@dataclass(frozen=True, slots=True)
class Style:
    """How the numbers and units of a text are spelled; its wording is chosen elsewhere."""

    decimal_mark: str = ","
    has_full_units: bool = False


# The official texts as they stand: the older has a decimal comma, the newer a decimal point.
OFFICIAL_E2 = Style()
OFFICIAL_E6 = Style(decimal_mark=".")
# What is read in the night: "0.5" is mistaken for 5, and "IE" for 1E or 10.
SHEET = Style(has_full_units=True)


def number_words(value: Decimal, style: Style = OFFICIAL_E2) -> str:
    """Write a number without trailing zeros: 0.50 is "0,5"."""
    shown = format(value, "f")
    if "." in shown:
        shown = shown.rstrip("0").rstrip(".")
    return shown.replace(".", style.decimal_mark)


def spelled(word: str, style: Style) -> str:
    """Write a unit in full where the style asks for it: "IE" is "enheder"."""
    return unit_in_number(word, None) if style.has_full_units else word


def unit_words(unit: Unit | None, *, is_plural: bool, style: Style) -> str:
    """Choose between the two words of a unit, or bend the one word there is."""
    if unit is None:
        return ""
    if unit.plural is not None:
        return spelled(unit.plural if is_plural else unit.singular, style)
    return spelled(_bent(unit.singular, is_plural=is_plural), style)


def _bent(word: str, *, is_plural: bool) -> str:
    if unit_in_number(word, None) != word:
        return word  # an abbreviation: it has one form only
    table = _PLURALS if is_plural else _SINGULARS
    return table.get(word) or unit_in_number(word, Decimal(2 if is_plural else 1))


def quantity_words(quantity: Quantity, unit: Unit | None, style: Style = SHEET) -> tuple[str, str]:
    """Return number and unit the older way: ("0,5", "tablet"), ("1-2", "tabletter")."""
    limits = [quantity.low] if quantity.high is None else [quantity.low, quantity.high]
    is_plural = limits[-1] > 1 or limits[-1] == 0
    shown = "-".join(number_words(limit, style) for limit in limits)
    return shown, unit_words(unit, is_plural=is_plural, style=style)


def times_word(count: int) -> str:
    """Return the word after a number of times: 1 "gang", 2 "gange"."""
    return "gange" if count > 1 else "gang"


def clock_words(at: time) -> str:
    """Write a clock time: "8:00", with seconds only when there are some."""
    shown = f"{at.hour}:{at.minute:02}"
    return f"{shown}:{at.second:02}" if at.second else shown


def date_words(day: date) -> str:
    """Write a date: "4. dec. 2018"."""
    return f"{day.day}. {_MONTHS[day.month - 1]} {day.year}"


def weekday_name(day: date) -> str:
    """Return the name of the weekday a date falls on."""
    return WEEKDAYS[day.weekday()]


def capitalized(text: str) -> str:
    """Return the text with its first letter raised and the rest untouched."""
    return text[:1].upper() + text[1:]


def listed(items: Sequence[str]) -> str:
    """Join with commas and "og": "morgen, middag og aften"."""
    return " og ".join(filter(None, (", ".join(items[:-1]), *items[-1:])))
