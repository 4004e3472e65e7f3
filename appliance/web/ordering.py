"""Put an order for paper in the queue, or ask first.

Asks before printing the same thing twice or from very old data; the answer is one tap. The order
stands in the sealed log before the printer can know of it. Called by the screens that print.
"""

from collections.abc import Iterable

from flask import abort, g, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.paper.sheet_kind import SheetKind
from appliance.paper.sheets import SHEETS
from appliance.printing.jobs import Job
from appliance.printing.orders import Order
from appliance.records.models import Citizen
from appliance.sealed_log.entry import Action
from appliance.web import audit
from appliance.web.guards import reading, visitor
from appliance.web.security import FORM_FIELD
from appliance.web.strip import strip_by

CONFIRMED = "bekraeft"


def place(order: Order) -> Response | str:
    """Put the order in the queue, or ask first; `g.as_of` is how old its data is.

    Answers 404 where the visitor's role may not have the sheet.
    """
    _refuse_role(order)
    question = None if request.form.get(CONFIRMED) == "1" else _question(order)
    if question is not None:
        audit.shows_nobody_this_time()
        return question
    enter(order)
    return put(order)


def put(order: Order) -> Response:
    """Put the order in the queue and show it there."""
    g.services.desk.queue.order(order)
    g.services.desk.wake()
    return redirect("/udskrifter", 303)


def enter(order: Order) -> None:
    """Enter an order into the log: whom the paper is about; 404 to a role that may not have it."""
    _refuse_role(order)
    g.seen_unit = order.unit_id or ""
    audit.enter(Action.PRINT_ORDERED, about=order.kind, citizens=_about(order))


def _refuse_role(order: Order) -> None:
    kind = SHEETS.get(order.kind)
    if kind is None or not may_have(kind, order):
        abort(404)


def may_have(kind: SheetKind, order: Order) -> bool:
    """Tell whether the visitor's role may have what was ordered."""
    return visitor().person.role in kind.roles_for(order.subject)


def _about(order: Order) -> Iterable[Citizen]:
    store = reading().store
    if order.citizen_id is not None:
        ids = [order.citizen_id]
    elif order.only:
        ids = [each.citizen_id for each in order.chosen if each.citizen_id is not None]
    else:
        return store.citizens(order.unit_id) if order.unit_id is not None else ()
    return [citizen for each in ids if (citizen := store.citizen(each)) is not None]


def is_doubtful(order: Order) -> bool:
    """Tell whether somebody should be asked before this is printed."""
    return any(_doubts(order))


def _doubts(order: Order) -> tuple[bool, bool, Job | None]:
    """Return whether the data is very old, the same is under way, and who printed it lately."""
    queue = g.services.desk.queue
    is_old = strip_by(g.services.clock, g.as_of).needs_confirmation
    is_double = queue.under_way(order) is not None
    return is_old, is_double, None if is_double else queue.printed_lately(order)


def _question(order: Order) -> str | None:
    """Return the page that asks, or None where there is nothing to ask about."""
    is_old, is_double, lately = _doubts(order)
    if not (is_old or is_double or lately):
        return None
    fields = request.form.items(multi=True)
    return render_template(
        "confirm_print.html",
        order=order,
        action=request.path,
        fields=[(name, value) for name, value in fields if name != FORM_FIELD],
        is_double=is_double,
        is_doubtful=is_old,
        lately=lately,
    )
