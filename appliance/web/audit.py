"""Enter every look at a citizen into the sealed log: deny by default, at start-up and at run time.

Every view behind `needs_unlock` says what its use is called in the log, or that it shows nobody;
`refuse_unmarked` stops the program when one says neither. A view that then answers without having
said whom it showed is not sent: an error page goes out instead. The entry is made before the
answer leaves. Called by `create_app`, the guards and the screens.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from werkzeug.wrappers import Response

from appliance.care_journal.events import JournalEvent
from appliance.care_journal.wire import to_text
from appliance.errors import ConfigError
from appliance.records.models import Citizen
from appliance.sealed_log.entry import (
    Action,
    Entry,
    When,
    Who,
    Whom,
    clipped,
    in_parts,
    new_whom,
)
from appliance.vault.sessions import Person, WayIn
from appliance.web import errors
from appliance.web.guards import Guard, asks_by_itself, guard_of

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "nodboks_audit"
_LOG = logging.getLogger(__name__)
_FIRST_REDIRECT = 300
_FIRST_ERROR = 400
_GLASS = Action.BREAK_GLASS.value


@dataclass(frozen=True, slots=True)
class Use:
    """What a view is called in the log; None for one that shows nobody."""

    action: Action | None


def entered_as(action: Action) -> Callable[[View], View]:
    """Mark a view whose every use is an entry."""
    return lambda view: _mark(view, Use(action))


def shows_nobody(view: View) -> View:
    """Mark a view behind `needs_unlock` whose answer tells nothing of any citizen."""
    return _mark(view, Use(None))


def use_of(view: Callable[..., Any]) -> Use | None:
    """Return a view's mark, or None."""
    return getattr(view, _MARK, None)


def refuse_unmarked(app: Flask) -> None:
    """Stop the program if a view for care records does not say how it is entered into the log.

    Raises:
        ConfigError: it names the endpoint.

    """
    for endpoint, view in app.view_functions.items():
        if guard_of(view) is Guard.UNLOCKED and use_of(view) is None:
            raise ConfigError(
                f"view {endpoint!r} says nothing of the log: mark it @audit.entered_as(…) or"
                " @audit.shows_nobody"
            )


def saw(citizens: Iterable[Citizen], *, about: str = "", text: str = "") -> None:
    """Say whom the answer shows, besides those the guards have looked up; nobody counts too."""
    g.seen = [*(g.get("seen") or []), *citizens]
    g.seen_about, g.seen_text = about, text


def shows_nobody_this_time() -> None:
    """Say that this answer tells nothing of any citizen, though others of the view do."""
    g.is_entered = True


def enter(
    action: Action, *, about: str = "", text: str = "", citizens: Iterable[Citizen] = ()
) -> None:
    """Make the entry of this request now, before something happens that must not come first."""
    seen = [*(g.get("seen") or []), *citizens]
    who, when, unit_id = _who_looks(seen), When.by(g.services.clock), g.get("seen_unit", "")
    _send(Entry(action, when, who, _whom(seen), unit_id, about, clipped(text, "text")))
    g.is_entered = True


def enter_person(action: Action, person: Person, *, about: str = "") -> None:
    """Enter what somebody did that concerns no citizen, also at the door, without a session."""
    _send(entry_of(action, person, about=about))


def entry_of(action: Action, person: Person, *, about: str = "") -> Entry:
    """Return the entry of what somebody does now, for whoever enters it themselves."""
    return Entry(action, When.by(g.services.clock), _who(person), about=about)


def entry_of_note(event: JournalEvent, citizen: Citizen | None) -> Entry:
    """Return the entry that holds an event of the care journal, for whoever enters it durably.

    Raises:
        JournalError: the event does not fit.

    """
    whom = [citizen] if citizen else []
    return Entry(
        Action.JOURNAL,
        When.by(g.services.clock),
        _who_looks(whom),
        _whom(whom),
        event.unit_id,
        event.id,
        to_text(event),
    )


def enter_initials(action: Action, initials: str) -> None:
    """Enter somebody who was not let in."""
    who = Who(clipped(initials, "initials"), device=_device())
    _send(Entry(action, When.by(g.services.clock), who))


def finish(response: Response) -> Response:
    """Make the entry of a request that is about to be answered; refuse one that says nobody."""
    action = _action_due(response)
    if action is None:
        return response
    if g.get("seen") is None:
        _LOG.error("view %s answered without saying whom it showed", request.endpoint)
        return errors.page(errors.GENERAL, 500)
    _enter_look(action)
    return response


def _action_due(response: Response) -> Action | None:
    """Return what is to be entered; nothing where nothing was shown or it was entered already."""
    view = current_app.view_functions.get(request.endpoint or "")
    use = use_of(view) if view else None
    # Without a visitor the request was turned away before it reached the view.
    if use is None or g.get("visitor") is None or g.get("is_entered"):
        return None
    if response.status_code >= _FIRST_ERROR:
        return None
    # Such as to the front page of a box that was locked in the middle of the view.
    is_sent_away = response.status_code >= _FIRST_REDIRECT and g.get("seen") is None
    return None if is_sent_away else use.action


def _enter_look(action: Action) -> None:
    entry = Entry(
        action,
        When.by(g.services.clock),
        _who_looks(g.seen),
        _whom(g.seen),
        g.get("seen_unit", ""),
        clipped(g.get("seen_about", ""), "about"),
        clipped(g.get("seen_text", ""), "text"),
    )
    # A page that reloads by itself shows the same to the same person: that is one look.
    same = (action, entry.whom, entry.unit_id, entry.about)
    is_known = g.services.notes.is_known_look(g.visitor.session.token, same)
    if not (is_known and asks_by_itself()):
        _send(entry)


def _send(entry: Entry) -> None:
    g.services.log.enter(list(in_parts(entry)))


def _who(person: Person) -> Who:
    staff_id = clipped(person.staff_id or "", "staff")
    return Who(clipped(person.initials, "initials"), staff_id, _role(person), _device())


def _who_looks(seen: Iterable[Citizen]) -> Who:
    """Return the visitor; the role says so when it took broken glass to see this."""
    who = _who(g.visitor.person)
    broken = {each.unit_id for each in g.visitor.broken}
    looked_at = {g.get("seen_unit", ""), *(citizen.unit_id for citizen in seen)}
    return who if broken.isdisjoint(looked_at) else replace(who, role=f"{who.role}, {_GLASS}")


def _role(person: Person) -> str:
    """Return the role of an account; nobody knows that of others, only what let them in."""
    return person.role.value if person.way_in is WayIn.ACCOUNT else person.way_in.value


def _device() -> str:
    return clipped(request.remote_addr or "", "device")


def _whom(citizens: Iterable[Citizen]) -> tuple[Whom, ...]:
    """Name each citizen once, in the order they were seen."""
    by_id = {citizen.id: new_whom(citizen.id, citizen.cpr) for citizen in citizens}
    return tuple(by_id.values())


def _mark(view: View, use: Use) -> View:
    if use_of(view) is not None:
        raise ConfigError(f"view {view.__name__!r} is entered twice")
    setattr(view, _MARK, use)
    return view
