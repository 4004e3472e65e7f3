"""Bring the emergency pack to whoever wants paper and nothing else, and show how far it is.

Where somebody came in by "print the pack now" on the phone's first page, this is all they meet: no
citizen is named here. Called through `create_app`.
"""

from flask import Blueprint, abort, g, render_template, request
from werkzeug.wrappers import Response

from appliance.paper import pack
from appliance.printing.orders import Order
from appliance.records.models import Unit
from appliance.sealed_log.entry import Action
from appliance.web import audit, job_views, ordering
from appliance.web.guards import needs_unlock, open_over_http, reading, visitor
from appliance.web.job_views import JobView

bp = Blueprint("pack_at_once", __name__)
ADDRESS = "/noedpakke"
_ALL = "alle"


@bp.get(ADDRESS)
@needs_unlock
@open_over_http
@audit.shows_nobody
def show() -> str:
    """Ask which unit's pack is wanted, and show how far the packs are that were ordered."""
    views = _packs()
    return render_template(
        "pack_at_once.html",
        units=_units(),
        views=views,
        is_under_way=any(view.job.phase.is_under_way for view in views),
        printer=g.services.desk.watch.view,
    )


@bp.post(ADDRESS)
@needs_unlock
@open_over_http
@audit.entered_as(Action.PRINT_ORDERED)
def order() -> Response | str:
    """Order the pack of one unit, or of each."""
    wanted = request.form.get("afsnit", "")
    chosen = [unit for unit in _units() if wanted in (unit.id, _ALL)]
    if not chosen:
        abort(404)
    by = visitor().person.initials
    orders = [Order(pack.SHEET, unit.id, ordered_by=by) for unit in chosen]
    g.as_of = reading().oldest_medication([unit.id for unit in chosen])
    return ordering.place_all(orders, ADDRESS)


def _units() -> list[Unit]:
    """Return the visitor's units that have citizens."""
    lived_in = {citizen.unit_id for citizen in reading().store.citizens()}
    units = (unit for unit in reading().store.units() if unit.id in lived_in)
    return [unit for unit in units if visitor().may_see_unit(unit.id)]


def _packs() -> list[JobView]:
    jobs = (job for job in g.services.desk.queue.jobs() if job.order.kind == pack.SHEET)
    return [view for job in jobs if (view := job_views.job_view(job))]
