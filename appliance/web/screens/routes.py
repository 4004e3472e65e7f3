"""Show the route lists of a day and order them on paper, for those who drive and who send them.

A drivers' coordinator comes here and reaches nothing else of the record. Which lists a visitor
meets, and which can be printed, the roles of the sheets say. Codes of doors are on paper only, on a
list of their own. Called through `create_app`.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appliance.paper.sheet_kind import ROAD_LISTS, SheetKind, Subject
from appliance.paper.sheets import SHEETS
from appliance.paper.unit_sheets import key_list
from appliance.paper.unit_sheets.unit_view import UnitPrint
from appliance.printing.orders import Order
from appliance.records.models import Unit
from appliance.sealed_log.entry import Action
from appliance.web import audit, ordering
from appliance.web.guards import needs_routes, open_over_http, reading, route_unit, visitor
from appliance.web.on_screen import screen_context
from appliance.web.reading import oldest
from appliance.web.route_lists import RouteGroup, RouteList, chosen_shifts, groups, tables
from appliance.web.screens.sheets import address_of

bp = Blueprint("routes", __name__, url_prefix="/koerelister")
# Feeds send a fortnight at most; a day far off is a slip of the finger, not a day without routes.
_FARTHEST = timedelta(days=60)


@bp.get("")
@needs_routes
@open_over_http
@audit.shows_nobody
def list_units() -> Response | str:
    """Show the units there is a choice of; a visitor of one unit goes straight to it."""
    ways = [(unit, url_for(".show_day", unit_id=unit.id)) for unit in route_units()]
    if len(ways) == 1:
        return redirect(ways[0][1], 303)
    return render_template("route_units.html", ways=ways)


@bp.get("/<unit_id>")
@needs_routes
@open_over_http
@audit.shows_nobody
def show_day(unit_id: str) -> str:
    """Show which lists a unit has on a day: names of routes and of those who drive, no citizen."""
    unit = route_unit(unit_id)
    about = _about(unit, request.args.get("dag", ""))
    found = groups(about, visitor().person.role)
    g.as_of = oldest(group.as_of for group in found)
    shift = request.args.get("vagt", "")
    shifts = chosen_shifts(shift, about.today)
    return render_template(
        "routes.html",
        unit=unit,
        groups=[(group, [one for one in group.lists if one.is_in(shifts)]) for group in found],
        shift=shift if shifts else "",
        # What goes with them: packing lists and keys. The lists themselves stand above, each kind.
        sheets=[each for each in _sheets() if each[1] not in [group.kind for group in found]],
        **_days(about),
    )


@bp.get("/<unit_id>/<address>")
@needs_routes
@audit.entered_as(Action.VIEW_ROUTES)
def show_list(unit_id: str, address: str) -> Response | str:
    """Show the stops of one list, in their order."""
    unit = route_unit(unit_id)
    about = _about(unit, request.args.get("dag", ""))
    found = _find(groups(about, visitor().person.role), address)
    if found is None:
        # Another copy, or another day: the route is not on it. The day's page says which are.
        return redirect(url_for(".show_day", unit_id=unit.id, dag=about.today), 303)
    group, one = found
    g.as_of = group.as_of
    audit.saw(one.citizens, about=group.kind.name)
    view = one.view()
    sheets = [kind for _, kind in _sheets() if kind in (group.kind, key_list.KIND)]
    return render_template(
        "route.html",
        unit=unit,
        one=one,
        view=view,
        tables=tables(view),
        sheets=[(address_of(kind), kind) for kind in sheets],
        **_days(about),
    )


@bp.post("/<unit_id>/udskriv")
@needs_routes
@open_over_http
@audit.entered_as(Action.PRINT_ORDERED)
def print_lists(unit_id: str) -> Response | str:
    """Order one list of a day, or all of a kind."""
    unit = route_unit(unit_id)
    about = _about(unit, request.form.get("dag", ""))
    wanted = request.form.get("ark", "")
    kind = next((kind for address, kind in _sheets() if address == wanted), None)
    if kind is None:
        abort(404)
    found = groups(about, visitor().person.role)
    g.as_of = oldest(group.as_of for group in found)
    order = Order(
        kind.name,
        unit.id,
        ordered_by=visitor().person.initials,
        day=about.today.isoformat(),
        part=_part(kind, found, request.form.get("rute", "")),
        is_bilingual=kind.is_bilingual and request.form.get("engelsk") == "1",
    )
    return ordering.place(order)


def route_units() -> list[Unit]:
    """Return the units with citizens whose route lists the visitor may see."""
    store = reading().store
    lived_in = {citizen.unit_id for citizen in store.citizens()}
    may_see = visitor().may_see_routes_of
    return [unit for unit in store.units() if unit.id in lived_in and may_see(unit.id)]


def _about(unit: Unit, typed: str) -> UnitPrint:
    """Return what the lists of a day are made from; 404 where a day is no day of these weeks."""
    about = UnitPrint(reading().store, unit, screen_context())
    if not typed:
        return about
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        abort(404)
    if abs(day - about.today) > _FARTHEST:
        abort(404)
    return UnitPrint(about.store, unit, about.context, day)


def _days(about: UnitPrint) -> dict[str, Any]:
    step = timedelta(days=1)
    return {
        "day": about.today,
        "day_before": about.today - step,
        "day_after": about.today + step,
        "is_other_day": about.is_of_other_day,
    }


def _sheets() -> Iterator[tuple[str, SheetKind]]:
    """Yield the lists for the road that the visitor's role may have on paper."""
    role = visitor().person.role
    for kind in SHEETS.values():
        if kind.group == ROAD_LISTS and role in kind.roles_for(Subject.UNIT):
            yield address_of(kind), kind


def _find(found: list[RouteGroup], address: str) -> tuple[RouteGroup, RouteList] | None:
    every = ((group, one) for group in found for one in group.lists)
    return next((each for each in every if each[1].address == address), None)


def _part(kind: SheetKind, found: list[RouteGroup], address: str) -> str:
    """Return which list of the day is wanted; nothing for all. 404 where there is none of it."""
    if not address:
        return ""
    chosen = _find(found, address)
    if chosen is None:
        abort(404)
    return chosen[1].part if kind.has_parts else ""
