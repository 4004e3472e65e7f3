"""Meet everybody at the door: the locked page, the login page, and opening with the card.

The first page of a phone that joined the hotspot. Says whether the box works and how old its copy
is before any code is typed. A code that did not fit is shown again, because nobody should type 20
digits twice for one slip; one that fits is never sent back. Called through `create_app`.
"""

from collections.abc import Callable

from flask import Blueprint, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from appliance.errors import (
    LockedError,
    MistypedCodeError,
    NodboksError,
    SlotMissingError,
    WaitBeforeRetryError,
    WrongCodeError,
)
from appliance.paper import pack
from appliance.policy import LONGEST_INITIALS
from appliance.printing.orders import Order
from appliance.sealed_log.entry import Action
from appliance.vault.sessions import Person, Session
from appliance.web import audit, ordering, security
from appliance.web.devices import idle_time
from appliance.web.errors import NO_USB_KEY, UNLOCK_BUSY
from appliance.web.guards import open_to_all
from appliance.web.screens import pack_at_once, shift_code
from appliance.web.visitor import Visitor, card_holder
from appliance.words import Words, words_of

bp = Blueprint("locked", __name__)
_BUSY_WAIT_S = 2
_NO_KEY = (SlotMissingError, WrongCodeError)
_TO_BE_MENDED = (MistypedCodeError, WrongCodeError)


@bp.get("/")
@bp.get("/k")
@open_to_all
def front() -> Response:
    """Show the way in, or go on for whoever is in. `/k#<code>` is the card's QR code."""
    if g.visitor is not None:
        return redirect("/afsnit" if g.visitor.sees_routes else "/status")
    return show_door()


@bp.post("/laas-op")
@open_to_all
def unlock() -> Response:
    """Open the box with the emergency card and let the card's holder in."""
    code, initials = request.form.get("kode", ""), clean_initials(request.form.get("initialer", ""))
    locks = g.services.locks.value
    try:
        _open_with(lambda: g.services.keeper.unlock(code))
    except NodboksError as error:
        if isinstance(error, WrongCodeError):
            audit.enter_initials(Action.CARD_REFUSED, initials)
        kept = code if isinstance(error, _TO_BE_MENDED) else ""
        words = UNLOCK_BUSY if isinstance(error, WaitBeforeRetryError) else None
        return show_door(error, words, code=kept, initials=initials)
    person = card_holder(initials)
    audit.enter_person(Action.CARD_LOGIN, person)
    session = enter(person)
    shift_code.offer(person)
    turned = turned_out(locks)
    return turned or (_paper_at_once(session) if _is_for_paper() else redirect("/afsnit", 303))


def _is_for_paper() -> bool:
    return request.form.get("udskriv") == "1"


def _paper_at_once(session: Session) -> Response:
    """Order the emergency pack of a box with one unit; where there is a choice to make, ask.

    A question (old data, or the same pack under way) is asked on the page of the packs: it must
    not come back here with the code of the card in it.
    """
    g.reading, g.visitor = g.services.records.require(), Visitor(session)
    lived_in = {citizen.unit_id for citizen in g.reading.store.citizens()}
    if len(lived_in) != 1:
        return redirect(pack_at_once.ADDRESS, 303)
    unit_id = lived_in.pop()
    g.as_of = g.reading.oldest_medication([unit_id])
    order = Order(pack.SHEET, unit_id, ordered_by=session.person.initials)
    if ordering.is_doubtful(order):
        return redirect(pack_at_once.ADDRESS, 303)
    ordering.enter(order)
    return ordering.put(order, pack_at_once.ADDRESS)


@bp.post("/laas-op/usb")
@open_to_all
def unlock_by_usb() -> Response:
    """Open the box with the USB key that is in it; nobody is in by that, the login follows."""
    try:
        _open_with(g.services.keeper.unlock_usb)
    except NodboksError as error:
        words = UNLOCK_BUSY if isinstance(error, WaitBeforeRetryError) else None
        words = NO_USB_KEY if isinstance(error, _NO_KEY) else words
        return show_door(error, words)
    return redirect("/", 303)


def _open_with(unlock: Callable[[], object]) -> None:
    """Let the keeper try a key; a third at once is turned away, so that pages keep answering."""
    if not g.services.unlock_turns.acquire(blocking=False):
        raise WaitBeforeRetryError(_BUSY_WAIT_S)
    try:
        unlock()
        g.services.records.require()
    finally:
        g.services.unlock_turns.release()


def enter(person: Person) -> Session:
    """Begin a session under a new cookie value; what the old one stood for is worth nothing."""
    g.services.forget_session(security.sent_token())
    idle = idle_time(
        request.headers.get("User-Agent", ""), request.headers.get("Sec-CH-UA-Mobile", "")
    )
    session: Session = g.services.sessions.start(person, idle=idle)
    security.give_cookie(session.token)
    return session


def turned_out(locks: int) -> Response | None:
    """Take back an entry during which the box was locked; `locks` is the count before it began.

    What was begun after everybody was forgotten would else be good again at the next opening.
    """
    if g.services.locks.value == locks:
        return None
    g.services.forget_session(g.get("new_cookie", ""))
    g.services.shift_codes.forget_all()
    security.fresh_cookie()
    g.reading = None
    return show_door(LockedError())


def clean_initials(text: str) -> str:
    """Return initials as they are written on lists: letters and digits, in capitals."""
    kept = "".join(character for character in text if character.isalnum())
    return kept[:LONGEST_INITIALS].upper()


def show_door(
    error: NodboksError | None = None,
    words: Words | None = None,
    *,
    code: str = "",
    initials: str = "",
) -> Response:
    """Return the locked page or, when the box is open, the login page; with what went wrong.

    `words` go before those the error has in general.
    """
    template = "login.html" if g.reading is not None else "locked.html"
    if _is_for_paper():
        template = "portal.html"  # the wish to print outlives a slip of the finger
    page = render_template(
        template,
        takes_usb_key=g.config.hub.usb_dir is not None,
        problem=words or (words_of(error) if error else None),
        wait_s=round(getattr(error, "wait_s", 0)),
        code=code,
        initials=initials,
        printer=g.services.desk.watch.view,
        own_name=g.config.own_hosts[0],
    )
    return make_response(page, 422 if error else 200)
