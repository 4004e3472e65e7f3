"""Take what people type into the plan's forms: bounded, on one line, and nothing of any citizen.

Whoever asks is known by the initials typed once in this browser, kept in memory beside the cookie
that every form needs anyway; a person who is logged in need not type them. A form that lacks
something is shown again with what was typed. Called by the screens of the plan.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, make_response, request
from werkzeug.wrappers import Response

from appliance.clock import DANISH_TIME
from appliance.errors import PlanLogBusyError, PlanLogFullError
from appliance.outage.events import Happening
from appliance.outage.limits import NAME_LENGTH, TEXT_LENGTH
from appliance.web import security
from appliance.web.errors import (
    NO_CPR_HERE,
    NO_INITIALS,
    NOTHING_CHOSEN,
    NOTHING_UNDER_WAY,
    TIME_UNREAD,
)
from appliance.web.screens.locked import clean_initials
from appliance.web.visitor import Visitor
from appliance.words import Words, words_of

View = TypeVar("View", bound=Callable[..., Any])
_NOTE = "plan-initialer"
# Ten digits as a CPR number is written, letters where a replacement has them.
_CPR = re.compile(r"(?<!\w)[0-9]{6}\s?[-–/]?\s?[0-9A-ZÆØÅ]{4}(?!\w)", re.IGNORECASE)
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[.:]([0-5][0-9])")
_DAY_MIN = 24 * 60


class FormProblem(Exception):  # noqa: N818 - a form to be filled in again is no error of ours
    """Something in a form is missing or cannot be; `words` say what."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.code)
        self.words = words


def shown_again_by(page: Callable[..., str]) -> Callable[[View], View]:
    """Have a view's page shown again, with what is wrong, where the form cannot be taken."""

    def decorate(view: View) -> View:
        @wraps(view)
        def taken(**ids: Any) -> Any:
            try:
                return view(**ids)
            except FormProblem as problem:
                return _again(page(problem=problem.words, **ids), 422)
            except (PlanLogBusyError, PlanLogFullError) as error:
                return _again(page(problem=words_of(error), **ids), 503)

        return taken  # type: ignore[return-value]

    return decorate


def _again(page: str, status: int) -> Response:
    return make_response(page, status)


def known_initials() -> str:
    """Return who is at this browser, as far as they have said."""
    visitor: Visitor | None = g.get("visitor")
    if visitor is not None and visitor.person.initials:
        return clean_initials(visitor.person.initials)
    token = security.sent_token()
    return str(g.services.notes.words(token, _NOTE)) if token else ""


def initials() -> str:
    """Return who signs this form, and remember them for the next.

    Raises:
        FormProblem: nobody does.

    """
    typed = clean_initials(request.form.get("initialer", "")) or known_initials()
    if not typed:
        raise FormProblem(NO_INITIALS)
    g.services.notes.keep_words(security.sent_token(), _NOTE, typed)
    return typed


def forget_initials() -> None:
    """Let somebody else sign at this browser."""
    g.services.notes.keep_words(security.sent_token(), _NOTE, "")


def line(name: str, longest: int = TEXT_LENGTH) -> str:
    """Return what was typed as one line, no longer than it may be.

    Raises:
        FormProblem: it holds what looks like a CPR number.

    """
    text = "".join(each if each.isprintable() else " " for each in request.form.get(name, ""))
    text = " ".join(text.split())[:longest].strip()
    if _CPR.search(text):
        raise FormProblem(NO_CPR_HERE)
    return text


def needed_line(name: str, longest: int = NAME_LENGTH) -> str:
    """Return what was typed.

    Raises:
        FormProblem: nothing was, or it looks like a CPR number.

    """
    text = line(name, longest)
    if not text:
        raise FormProblem(NOTHING_CHOSEN)
    return text


def choice(name: str, allowed: Any) -> str:
    """Return which of the allowed answers was tapped.

    Raises:
        FormProblem: none.

    """
    chosen = request.form.get(name, "")
    if chosen not in allowed:
        raise FormProblem(NOTHING_CHOSEN)
    return chosen


def minutes_until(name: str) -> int | None:
    """Return in how many minutes a clock time typed in a field comes next; None if none was typed.

    Raises:
        FormProblem: it is no time.

    """
    typed = request.form.get(name, "").strip()
    if not typed:
        return None
    found = _TIME.fullmatch(typed)
    if found is None:
        raise FormProblem(TIME_UNREAD)
    now = g.services.clock.now().astimezone(DANISH_TIME)
    wanted = int(found[1]) * 60 + int(found[2])
    return (wanted - now.hour * 60 - now.minute) % _DAY_MIN or _DAY_MIN


def write(what: Happening) -> None:
    """Write down what happened.

    Raises:
        FormProblem: no outage and no drill is on.
        StorageError: the disk refused, or too much has been written.

    """
    if not g.services.outage.write(what, client()):
        raise FormProblem(NOTHING_UNDER_WAY)


def client() -> str:
    """Return which phone this is, for counting only; it is not written down."""
    return request.remote_addr or ""
