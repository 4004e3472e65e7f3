"""Make the eight units of the invented municipality, each with the records of its citizens.

Sources differ on purpose: Kærhøj's medication is three days old, Fyrtårnet's system does not
deliver CAVE at all, and Hjemmeplejen Syd's does not tell each citizen's age of the medicine.
Called by `town`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.clock import DANISH_TIME
from appliance.demo import care, cave, daily, visits
from appliance.demo.cast import part_of
from appliance.demo.citizens import Place, make_citizens
from appliance.demo.dose_plans import DoseEntry
from appliance.demo.medicine_plans import plan_medicine
from appliance.demo.people import CprIssuer
from appliance.demo.service_orders import make_clients, make_orders
from appliance.demo.town_models import CareRecords, LookAlike, UnitRecords
from appliance.records.models import Citizen, SectionState, Unit
from appliance.records.terms import Section, UnitId, UnitKind

STALE_UNIT = UnitId("kaerhoej")
STALE_BY = timedelta(days=3)
UNIT_WITHOUT_CAVE = UnitId("fyrtaarnet")
# This unit's source sends requests, which do not say when the medicine was read for each citizen.
UNIT_WITH_REQUESTS = UnitId("hjemmepleje-syd")

_UNITS: tuple[tuple[Unit, int], ...] = tuple(
    (Unit(UnitId(slug), name, kind, f"01 70 01 {number:02d}", address), size)
    for number, (slug, name, kind, address, size) in enumerate(
        (
            (
                "solgaarden",
                "Plejecenter Solgården",
                UnitKind.CARE_CENTRE,
                "Solgårdsvej 4, 0901 Nørreskov",
                96,
            ),
            (
                "aabrinken",
                "Plejecenter Åbrinken",
                UnitKind.CARE_CENTRE,
                "Åbrinken 12, 0902 Åbrinke",
                72,
            ),
            (
                "kaerhoej",
                "Plejecenter Kærhøj",
                UnitKind.CARE_CENTRE,
                "Kærhøjvej 31, 0903 Kærhøj",
                64,
            ),
            (
                "hjemmepleje-nord",
                "Hjemmeplejen Nord",
                UnitKind.HOME_CARE_GROUP,
                "Nørregade 8, 0901 Nørreskov",
                70,
            ),
            (
                "hjemmepleje-syd",
                "Hjemmeplejen Syd",
                UnitKind.HOME_CARE_GROUP,
                "Søndergade 55, 0904 Søndervang",
                60,
            ),
            (
                "fyrtaarnet",
                "Botilbuddet Fyrtårnet",
                UnitKind.RESIDENTIAL_UNIT,
                "Havnevej 2, 0904 Søndervang",
                14,
            ),
            (
                "madservice",
                "Madservice Nørreskov",
                UnitKind.MEAL_SERVICE,
                "Køkkenvej 1, 0901 Nørreskov",
                110,
            ),
            (
                "hjaelpemidler",
                "Hjælpemiddelservice Nørreskov",
                UnitKind.DEVICE_SERVICE,
                "Depotvej 9, 0901 Nørreskov",
                40,
            ),
        ),
        start=1,
    )
)

_CARE_SECTIONS = (
    Section.CITIZENS,
    Section.RELATIVES,
    Section.WARNINGS,
    Section.MEDICATION,
    Section.CONDITIONS,
    Section.CARE_PLAN,
    Section.OBSERVATIONS,
    Section.NOTES,
    Section.INTERVENTIONS,
    Section.VISITS,
    Section.FLAGS,
    Section.KEY_BOXES,
)
_SERVICE_SECTIONS = (Section.CITIZENS, Section.SERVICE_ORDERS, Section.KEY_BOXES)


@dataclass(frozen=True, slots=True)
class Census:
    """What the units are made from."""

    seed: int
    night: datetime
    citizens_per_centre: int | None


def make_units(census: Census) -> tuple[tuple[UnitRecords, ...], tuple[LookAlike, ...]]:
    """Make every unit, care groups before the services that know some of the same people."""
    issuer = CprIssuer()
    units: list[UnitRecords] = []
    look_alikes: list[LookAlike] = []
    at_home: list[Citizen] = []
    for unit, size in _UNITS:
        place = Place(census.seed, unit, issuer, census.night.astimezone(DANISH_TIME).date())
        count = _count(census, unit, size)
        if unit.kind in (UnitKind.MEAL_SERVICE, UnitKind.DEVICE_SERVICE):
            units.append(_service(place, census.night, count, at_home))
            continue
        made, alike = _care_group(place, census.night, count)
        look_alikes += alike
        units.append(made)
        if unit.kind is UnitKind.HOME_CARE_GROUP:
            at_home += made.care.citizens
    return tuple(units), tuple(look_alikes)


def _count(census: Census, unit: Unit, size: int) -> int:
    if census.citizens_per_centre is None:
        return size
    asked = census.citizens_per_centre
    return asked if unit.kind is UnitKind.CARE_CENTRE else min(asked, size)


def _care_group(
    place: Place, night: datetime, count: int
) -> tuple[UnitRecords, tuple[LookAlike, ...]]:
    citizens, alike = make_citizens(place, count)
    made = [_records_of(place, night, index, citizen) for index, citizen in enumerate(citizens)]
    records = CareRecords.joined(
        [records for records, _ in made],
        visits=()
        if place.unit.kind is UnitKind.CARE_CENTRE
        else visits.make_visits(place, citizens),
    )
    entries = {order: entry for _, part in made for order, entry in part.items()}
    states = _states(place, night, records)
    return UnitRecords(place.unit, night, records, states, entries), alike


def _records_of(
    place: Place, night: datetime, index: int, citizen: Citizen
) -> tuple[CareRecords, Mapping[str, tuple[DoseEntry, ...]]]:
    """Make everything about one citizen; each topic has its own random numbers."""
    today, part = place.today, part_of(place.unit.id, index)
    medicine = plan_medicine(place.rng("medicine", index), citizen, part, today)
    rng = place.rng("care", index)
    interventions = care.make_interventions(rng, citizen, today)
    has_cave = place.unit.id != UNIT_WITHOUT_CAVE
    is_at_home = place.unit.kind is UnitKind.HOME_CARE_GROUP
    records = CareRecords(
        citizens=(citizen,),
        relatives=care.make_relatives(rng, citizen),
        warnings=cave.make_warnings(place.rng("cave", index), citizen, today) if has_cave else (),
        medication=medicine.orders,
        conditions=medicine.conditions,
        care_plan=care.make_care_plan(rng, citizen, interventions[0], today),
        observations=daily.make_observations(place.rng("observations", index), citizen, night),
        notes=daily.make_notes(place.rng("notes", index), citizen, night),
        interventions=interventions,
        flags=care.make_flags(place.rng("flags", index), citizen, part, today),
        key_boxes=care.make_key_boxes(place.rng("keys", index), citizen) if is_at_home else (),
    )
    return records, medicine.entries


def _service(place: Place, night: datetime, count: int, at_home: Sequence[Citizen]) -> UnitRecords:
    clients, keys = make_clients(place, count, at_home)
    orders = make_orders(place, clients)
    records = CareRecords(citizens=clients, key_boxes=keys, service_orders=orders)
    states = tuple(_state(place.unit.id, section, night) for section in _SERVICE_SECTIONS)
    return UnitRecords(place.unit, night, records, states)


def _states(place: Place, night: datetime, records: CareRecords) -> tuple[SectionState, ...]:
    """Say how old each section is; each citizen's medicine was read at its own minute."""
    unit_id = place.unit.id
    read_at = night - STALE_BY if unit_id == STALE_UNIT else night
    sections = tuple(
        SectionState(unit_id, section, is_delivered=False, reason="not_delivered")
        if section is Section.WARNINGS and unit_id == UNIT_WITHOUT_CAVE
        else _state(unit_id, section, read_at if section is Section.MEDICATION else night)
        for section in _CARE_SECTIONS
    )
    if unit_id == UNIT_WITH_REQUESTS:
        return sections
    treated = dict.fromkeys(order.citizen_id for order in records.medication)
    return sections + tuple(
        SectionState(
            unit_id, Section.MEDICATION, citizen, as_of=read_at - timedelta(minutes=1 + index % 50)
        )
        for index, citizen in enumerate(treated)
    )


def _state(unit_id: UnitId, section: Section, as_of: datetime) -> SectionState:
    return SectionState(unit_id, section, as_of=as_of)
