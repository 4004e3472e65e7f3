"""Put an order for paper in the queue, or ask first.

Asks before printing the same thing twice or from very old data; the answer is one tap. The order
stands in the sealed log before the printer can know of it. Called by the screens that print.
"""

from collections.abc import Iterable, Sequence

from flask import abort, g, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.paper import pack
from appliance.paper.sheet_kind import SheetKind, Subject
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
PRINTS = "/udskrifter"


def place(order: Order) -> Response | str:
    """Put the order in the queue, or ask first; `g.as_of` is how old its data is.

    Answers 404 where the visitor's role may not have the sheet.
    """
    return place_all([order])


def place_all(orders: Sequence[Order], way_on: str = PRINTS) -> Response | str:
    """Put orders in the queue, or ask first where one of them is doubtful; then show `way_on`."""
    for order in orders:
        _refuse_role(order)
    if request.form.get(CONFIRMED) != "1":
        for order in orders:
            if is_doubtful(order):
                return question(order, way_on)
    for order in orders:
        enter(order)
        put(order)
    return redirect(way_on, 303)


def put(order: Order, way_on: str = PRINTS) -> Response:
    """Put the order in the queue and show it there."""
    g.services.desk.queue.order(order)
    g.services.desk.wake()
    return redirect(way_on, 303)


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
    is_about_nobody = order.subject is Subject.NOBODY  # made from no data that ages
    is_old = not is_about_nobody and strip_by(g.services.clock, g.as_of).needs_confirmation
    is_double = queue.under_way(order) is not None
    return is_old, is_double, None if is_double else queue.printed_lately(order)


def question(order: Order, way_on: str, title: str = "") -> str:
    """Return the page that asks; it says what is about to be printed, and about whom.

    `title` is what the sheet is called where that is not its kind's.
    """
    is_old, is_double, lately = _doubts(order)
    citizen = reading().store.citizen(order.citizen_id) if order.citizen_id else None
    if citizen is None:
        audit.shows_nobody_this_time()
    else:
        audit.enter(Action.VIEW_PRINTS)
    fields = request.form.items(multi=True)
    return render_template(
        "confirm_print.html",
        title=title or SHEETS[order.kind].title,
        citizen=citizen,
        unit=reading().store.unit(order.unit_id) if order.unit_id else None,
        is_pack=order.kind == pack.SHEET and not order.only,
        way_back=way_on if is_double or lately or way_on != PRINTS else "/afsnit",
        action=request.path,
        fields=[(name, value) for name, value in fields if name != FORM_FIELD],
        is_double=is_double,
        is_doubtful=is_old,
        lately=lately,
    )
