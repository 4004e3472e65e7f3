"""Read what E6 says of one day: by part of day, by the clock, so many times, or without limit.

"Twice a day" becomes two doses, so that counting doses is counting what is given. Refuses a day
without doses. Called by `read_e6`.
"""

from collections.abc import Iterator

from provisioning.sources.fmk.amounts import read_quantity
from provisioning.sources.fmk.faults import FaultKind
from provisioning.sources.fmk.model import Amount, BySchema, Dose, Infusion, PartOfDay
from provisioning.sources.fmk.read_e2 import check_doses
from provisioning.sources.fmk.reading import Reader

# Every quarter of an hour; a larger number is a typing error.
_MOST_TIMES_A_DAY = 96
_PARTS = {
    "Morning": PartOfDay.MORNING,
    "Noon": PartOfDay.NOON,
    "Evening": PartOfDay.EVENING,
    "Night": PartOfDay.NIGHT,
}


def read_doses(reader: Reader, *, is_as_needed: bool) -> tuple[Dose, ...]:
    """Read the doses of one day, in the order the official text says them."""
    doses = (
        *_by_part_of_day(reader, is_as_needed=is_as_needed),
        *_by_the_clock(reader, is_as_needed=is_as_needed),
        *_so_many_times(reader, is_as_needed=is_as_needed),
        *_without_limit(reader, is_as_needed=is_as_needed),
    )
    reader.close()
    if not doses:
        raise reader.fault(FaultKind.MISSING_ELEMENT, "has no doses")
    check_doses(reader, doses)
    return doses


def _by_part_of_day(reader: Reader, *, is_as_needed: bool) -> Iterator[Dose]:
    inner = reader.child("PartOfDayDosage")
    if inner is None:
        return
    for name, part in _PARTS.items():
        if dose := inner.child(name):
            amount = _amount(dose)
            dose.close()
            yield Dose(amount, part, is_as_needed)
    inner.close()


def _by_the_clock(reader: Reader, *, is_as_needed: bool) -> Iterator[Dose]:
    for inner in reader.children("TimeOfDayDosage"):
        at = inner.clock("Time")
        amount = _amount(inner)
        inner.close()
        yield Dose(amount, at, is_as_needed)


def _so_many_times(reader: Reader, *, is_as_needed: bool) -> Iterator[Dose]:
    inner = reader.child("TimesPerDayDosage")
    if inner is None:
        return
    times = inner.need_whole("TimesPerDay", low=1, high=_MOST_TIMES_A_DAY)
    amount = _amount(inner)
    inner.close()
    yield from (Dose(amount, None, is_as_needed) for _ in range(times))


def _without_limit(reader: Reader, *, is_as_needed: bool) -> Iterator[Dose]:
    inner = reader.child("UnlimitedDayDosage")
    if inner is not None:
        amount = _amount(inner)
        inner.close()
        yield Dose(amount, None, is_as_needed, is_unlimited=True)


def _amount(reader: Reader) -> Amount:
    quantity = read_quantity(reader, ("Quantity", "MinimumQuantity", "MaximumQuantity"))
    schema = reader.text("AccordingToParameterSchema")
    infusion = _infusion(reader)
    given: list[Amount] = [item for item in (quantity, infusion) if item is not None]
    if schema:
        given.append(BySchema(schema))
    if len(given) != 1:
        raise reader.fault(FaultKind.CONTRADICTION, "is not exactly one amount")
    return given[0]


def _infusion(reader: Reader) -> Infusion | None:
    inner = reader.child("Infusion")
    if inner is None:
        return None
    minutes = read_quantity(inner, ("Duration", "MinimumDuration", "MaximumDuration"))
    rate = read_quantity(inner, ("InfusionRate", "MinimumInfusionRate", "MaximumInfusionRate"))
    inner.close()
    if minutes is None and rate is None:
        raise inner.fault(FaultKind.MISSING_ELEMENT, "has neither duration nor rate")
    return Infusion(minutes, rate)
