"""Show the two boards of a unit and tick on them: who cannot wait, and the visits of the day.

One tap says that somebody was seen; that nobody was met can have a few words; both are taken back
by one tap more, and stay readable in the log. Each page asks whether anything was ticked elsewhere,
every 2 s with scripts and every 15 s without, under an address that keeps nobody logged in. A tap
that is sent twice is one tick. Called through `create_app`.
"""

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from itertools import chain

from flask import Blueprint, abort, g, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appliance.care_journal.events import Board, JournalEvent, Seen, Struck, Ticked, What
from appliance.care_journal.wire import LONGEST
from appliance.clock import is_day_sure
from appliance.paper.unit_sheets import boards
from appliance.paper.unit_sheets.unit_view import UnitPrint, what_is_here
from appliance.records.models import Citizen, Unit, Visit
from appliance.records.terms import Section
from appliance.sealed_log.entry import Action
from appliance.web import audit, journal_desk, typed_forms
from appliance.web.errors import TICK_NOT_KEPT
from appliance.web.guards import (
    asks_by_itself,
    needs_unlock,
    reading,
    visible_citizen,
    visible_unit,
)
from appliance.web.journal_desk import ToNote
from appliance.web.journal_forms import kept_by, line
from appliance.web.on_screen import screen_context
from appliance.web.screens.units import is_visible
from appliance.words import Words

bp = Blueprint("boards", __name__)
_NEEDS, _VISITS = "livsnoedvendige", "besoeg"
_BOARD = f"<any({_NEEDS}, {_VISITS}):board>"
_KINDS = {_NEEDS: Board.LIFE_CRITICAL, _VISITS: Board.VISITS}
_PARTS = {_NEEDS: (Section.FLAGS, Section.MEDICATION), _VISITS: (Section.VISITS,)}
_LEFT = "mangler"
# A second tap of an impatient thumb, or the same form sent again.
_SAME_TAP = timedelta(seconds=60)
_RECKONED_AGAIN_MIN = 5


@bp.get("/tavler")
@needs_unlock
@audit.shows_nobody
def show() -> str:
    """Show the boards of the visitor's units."""
    lived_in = {citizen.unit_id for citizen in reading().store.citizens()}
    units = [unit for unit in reading().store.units() if unit.id in lived_in and is_visible(unit)]
    return render_template("boards.html", units=units)


def page(unit_id: str, board: str, problem: Words | None = None) -> str:
    """Return a board."""
    unit = visible_unit(unit_id)
    about = _about(unit)
    rows, routes, unread = _stand(about, board)
    g.as_of = about.state(_PARTS[board][0]).as_of
    return render_template(
        "board_needs.html" if board == _NEEDS else "board_visits.html",
        unit=unit,
        board=board,
        rows=rows,
        routes=routes,
        unread=unread,
        lacks=what_is_here(about, _PARTS[board]).lacks,
        is_whole=about.is_whole(_PARTS[board][0]),
        is_read=about.journal is not None,
        is_day_sure=is_day_sure(g.services.clock),
        only_left=request.args.get("vis") == _LEFT,
        version=_version(about),
        now=about.context.printed_at,
        doses_from=boards.doses_from(rows),
        visits_from=boards.visits_from(rows, routes),
        problem=problem,
        initials=typed_forms.known_initials(),
    )


def _stand(
    about: UnitPrint, board: str
) -> tuple[Sequence[boards.NeedRow], Sequence[boards.RouteBoard], Sequence[Citizen]]:
    """Return how a board stands, and note whom it shows; last those nobody can read."""
    if board == _NEEDS:
        rows = boards.need_rows(about)
        audit.saw(row.citizen for row in rows)
        return rows, (), ()
    routes, plan = boards.route_boards(about)
    audit.saw([*(row.citizen for one in routes for row in one.rows), *plan.unread])
    return (), routes, plan.unread


@bp.get(f"/tavler/<unit_id>/{_BOARD}")
@needs_unlock
@audit.entered_as(Action.VIEW_UNIT)
def show_board(unit_id: str, board: str) -> Response | str:
    """Show a board, under the address that may reload by itself."""
    if asks_by_itself():
        return page(unit_id, board)
    # Entered each time a person comes; what reloads by itself afterwards is the same look.
    _stand(_about(visible_unit(unit_id)), board)
    return redirect(_address(unit_id, board), 303)


@bp.get(f"/tavler/<unit_id>/{_BOARD}.json")
@needs_unlock
@audit.shows_nobody
def follow(unit_id: str, board: str) -> Response:
    """Tell a polling script whether the board it shows still stands."""
    about = _about(visible_unit(unit_id))
    is_same = request.args.get("nr") == _version(about)
    html = render_template("board_followed.html", board=board, now=g.services.clock.now())
    return jsonify({"is_under_way": is_same, "html": html})


@bp.post(f"/tavler/<unit_id>/{_BOARD}")
@needs_unlock
@audit.entered_as(Action.JOURNAL)
@kept_by(page, TICK_NOT_KEPT)
def tick(unit_id: str, board: str) -> Response | str:
    """Note that somebody was seen, or take back a tick; ask for words where nobody was met."""
    unit, form = visible_unit(unit_id), request.form
    if "ikke" in form:
        return missed_page(unit_id, board)
    if "fortryd" in form:
        _take_back(unit, _KINDS[board], form["fortryd"])
    else:
        _tick(unit, board, form.get("set", ""), Seen.SEEN)
    return redirect(_address(unit_id, board), 303)


def missed_page(unit_id: str, board: str, problem: Words | None = None) -> str:
    """Return the form for somebody who was not met."""
    unit = visible_unit(unit_id)
    thing = request.form.get("ikke") or request.form.get("ting", "")
    citizen, visit = _about_whom(unit, board, thing)
    audit.saw([citizen])
    return render_template(
        "board_missed.html",
        unit=unit,
        board=board,
        thing=thing,
        citizen=citizen,
        visit=visit,
        problem=problem,
        initials=typed_forms.known_initials(),
        typed=request.form,
        longest=LONGEST,
        back=_address(unit_id, board),
    )


@bp.post(f"/tavler/<unit_id>/{_BOARD}/ikke-truffet")
@needs_unlock
@audit.entered_as(Action.JOURNAL)
@kept_by(missed_page)
def miss(unit_id: str, board: str) -> Response:
    """Note that nobody was met."""
    thing, remark = request.form.get("ting", ""), line("bemaerkning")
    _tick(visible_unit(unit_id), board, thing, Seen.MISSED, remark)
    return redirect(_address(unit_id, board), 303)


def _tick(unit: Unit, board: str, thing: str, seen: Seen, remark: str = "") -> None:
    citizen, _ = _about_whom(unit, board, thing)
    by, what = typed_forms.initials(), Ticked(_KINDS[board], thing, seen, remark)
    known = journal_desk.journal_if_read()
    before = known.ticks.get((what.board, thing), ()) if known else ()
    _write(None if before and _is_same(before[-1], what, by) else what, by, citizen)


def _is_same(before: JournalEvent, what: Ticked, by: str) -> bool:
    is_now = abs(g.services.clock.now() - before.happened_at) < _SAME_TAP
    return is_now and before.what == what and before.by == by


def _take_back(unit: Unit, board: Board, event_id: str) -> None:
    """Strike a tick that counts; nothing where somebody else was quicker."""
    every = chain.from_iterable(journal_desk.journal().ticks.values())
    found = next((each for each in every if each.id == event_id), None)
    if found is None:
        audit.shows_nobody_this_time()
        return
    citizen = visible_citizen(found.citizen_id)
    is_of_this = isinstance(found.what, Ticked) and found.what.board is board
    if citizen.unit_id != unit.id or not is_of_this:
        abort(404)
    _write(Struck(event_id), typed_forms.initials(), citizen)


def _write(what: What | None, by: str, citizen: Citizen) -> None:
    if what is None:
        audit.shows_nobody_this_time()
    else:
        journal_desk.write([ToNote(what, by, citizen)])


def _about_whom(unit: Unit, board: str, thing: str) -> tuple[Citizen, Visit | None]:
    """Return whom a tick is about, and which visit; 404 where it is not of this unit."""
    if board == _NEEDS:
        citizen = visible_citizen(thing)
        return (citizen, None) if citizen.unit_id == unit.id else abort(404)
    found = (
        (one, visit)
        for one in reading().store.citizens(unit.id)
        for visit in reading().store.of_citizen(Visit, one.id)
        if visit.id == thing
    )
    return next(found, None) or abort(404)


def _about(unit: Unit) -> UnitPrint:
    journal = journal_desk.journal_if_read()
    return UnitPrint(
        reading().store,
        unit,
        screen_context(),
        journal=journal,
        outage_started_at=g.services.outage.on_paper().started_at,
    )


def _version(about: UnitPrint) -> str:
    """Return what stands for all a board is made from; it is reckoned anew every few minutes."""
    known = chain.from_iterable(about.journal.ticks.values()) if about.journal else ()
    noted = about.journal.entries if about.journal else ()
    minutes = int(about.context.printed_at.timestamp()) // (60 * _RECKONED_AGAIN_MIN)
    made_from = (
        reading().opened.version,
        minutes,
        about.outage_started_at,
        *sorted(each.id for each in known),
        *((each.event.id, each.struck is not None) for each in noted),
    )
    return hashlib.sha256(repr(made_from).encode()).hexdigest()[:16]


def _address(unit_id: str, board: str) -> str:
    left = _LEFT if request.args.get("vis") == _LEFT else None
    return url_for("boards.show_board", unit_id=unit_id, board=board, af="sig-selv", vis=left)
