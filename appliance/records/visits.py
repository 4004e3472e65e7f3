"""Lay a day's planned visits out as routes, each in its order, through the night to the morning.

A night belongs to the evening it began: at three o'clock the list shows what is left of this
night, then the day, then the coming night, and never mixes two nights. What is called off keeps
its place in the sight of the staff, apart from what is to be done. Pure; called by the sheets.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from appliance.clock import DANISH_TIME
from appliance.records.models import Visit

NIGHT_ENDS = time(7)
_NIGHT_FROM, _NIGHT_UNTIL = time(22), time(5)
# What sources write: FHIR's words and the lists' own.
_CALLED_OFF = frozenset(
    {"cancelled", "canceled", "noshow", "entered-in-error", "aflyst", "annulleret"}
)
_PLANNED = frozenset(
    {"", "booked", "planned", "pending", "arrived", "in-progress", "proposed", "planlagt"}
)
_DONE = frozenset({"fulfilled", "completed", "finished", "udført", "gennemført", "afsluttet"})


class Span(StrEnum):
    """Which part of the time a list covers a stop lies in."""

    LAST_NIGHT = "last_night"
    DAY = "day"
    NEXT_NIGHT = "next_night"


@dataclass(frozen=True, slots=True)
class VisitStop:
    """One visit with its number on the list."""

    number: int
    visit: Visit
    span: Span


@dataclass(frozen=True, slots=True)
class VisitRoute:
    """One route of a day; without a name, the visits that stand on no route.

    `is_ordered` tells that the source gave every stop its place; else they stand by time.
    """

    name: str
    stops: tuple[VisitStop, ...]
    called_off: tuple[Visit, ...] = ()
    is_ordered: bool = True


def is_called_off(visit: Visit) -> bool:
    """Tell whether the source says that nobody is to come."""
    return (visit.status or "").strip().casefold() in _CALLED_OFF


def is_done(visit: Visit) -> bool:
    """Tell whether the source says that somebody has been there."""
    return (visit.status or "").strip().casefold() in _DONE


def other_status(visit: Visit) -> str:
    """Return the source's own word for a visit that is neither planned, done nor called off."""
    word = (visit.status or "").strip()
    return "" if word.casefold() in _PLANNED | _DONE | _CALLED_OFF else word


def ends_at(visit: Visit) -> datetime:
    """Return when a visit is over; one of unknown length takes no time."""
    return visit.starts_at + timedelta(minutes=visit.minutes or 0)


def routes_on(visits: Iterable[Visit], day: date) -> list[VisitRoute]:
    """Return the routes of a Danish day by their first stop, and last what stands on none."""
    by_name: dict[str, list[Visit]] = {}
    for visit in visits:
        by_name.setdefault((visit.route or "").strip(), []).append(visit)
    found = [_route(name, own, day) for name, own in by_name.items()]
    return sorted(filter(None, found), key=_by_first_stop)


def companions(visit: Visit, visits: Iterable[Visit]) -> list[Visit]:
    """Return the visits of others to the same citizen at the same time."""
    return [
        other
        for other in visits
        if other.citizen_id == visit.citizen_id
        and other.id != visit.id
        and (other.route, other.staff) != (visit.route, visit.staff)
        and not is_called_off(other)
        and _overlap(visit, other)
    ]


def not_done(visits: Iterable[Visit], since: datetime, until: datetime) -> list[Visit]:
    """Return the visits that should be over but are not said to be done, by time."""
    due = (visit for visit in visits if since <= visit.starts_at and ends_at(visit) <= until)
    left = (visit for visit in due if not is_done(visit) and not is_called_off(visit))
    return sorted(left, key=lambda visit: (visit.starts_at, visit.id))


def _overlap(one: Visit, other: Visit) -> bool:
    if one.starts_at == other.starts_at:
        return True
    return one.starts_at < ends_at(other) and other.starts_at < ends_at(one)


def _route(name: str, visits: list[Visit], day: date) -> VisitRoute | None:
    midnight = _at(day, time())
    next_midnight = _at(day + timedelta(days=1), time())
    morning_after = _at(day + timedelta(days=1), NIGHT_ENDS)
    covered = [visit for visit in visits if midnight <= visit.starts_at < morning_after]
    runs_at_night = any(map(_is_at_night, covered))
    shown = [visit for visit in covered if runs_at_night or visit.starts_at < next_midnight]
    if not shown:
        return None

    def span(visit: Visit) -> Span:
        if visit.starts_at >= next_midnight:
            return Span.NEXT_NIGHT
        is_early = runs_at_night and visit.starts_at < _at(day, NIGHT_ENDS)
        return Span.LAST_NIGHT if is_early else Span.DAY

    wanted = [visit for visit in shown if not is_called_off(visit)]
    is_ordered = all(visit.sequence is not None for visit in wanted)
    parts = [[visit for visit in wanted if span(visit) is part] for part in Span]
    ranked = [visit for part in parts for visit in _ranked(part, is_ordered=is_ordered)]
    return VisitRoute(
        name,
        tuple(VisitStop(number, visit, span(visit)) for number, visit in enumerate(ranked, 1)),
        tuple(_ranked((visit for visit in shown if is_called_off(visit)), is_ordered=False)),
        is_ordered,
    )


def _ranked(visits: Iterable[Visit], *, is_ordered: bool) -> list[Visit]:
    return sorted(
        visits,
        key=lambda visit: (visit.sequence or 0 if is_ordered else 0, visit.starts_at, visit.id),
    )


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, DANISH_TIME)


def _is_at_night(visit: Visit) -> bool:
    local = visit.starts_at.astimezone(DANISH_TIME).time()
    return local >= _NIGHT_FROM or local < _NIGHT_UNTIL


def _by_first_stop(route: VisitRoute) -> tuple[bool, datetime, str]:
    starts = [stop.visit.starts_at for stop in route.stops] or [
        visit.starts_at for visit in route.called_off
    ]
    return (not route.name, min(starts), route.name)
