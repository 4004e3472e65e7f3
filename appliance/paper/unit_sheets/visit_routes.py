"""Make the route lists of home care: one sheet for each route, in the order the source planned.

For whoever drives alone in the dark: when, who, where, how to get in, what to do, and what must
not fail. A key's code never stands beside its address; it has a list of its own. Called by the
registry.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from appliance.paper import frame
from appliance.paper.citizen_sheets.visit_rows import NO_TASKS
from appliance.paper.document import Document, PrintContext, View
from appliance.paper.listing import Column, Style, listing
from appliance.paper.sheet_kind import ROAD_LISTS, Design, Material, SheetKind, Subject, Wanted
from appliance.paper.unit_sheets import cells
from appliance.paper.unit_sheets.list_code import LABEL
from appliance.paper.unit_sheets.unit_view import (
    UNREAD,
    Body,
    UnitPrint,
    citizen_rows,
    unit_print,
    unit_view,
    whole,
)
from appliance.paper.unit_sheets.visit_plan import (
    VisitPlan,
    code_of,
    part_of,
    route_name,
    visit_plan,
)
from appliance.records.age import show_date_time, show_day, show_time
from appliance.records.medicine import UNREADABLE
from appliance.records.models import Citizen, Flag, KeyBox, Visit
from appliance.records.terms import Section
from appliance.records.visits import (
    Span,
    VisitRoute,
    VisitStop,
    companions,
    ends_at,
    is_done,
    other_status,
)

DESIGN = Design("visit_routes", "Køreliste – hjemmepleje", "unit_list.typ")
NO_VISITS = "Der er ingen besøg i kopien den dag."
NO_SUCH_ROUTE = "Ruten er ikke i kopien den dag."
BY_TIME = "Kilden har ikke sendt rækkefølgen. Besøgene står efter tid."
UNKNOWN_COMPANION = "den anden rute står ikke i kopien"
CALLED_OFF = "Aflyst i kopien"
DONE_IN_COPY = "Udført ifølge kopien"
_PARTS = (Section.VISITS, Section.FLAGS, Section.WARNINGS, Section.KEY_BOXES)
_COLUMNS = (
    Column("stop", "Nr.", 10, Style.BIG),
    Column("when", "Tid", 25, Style.BOLD),
    Column("name", "Borger", 47, Style.NAME),
    Column("address", "Adresse", 38),
    Column("access", "Adgang", 32, Style.SMALL),
    Column("tasks", "Opgaver", 40),
    Column("needs", "CAVE, behov og fravalg"),
    Column("done", "Udført: kl., init.", 22, Style.WRITE),
)
_CALLED_OFF_COLUMNS = (
    Column("when", "Tid", 50, Style.BOLD),
    Column("name", "Borger", 80, Style.NAME),
    Column("tasks", "Opgaver"),
)
_ROWS_PER_PAGE = 11
# Room for a kl. and initials by hand.
_ROW_MM = 8


@dataclass(frozen=True, slots=True)
class _OneRoute:
    about: UnitPrint
    plan: VisitPlan
    route: VisitRoute


def render_visit_routes(
    material: Material, wanted: Wanted, context: PrintContext
) -> Iterator[Document]:
    """Return a list for each route of the day, or the one wanted; else one that says there is none.

    Raises:
        LockedError: the box is locked.
        PaperError: there is no such unit in the copy.
        StorageError: no serial numbers could be taken.

    """
    about = unit_print(material, wanted, context)
    plan = visit_plan(about)
    routes = [route for route in plan.routes if wanted.part in ("", part_of(route))]
    serials = context.serials.take(max(len(routes), 1))
    if not routes:
        yield DESIGN.document(empty_view(about, plan, serials[0]), context)
    for route, serial in zip(routes, serials, strict=False):
        yield DESIGN.document(view(about, plan, route, serial), context)


def empty_view(about: UnitPrint, plan: VisitPlan, serial: str) -> View:
    """Return the sheet of a day without routes, or without the one that was wanted."""
    is_good_news = about.is_whole(Section.VISITS) and not plan.unread
    nothing = [f"{show_day(about.today)}: {NO_VISITS}"] if is_good_news else []
    body = Body(
        is_of_day=True,
        notices=[f"{show_day(about.today)}: {NO_SUCH_ROUTE}"] if plan.routes else nothing,
        alerts=[UNREAD] if plan.unread else [],
        sections=_unread(plan),
        ending=["Slut på listen: 0 besøg"],
        is_landscape=True,
    )
    return unit_view(DESIGN, about, serial, _PARTS, body)


def view(about: UnitPrint, plan: VisitPlan, route: VisitRoute, serial: str) -> View:
    """Return everything that stands on the list of one route."""
    one = _OneRoute(about, plan, route)
    body = Body(
        is_of_day=True,
        name=about.named(route_name(route), show_day(about.today)),
        alerts=[UNREAD] if plan.unread else [],
        notices=[_summary(one), *([] if route.is_ordered else [BY_TIME])],
        sections=[*_spans(one), *_called_off(one), *_unread(plan)],
        ending=[f"Slut på ruten: {frame.count(len(route.stops), 'besøg', 'besøg')}"],
        is_landscape=True,
        likely_pages=1 + len(route.stops) // _ROWS_PER_PAGE,
    )
    return unit_view(DESIGN, about, serial, _PARTS, body)


def _summary(one: _OneRoute) -> str:
    """Return the totals of the route, who drives it, and the code that its key list has too."""
    visits = [stop.visit for stop in one.route.stops]
    staff = ", ".join(dict.fromkeys(filter(None, (visit.staff for visit in visits))))
    minutes = sum(visit.minutes or 0 for visit in visits)
    more = " eller mere" if any(visit.minutes is None for visit in visits) else ""
    parts = [
        f"Kører: {frame.one_line(staff) or 'ingen i kopien'}",
        frame.count(len(visits), "besøg", "besøg"),
        f"{minutes} min. hos borgerne{more}",
        *([f"Kl. {show_time(visits[0].starts_at)}–{_last_end(visits)}"] if visits else []),
        f"{LABEL} {code_of(one.about, one.route)}",
    ]
    return " · ".join(parts)


def _last_end(visits: list[Visit]) -> str:
    return show_time(max(map(ends_at, visits)))


def _spans(one: _OneRoute) -> Iterator[View]:
    """Yield a table for what is left of this night, for the day, and for the night to come."""
    day = one.about.today
    titles = {
        Span.LAST_NIGHT: f"Natten til {show_day(day)}",
        Span.DAY: f"Besøg {show_day(day)}",
        Span.NEXT_NIGHT: f"Natten til {show_day(day + timedelta(days=1))}",
    }
    for span, title in titles.items():
        stops = [stop for stop in one.route.stops if stop.span is span]
        if stops:
            rows = [_stop_row(one, stop) for stop in stops]
            yield listing(f"{title} ({len(rows)})", _COLUMNS, rows, row_mm=_ROW_MM, is_dense=True)


def _stop_row(one: _OneRoute, stop: VisitStop) -> View:
    """Return a stop: what is known of the visit stands there whatever else cannot be read."""
    visit, citizen = stop.visit, one.plan.citizens[stop.visit.citizen_id]
    (row,) = citizen_rows([citizen], _COLUMNS, lambda citizen: _care(one, citizen))
    persons = list(_persons(visit, one.plan.visits))
    tasks = cells.without_key_codes(one.about, citizen, [_tasks(visit)])
    return {
        **row,
        "stop": str(stop.number),
        "when": _when(visit),
        "name": [*frame.name_lines(citizen), f"Tlf. {cells.phone(citizen.phone)}"],
        "address": cells.address_of(citizen),
        "access": _access(one, citizen),
        "tasks": [*tasks, *persons],
        "loud": [*row.get("loud", ()), *persons],
    }


def _care(one: _OneRoute, citizen: Citizen) -> View:
    """Return what must not be overlooked about a citizen."""
    flags = one.about.store.of_citizen(Flag, citizen.id)
    told = cells.needs_of(flags, one.about.store.section(citizen, Section.FLAGS))
    needs = cells.without_key_codes(one.about, citizen, told)
    cave = cells.cave_of(one.about, citizen)
    return {
        "first_marks": cells.first_mark(flags),
        "marks": frame.doubt_marks(citizen),
        "needs": [cave, *needs],
        "loud": cells.loud(cave, needs),
    }


def _access(one: _OneRoute, citizen: Citizen) -> list[str]:
    boxes = one.about.read(KeyBox, citizen)
    if boxes is None:
        return [UNREADABLE]
    lines = cells.access_of(boxes)
    is_whole = whole(one.about.store.section(citizen, Section.KEY_BOXES))
    return lines if is_whole or lines != [cells.NO_KEY] else ["Ikke med i kopien"]


def _when(visit: Visit) -> list[str]:
    start = show_time(visit.starts_at)
    if visit.minutes is None:
        return [start, "varighed ukendt"]
    return [f"{start}–{show_time(ends_at(visit))}", f"{visit.minutes} min."]


def _tasks(visit: Visit) -> str:
    said = DONE_IN_COPY if is_done(visit) else other_status(visit)
    return " · ".join(filter(None, map(frame.one_line, (said, *visit.tasks)))) or NO_TASKS


def _persons(visit: Visit, visits: list[Visit]) -> Iterator[str]:
    """Yield that somebody else comes too, and from which route."""
    others = [
        " – ".join(filter(None, (frame.one_line(other.route), frame.one_line(other.staff))))
        for other in companions(visit, visits)
    ]
    known = ", ".join(filter(None, others))
    if visit.persons > 1 or known:
        number = max(visit.persons, 2)
        yield f"{number} PERSONER: {f'sammen med {known}' if known else UNKNOWN_COMPANION}"


def _called_off(one: _OneRoute) -> Iterator[View]:
    rows = [_called_off_row(one, visit) for visit in one.route.called_off]
    if rows:
        yield listing(f"{CALLED_OFF} ({len(rows)})", _CALLED_OFF_COLUMNS, rows, is_dense=True)


def _called_off_row(one: _OneRoute, visit: Visit) -> View:
    citizen = one.plan.citizens[visit.citizen_id]
    return {
        "when": [show_date_time(visit.starts_at)],
        "name": frame.name_lines(citizen),
        "tasks": cells.without_key_codes(one.about, citizen, [_tasks(visit)]),
    }


def _unread(plan: VisitPlan) -> list[View]:
    """Return the citizens whose visits could not be read: somebody must ask about them."""
    if not plan.unread:
        return []
    columns = (Column("name", "Borger", None, Style.NAME),)
    rows = [{"name": frame.name_lines(citizen)} for citizen in plan.unread]
    return [listing(f"Besøg kunne ikke læses ({len(rows)})", columns, rows, is_dense=True)]


KIND = SheetKind(
    name=DESIGN.name,
    title=DESIGN.title,
    subjects=(Subject.UNIT,),
    build=render_visit_routes,
    group=ROAD_LISTS,
    is_bilingual=True,
    has_days=True,
    has_parts=True,
)
