"""Plan the visits of the home-care groups and the residential unit, route by route.

A route is one person's shift: its visits follow each other with time to drive between them, and a
citizen stays on the same route and in the same place from day to day. Where two are needed, the
second comes on a companion's route, unless the companion is with somebody else just then. Visits
cover `horizon.days_covered`. Called by `units`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from random import Random

from appliance.clock import DANISH_TIME
from appliance.demo.citizens import Place
from appliance.demo.horizon import days_covered
from appliance.records.models import Citizen, Visit


@dataclass(frozen=True, slots=True)
class _Round:
    """A part of the day: who gets a visit then, and what is done."""

    shift: str
    begins: int
    share: float
    tasks: tuple[str, ...]


_ROUNDS = (
    _Round("Dag", 7, 0.9, ("Personlig hygiejne", "Morgenmad", "Medicingivning", "Strømper på")),
    _Round("Dag", 11, 0.45, ("Middagsmad", "Medicingivning", "Toiletbesøg", "Væske tilbydes")),
    _Round("Aften", 17, 0.75, ("Aftensmad", "Medicingivning", "Strømper af", "Hjælp i seng")),
    _Round("Nat", 22, 0.12, ("Tilsyn", "Vending", "Toiletbesøg")),
)
_CITIZENS_PER_ROUTE = 6
_ROUTES_PER_NIGHT_ROUTE = 3  # few are seen at night, most of them before midnight
_MINUTES = (10, 15, 20, 25, 30, 45)
_DRIVE = (3, 5, 5, 8, 12)
_STAFF = (
    "Maja Lind",
    "Jonas Præst",
    "Fatima Yildiz",
    "Søren Åkjær",
    "Birgit Holst",
    "Ahmed Saleh",
    "Lene Bøgh",
    "Peter Ravn",
    "Gry Sejersen",
    "Hüseyin Demir",
    "Tina Ågesen",
    "Oliver Holt",
    "Rikke Færch",
    "Signe Øland",
    "Kim Thorsø",
)
_COMPANIONS = {"Dag": "Sanne Due", "Aften": "Villads Mørk", "Nat": "Yrsa Birk"}
_TWO_PERSONS, _UNPLANNED = 0.12, 0.05


@dataclass(frozen=True, slots=True)
class _Need:
    """One citizen's place in one round, the same every day."""

    citizen: Citizen
    round: int
    route: str
    minutes: int
    drive: int
    persons: int


def make_visits(place: Place, citizens: Sequence[Citizen]) -> tuple[Visit, ...]:
    """Plan every day of the horizon."""
    needs = [
        need
        for index, citizen in enumerate(citizens)
        for need in _needs_of(place.rng("visits", index), citizen, _day_route(index))
    ]
    routes = sorted({need.route for need in needs})
    by_route = {
        route: sorted((need for need in needs if need.route == route), key=lambda one: one.round)
        for route in routes
    }
    visits = [
        visit
        for number, day in enumerate(days_covered(place.today))
        for route, staff in _roster(place.rng("roster", day.toordinal()), routes)
        for visit in _drive_route(by_route[route], day, number, staff)
    ]
    return (*visits, *_companions(visits))


def _companions(visits: Iterable[Visit]) -> Iterator[Visit]:
    """Give the second person to visits that need one, nobody to two at once."""
    free_at: dict[str, datetime] = {}
    sequence: Counter[tuple[str, date]] = Counter()
    for visit in sorted(visits, key=lambda one: (one.starts_at, one.id)):
        shift = (visit.route or "").partition(" ")[0]
        route = f"Følgevagt {shift.lower()}"
        ends_at = visit.starts_at + timedelta(minutes=visit.minutes or 0)
        is_free = free_at.get(route, visit.starts_at) <= visit.starts_at
        if visit.persons > 1 and is_free:
            free_at[route] = ends_at + timedelta(minutes=max(_DRIVE))
            turn = (route, visit.starts_at.astimezone(DANISH_TIME).date())
            sequence[turn] += 1
            yield replace(
                visit,
                id=f"{visit.id}-2",
                route=route,
                sequence=sequence[turn],
                staff=_COMPANIONS[shift],
            )


def _day_route(index: int) -> int:
    return index // _CITIZENS_PER_ROUTE + 1


def _needs_of(rng: Random, citizen: Citizen, route: int) -> Iterator[_Need]:
    persons = 2 if rng.random() < _TWO_PERSONS else 1
    for number, part in enumerate(_ROUNDS):
        # Drawn before it is known whether it is used: a changed share moves nobody else.
        is_visited, minutes, drive = (
            rng.random() < part.share,
            rng.choice(_MINUTES),
            rng.choice(_DRIVE),
        )
        if is_visited:
            place = (route - 1) // _ROUTES_PER_NIGHT_ROUTE + 1 if part.shift == "Nat" else route
            yield _Need(citizen, number, f"{part.shift} {place}", minutes, drive, persons)


def _roster(rng: Random, routes: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Give each route somebody, nobody two at once; now and then a route is not filled yet."""
    for shift in dict.fromkeys(part.shift for part in _ROUNDS):
        own = [route for route in routes if route.startswith(shift)]
        free = rng.sample(_STAFF, len(_STAFF))
        for route in own:
            is_unplanned = rng.random() < _UNPLANNED or not free
            yield route, None if is_unplanned else free.pop()


def _drive_route(
    needs: Iterable[_Need], day: date, number: int, staff: str | None
) -> Iterator[Visit]:
    """Lay the visits of one route and day after each other."""
    free_at = datetime.min.replace(tzinfo=UTC)
    for sequence, need in enumerate(needs, start=1):
        part = _ROUNDS[need.round]
        begins = datetime(day.year, day.month, day.day, part.begins, tzinfo=DANISH_TIME)
        starts_at = max(free_at, begins.astimezone(UTC))
        free_at = starts_at + timedelta(minutes=need.minutes + need.drive)
        yield Visit(
            id=f"{need.citizen.id}-b{number}-{need.round}",
            citizen_id=need.citizen.id,
            starts_at=starts_at,
            minutes=need.minutes,
            route=need.route,
            sequence=sequence,
            staff=staff,
            persons=need.persons,
            tasks=part.tasks[: 2 + (need.minutes + number) % 3],
            status="booked",
        )
