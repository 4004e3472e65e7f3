"""Find the visitor behind a request's cookie, with the rights that hold at this moment.

Rights follow the open snapshot, also those of a colleague whose code a leader made. A session
whose rights are gone is ended here. Called by `create_app`.
"""

from dataclasses import replace

from flask import g

from appliance.records.models import StaffMember
from appliance.vault.sessions import Person, WayIn
from appliance.web import guards, security
from appliance.web.services import Services
from appliance.web.visitor import Visitor, recheck, recheck_colleague, sure_day


def find_visitor(services: Services) -> Visitor | None:
    """Return who is asking, or None."""
    token = security.sent_token()
    is_use = not guards.asks_by_itself()
    session = services.sessions.find(token, is_use=is_use) if token and g.reading else None
    if session is None:
        return None
    person = _present(services, session.person)
    if person is None:
        services.forget_session(token)
        return None
    return Visitor(replace(session, person=person), services.glass.live(token))


def _present(services: Services, person: Person) -> Person | None:
    """Return a person with their present rights, or None when they have none any more."""
    if person.way_in is WayIn.SHIFT_CODE:
        code = services.shift_codes.standing(person.code_id)
        return recheck_colleague(person, _present(services, code.maker) if code else None)
    return recheck(person, _account_of(person), sure_day(services.clock))


def _account_of(person: Person) -> StaffMember | None:
    if person.way_in is not WayIn.ACCOUNT:
        return None
    found: StaffMember | None = g.reading.store.staff_by_initials(person.initials)
    return found
