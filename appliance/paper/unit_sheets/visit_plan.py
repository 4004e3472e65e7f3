"""Read a unit's visits of the day once, for the route lists and the key list that goes with them.

Both must number the same doors alike. Called by those two.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from appliance.paper import frame
from appliance.paper.unit_sheets.list_code import list_code
from appliance.paper.unit_sheets.unit_view import UnitPrint
from appliance.records.models import Citizen, Visit
from appliance.records.visits import VisitRoute, routes_on

NO_ROUTE = "Besøg uden rute"


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """The visits of a unit's day by route; `unread` are those whose visits nobody can read."""

    routes: list[VisitRoute]
    citizens: Mapping[str, Citizen]
    visits: list[Visit]
    unread: list[Citizen]


def visit_plan(about: UnitPrint) -> VisitPlan:
    """Return the plan of the day of the print."""
    citizens = about.citizens
    read = [(citizen, about.read(Visit, citizen)) for citizen in citizens]
    visits = [visit for _, found in read for visit in found or ()]
    return VisitPlan(
        routes_on(visits, about.today),
        {citizen.id: citizen for citizen in citizens},
        visits,
        [citizen for citizen, found in read if found is None],
    )


def part_of(route: VisitRoute) -> str:
    """Return what stands for a route where its name must not: in an address, in a print job.

    The same route has the same word in the next copy and on the next day.
    """
    return list_code(("route", route.name))


def route_name(route: VisitRoute) -> str:
    """Return what a route is called on paper."""
    return frame.one_line(route.name) or NO_ROUTE


def code_of(about: UnitPrint, route: VisitRoute) -> str:
    """Return the code of a route's list."""
    stops = (f"{stop.number}:{stop.visit.id}:{stop.visit.citizen_id}" for stop in route.stops)
    return list_code((str(about.today), route.name, *stops))
