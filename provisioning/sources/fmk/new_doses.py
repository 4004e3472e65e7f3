"""Write the doses of one day in FMK's newer wording. Pure. Called by `new_text`."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from provisioning.sources.fmk.model import (
    Amount,
    BySchema,
    Dose,
    Infusion,
    PartOfDay,
    Quantity,
    Unit,
)
from provisioning.sources.fmk.words import (
    Style,
    clock_words,
    listed,
    number_words,
    spelled,
    unit_words,
)


@dataclass(frozen=True, slots=True)
class _Said:
    """Doses said in one breath: those of the same amount given so many times a day."""

    dose: Dose
    times: int


@dataclass(frozen=True, slots=True)
class DayWords:
    """The words for days of one dosage."""

    unit: Unit | None
    style: Style

    def doses(self, doses: Sequence[Dose]) -> str:
        """Say the doses of a day, the amount only once if all are alike."""
        said = _grouped(doses)
        moments = [_moment(item) for item in said]
        is_alike = len({(item.dose.amount, item.dose.is_as_needed) for item in said}) == 1
        if is_alike and (len(said) == 1 or all(moments)):
            return " ".join(filter(None, (self._dose(said[0].dose), listed(moments))))
        pairs = zip(said, moments, strict=True)
        return listed(
            [" ".join(filter(None, (self._dose(item.dose), when))) for item, when in pairs]
        )

    def repeated(self, doses: Sequence[Dose], interval: int) -> str:
        """Say the doses of the one day there is, and how often it comes."""
        often = f"hver {interval}. dag" if interval > 1 else ""
        if len(doses) == 1 and isinstance(doses[0].when, PartOfDay):
            every = "hver" if interval == 1 else ""
            return " ".join(filter(None, (self._dose(doses[0]), every, doses[0].when.value, often)))
        if interval == 1:
            often = "dagligt" if all(dose.is_as_needed for dose in doses) else "- hver dag"
        return " ".join(filter(None, (self.doses(doses), often)))

    def _dose(self, dose: Dose) -> str:
        words = amount_words(dose.amount, self.unit, self.style)
        return f"{words} efter behov" if dose.is_as_needed else words


def _grouped(doses: Sequence[Dose]) -> list[_Said]:
    """Put equal doses without a time together; they are "so many times a day"."""
    return [_Said(dose, sum(1 for _ in run)) for dose, run in groupby(doses)]


def _moment(item: _Said) -> str:
    dose = item.dose
    if dose.is_unlimited:
        return "ubegrænset antal gange"
    if isinstance(dose.when, PartOfDay):
        return dose.when.value
    if dose.when is not None:
        return f"kl. {clock_words(dose.when)}"
    if item.times == 1:
        return ""
    return f"højst {item.times} gange" if dose.is_as_needed else f"{item.times} gange"


def amount_words(amount: Amount, unit: Unit | None, style: Style) -> str:
    """Say an amount with its unit: "0,5 tabletter", "1 - 2 tabletter"."""
    if isinstance(amount, Quantity):
        return f"{_range(amount, style)} {_unit(amount, unit, style)}"
    if isinstance(amount, BySchema):
        one = _unit(_ONE, unit, style)
        many = _unit(_MANY, unit, style)
        return f"antal {one}/{many} i henhold til {amount.name}"
    return _infusion_words(amount, unit, style)


_ONE, _MANY = Quantity(Decimal(1)), Quantity(Decimal(2))


def _unit(amount: Quantity, unit: Unit | None, style: Style) -> str:
    """Choose the word; the newer wording has the plural for everything but exactly one."""
    if unit is not None and unit.plural is None:
        return spelled(unit.singular, style)
    is_plural = amount.high is not None or amount.low != 1
    return unit_words(unit, is_plural=is_plural, style=style)


def _range(quantity: Quantity, style: Style) -> str:
    low = number_words(quantity.low, style)
    if quantity.high is None:
        return low
    return f"{low} - {number_words(quantity.high, style)}"


def _infusion_words(infusion: Infusion, unit: Unit | None, style: Style) -> str:
    parts = []
    if infusion.minutes:
        parts.append(f"varighed {_range(infusion.minutes, style)} min")
    if infusion.rate:
        word = _unit(_MANY, unit, style)
        parts.append(f"indløbsrate {_range(infusion.rate, style)} {word}/t")
    return ", ".join(parts)
