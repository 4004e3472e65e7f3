"""Make the clients and orders of the meal service and the assistive-device service.

The services are separate systems with their own registers: they know a client's name, address
and order, and nothing of medicine. Many clients also get home care and stand there under another
id with the same CPR. HMI numbers begin with 99 so that they name no real product. Called by
`units`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from random import Random

from appliance.demo.citizens import Place, citizen_id, make_citizens
from appliance.demo.horizon import days_covered
from appliance.demo.people import TOWNS, phone, street_address
from appliance.records.models import Citizen, KeyBox, OrderItem, ServiceOrder
from appliance.records.terms import ServiceLine, UnitKind

_DIETS = (
    "Normalkost",
    "Diabeteskost",
    "Blød kost",
    "Gratinkost",
    "Laktosefri kost",
    "Glutenfri kost",
    "Energitæt kost",
    "Uden svinekød",
)
_DIET_WEIGHTS = (52, 14, 10, 5, 6, 4, 6, 3)
_DISHES = ("Hakkebøf med bløde løg", "Kylling i karry", "Stegt sild", "Frikadeller", "Gule ærter")
_DESSERTS = ("Jordbærgrød", "Citronfromage", "Æblekage", "Øllebrød")
_WINDOWS = ("10.30-12.00", "11.00-13.00", "16.30-18.00")
_MEAL_REMARKS = (
    "Stilles i køleskabet",
    "Ring på, borgeren hører dårligt",
    "Allergisk over for skaldyr",
    "Hunden er i haven – luk lågen",
)
_DEVICES = (
    ("Rollator, indendørs", "990114"),
    ("Badebænk, højdejusterbar", "990227"),
    ("Plejeseng med el-drift", "990341"),
    ("Vekseltryksmadras", "990358"),
    ("Kørestol, manuel", "990402"),
    ("Toiletforhøjer med armlæn", "990466"),
    ("Mobil personlift", "990583"),
    ("Glidestykke", "990611"),
)
_DEVICE_KINDS = ("deliver", "collect", "repair", "swap")
_DEVICE_WINDOWS = ("8.00-10.00", "10.00-12.00", "12.00-14.00", None)
_DEVICE_REMARKS = (
    "3. sal uden elevator",
    "Ring en halv time før",
    "Borgeren kan ikke selv åbne – pårørende er hjemme",
    "Batteriet skal prøves",
)


def make_clients(
    place: Place, count: int, known: Sequence[Citizen]
) -> tuple[tuple[Citizen, ...], tuple[KeyBox, ...]]:
    """Register clients: about half are citizens of home care, the rest only clients here."""
    shared = list(known[: (count + 1) // 2])
    own, _ = make_citizens(place, count - len(shared))
    clients = [
        *(_registered_here(place, citizen, index) for index, citizen in enumerate(shared, count)),
        *(_at_home(place, citizen, index) for index, citizen in enumerate(own)),
    ]
    keys = []
    for index, client in enumerate(clients):
        rng = place.rng("key", index)
        if rng.random() < 0.35:
            number = f"Nøgle nr. {index + 1} i nøgleskabet på {place.unit.name}"
            keys.append(KeyBox(f"{client.id}-n1", client.id, number))
    return tuple(clients), tuple(keys)


def make_orders(place: Place, clients: Iterable[Citizen]) -> tuple[ServiceOrder, ...]:
    """Make every client's orders over the horizon."""
    make = _meals if place.unit.kind is UnitKind.MEAL_SERVICE else _devices
    days = tuple(days_covered(place.today))
    return tuple(
        order
        for index, client in enumerate(clients)
        for order in make(place.rng("orders", index), client, days)
    )


def _registered_here(place: Place, citizen: Citizen, index: int) -> Citizen:
    """Copy what a service may know of somebody whom home care knows too."""
    here = citizen_id(place.seed, place.unit.id, index)
    return replace(citizen, id=here, unit_id=place.unit.id, gp_name=None, gp_phone=None)


def _at_home(place: Place, citizen: Citizen, index: int) -> Citizen:
    rng = place.rng("home", index)
    postcode, city = rng.choice(TOWNS)
    return replace(
        citizen,
        dwelling=None,
        address=street_address(rng),
        postcode=postcode,
        city=city,
        phone=phone(rng),
        gp_name=None,
        gp_phone=None,
    )


def _meals(rng: Random, client: Citizen, days: Sequence[date]) -> Iterator[ServiceOrder]:
    """Give hot food every day, or cold food three times a week for the days between."""
    diet = rng.choices(_DIETS, _DIET_WEIGHTS)[0]
    is_cold = rng.random() < 0.3
    persons = 2 if rng.random() < 0.12 else 1
    window = rng.choice(_WINDOWS)
    remark = rng.choice(_MEAL_REMARKS) if rng.random() < 0.2 else None
    for day in days:
        if is_cold and day.weekday() not in (0, 2, 4):
            continue
        meals = persons * ((3 if day.weekday() == 4 else 2) if is_cold else 1)
        kind = "kølet" if is_cold else "varm"
        items = [OrderItem(f"{rng.choice(_DISHES)} ({kind})", meals)]
        if rng.random() < 0.5:
            items.append(OrderItem(rng.choice(_DESSERTS), meals))
        yield ServiceOrder(
            id=f"{client.id}-k{day:%m%d}",
            citizen_id=client.id,
            service_line=ServiceLine.MEALS,
            due_on=day,
            window=window,
            items=tuple(items),
            diet=diet,
            persons=persons,
            remark=remark,
        )


def _devices(rng: Random, client: Citizen, days: Sequence[date]) -> Iterator[ServiceOrder]:
    """Give one order, sometimes two, on working days."""
    open_days = [day for day in days if day.weekday() < 5]
    for number in range(1, 3 if rng.random() < 0.25 else 2):
        picked = rng.sample(_DEVICES, 2 if rng.random() < 0.2 else 1)
        yield ServiceOrder(
            id=f"{client.id}-h{number}",
            citizen_id=client.id,
            service_line=ServiceLine.DEVICES,
            due_on=rng.choice(open_days),
            kind=rng.choices(_DEVICE_KINDS, (50, 25, 15, 10))[0],
            window=rng.choice(_DEVICE_WINDOWS),
            items=tuple(OrderItem(text, 1, hmi) for text, hmi in picked),
            persons=2 if any(hmi in ("990341", "990583") for _, hmi in picked) else 1,
            remark=rng.choice(_DEVICE_REMARKS) if rng.random() < 0.3 else None,
        )
