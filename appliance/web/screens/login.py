"""Let staff in with initials and a personal code, let them out, and lock the box.

Logging out ends one session; locking closes the records for everybody and is asked about first.
Wrong codes only ever cost a short wait, and initials nobody has cost as long as a wrong code does.
Called through `create_app`.
"""

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.crypto import login_code_fits
from appliance.errors import WaitBeforeRetryError, WrongCodeError
from appliance.records.models import StaffMember
from appliance.sealed_log.entry import Action
from appliance.web import audit, security
from appliance.web.guards import needs_unlock, open_to_all
from appliance.web.screens.locked import clean_initials, enter, show_door
from appliance.web.visitor import is_account_valid, person_of, sure_day

bp = Blueprint("login", __name__)
# Of a code nobody knows, hashed as accounts' are: initials nobody has cost as much to refuse.
DECOY_PHC = (
    "$argon2id$v=19$m=19456,t=2,p=1"
    "$5ei6gfLO/U4xVBNDbpwVzg$pN2Kdun62Wxalt28oV0dWILshWJ8r8O8xQw15khXckI"
)


@bp.post("/log-ind")
@open_to_all
def log_in() -> Response:
    """Check initials and personal code against the accounts of the open snapshot."""
    if g.reading is None:
        return redirect("/", 303)
    initials = clean_initials(request.form.get("initialer", ""))
    code = request.form.get("personlig_kode", "").strip()
    account = g.reading.store.staff_by_initials(initials)
    device = request.remote_addr or ""
    try:
        fits = g.services.delay.attempt(
            initials.casefold(), device, lambda: _may_enter(account, code)
        )
    except WaitBeforeRetryError as wait:
        return show_door(wait, initials=initials)
    if account is None or not fits:
        audit.enter_initials(Action.LOGIN_REFUSED, initials)
        return show_door(WrongCodeError(), initials=initials)
    audit.enter_person(Action.LOGIN, person_of(account))
    enter(person_of(account))
    return redirect("/", 303)


@bp.post("/log-ud")
@open_to_all
def log_out() -> Response:
    """End this browser's session, and change its cookie so that "Back" must ask the box."""
    if g.visitor is not None:
        audit.enter_person(Action.LOGOUT, g.visitor.person)
    _forget(request.cookies.get(security.COOKIE, ""))
    security.fresh_cookie()
    return redirect("/", 303)


@bp.get("/laas")
@needs_unlock
@audit.shows_nobody
def ask_lock() -> str:
    """Say what locking does before it is done."""
    return render_template("lock.html")


@bp.post("/laas")
@needs_unlock
@audit.entered_as(Action.LOCK_ASKED)
def lock() -> Response:
    """Close the records for everybody."""
    audit.enter(Action.LOCK_ASKED)
    g.services.keeper.lock()
    g.services.sessions.end_all()
    g.services.notes.forget_all()
    g.services.desk.forget()
    g.visitor = g.reading = None
    g.services.records.current()  # lets go of the records now, not at the next request
    security.fresh_cookie()
    return redirect("/", 303)


def _forget(token: str) -> None:
    g.services.sessions.end(token)
    g.services.notes.forget(token)


def _may_enter(account: StaffMember | None, code: str) -> bool:
    today = sure_day(g.services.clock)
    phc = account.login_code_phc if account and is_account_valid(account, today) else None
    fits = login_code_fits(phc or DECOY_PHC, code)
    return fits and bool(phc)
