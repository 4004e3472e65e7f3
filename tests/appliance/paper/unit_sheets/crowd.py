"""A unit on its hardest day: forty citizens, names of seventy letters, gaps everywhere."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from appliance.clock import DANISH_TIME
from appliance.paper.unit_sheets.unit_view import UnitPrint
from appliance.records.models import (
    Citizen,
    Flag,
    KeyBox,
    Note,
    Observation,
    OrderItem,
    Record,
    Relative,
    ServiceOrder,
    Visit,
    Warning,  # noqa: A004
)
from appliance.records.store import RecordStore
from appliance.records.terms import CitizenId, FlagKind, MedicationStatus, ServiceLine
from tests.appliance.paper.people import AASE, COPIED, LONG_NAME, NIGHT, SYD, context, opened
from tests.appliance.records.orders import order

BENT = replace(
    AASE,
    id=CitizenId("bent"),
    family_name="Krog",
    given_name="Bent",
    dwelling=None,
    cpr="0202300000",
    address="Kirkevej 4, 2. th.",
    postcode="8000",
    city="Aarhus",
    phone="87 00 00 44",
)
DAY = NIGHT.astimezone(DANISH_TIME).date()
WIDE = "W" * 70
WORDS = "Skal løftes af to og have tid nok til at komme op i sit eget tempo hver eneste morgen"
_LINES = (ServiceLine.MEALS, ServiceLine.DEVICES)
_HARD = 40


def visit(number: int, citizen: Citizen, **changes) -> Visit:
    """Return a visit of the day on route Dag 1, so many times twenty minutes after seven."""
    starts_at = NIGHT + timedelta(hours=4, minutes=20 * number)
    made = Visit(f"v{number}", citizen.id, starts_at, 20, "Dag 1", number, "Maja Lind")
    return replace(made, **changes)


def order_of(number: int, citizen: Citizen, line: ServiceLine, **changes) -> ServiceOrder:
    """Return an order of the day."""
    items = (OrderItem("Frikadeller", 2, "990114"),)
    made = ServiceOrder(f"b{number}", citizen.id, line, DAY, items=items, diet="Normalkost")
    return replace(made, **changes)


def about(store: RecordStore, **changes) -> UnitPrint:
    """Return what a list of Åse's unit is made from."""
    return UnitPrint(store, SYD, context(**changes))


def crowd() -> Iterator[Record]:
    """Yield the records of the hardest day: every field is once too long and once missing."""
    for number in range(_HARD):
        citizen = _citizen(number)
        yield citizen
        yield from _care(number, citizen)
        yield from _road(number, citizen)


def _citizen(number: int) -> Citizen:
    is_bare, is_long = number % 4 == 1, number % 4 == 2
    return Citizen(
        CitizenId(f"c{number:02}"),
        SYD.id,
        LONG_NAME if is_long else f"Prøve{number:02}",
        WIDE if number == 6 else "" if is_bare and number == 1 else "Anne-Margrethe",
        cpr=None if is_bare else f"0101300{number:03}",
        birth_date=None if is_bare else date(1930, 1, 1),
        dwelling=LONG_NAME if number == 10 else None if is_bare else str(number),
        address=None if is_bare else WIDE if is_long else f"Åvej {number}",
        postcode=None if is_bare else "8000",
        city=None if is_bare else "Aarhus",
        phone=None if is_bare else "87 00 00 44",
        is_address_protected=number % 7 == 3,
        gp_name=None if is_bare else LONG_NAME if is_long else "A. Prøve",
        gp_phone=None if is_bare else "87 00 00 10",
        identity_doubts=("similar_name",) if number % 9 == 4 else (),
    )


def _care(number: int, citizen: Citizen) -> Iterator[Record]:
    name, text = citizen.id, (WORDS, WIDE, f"{WORDS} {LONG_NAME}")[number % 3]
    for place, kind in enumerate(FlagKind):
        if (number + place) % 4 == 0:
            yield Flag(f"{name}-f{place}", name, kind, text)
    if number % 2:
        yield Warning(f"{name}-w", name, text, "udslæt", "severe", date(2019, 3, 12))
    yield Relative(f"{name}-r1", name, text[:70], "Nabo", None)
    yield Relative(f"{name}-r2", name, LONG_NAME, LONG_NAME, "87 00 00 77", True, WORDS)
    yield Note(f"{name}-n", name, text * 3, "Dag", LONG_NAME, COPIED - timedelta(hours=3))
    yield Observation(f"{name}-o", name, text[:70], WIDE, "mmHg", None)
    yield order(id=f"{name}-m", citizen_id=name, brand=LONG_NAME, status=MedicationStatus.PAUSED)


def _road(number: int, citizen: Citizen) -> Iterator[Record]:
    name, long = citizen.id, number % 4 == 2
    yield KeyBox(f"{name}-k", name, WIDE if long else "Ved døren", WIDE if long else "4711")
    yield visit(
        number,
        citizen,
        id=f"{name}-v",
        minutes=None if number % 5 == 0 else 20,
        tasks=() if number % 6 == 5 else (WORDS, WIDE, LONG_NAME),
        persons=1 + number % 2,
        staff=WIDE if long else None,
        status="cancelled" if number % 8 == 7 else None,
    )
    for line in _LINES:
        yield order_of(
            number,
            citizen,
            line,
            id=f"{name}-b{line}",
            window=None if number % 3 == 0 else "10.30-12.00" if number % 3 == 1 else WIDE,
            kind=("deliver", "collect", "repair", "swap", "", WIDE)[number % 6],
            items=()
            if number % 6 == 5
            else (OrderItem(WORDS, 2), OrderItem(WIDE, 1, None if long else WIDE)),
            diet=None if number % 5 == 0 else (WIDE if long else "Normalkost"),
            persons=1 + number % 2,
            remark=WORDS if number % 3 else WIDE,
        )


def crowded(path) -> RecordStore:
    """Write the hardest day and open it."""
    return opened(path, *crowd())
