"""Show a form again with what was typed where it cannot be taken, and know who signs it.

Whoever asks is known by the initials typed once in this browser, kept in memory beside the cookie
that every form needs anyway; a person who is logged in need not type them. Called by `plan_forms`,
`journal_forms` and the screens.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from flask import g, make_response, request

from appliance.web import security
from appliance.web.errors import FORM_OF_BEFORE, FORM_STALE, NO_INITIALS, NOTHING_CHOSEN
from appliance.web.screens.locked import clean_initials
from appliance.web.visitor import Visitor
from appliance.words import Words

View = TypeVar("View", bound=Callable[..., Any])
_NOTE = "plan-initialer"
_LACKING = 422


class FormProblem(Exception):  # noqa: N818 - a form to be filled in again is no error of ours
    """Something in a form is missing or cannot be; `words` say what."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.code)
        self.words = words


@dataclass(frozen=True, slots=True)
class Refusal:
    """Errors that leave what was typed in the form: its status, and what the page says of one."""

    errors: tuple[type[Exception], ...]
    status: int
    words: Callable[[Any], Words]


def _nothing_more() -> None:
    """Do nothing more: the page shows nobody."""


def shown_again_by(
    page: Callable[..., str],
    refusals: Sequence[Refusal],
    and_then: Callable[[], object] = _nothing_more,
) -> Callable[[View], View]:
    """Have a view's page shown again, with what is wrong, where the form cannot be taken.

    `and_then` is done once the page is made, as where it shows a citizen. A form whose token is of
    an earlier session is never taken; it is shown with a new one.
    """
    every = (Refusal((FormProblem,), _LACKING, lambda problem: problem.words), *refusals)
    errors = tuple(error for each in every for error in each.errors)

    def decorate(view: View) -> View:
        @wraps(view)
        def taken(**ids: Any) -> Any:
            try:
                _refuse_stale()
                return view(**ids)
            except errors as error:
                found = next(each for each in every if isinstance(error, each.errors))
                again = page(problem=found.words(error), **ids)
                and_then()
                return make_response(again, found.status)

        setattr(taken, security.SHOWN_AGAIN, True)
        return taken  # type: ignore[return-value]

    return decorate


def _refuse_stale() -> None:
    if g.get("is_form_stale"):
        raise FormProblem(FORM_STALE if g.visitor is None else FORM_OF_BEFORE)


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


def choice(name: str, allowed: Any) -> str:
    """Return which of the allowed answers was tapped.

    Raises:
        FormProblem: none.

    """
    chosen = request.form.get(name, "")
    if chosen not in allowed:
        raise FormProblem(NOTHING_CHOSEN)
    return chosen
