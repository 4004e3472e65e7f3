"""Order the sheets of the night on paper, follow them, and ask whether the pages are there.

Shows only jobs of the visitor's units. No document ever goes to the phone. Called through
`create_app`.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import Blueprint, abort, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appliance.paper import pack
from appliance.paper.citizen_sheets import medication_list
from appliance.paper.serial import read_serial
from appliance.printing import pages
from appliance.printing.jobs import Answer, Job, Sheet
from appliance.printing.orders import Order
from appliance.records.terms import Section
from appliance.sealed_log.entry import Action
from appliance.web import audit, ordering
from appliance.web.errors import NO_SHEET_TICKED, NUMBER_OF_OTHER_PRINT
from appliance.web.guards import (
    needs_routes,
    needs_unlock,
    open_over_http,
    reading,
    visible_citizen,
    visible_unit,
    visitor,
)
from appliance.web.job_views import JobView, job_view, visible_job
from appliance.web.typed_forms import FormProblem, shown_again_by
from appliance.words import Words

bp = Blueprint("printing", __name__)
_ANSWERS = {"ja": Answer.ALL_THERE, "nej": Answer.MISSING}


@bp.post("/udskriv/medicinliste/<citizen_id>")
@needs_unlock
@audit.entered_as(Action.PRINT_ORDERED)
def print_list(citizen_id: str) -> Response | str:
    """Order one citizen's medication list."""
    citizen = visible_citizen(citizen_id)
    state = reading().store.section(citizen, Section.MEDICATION)
    g.as_of = state.as_of if state.is_delivered else None
    by = visitor().person.initials
    return ordering.place(Order(medication_list.KIND.name, citizen.unit_id, citizen.id, by))


@bp.post("/udskriv/pakke/<unit_id>")
@needs_unlock
@open_over_http
@audit.entered_as(Action.PRINT_ORDERED)
def print_pack(unit_id: str) -> Response | str:
    """Order the emergency pack of a unit."""
    unit = visible_unit(unit_id)
    g.as_of = reading().oldest_medication([unit.id])
    return ordering.place(Order(pack.SHEET, unit.id, None, visitor().person.initials))


@bp.get("/udskrifter")
@needs_routes
@open_over_http
@audit.entered_as(Action.VIEW_PRINTS)
def list_jobs() -> str:
    """Show what was ordered, what comes out and what needs a hand."""
    found = [job_view(job) for job in g.services.desk.queue.jobs()]
    views = [view for view in found if view]
    audit.saw(citizen for view in views for citizen in _named(view))
    return render_template(
        "prints.html",
        views=views,
        is_under_way=any(view.job.phase.is_under_way for view in views),
        printer=g.services.desk.watch.view,
    )


@bp.get("/udskrifter/<job_id>.json")
@needs_routes
@open_over_http
@audit.shows_nobody
def follow_job(job_id: str) -> Response:
    """Tell a polling script how far a job is, with the same words as the page."""
    view = visible_job(job_id)
    answer: dict[str, Any] = {
        "phase": view.job.phase.value,
        "html": render_template("job_progress.html", view=view),
        "is_under_way": view.job.phase.is_under_way,
    }
    return jsonify(answer)


def page_of_sheets(job_id: str, problem: Words | None = None) -> str:
    """Return the page of a job's sheets; ticked is what was ticked, or what surely is lost."""
    view = visible_job(job_id)
    g.seen_unit = view.job.order.unit_id or ""
    audit.saw(each.citizen for each in view.sheets if each.citizen)
    lost = [each.sheet.serial for each in view.lost]
    return render_template(
        "print_pages.html",
        view=view,
        problem=problem,
        ticked=request.form.getlist("ark") if problem else lost,
        typed=request.form.get("fra", ""),
    )


_shown_again = shown_again_by(page_of_sheets, (), lambda: audit.enter(Action.VIEW_PRINTS))


@bp.get("/udskrifter/<job_id>/sider")
@needs_routes
@open_over_http
@audit.entered_as(Action.VIEW_PRINTS)
def show_pages(job_id: str) -> str:
    """Show every sheet of a job, so that a person can say which are not there."""
    return page_of_sheets(job_id)


@bp.post("/udskrifter/<job_id>/papir")
@needs_routes
@open_over_http
@audit.entered_as(Action.PRINT_CHANGED)
def answer_job(job_id: str) -> Response:
    """Note whether all the pages are there; where not, ask which."""
    answer = _ANSWERS.get(request.form.get("svar", ""))
    if answer is None:
        abort(400)
    view = visible_job(job_id)
    _enter_change(view)
    g.services.desk.queue.answer(view.job, answer)
    is_whole = answer is Answer.ALL_THERE
    return redirect(
        url_for(".list_jobs") if is_whole else url_for(".show_pages", job_id=job_id), 303
    )


@bp.post("/udskrifter/<job_id>/stop")
@needs_routes
@open_over_http
@audit.entered_as(Action.PRINT_CHANGED)
def stop_job(job_id: str) -> Response:
    """Stop a job."""
    view = visible_job(job_id)
    _enter_change(view)
    g.services.desk.queue.stop(view.job)
    g.services.desk.wake()
    return redirect("/udskrifter", 303)


@bp.post("/udskrifter/<job_id>/mangler")
@needs_routes
@open_over_http
@audit.entered_as(Action.PRINT_ORDERED)
@_shown_again
def print_missing(job_id: str) -> Response:
    """Print the sheets again that a person ticks; by one tap those known to lack a page."""
    view = visible_job(job_id)
    ticked = set(request.form.getlist("ark"))
    if request.form.get("vaelger") != "1":
        ticked = {each.sheet.serial for each in view.lost}
    chosen = [sheet for sheet in view.job.sheets if sheet.serial in ticked]
    if not chosen:
        raise FormProblem(NO_SHEET_TICKED)
    order = _again(view.job, chosen)
    ordering.enter(order)
    if not view.job.phase.is_under_way:
        missing = pages.pages_of_sheets(view.job, (sheet.serial for sheet in chosen))
        # What was missed before is still missing: the paper of those came under other numbers.
        g.services.desk.queue.answer(view.job, Answer.MISSING, {*view.job.missing, *missing})
    return ordering.put(order)


@bp.post("/udskrifter/<job_id>/igen")
@needs_routes
@open_over_http
@audit.entered_as(Action.PRINT_ORDERED)
@_shown_again
def print_again(job_id: str) -> Response:
    """Order the same sheets again, all or from one on, as a new job that names the old one."""
    job = visible_job(job_id).job
    first = request.form.get("fra")
    chosen = () if first is None else pages.sheets_from(job, read_serial(first) or "")
    if first is not None and not chosen:
        raise FormProblem(NUMBER_OF_OTHER_PRINT)
    order = _again(job, chosen)
    ordering.enter(order)
    return ordering.put(order)


def _again(job: Job, sheets: Iterable[Sheet]) -> Order:
    """Return the order that prints sheets of a job again, by whoever asks now."""
    again = replace(pages.again(job, sheets), ordered_by=visitor().person.initials)
    if again.citizen_id is not None:
        # The citizen may have moved since: the present unit decides who may print.
        again = replace(again, unit_id=visible_citizen(again.citizen_id).unit_id)
    return again


def _named(view: JobView) -> list[Any]:
    """Return the citizens whose names stand on the card of a job."""
    lost = [each.citizen for each in view.lost if each.citizen]
    return [view.citizen, *lost] if view.citizen else lost


def _enter_change(view: JobView) -> None:
    g.seen_unit = view.unit.id if view.unit else ""
    about = (view.citizen,) if view.citizen else ()
    audit.enter(Action.PRINT_CHANGED, about=view.job.id, citizens=about)
