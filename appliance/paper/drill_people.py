"""Invent the citizens of a drill: six people nobody can take for a real one.

Every name says that it is a drill, no CPR number can be anybody's (they fail modulus 11, as every
number of their years was issued to pass it), every brand is made up. There is one of what a night
is about: insulin, oxygen, a blood thinner, medicine by the minute, a limit of treatment, nothing at
all. Values only; called by `drill_pack` and the practice on the screens.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from appliance.records.dosage import Dosage, Grid
from appliance.records.models import (
    Citizen,
    Flag,
    MedicationOrder,
    Record,
    SectionState,
    Unit,
    Warning,  # noqa: A004
)
from appliance.records.terms import (
    CitizenId,
    FlagKind,
    MedicationStatus,
    Section,
    UnitId,
    UnitKind,
)

UNIT = Unit(UnitId("oevelse"), "Øvelsesafsnittet (opdigtet)", UnitKind.CARE_CENTRE)
# As fresh as on a good day: the drill is about people and paper, not about an old copy.
_COPIED = timedelta(minutes=20)
# Given name, family name, day of birth, CPR number, dwelling.
_PEOPLE = (
    ("Anna", "Øvelse-Ager", date(1938, 3, 15), "1503389906", "1"),
    ("Bent", "Øvelse-Bakke", date(1941, 8, 2), "0208419905", "2"),
    ("Clara", "Øvelse-Dam", date(1944, 11, 21), "2111449902", "3"),
    ("David", "Øvelse-Holm", date(1939, 6, 9), "0906399905", "4"),
    ("Else", "Øvelse-Mark", date(1947, 2, 27), "2702479904", "5"),
    ("Finn", "Øvelse-Sund", date(1950, 9, 13), "1309509905", "6"),
)
_DOCTOR = "Lægehuset Øvelse"


def citizens() -> tuple[Citizen, ...]:
    """Return the six of them."""
    return tuple(
        Citizen(
            CitizenId(f"oevelse-{dwelling}"),
            UNIT.id,
            family,
            given,
            cpr=cpr,
            birth_date=born,
            dwelling=dwelling,
            gp_name=_DOCTOR,
        )
        for given, family, born, cpr, dwelling in _PEOPLE
    )


def records(now: datetime) -> Iterator[Record]:
    """Yield everything that is in the copy of the drill, as fresh as if it came just now."""
    anna, bent, clara, david, else_, _ = people = citizens()
    yield UNIT
    yield from people
    yield Warning("cave", anna.id, "Penicillin", "udslæt")
    yield Flag("insulin", anna.id, FlagKind.LIFE_CRITICAL, "Insulin")
    yield Flag("ilt", bent.id, FlagKind.ELECTRICITY_DEPENDENT, "Iltapparat")
    yield Flag("fravalg", else_.id, FlagKind.TREATMENT_LIMIT, "Ingen genoplivning")
    yield _order(anna, "Øvesulin", "A10AB01", Grid("8", "6", "8", "", "enheder"), "diabetes")
    yield _order(anna, "Øvetension", "C09AA02", Grid("1", "", "", "", "tablet"), "blodtryk")
    yield _order(bent, "Øvehalin", "R03AC02", Grid("2", "", "2", "", "pust"), "lungesygdom")
    yield _order(clara, "Øvefarin", "B01AA03", Grid("", "", "1", "", "tablet"), "blodprop")
    yield _order(david, "Øvedopa", "N04BA02", Grid("1", "1", "1", "1", "tablet"), "parkinson")
    yield _order(else_, "Øvamol", "N02BE01", Grid("2", "2", "2", "", "tabletter"), "gigtsmerter")
    yield from (SectionState(UNIT.id, section, as_of=now - _COPIED) for section in Section)


def _order(citizen: Citizen, brand: str, atc: str, grid: Grid, why: str) -> MedicationOrder:
    return MedicationOrder(
        f"{citizen.id}-{brand.casefold()}",
        citizen.id,
        MedicationStatus.ACTIVE,
        brand=brand,
        generic=f"stoffet i {brand}",
        form=grid.unit,
        strength="opdigtet",
        atc=atc,
        route="opdigtet",
        dosage=Dosage(grid=grid),
        indication=why,
        ordered_on=date(2026, 1, 5),
        prescriber=_DOCTOR,
    )
