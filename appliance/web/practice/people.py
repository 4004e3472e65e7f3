"""Invent the rest of what screens show of the six citizens of a drill. Values only.

The drill pack has their names, medicine and needs (`paper/drill_people.py`); here are the people
around them, what was measured and agreed, and the visits of the day. Called by `room.py`.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from appliance.clock import DANISH_TIME
from appliance.paper import drill_people
from appliance.records.models import (
    CareInstruction,
    Citizen,
    Condition,
    Note,
    Observation,
    PlannedIntervention,
    Record,
    Relative,
    Visit,
)

_BY = "ØVE"
_ROUTE = "Øvelsesruten"
_FIRST_VISIT_H = 7
_VISIT_MIN = 20
_MEASURED_DAYS = range(6)


def records(now: datetime) -> Iterator[Record]:
    """Yield everything in the copy that is practised with, as fresh as if it came just now."""
    yield from drill_people.records(now)
    for number, citizen in enumerate(drill_people.citizens(), 1):
        yield from _of_citizen(citizen, number, now)


def _of_citizen(citizen: Citizen, number: int, now: datetime) -> Iterator[Record]:
    day = now.astimezone(DANISH_TIME).replace(minute=0, second=0, microsecond=0)
    at = day.replace(hour=_FIRST_VISIT_H) + number * timedelta(minutes=_VISIT_MIN)
    tasks = ("Personlig pleje", "Medicin")
    yield Relative(f"p{number}", citizen.id, f"Øve {citizen.family_name}", "Datter", "00000000")
    yield Condition(f"t{number}", citizen.id, "Opdigtet tilstand")
    yield PlannedIntervention(f"y{number}", citizen.id, "Personlig pleje", frequency="Hver dag")
    yield CareInstruction(f"h{number}", citizen.id, "Morgen", "Vil gerne op kl. 7.30.")
    yield Note(f"n{number}", citizen.id, "Har sovet godt (opdigtet).", "Nat", _BY, now)
    yield Visit(f"b{number}", citizen.id, at, _VISIT_MIN, _ROUTE, number, _BY, tasks=tasks)
    for ago in _MEASURED_DAYS:
        measured_at = now - timedelta(days=ago, hours=2)
        pulse = str(68 + number + (ago * 3) % 7)
        yield Observation(f"m{number}-{ago}", citizen.id, "Puls", pulse, "slag/min", measured_at)
