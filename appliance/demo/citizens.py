"""Make the invented citizens of a unit: who they are and where they live.

A citizen depends on seed, unit and index alone, so a smaller town has the same people as the
first ones of a bigger one. Called by `units`.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from appliance.demo.cast import Part, part_of
from appliance.demo.people import (
    DOCTORS,
    TOWNS,
    CprIssuer,
    doctor_phone,
    person_name,
    phone,
    replacement_cpr,
    street_address,
)
from appliance.demo.town_models import LookAlike
from appliance.records.models import Citizen, Unit
from appliance.records.terms import CitizenId, UnitId, UnitKind

_NO_DOCTOR, _NO_DWELLING, _NO_PHONE = 0.03, 0.03, 0.2


@dataclass(frozen=True, slots=True)
class Place:
    """A unit with what its citizens share."""

    seed: int
    unit: Unit
    issuer: CprIssuer
    today: date

    def rng(self, topic: str, index: int) -> Random:
        """Give the random numbers of one topic of one citizen; they disturb no others."""
        return Random(f"{self.seed}|{self.unit.id}|{index}|{topic}")


def citizen_id(seed: int, unit_id: UnitId, index: int) -> CitizenId:
    """Make an opaque id that says neither name nor number."""
    digest = hashlib.blake2s(f"{seed}|{unit_id}|{index}".encode(), digest_size=6)
    return CitizenId(digest.hexdigest())


def make_citizens(place: Place, count: int) -> tuple[tuple[Citizen, ...], tuple[LookAlike, ...]]:
    """Make the citizens of a unit, and say who of them can be mistaken for each other."""
    citizens: list[Citizen] = []
    look_alikes = []
    for index in range(count):
        part = part_of(place.unit.id, index)
        citizen = _citizen(place, index, part)
        if part.shares_cpr_of is not None:
            twin = citizens[part.shares_cpr_of]
            citizen = replace(citizen, cpr=twin.cpr, birth_date=twin.birth_date)
            look_alikes.append(LookAlike("duplicate_cpr", (twin.id, citizen.id)))
        if part.similar_to is not None:
            like = citizens[part.similar_to]
            look_alikes.append(LookAlike("similar_name", (like.id, citizen.id)))
        citizens.append(citizen)
    return tuple(citizens), tuple(look_alikes)


def _citizen(place: Place, index: int, part: Part) -> Citizen:
    rng = place.rng("person", index)
    is_woman = rng.random() < 0.66
    if part.gender:
        is_woman = part.gender == "female"
    born = _birth_date(rng, place)
    given, family = person_name(rng, is_woman=is_woman)
    if part.name:
        given, family = part.name
    doctor = rng.choice(DOCTORS) if rng.random() >= _NO_DOCTOR else None
    citizen = Citizen(
        id=citizen_id(place.seed, place.unit.id, index),
        unit_id=place.unit.id,
        family_name=family,
        given_name=given,
        cpr=_cpr(place, rng, part, (born, is_woman)),
        birth_date=born,
        gender="female" if is_woman else "male",
        is_address_protected=part.is_address_protected,
        gp_name=doctor,
        gp_phone=doctor_phone(doctor) if doctor else None,
    )
    citizen = _with_home(place, rng, citizen, index)
    return replace(citizen, **dict.fromkeys(part.lacks))  # type: ignore[arg-type]


def _birth_date(rng: Random, place: Place) -> date:
    """Draw an age: old in care centres and home care, any adult age in a residential unit."""
    is_young = place.unit.kind is UnitKind.RESIDENTIAL_UNIT
    years = rng.randrange(24, 68) if is_young else int(rng.triangular(66, 102, 86))
    born = place.today - timedelta(days=int(years * 365.25) + rng.randrange(365))
    # No CPR number of 1 January: some real ones of that day fail modulus 11 as ours all do.
    return born + timedelta(days=1) if (born.month, born.day) == (1, 1) else born


def _cpr(place: Place, rng: Random, part: Part, who: tuple[date, bool]) -> str | None:
    born, is_woman = who
    if part.cpr == "missing":
        return None
    if part.cpr in ("regional", "national"):
        return replacement_cpr(rng, born, is_national=part.cpr == "national")
    return place.issuer.issue(rng, born, is_woman=is_woman)


def _with_home(place: Place, rng: Random, citizen: Citizen, index: int) -> Citizen:
    """Give a dwelling in the house, or an address of their own for those helped at home."""
    own_phone = phone(rng) if rng.random() >= _NO_PHONE else None
    if place.unit.kind is UnitKind.HOME_CARE_GROUP:
        postcode, city = rng.choice(TOWNS)
        return replace(
            citizen, address=street_address(rng), postcode=postcode, city=city, phone=own_phone
        )
    dwelling = f"Bolig {index + 1}" if rng.random() >= _NO_DWELLING else None
    street, _, rest = (place.unit.address or "").partition(", ")
    postcode, _, city = rest.partition(" ")
    return replace(
        citizen,
        dwelling=dwelling,
        address=street or None,
        postcode=postcode or None,
        city=city or None,
        phone=own_phone if rng.random() < 0.3 else None,
    )
