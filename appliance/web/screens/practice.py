"""Let whoever practises in a drill in to the invented citizens, and out again.

Going in ends what the browser had at the real box: nobody may take one for the other. Called
through `create_app`.
"""

from dataclasses import dataclass

from flask import Blueprint, g, redirect, request
from werkzeug.wrappers import Response

from appliance.sealed_log.entry import Action
from appliance.web import audit, security, typed_forms
from appliance.web.devices import idle_time
from appliance.web.guards import open_to_all

bp = Blueprint("practice", __name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """What pages say of the practice: whether it is offered here, or whether this is it."""

    is_offered: bool = False
    is_on: bool = False


def shown() -> Shown:
    """Return what this page says of it, found out once; nothing before it is known to be for us."""
    services = g.get("services")
    if services is None:
        return Shown()
    if "practice_shown" not in g:
        practice = services.practice
        is_offered = practice is not None and practice.is_offered()
        g.practice_shown = Shown(is_offered, services.is_practice)
    found: Shown = g.practice_shown
    return found


@bp.post("/oevelse/ind")
@open_to_all
def enter() -> Response:
    """Go in; nothing is asked, as nothing here is anybody's. Who was known here is known there."""
    practice = g.services.practice
    if practice is None or not practice.is_offered():
        return redirect("/", 303)  # the page has lain open since the drill ended
    initials = typed_forms.known_initials()
    if g.visitor is not None:
        audit.enter_person(Action.LOGOUT, g.visitor.person)
    g.services.forget_session(security.sent_token())
    device = (request.headers.get(name, "") for name in ("User-Agent", "Sec-CH-UA-Mobile"))
    session = practice.enter(initials, idle_time(*device))
    security.give_cookie(session.token)
    return redirect("/afsnit", 303)


@bp.post("/oevelse/ud")
@open_to_all
def leave() -> Response:
    """Go out, to the front page of the real box."""
    if g.services.is_practice:  # else the way out was taken, or the drill has ended
        g.services.forget_session(security.sent_token())
        security.fresh_cookie()
    return redirect("/", 303)
