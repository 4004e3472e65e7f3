"""Say who is asking and what they may see. Pure: sessions and records are handed in.

Unlocking the box and being a person are two things: a `Visitor` is a person with a live session.
Whoever opened with the emergency card sees the whole box; an account sees its own units. Called by
the guards and the screens.
"""

from dataclasses import dataclass, replace
from datetime import date

from appliance.clock import JudgedClock
from appliance.records.models import StaffMember
from appliance.records.terms import Role, UnitId
from appliance.vault.sessions import Person, Session

# IT keeps the box running and drivers' coordinators plan routes; neither reads care records.
CARE_ROLES = frozenset({Role.NURSE, Role.ASSISTANT, Role.LEADER})


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person at a screen, with the session the browser's cookie stands for."""

    session: Session

    @property
    def person(self) -> Person:
        """Return who logged in."""
        return self.session.person

    @property
    def is_card_holder(self) -> bool:
        """Tell whether the person came in with the emergency card."""
        return self.person.staff_id is None

    @property
    def sees_citizens(self) -> bool:
        """Tell whether the role may read care records at all."""
        return self.is_card_holder or self.person.role in CARE_ROLES

    @property
    def is_admin(self) -> bool:
        """Tell whether the person looks after the box."""
        return not self.is_card_holder and self.person.role is Role.IT

    @property
    def unit_ids(self) -> tuple[UnitId, ...] | None:
        """Return the units whose citizens are the visitor's, or None for the whole box."""
        return None if self.is_card_holder else self.person.unit_ids

    def may_see_unit(self, unit_id: UnitId) -> bool:
        """Tell whether the unit's citizens are the visitor's to care for."""
        return self.sees_citizens and (self.is_card_holder or unit_id in self.person.unit_ids)


def person_of(account: StaffMember) -> Person:
    """Return the person an account stands for."""
    return Person(account.initials, account.role, account.id, account.unit_ids)


def sure_day(clock: JudgedClock) -> date | None:
    """Return today's date, or None while nobody knows it."""
    return clock.now().date() if clock.judged().is_trusted else None


def is_account_valid(account: StaffMember, today: date | None) -> bool:
    """Tell whether an account may be used today; a clock that may be wrong shuts nobody out."""
    return today is None or account.valid_until is None or account.valid_until >= today


def recheck(session: Session, account: StaffMember | None, today: date | None) -> Session | None:
    """Return the session with the account's present rights, or None when it has none any more.

    A new snapshot may have closed an account or moved it to another unit since the login.
    """
    if session.person.staff_id is None:
        return session
    if account is None or account.id != session.person.staff_id:
        return None
    if not is_account_valid(account, today):
        return None
    return replace(session, person=person_of(account))
