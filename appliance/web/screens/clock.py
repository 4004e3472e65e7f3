"""Show the box's clock, and take the right time from whoever is on duty.

Everybody may see it; who reads care records or looks after the box may say what time it is. The
phone's own time is filled in where scripts run. Both times are shown in words before anything
changes, and a difference of more than five minutes needs a second look. Called through
`create_app`.
"""

from typing import Any

from flask import Blueprint, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.box_clock.judging import why_impossible
from appliance.clock import ClockLevel, format_time
from appliance.errors import ClockNotSetError
from appliance.sealed_log.entry import Action
from appliance.web import audit
from appliance.web.clock_proposals import (
    Outcome,
    Proposal,
    difference,
    read_typed,
    second_look,
)
from appliance.web.errors import CLOCK_DIFFERS, CLOCK_UNREAD
from appliance.web.guards import Guard, may_pass, needs_person, open_to_all, visitor
from appliance.words import Words, words_of

bp = Blueprint("clock", __name__)
_UNSURE = {Outcome.UNREAD: CLOCK_UNREAD, Outcome.DIFFERS: CLOCK_DIFFERS}


@bp.get("/ur")
@open_to_all
def show_clock() -> Response:
    """Show what the clock shows, why it may be believed, and the form to whoever may use it."""
    return _page()


@bp.post("/ur")
@needs_person
def propose() -> Response:
    """Take a time, and ask for a second look at it."""
    clock = g.services.clock
    moment = read_typed(*_typed())
    if moment is None:
        return _page(CLOCK_UNREAD)
    if _is_kept_by_network() or why_impossible(moment, clock.judged().floor):
        return _page(words_of(ClockNotSetError()))
    person = visitor().person
    audit.enter_person(Action.CLOCK_ASKED, person, about=format_time(moment))
    g.services.clock_proposals.put(moment, person, clock.monotonic())
    return redirect("/ur/bekraeft", 303)


@bp.get("/ur/bekraeft")
@needs_person
def show_proposal() -> Response:
    """Show both times in words."""
    proposal = _waiting()
    return redirect("/ur", 303) if proposal is None else _question(proposal)


@bp.post("/ur/bekraeft")
@needs_person
def confirm() -> Response:
    """Set the clock if this is a second look."""
    clock, proposal = g.services.clock, _waiting()
    if proposal is None or proposal.id != request.form.get("forslag"):
        return redirect("/ur/bekraeft", 303)
    person, now_s = visitor().person, clock.monotonic()
    outcome = second_look(proposal, person, _typed(), now_s, clock.now())
    if outcome is not Outcome.SURE:
        return _question(proposal, _UNSURE[outcome])
    moment = proposal.moment(now_s)
    entry = audit.entry_of(Action.CLOCK_SET, person, about=format_time(moment))
    g.services.clock_proposals.drop()
    try:
        g.services.keeper.set_clock(moment, entry)
    except ClockNotSetError as error:
        return _page(words_of(error))
    return redirect("/ur", 303)


def _page(problem: Words | None = None) -> Response:
    clock, proposal = g.services.clock, _waiting()
    day, time = _typed() if problem else ("", "")
    page = render_template(
        "clock.html",
        problem=problem,
        now=clock.now(),
        level=clock.judged().level,
        may_set=g.visitor is not None and may_pass(g.visitor, Guard.PERSON),
        proposal=proposal,
        proposed=_moment(proposal),
        day=day,
        time=time,
    )
    return make_response(page, 422 if problem else 200)


def _question(proposal: Proposal, problem: Words | None = None) -> Response:
    now, proposed = g.services.clock.now(), proposal.moment(g.services.clock.monotonic())
    apart = difference(proposed, now)
    is_own = proposal.is_by(visitor().person)
    page = render_template(
        "clock_question.html",
        problem=problem,
        now=now,
        proposal=proposal,
        proposed=proposed,
        apart=apart,
        is_own=is_own,
        must_type=apart.is_large and is_own,
    )
    return make_response(page, 422 if problem else 200)


def _waiting() -> Proposal | None:
    """Return the time that waits; none once the network keeps the clock."""
    if _is_kept_by_network():
        return None
    found: Proposal | None = g.services.clock_proposals.current(g.services.clock.monotonic())
    return found


def _moment(proposal: Proposal | None) -> Any:
    return proposal.moment(g.services.clock.monotonic()) if proposal else None


def _is_kept_by_network() -> bool:
    return bool(g.services.clock.judged().level is ClockLevel.NTP)


def _typed() -> tuple[str, str]:
    return request.form.get("dato", ""), request.form.get("klokken", "")
