"""Turn a short dosing notation into a dosage: the official Danish text and its structure.

The notation (Danish, as staff write it on paper):
`1+0+1+0` morning, noon, evening, night (`1-2` is a range) · `kl 8:00=1 20:00=1` clock times ·
`uge ma,to=1 aften` weekdays · `hver 2 1 morgen` every n days (`12u`: weeks) · `gange 1 3` n times
a day · `pn 1 4` as needed, at most four times · `ned 4x5 2x5 1` tapering by days · `skema`
according to a chart · `tekst …` free text.
Texts follow the public dosage-to-text translator of the shared medication record. Called by
`medicine_plans`; refuses notation it does not know with ValueError.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from appliance.records.dosage import Dosage, Grid

SLOTS = ("morgen", "middag", "aften", "nat")
WEEKDAYS = ("Mandag", "Tirsdag", "Onsdag", "Torsdag", "Fredag", "Lørdag", "Søndag")
_SHORT_DAYS = ("ma", "ti", "on", "to", "fr", "lø", "sø")


@dataclass(frozen=True, slots=True)
class DoseUnit:
    """What a dose is counted in: "tablet" and "tabletter"."""

    one: str
    many: str

    def write(self, amount: str) -> str:
        """Write an amount as the official translator does: only exactly 1 is singular."""
        return f"{amount} {self.one if amount == '1' else self.many}"


@dataclass(frozen=True, slots=True)
class DoseEntry:
    """One structured line of a dosage, as a feed carries it; amounts have decimal commas."""

    amount: str
    unit: str
    high: str | None = None
    slots: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    frequency: int | None = None
    period: int = 1
    period_unit: str = "d"
    starts_on: date | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class DosePlan:
    """A dosage with all that belongs to it; `entries` is empty when it is only words."""

    dosage: Dosage
    entries: tuple[DoseEntry, ...] = ()
    is_as_needed: bool = False
    max_daily_dose: str | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """The notation to write, with what it needs to know."""

    words: tuple[str, ...]
    unit: DoseUnit
    starts_on: date = field(default=date.min)


def write_dosage(notation: str, unit: DoseUnit, starts_on: date) -> DosePlan:
    """Write a dosage from its notation; tapering is counted from `starts_on`.

    Raises:
        ValueError: the notation is not one of those listed in the module.

    """
    first, *rest = notation.split()
    if "+" in first:
        return _by_slot(_Asked((first,), unit))
    if first not in _WRITERS:
        raise ValueError(f"unknown dosing notation: {notation}")
    return _WRITERS[first](_Asked(tuple(rest), unit, starts_on))


def _by_slot(asked: _Asked) -> DosePlan:
    amounts = asked.words[0].split("+")
    if len(amounts) != len(SLOTS):
        raise ValueError(f"four amounts are needed: {asked.words[0]}")
    given = {slot: amount for slot, amount in zip(SLOTS, amounts, strict=True) if amount != "0"}
    text = _slot_text(given, asked.unit)
    if any("-" in amount for amount in given.values()):
        return _range_by_slot(given, asked.unit, text)
    unit = _shared_unit(tuple(given.values()), asked.unit)
    cells = ["" if amount == "0" else amount for amount in amounts]
    entries = tuple(DoseEntry(amount, unit, slots=(slot,)) for slot, amount in given.items())
    return DosePlan(
        Dosage(
            text=text,
            grid=Grid(cells[0], cells[1], cells[2], cells[3], unit),
            single_dose=_single(given.values(), asked.unit),
            daily_dose=asked.unit.write(_sum(given.values())),
        ),
        entries,
    )


def _range_by_slot(given: Mapping[str, str], unit: DoseUnit, text: str) -> DosePlan:
    entries = []
    for slot, amount in given.items():
        low, _, high = amount.partition("-")
        entries.append(DoseEntry(low, unit.many, high=high or None, slots=(slot,)))
    return DosePlan(Dosage(text=text, single_dose=_single(given.values(), unit)), tuple(entries))


def _slot_text(given: Mapping[str, str], unit: DoseUnit) -> str:
    if len(given) == 1:
        (slot, amount), *_ = given.items()
        return f"{unit.write(amount)} hver {slot}"
    return f"{_list([f'{unit.write(amount)} {slot}' for slot, amount in given.items()])} - hver dag"


def _by_clock(asked: _Asked) -> DosePlan:
    given = dict(word.split("=") for word in asked.words)
    unit = _shared_unit(tuple(given.values()), asked.unit)
    parts = [f"{asked.unit.write(amount)} kl. {time}" for time, amount in given.items()]
    times = tuple(time.rjust(5, "0").replace(":", ".") for time in given)
    dosage = Dosage(
        text=f"{_list(parts)} - hver dag",
        times=times,
        single_dose=_single(given.values(), asked.unit),
        daily_dose=asked.unit.write(_sum(given.values())),
    )
    entries = (
        DoseEntry(amount, unit, times=(time,))
        for time, amount in zip(times, given.values(), strict=True)
    )
    return DosePlan(dosage, tuple(entries))


def _by_weekday(asked: _Asked) -> DosePlan:
    groups, slot = asked.words[0], (asked.words[1:] or ("morgen",))[0]
    by_day = {}
    for group in groups.split("/"):
        days, amount = group.split("=")
        by_day.update({_SHORT_DAYS.index(day) + 1: amount for day in days.split(",")})
    ordered = dict(sorted(by_day.items()))
    lines = [
        f"{WEEKDAYS[day - 1]}: {asked.unit.write(amount)} {slot}" for day, amount in ordered.items()
    ]
    unit = _shared_unit(tuple(ordered.values()), asked.unit)
    entries = (
        DoseEntry(amount, unit, slots=(slot,), weekdays=(day,), period_unit="wk")
        for day, amount in ordered.items()
    )
    dosage = Dosage(
        text="\n".join(["Dosering - gentages hver uge:", *lines]),
        weekdays=tuple(ordered),
        single_dose=_single(ordered.values(), asked.unit),
    )
    return DosePlan(dosage, tuple(entries))


def _every_nth(asked: _Asked) -> DosePlan:
    every, amount, *slot = asked.words
    is_weeks = every.endswith("u")
    number = every.rstrip("u")
    when = f" {slot[0]}" if slot else ""
    dose = asked.unit.write(amount)
    entry = DoseEntry(
        amount,
        _shared_unit((amount,), asked.unit),
        slots=tuple(slot),
        frequency=1,
        period=int(number),
        period_unit="wk" if is_weeks else "d",
    )
    text = f"{dose}{when} hver {number}. {'uge' if is_weeks else 'dag'}"
    return DosePlan(Dosage(text=text, single_dose=dose), (entry,))


def _times_a_day(asked: _Asked) -> DosePlan:
    amount, times = asked.words
    dose = asked.unit.write(amount)
    dosage = Dosage(
        text=f"{dose} {times} gange dagligt",
        single_dose=dose,
        daily_dose=asked.unit.write(_show(_number(amount) * int(times))),
    )
    unit = _shared_unit((amount,), asked.unit)
    return DosePlan(dosage, (DoseEntry(amount, unit, frequency=int(times)),))


def _as_needed(asked: _Asked) -> DosePlan:
    amount, times = asked.words
    low, _, high = amount.partition("-")
    dose = asked.unit.write(amount)
    often = "1 gang" if times == "1" else f"{times} gange"
    entry = DoseEntry(low, _shared_unit((high or low,), asked.unit), high=high or None)
    return DosePlan(
        Dosage(text=f"{dose} efter behov højst {often} dagligt", single_dose=dose),
        (entry,),
        is_as_needed=True,
        max_daily_dose=asked.unit.write(_show(_number(high or low) * int(times))),
    )


def _tapering(asked: _Asked) -> DosePlan:
    lines: list[str] = []
    entries: list[DoseEntry] = []
    begin, ends_on = asked.starts_on, None
    for step in asked.words:
        amount, _, days = step.partition("x")
        ends_on = begin + timedelta(days=int(days) - 1) if days else None
        then = " herefter" if lines else ""
        length = f" i {days} dage" if days else ""
        lines.append(f"Dosering{then}{length}:\n{asked.unit.write(amount)} hver morgen")
        unit = _shared_unit((amount,), asked.unit)
        entries.append(DoseEntry(amount, unit, slots=("morgen",), starts_on=begin, ends_on=ends_on))
        begin += timedelta(days=int(days or 0))
    return DosePlan(Dosage(text="\n\n".join(lines)), tuple(entries), ends_on=ends_on)


def _by_chart(_asked: _Asked) -> DosePlan:
    return DosePlan(Dosage(text="Dosering efter skema i lokalt system"))


def _in_words(asked: _Asked) -> DosePlan:
    return DosePlan(Dosage(text=" ".join(asked.words)))


_WRITERS: Mapping[str, Callable[[_Asked], DosePlan]] = {
    "kl": _by_clock,
    "uge": _by_weekday,
    "hver": _every_nth,
    "gange": _times_a_day,
    "pn": _as_needed,
    "ned": _tapering,
    "skema": _by_chart,
    "tekst": _in_words,
}


def _shared_unit(amounts: tuple[str, ...], unit: DoseUnit) -> str:
    """Give the one unit word that stands beside all the amounts: singular only for ones."""
    return unit.one if set(amounts) == {"1"} else unit.many


def _single(amounts: Iterable[str], unit: DoseUnit) -> str | None:
    """Say the single dose when every dose is the same; else nothing is certain."""
    different = set(amounts)
    return unit.write(different.pop()) if len(different) == 1 else None


def _list(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} og {parts[-1]}"


def _number(amount: str) -> Decimal:
    return Decimal(amount.replace(",", "."))


def _sum(amounts: Iterable[str]) -> str:
    return _show(sum((_number(amount) for amount in amounts), Decimal(0)))


def _show(number: Decimal) -> str:
    return (
        f"{number:f}".rstrip("0").rstrip(".").replace(".", ",") if number % 1 else f"{number:.0f}"
    )
