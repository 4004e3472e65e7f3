"""Take what people type into the plan's forms: bounded, on one line, and nothing of any citizen.

Who signs, and how a form that lacks something is shown again, is in `typed_forms`. Called by the
screens of the plan.
"""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

from flask import g, request

from appliance.errors import PlanLogBusyError, PlanLogFullError
from appliance.outage.events import Happening
from appliance.outage.limits import NAME_LENGTH, TEXT_LENGTH
from appliance.web import typed_forms
from appliance.web.cpr_filter import looks_like_cpr
from appliance.web.errors import (
    DECIDED_MEANWHILE,
    NO_CPR_HERE,
    NOTHING_CHOSEN,
    NOTHING_UNDER_WAY,
    TIME_UNREAD,
)
from appliance.web.journal_times import next_moment
from appliance.web.typed_forms import FormProblem, Refusal, View
from appliance.words import words_of

_TIME = re.compile(r"([01]?[0-9]|2[0-3])[.:]([0-5][0-9])")
_MINUTE = timedelta(minutes=1)


def shown_again_by(page: Callable[..., str]) -> Callable[[View], View]:
    """Have a view's page shown again, with what is wrong, where the form cannot be taken."""
    full = Refusal((PlanLogBusyError, PlanLogFullError), 503, words_of)
    return typed_forms.shown_again_by(page, (full,))


def line(name: str, longest: int = TEXT_LENGTH) -> str:
    """Return what was typed as one line, no longer than it may be.

    Raises:
        FormProblem: it holds what looks like a CPR number.

    """
    text = "".join(each if each.isprintable() else " " for each in request.form.get(name, ""))
    text = " ".join(text.split())[:longest].strip()
    if looks_like_cpr(text):
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
    now: datetime = g.services.clock.now().replace(second=0, microsecond=0)
    return (next_moment(time(int(found[1]), int(found[2])), now) - now) // _MINUTE


def write(what: Happening) -> None:
    """Write down what happened.

    Raises:
        FormProblem: no outage and no drill is on.
        StorageError: the disk refused, or too much has been written.

    """
    if not g.services.outage.write(what, client()):
        raise FormProblem(NOTHING_UNDER_WAY)


def answer(what: Happening, seen: str) -> None:
    """Write down an answer; the field `seen` of the form says which event about it was shown.

    Raises:
        FormProblem: somebody else wrote about the same meanwhile, or nothing is on.
        StorageError: the disk refused, or too much has been written.

    """
    shown = request.form.get(seen, 0, type=int)
    if not g.services.outage.answer(what, shown, client()):
        g.pop("outage_view", None)  # it may be from before the other wrote
        is_on = g.services.outage.outage().is_on
        raise FormProblem(DECIDED_MEANWHILE if is_on else NOTHING_UNDER_WAY)


def client() -> str:
    """Return which phone this is, for counting only; it is not written down."""
    return request.remote_addr or ""
