"""Let staff in with initials and a personal code or the shift code, let them out, lock the box.

Logging out ends one session; locking closes the records for everybody and is asked about first.
Wrong codes only ever cost a short wait, and each try costs two hashes, whoever has an account and
whether or not there is a shift code. Called through `create_app`.
"""

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.crypto import login_code_fits
from appliance.errors import WaitBeforeRetryError, WrongCodeError
from appliance.records.models import StaffMember
from appliance.sealed_log.entry import Action
from appliance.vault.sessions import Person
from appliance.web import audit, security
from appliance.web.errors import LOGIN_UNKNOWN
from appliance.web.guards import needs_unlock, open_over_http, open_to_all
from appliance.web.screens.locked import clean_initials, enter, show_door, turned_out
from appliance.web.visitor import colleague, is_account_valid, person_of, sure_day

bp = Blueprint("login", __name__)
# Of a code nobody knows, hashed as accounts' are: initials nobody has cost as much to refuse.
DECOY_PHC = (
    "$argon2id$v=19$m=19456,t=2,p=1"
    "$5ei6gfLO/U4xVBNDbpwVzg$pN2Kdun62Wxalt28oV0dWILshWJ8r8O8xQw15khXckI"
)


@bp.post("/log-ind")
@open_to_all
def log_in() -> Response:
    """Check initials and code against the accounts of the open snapshot and the shift codes."""
    if g.reading is None:
        return redirect("/", 303)
    initials = clean_initials(request.form.get("initialer", ""))
    code = request.form.get("personlig_kode", "").strip()
    device, locks = request.remote_addr or "", g.services.locks.value
    try:
        person = g.services.delay.attempt(
            initials.casefold(), device, lambda: _who_fits(initials, code)
        )
    except WaitBeforeRetryError as wait:
        return show_door(wait, initials=initials)
    if person is None:
        audit.enter_initials(Action.LOGIN_REFUSED, initials)
        return show_door(WrongCodeError(), LOGIN_UNKNOWN, initials=initials)
    audit.enter_person(Action.LOGIN, person, about=person.code_id)
    enter(person)
    return turned_out(locks) or redirect("/", 303)


@bp.post("/log-ud")
@open_to_all
def log_out() -> Response:
    """End this browser's session, and change its cookie so that "Back" must ask the box."""
    if g.visitor is not None:
        audit.enter_person(Action.LOGOUT, g.visitor.person)
    g.services.forget_session(security.sent_token())
    security.fresh_cookie()
    return redirect("/", 303)


@bp.get("/laas")
@needs_unlock
@open_over_http
@audit.shows_nobody
def ask_lock() -> str:
    """Say what locking does before it is done."""
    return render_template("lock.html")


@bp.post("/laas")
@needs_unlock
@open_over_http
@audit.entered_as(Action.LOCK_ASKED)
def lock() -> Response:
    """Close the records for everybody."""
    audit.enter(Action.LOCK_ASKED)
    g.services.keeper.lock()
    g.services.forget_everybody()
    g.visitor = g.reading = None
    g.services.records.current()  # lets go of the records now, not at the next request
    security.fresh_cookie()
    return redirect("/", 303)


def _who_fits(initials: str, code: str) -> Person | None:
    """Return whose code it is: the account's of these initials, else a colleague's of the shift.

    Both are always tried, so that the time tells nothing.
    """
    account = g.reading.store.staff_by_initials(initials)
    is_own = _is_own_code(account, code)
    shift_code = g.services.shift_codes.find(code)
    if account is not None and is_own:
        return person_of(account)
    if shift_code is not None and initials:
        return colleague(initials, shift_code)
    g.services.shift_codes.note_miss()
    return None


def _is_own_code(account: StaffMember | None, code: str) -> bool:
    today = sure_day(g.services.clock)
    phc = account.login_code_phc if account and is_account_valid(account, today) else None
    fits = login_code_fits(phc or DECOY_PHC, code)
    return fits and bool(phc)
