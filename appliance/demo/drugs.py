"""Read the invented medicine catalogue: real substances, ATC codes and forms, invented brands.

`drugs.csv` is the catalogue, one medicine a line, so that a pharmacist can read it. Its last
column says how the medicine is usually ordered, in the notation of `dose_plans`; `*3` weighs a
plan, ` | ` parts them. Nothing here is advice on treatment. Called by `medicine_plans`.
"""

import csv
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from appliance.demo.dose_plans import DoseUnit

_CATALOGUE = Path(__file__).with_name("drugs.csv")

# The seven groups of risk medicine of the Danish Patient Safety Authority, by ATC prefix. They
# stand here only so that the town can be checked to hold all seven.
RISK_GROUPS: Mapping[str, tuple[str, ...]] = {
    "antidiabetika": ("A10",),
    "antikoagulantia": ("B01A",),
    "lavdosis methotrexat": ("L01BA01", "L04AX03"),
    "kalium": ("A12B",),
    "opioider": ("N02A", "N07BC02"),
    "gentamicin": ("J01GB03",),
    "digoxin": ("C01AA05",),
}


@dataclass(frozen=True, slots=True)
class Drug:
    """One medicine of the catalogue; `plans` are (notation, weight) pairs."""

    key: str
    brand: str
    generic: str | None
    atc: str | None
    form: str | None
    strength: str | None
    route: str
    unit: DoseUnit
    indication: str
    instruction: str | None
    plans: tuple[str, ...]
    weights: tuple[int, ...]
    is_time_critical: bool = False
    is_over_the_counter: bool = False
    course: timedelta | None = None


@functools.cache
def catalogue() -> Mapping[str, Drug]:
    """Return the catalogue by key, in the order of the file."""
    with _CATALOGUE.open(encoding="utf-8", newline="") as lines:
        # Quotation marks belong to the brand names: the file quotes nothing.
        rows = csv.DictReader(lines, delimiter=";", quoting=csv.QUOTE_NONE)
        return {row["key"]: _drug(row) for row in rows}


def _drug(row: dict[str, str]) -> Drug:
    marks = row["marks"].split()
    plans = [part.rpartition("*") for part in row["plans"].split(" | ")]
    return Drug(
        key=row["key"],
        brand=row["brand"],
        generic=row["generic"] or None,
        atc=row["atc"] or None,
        form=row["form"] or None,
        strength=row["strength"] or None,
        route=row["route"],
        unit=DoseUnit(row["unit"], row["units"]),
        indication=row["indication"],
        instruction=row["instruction"] or None,
        plans=tuple(plan or weight for plan, _, weight in plans),
        weights=tuple(int(weight) if plan else 1 for plan, _, weight in plans),
        is_time_critical="tid" in marks,
        is_over_the_counter="fri" in marks,
        course=_course(marks),
    )


def _course(marks: list[str]) -> timedelta | None:
    days = [mark.removeprefix("kur") for mark in marks if mark.startswith("kur")]
    return timedelta(days=int(days[0])) if days else None
