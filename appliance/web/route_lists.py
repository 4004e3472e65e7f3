"""Say which route lists a unit has on a day, and what stands on each on a screen. Pure.

The lists are those of the paper: the same stops under the same numbers, the same rule for protected
addresses, the same words for what the feed lacks, and no code of a door. A screen shows a CPR
masked, and no column that is there to be written in. Who may see which list, the sheet's own roles
say. Called by `screens/routes.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from appliance.paper.document import View
from appliance.paper.frame import one_line
from appliance.paper.listing import Style
from appliance.paper.sheet_kind import SheetKind
from appliance.paper.unit_sheets import deliveries, visit_routes
from appliance.paper.unit_sheets.delivery_plan import SERVICE_NAMES, delivery_plan
from appliance.paper.unit_sheets.unit_view import UnitPrint, what_is_here
from appliance.paper.unit_sheets.visit_plan import VisitPlan, part_of, route_name, visit_plan
from appliance.records.alerts import URGENT_KINDS
from appliance.records.medicine import MISSING
from appliance.records.models import Citizen, Flag
from appliance.records.shifts import Shift, shifts_of
from appliance.records.terms import Role, Section, ServiceLine
from appliance.records.visits import VisitRoute, ends_at

# What a service's one list of the day is called in addresses.
ADDRESSES = {ServiceLine.MEALS: "madservice", ServiceLine.DEVICES: "hjaelpemidler"}
_SERVICES = (
    (deliveries.MEAL_KIND, ServiceLine.MEALS, deliveries.meal_view),
    (deliveries.DEVICE_KIND, ServiceLine.DEVICES, deliveries.device_view),
)
_BY_HAND = (Style.WRITE, Style.TICK)
_HEADS = (Style.BIG, Style.BOLD)
_CPR, _BIRTH_DATE_ENDS = "CPR ", len("CPR 010130")
_PHONE = "Tlf. "


@dataclass(frozen=True, slots=True)
class RouteList:
    """One list of a day. `part` is what it is called where keys are printed for it alone."""

    address: str
    part: str
    name: str
    stops: int
    citizens: Sequence[Citizen]
    view: Callable[[], View]
    times: Sequence[tuple[datetime, datetime]] = ()
    staff: str = ""
    life_critical: int = 0

    @property
    def begins_at(self) -> datetime | None:
        """Return when the first stop begins; None where no stop has a clock time."""
        return min((start for start, _ in self.times), default=None)

    @property
    def ends_at(self) -> datetime | None:
        """Return when the last stop is over; None where no stop has a clock time."""
        return max((end for _, end in self.times), default=None)

    def is_in(self, shifts: Sequence[Shift]) -> bool:
        """Tell whether a stop lies in one of the shifts; a list without clock times is in all."""
        return not (self.times and shifts) or any(
            start < shift.ends_at and max(end, start + timedelta(minutes=1)) > shift.starts_at
            for start, end in self.times
            for shift in shifts
        )


@dataclass(frozen=True, slots=True)
class RouteGroup:
    """The lists of one kind; `warnings` tell what they lack, `nothing` that there is none."""

    kind: SheetKind
    lists: Sequence[RouteList]
    warnings: Sequence[str]
    nothing: Sequence[str]
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a stop; `phone` is whom a tap on it calls, `is_loud` what must not be missed."""

    text: str
    phone: str = ""
    is_loud: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """One row of a list, as a phone shows it: number and time, who, and the rest by its heading."""

    heads: Sequence[str]
    marks: Sequence[str]
    who: Sequence[Line]
    rest: Sequence[tuple[str, Sequence[Line]]]


def groups(about: UnitPrint, role: Role) -> list[RouteGroup]:
    """Return the lists of the day, those a role may have of them."""
    made: list[tuple[SheetKind, Callable[[], RouteGroup]]] = [
        (visit_routes.KIND, partial(_visits, about)),
        *((kind, partial(_service, about, line)) for kind, line, _ in _SERVICES),
    ]
    return [make() for kind, make in made if role in kind.roles]


def chosen_shifts(name: str, day: date) -> tuple[Shift, ...]:
    """Return the shifts of a day by a name; its night is the one before and the one to come.

    None, for the whole day, where no shift has the name.
    """
    shifts = shifts_of(day)
    nights = (shifts_of(day - timedelta(days=1))[-1], shifts[-1])
    return {"dag": shifts[:1], "aften": shifts[1:2], "nat": nights}.get(name, ())


def tables(view: View) -> list[tuple[str, list[Stop]]]:
    """Return the tables of a list with their titles, without what is only there to be filled in."""
    shown = [section for section in view["sections"] if _columns(section)]
    return [
        (section["title"], [_stop(section, row) for row in section["rows"]]) for section in shown
    ]


def _visits(about: UnitPrint) -> RouteGroup:
    plan = visit_plan(about)
    lists = [_route(about, plan, route) for route in plan.routes]
    nothing = () if lists else visit_routes.empty_view(about, plan, "")["notices"]
    return _group(about, visit_routes.KIND, Section.VISITS, lists, nothing)


def _route(about: UnitPrint, plan: VisitPlan, route: VisitRoute) -> RouteList:
    visits = [stop.visit for stop in route.stops]
    on_it = dict.fromkeys(visit.citizen_id for visit in (*visits, *route.called_off))
    citizens = [*(plan.citizens[each] for each in on_it), *plan.unread]
    going_to = [plan.citizens[each] for each in {visit.citizen_id for visit in visits}]
    staff = dict.fromkeys(one_line(visit.staff) for visit in visits if visit.staff)
    return RouteList(
        address=part_of(route),
        part=part_of(route),
        name=route_name(route),
        stops=len(visits),
        citizens=citizens,
        view=partial(visit_routes.view, about, plan, route, ""),
        times=[(visit.starts_at, ends_at(visit)) for visit in visits],
        staff=", ".join(staff),
        life_critical=sum(_is_urgent(about, citizen) for citizen in going_to),
    )


def _is_urgent(about: UnitPrint, citizen: Citizen) -> bool:
    return any(flag.kind in URGENT_KINDS for flag in about.read(Flag, citizen) or ())


def _service(about: UnitPrint, line: ServiceLine) -> RouteGroup:
    kind, view = next((kind, view) for kind, each, view in _SERVICES if each is line)
    plan = delivery_plan(about, line)
    view_of = partial(view, about, "")
    citizens = [*{stop.citizen.id: stop.citizen for stop in plan.stops}.values(), *plan.unread]
    one = RouteList(
        ADDRESSES[line], line.value, SERVICE_NAMES[line], len(plan.stops), citizens, view_of
    )
    lists = [one] if citizens else []
    nothing = () if lists else view_of()["notices"]
    return _group(about, kind, Section.SERVICE_ORDERS, lists, nothing)


def _group(
    about: UnitPrint,
    kind: SheetKind,
    section: Section,
    lists: Sequence[RouteList],
    nothing: Sequence[str],
) -> RouteGroup:
    told = what_is_here(about, (section,))
    state = about.state(section)
    as_of = state.as_of if state.is_delivered else None
    return RouteGroup(kind, lists, (*told.lacks, *told.warnings), nothing, as_of)


def _columns(section: View) -> list[View]:
    columns: list[View] = section.get("columns", [])
    return [column for column in columns if column["style"] not in _BY_HAND]


def _stop(section: View, row: View) -> Stop:
    columns = _columns(section)
    loud = frozenset(row.get("loud", ()))
    cells = {column["key"]: _lines(row.get(column["key"], ""), loud) for column in columns}
    heads = [column["key"] for column in columns if column["style"] in _HEADS]
    return Stop(
        heads=[line.text for key in heads if key != "name" for line in cells[key]],
        marks=[*row.get("first_marks", ()), *row.get("marks", ())],
        who=cells.get("name", ()),
        rest=[
            (column["head"], cells[column["key"]])
            for column in columns
            if column["key"] not in (*heads, "name")
        ],
    )


def _lines(value: str | Sequence[str], loud: frozenset[str]) -> list[Line]:
    texts = [value] if isinstance(value, str) else value
    return [_line(text, is_loud=text in loud) for text in texts if text]


def _line(text: str, *, is_loud: bool) -> Line:
    if text.startswith(_CPR) and MISSING not in text:
        return Line(f"{text[:_BIRTH_DATE_ENDS]}-••••")
    return Line(text, text.removeprefix(_PHONE) if text.startswith(_PHONE) else "", is_loud)
