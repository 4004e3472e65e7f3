"""Decide who reaches a view: deny by default, checked at start-up and at every request.

Every view carries exactly one mark. `refuse_unmarked` stops the program when one has none;
`check` runs before each request and turns everybody else away before the view is called. What a
visitor may not see does not exist for them: the same 404 as for an unknown id. Where the
municipality wants https, a view for care records is closed over http unless it says that it shows
no record. Called by `create_app` and the screens.
"""

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.errors import ConfigError
from appliance.records.models import Citizen, Unit
from appliance.web import errors, security
from appliance.web.reading import Reading
from appliance.web.visitor import Visitor

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "nodboks_guard"
_OVER_HTTP = "nodboks_over_http"
_LOGGED_OUT = 403


class Guard(Enum):
    """Who a view is for."""

    OPEN = "open to all"
    UNLOCKED = "needs unlocked records and a person who may read them"
    ADMIN = "needs a person who looks after the box"
    PERSON = "needs a person who may read care records, or who looks after the box"
    ROUTES = "needs unlocked records and a person who may see route lists, if nothing else"

    @property
    def shows_records(self) -> bool:
        """Tell whether views behind it are made from care records: entered into the log, https."""
        return self in (Guard.UNLOCKED, Guard.ROUTES)


def open_to_all(view: View) -> View:
    """Mark a view that shows nothing of any citizen."""
    return _mark(view, Guard.OPEN)


def needs_unlock(view: View) -> View:
    """Mark a view for people who may read care records, while the box is open."""
    return _mark(view, Guard.UNLOCKED)


def needs_admin(view: View) -> View:
    """Mark a view for those who look after the box."""
    return _mark(view, Guard.ADMIN)


def needs_person(view: View) -> View:
    """Mark a view, without citizens, for those who read care records and for IT alike."""
    return _mark(view, Guard.PERSON)


def needs_routes(view: View) -> View:
    """Mark a view of route lists or of paper: also for drivers' coordinators.

    They see what their role may have of `paper/sheets.py` and nothing else; a view behind this
    mark fetches its unit with `route_unit`, and no citizen by itself.
    """
    return _mark(view, Guard.ROUTES)


def open_over_http(view: View) -> View:
    """Mark a view that leads to paper and shows no record: it is open where https is required."""
    setattr(view, _OVER_HTTP, True)
    return view


def guard_of(view: Callable[..., Any]) -> Guard | None:
    """Return a view's mark, or None."""
    return getattr(view, _MARK, None)


def refuse_unmarked(app: Flask) -> None:
    """Stop the program if a view was left without a mark.

    Raises:
        ConfigError: it names the endpoint.

    """
    for endpoint, view in app.view_functions.items():
        if guard_of(view) is None:
            raise ConfigError(
                f"view {endpoint!r} has no guard: mark it @open_to_all, @needs_unlock,"
                " @needs_routes, @needs_admin or @needs_person"
            )


def check() -> Response | None:
    """Turn away whoever may not reach the view of this request."""
    if request.endpoint is None:
        return None  # no such address; Flask answers 404
    view = current_app.view_functions[request.endpoint]
    guard = guard_of(view)
    if guard is Guard.OPEN:
        return None
    visitor: Visitor | None = g.visitor
    if guard is None or visitor is None:
        return _ask_to_log_in()
    if not may_pass(visitor, guard):
        abort(403)
    if guard.shows_records and g.secure_way.is_print_only:
        return None if getattr(view, _OVER_HTTP, False) else _ask_for_https()
    return None


def _ask_to_log_in() -> Response:
    """Send whoever is out to the front page; with a form that has words in it, give them back.

    Only what this request brought stands on the page, and it is not taken: sent once more by
    somebody who is in, it is shown in its own page first, as its token is of before the login.
    """
    fields = [each for each in request.form.items(multi=True) if each[0] != security.FORM_FIELD]
    if not (fields and security.shows_again()):
        return redirect("/", 303)
    page = render_template(
        "logged_out.html",
        action=request.full_path.rstrip("?"),
        fields=fields,
        # What people write has spaces in it; what a form sends for itself has none.
        words=[value for _, value in fields if " " in value.strip()],
    )
    return make_response(page, _LOGGED_OUT)


def _ask_for_https() -> Response:
    return errors.page(errors.SECURE_ONLY if g.secure_way.is_open else errors.PAPER_ONLY, 403)


def may_pass(visitor: Visitor, guard: Guard) -> bool:
    """Tell whether a person may reach a view with this mark. Pure."""
    is_care, is_admin = visitor.sees_citizens, visitor.is_admin
    allowed = {
        Guard.OPEN: True,
        Guard.UNLOCKED: is_care,
        Guard.ROUTES: visitor.sees_routes,
        Guard.ADMIN: is_admin,
        Guard.PERSON: is_care or is_admin,
    }
    return allowed[guard]


def asks_by_itself() -> bool:
    """Tell whether a page repeats this request without anybody touching the phone.

    Scripts ask for JSON; pages without scripts reload under an address that says so.
    """
    return request.path.endswith(".json") or request.args.get("af") == "sig-selv"


def visitor() -> Visitor:
    """Return who is asking; only for views that are not open to all."""
    found: Visitor = g.visitor
    return found


def reading() -> Reading:
    """Return the open records; only for views behind `needs_unlock` or `needs_routes`."""
    found: Reading = g.reading
    return found


def visible_unit(unit_id: str) -> Unit:
    """Return a unit of the visitor's, or answer 404."""
    unit = reading().store.unit(unit_id)
    if unit is None or not visitor().may_see_unit(unit.id):
        abort(404)
    g.seen_unit = unit.id  # for the sealed log
    return unit


def route_unit(unit_id: str) -> Unit:
    """Return a unit whose route lists the visitor may see, or answer 404."""
    unit = reading().store.unit(unit_id)
    if unit is None or not visitor().may_see_routes_of(unit.id):
        abort(404)
    g.seen_unit = unit.id  # for the sealed log
    return unit


def unit_behind_glass(unit_id: str) -> Unit:
    """Return a unit with citizens the visitor sees or may break the glass to, or answer 404."""
    unit = reading().store.unit(unit_id)
    if unit is None or not visitor().may_break_glass or not reading().store.citizens(unit.id):
        abort(404)
    g.seen_unit = unit.id  # for the sealed log
    return unit


def visible_citizen(citizen_id: str) -> Citizen:
    """Return a citizen of the visitor's units, or answer 404."""
    citizen = reading().store.citizen(citizen_id)
    if citizen is None or not visitor().may_see_unit(citizen.unit_id):
        abort(404)
    g.seen = [*(g.get("seen") or []), citizen]  # for the sealed log: looked up is seen
    g.seen_unit = citizen.unit_id
    return citizen


def _mark(view: View, guard: Guard) -> View:
    if guard_of(view) is not None:
        raise ConfigError(f"view {view.__name__!r} has two guards")
    setattr(view, _MARK, guard)
    return view
