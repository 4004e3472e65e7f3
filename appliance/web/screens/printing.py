"""Order sheets on paper, follow them, and ask whether the pages are there.

Asks before printing the same thing twice or from very old data; the answer is one tap. Shows only
jobs of the visitor's units. No document ever goes to the phone. Called through `create_app`.
"""

from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, abort, g, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.printing.jobs import Answer, Job, Order, SheetName
from appliance.records.models import Citizen, Unit
from appliance.records.terms import Section
from appliance.sealed_log.entry import Action
from appliance.web import audit
from appliance.web.guards import (
    needs_unlock,
    open_over_http,
    reading,
    visible_citizen,
    visible_unit,
    visitor,
)
from appliance.web.strip import strip_by
from appliance.words import Words, words_for

bp = Blueprint("printing", __name__)
_ANSWERS = {"ja": Answer.ALL_THERE, "nej": Answer.MISSING}


@dataclass(frozen=True, slots=True)
class JobView:
    """A job with the names its ids stand for, as far as the visitor may still see them."""

    job: Job
    unit: Unit
    citizen: Citizen | None
    trouble: Words | None


@bp.post("/udskriv/medicinliste/<citizen_id>")
@needs_unlock
@audit.entered_as(Action.PRINT_ORDERED)
def print_list(citizen_id: str) -> Response | str:
    """Order one citizen's medication list."""
    citizen = visible_citizen(citizen_id)
    state = reading().store.section(citizen, Section.MEDICATION)
    g.as_of = state.as_of if state.is_delivered else None
    by = visitor().person.initials
    return _order(Order(SheetName.MEDICATION_LIST, citizen.unit_id, citizen.id, by))


@bp.post("/udskriv/pakke/<unit_id>")
@needs_unlock
@open_over_http
@audit.entered_as(Action.PRINT_ORDERED)
def print_pack(unit_id: str) -> Response | str:
    """Order the emergency pack of a unit."""
    unit = visible_unit(unit_id)
    g.as_of = reading().oldest_medication([unit.id])
    return _order(Order(SheetName.PACK, unit.id, None, visitor().person.initials))


@bp.get("/udskrifter")
@needs_unlock
@open_over_http
@audit.entered_as(Action.VIEW_PRINTS)
def list_jobs() -> str:
    """Show what was ordered, what comes out and what needs a hand."""
    found = [_view(job) for job in g.services.desk.jobs()]
    views = [view for view in found if view]
    audit.saw(view.citizen for view in views if view.citizen)
    return render_template(
        "prints.html",
        views=views,
        is_under_way=any(view.job.phase.is_under_way for view in views),
        printer=g.services.desk.watch.view,
    )


@bp.get("/udskrifter/<job_id>.json")
@needs_unlock
@open_over_http
@audit.shows_nobody
def follow_job(job_id: str) -> Response:
    """Tell a polling script how far a job is, with the same words as the page."""
    view = _visible_job(job_id)
    answer: dict[str, Any] = {
        "phase": view.job.phase.value,
        "html": render_template("job_progress.html", view=view),
        "is_under_way": view.job.phase.is_under_way,
    }
    return jsonify(answer)


@bp.post("/udskrifter/<job_id>/papir")
@needs_unlock
@open_over_http
@audit.entered_as(Action.PRINT_CHANGED)
def answer_job(job_id: str) -> Response:
    """Note whether all the pages are there."""
    answer = _ANSWERS.get(request.form.get("svar", ""))
    if answer is None:
        abort(400)
    view = _visible_job(job_id)
    _enter_change(view)
    g.services.desk.answer(view.job, answer)
    return redirect("/udskrifter", 303)


@bp.post("/udskrifter/<job_id>/stop")
@needs_unlock
@open_over_http
@audit.entered_as(Action.PRINT_CHANGED)
def stop_job(job_id: str) -> Response:
    """Stop a job."""
    view = _visible_job(job_id)
    _enter_change(view)
    g.services.desk.cancel(view.job)
    return redirect("/udskrifter", 303)


@bp.post("/udskrifter/<job_id>/igen")
@needs_unlock
@open_over_http
@audit.entered_as(Action.PRINT_ORDERED)
def print_again(job_id: str) -> Response:
    """Order the same sheets again, as a new job that names the old one."""
    old = _visible_job(job_id).job
    again = replace(old.order, ordered_by=visitor().person.initials, replaces=old.id)
    if again.citizen_id is not None:
        # The citizen may have moved since: the present unit decides who may print.
        again = replace(again, unit_id=visible_citizen(again.citizen_id).unit_id)
    _enter_order(again)
    g.services.desk.order(again)
    return redirect("/udskrifter", 303)


def _order(order: Order) -> Response | str:
    """Put the order in the queue, or ask first; `g.as_of` is how old its data is."""
    if request.form.get("bekraeft") != "1":
        is_doubtful = strip_by(g.services.clock, g.as_of).needs_confirmation
        is_double = g.services.desk.under_way(order) is not None
        if is_doubtful or is_double:
            audit.shows_nobody_this_time()
            return render_template(
                "confirm_print.html",
                order=order,
                action=request.path,
                is_double=is_double,
                is_doubtful=is_doubtful,
            )
    _enter_order(order)
    g.services.desk.order(order)
    return redirect("/udskrifter", 303)


def _enter_order(order: Order) -> None:
    """Enter an order into the log before the printer can know of it: whom the paper is about."""
    store = reading().store
    citizen = store.citizen(order.citizen_id) if order.citizen_id else None
    about = (citizen,) if citizen else store.citizens(order.unit_id)
    g.seen_unit = order.unit_id
    audit.enter(Action.PRINT_ORDERED, about=order.kind.value, citizens=about)


def _enter_change(view: JobView) -> None:
    g.seen_unit = view.unit.id
    about = (view.citizen,) if view.citizen else ()
    audit.enter(Action.PRINT_CHANGED, about=view.job.id, citizens=about)


def _view(job: Job) -> JobView | None:
    """Return a job with its names, or None where it is not the visitor's to see."""
    unit = reading().store.unit(job.order.unit_id)
    if unit is None or not visitor().may_see_unit(unit.id):
        return None
    if g.secure_way.is_print_only and job.order.kind is not SheetName.PACK:
        return None  # its title is a citizen's name
    trouble = words_for(job.trouble) if job.trouble else None
    return JobView(job, unit, _visible_citizen_of(job), trouble)


def _visible_citizen_of(job: Job) -> Citizen | None:
    """Return who the sheet is about; None also where the citizen has moved out of sight."""
    citizen = reading().store.citizen(job.order.citizen_id) if job.order.citizen_id else None
    is_visible = citizen is not None and visitor().may_see_unit(citizen.unit_id)
    return citizen if is_visible else None


def _visible_job(job_id: str) -> JobView:
    job = g.services.desk.job(job_id)
    view = _view(job) if job else None
    if view is None:
        abort(404)
    return view
