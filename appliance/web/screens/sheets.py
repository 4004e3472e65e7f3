"""List the sheets that can be printed for a citizen, a unit or nobody, and order any of them.

A blank form holds nothing of any citizen: anybody on the box's network may print one, also while
the box is locked. Everything else goes through the guards. Called through `create_app`.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from itertools import groupby

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appliance.paper.plan_sheets import letters
from appliance.paper.sheet_kind import MOST_COPIES, SheetKind, Subject
from appliance.paper.sheets import SHEETS
from appliance.plan.models import ResponsePlan, Text
from appliance.printing.orders import Order
from appliance.records.terms import Section
from appliance.sealed_log.entry import Action
from appliance.web import audit, ordering
from appliance.web.drill_paper import is_offered
from appliance.web.guards import (
    needs_unlock,
    open_over_http,
    open_to_all,
    reading,
    visible_citizen,
    visible_unit,
    visitor,
)
from appliance.web.typed import whole_number

bp = Blueprint("sheets", __name__)
# Anybody may order a form; so few at a time that nobody else's paper waits long.
_MOST_FORM_JOBS = 3
_FORM_JOBS_SHOWN = 5
_ORDERED = "/skemaer#bestilt"
_ASCII = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa"})


@bp.app_template_filter("address")
def address_of(kind: SheetKind) -> str:
    """Return what a sheet is called in addresses: its Danish title in ASCII."""
    return re.sub(r"[^a-z0-9]+", "-", kind.title.lower().translate(_ASCII)).strip("-")


@bp.app_template_global()
def form_sheet(name: str) -> tuple[str, SheetKind]:
    """Return the address and the kind of a form, for a page that offers it."""
    kind = SHEETS[name]
    return address_of(kind), kind


@bp.get("/udskriv/borger/<citizen_id>")
@needs_unlock
@audit.entered_as(Action.VIEW_CITIZEN)
def choose_for_citizen(citizen_id: str) -> str:
    """Show the sheets that can be printed about one citizen."""
    citizen = visible_citizen(citizen_id)
    return render_template(
        "sheets.html",
        groups=_groups(Subject.CITIZEN),
        print_url=partial(url_for, "sheets.print_for_citizen", citizen_id=citizen.id),
        citizen=citizen,
        unit=reading().store.unit(citizen.unit_id),
    )


@bp.get("/udskriv/afsnit/<unit_id>")
@needs_unlock
@open_over_http
@audit.shows_nobody
def choose_for_unit(unit_id: str) -> str:
    """Show the sheets that can be printed about a unit."""
    unit = visible_unit(unit_id)
    return render_template(
        "sheets.html",
        groups=_groups(Subject.UNIT),
        print_url=partial(url_for, "sheets.print_for_unit", unit_id=unit.id),
        citizen=None,
        unit=unit,
    )


@bp.post("/udskriv/<sheet>/borger/<citizen_id>")
@needs_unlock
@audit.entered_as(Action.PRINT_ORDERED)
def print_for_citizen(sheet: str, citizen_id: str) -> Response | str:
    """Order a sheet about one citizen."""
    citizen = visible_citizen(citizen_id)
    kind = _kind(sheet, Subject.CITIZEN)
    state = reading().store.section(citizen, Section.MEDICATION)
    g.as_of = state.as_of if state.is_delivered else None
    order = Order(kind.name, citizen.unit_id, citizen.id, visitor().person.initials)
    return ordering.place(_chosen(kind, order))


@bp.post("/udskriv/<sheet>/afsnit/<unit_id>")
@needs_unlock
@open_over_http
@audit.entered_as(Action.PRINT_ORDERED)
def print_for_unit(sheet: str, unit_id: str) -> Response | str:
    """Order a sheet about a unit."""
    unit = visible_unit(unit_id)
    kind = _kind(sheet, Subject.UNIT)
    g.as_of = reading().oldest_medication([unit.id])
    order = Order(kind.name, unit.id, ordered_by=visitor().person.initials)
    return ordering.place(_chosen(kind, order))


@bp.get("/skemaer")
@open_to_all
def list_forms() -> str:
    """Show the forms anybody may print, and what became of those that were ordered."""
    jobs = [job for job in g.services.desk.queue.jobs() if job.order.subject is Subject.NOBODY]
    return render_template(
        "forms.html",
        groups=_grouped(kind for kind in _forms() if is_offered(kind, g.services.outage)),
        print_url=partial(url_for, "sheets.print_form"),
        most=MOST_COPIES,
        jobs=[(job, SHEETS.get(job.order.kind)) for job in jobs[:_FORM_JOBS_SHOWN]],
        is_crowded=_is_crowded(),
        is_under_way=any(job.phase.is_under_way for job in jobs),
        printer=g.services.desk.watch.view,
    )


@bp.post("/skemaer/<sheet>")
@open_to_all
def print_form(sheet: str) -> Response | str:
    """Order copies of a form about nobody, or of the plan; the same once more is asked about."""
    kind = _kind(sheet, Subject.NOBODY)
    if not is_offered(kind, g.services.outage):
        abort(404)
    way_on = ordering.PRINTS if g.visitor is not None and g.visitor.sees_routes else _ORDERED
    if _is_crowded():
        return redirect(_ORDERED, 303)
    who = visitor().person.initials if g.visitor is not None else ""
    letter = _letter(kind)
    order = replace(
        _chosen(kind, Order(kind.name, ordered_by=who)), part=letter.id if letter else ""
    )
    # Whoever wants more of a blank form presses again; nobody wants the plan twice.
    is_asked = not kind.has_copies and request.form.get(ordering.CONFIRMED) != "1"
    if is_asked and ordering.is_doubtful(order):
        return ordering.question(order, way_on, letter.title if letter else "")
    return ordering.put(order, way_on)


def _letter(kind: SheetKind) -> Text | None:
    """Return the one letter that is wanted, or None where all are; 404 where it is not there."""
    wanted = request.form.get("brev", "") if kind is letters.KIND else ""
    if not wanted:
        return None
    plan: ResponsePlan = g.services.plan
    return next((each for each in plan.letters if each.id == wanted), None) or abort(404)


def _kind(address: str, subject: Subject) -> SheetKind:
    """Return the sheet of this address that can be about such a subject, or answer 404."""
    kinds = (kind for kind in SHEETS.values() if address_of(kind) == address)
    found = next((kind for kind in kinds if subject in kind.subjects), None)
    return found if found is not None else abort(404)


def _chosen(kind: SheetKind, order: Order) -> Order:
    """Return the order with what was chosen beside the button."""
    return replace(
        order,
        copies=_number("antal", MOST_COPIES if kind.has_copies else 1),
        is_bilingual=kind.is_bilingual and request.form.get("engelsk") == "1",
    )


def _number(field: str, most: int) -> int:
    """Return a number somebody chose; one beyond what there can be is brought within it."""
    number = whole_number(request.form.get(field, ""))
    return 1 if number is None else min(max(number, 1), most)


def _groups(subject: Subject) -> list[tuple[str, list[tuple[str, SheetKind]]]]:
    role = visitor().person.role
    about = (kind for kind in SHEETS.values() if subject in kind.subjects)
    return _grouped(kind for kind in about if role in kind.roles_for(subject))


def _grouped(kinds: Iterable[SheetKind]) -> list[tuple[str, list[tuple[str, SheetKind]]]]:
    """Return the sheets under their headings, in the order of the registry."""
    found = list(kinds)
    order = list(dict.fromkeys(kind.group for kind in found))
    found.sort(key=lambda kind: order.index(kind.group))
    return [
        (group, [(address_of(kind), kind) for kind in members])
        for group, members in groupby(found, key=lambda kind: kind.group)
    ]


def _forms() -> list[SheetKind]:
    return [kind for kind in SHEETS.values() if Subject.NOBODY in kind.subjects]


def _is_crowded() -> bool:
    """Tell whether enough forms are waiting: whoever orders more would only be in the way."""
    waiting = [
        job
        for job in g.services.desk.queue.jobs()
        if job.order.subject is Subject.NOBODY and job.phase.is_under_way
    ]
    return len(waiting) >= _MOST_FORM_JOBS
