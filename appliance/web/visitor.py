"""Say who is asking and what they may see. Pure: sessions and records are handed in.

Unlocking the box and being a person are two things: a `Visitor` is a person with a live session.
Whoever opened with the emergency card sees the whole box, and so do those they gave the shift code
to; an account sees its own units and, for an hour, those it broke the glass to. Called by the
guards and the screens.
"""

from dataclasses import dataclass, replace
from datetime import date

from appliance.clock import ClockLevel, JudgedClock
from appliance.records.models import StaffMember
from appliance.records.terms import Role, UnitId
from appliance.vault.broken_glass import Break
from appliance.vault.sessions import Person, Session, WayIn
from appliance.vault.shift_codes import ShiftCode

# IT keeps the box running and drivers' coordinators plan routes; neither reads care records.
CARE_ROLES = frozenset({Role.NURSE, Role.ASSISTANT, Role.LEADER})
# Which lists each of them sees, the sheets themselves say (`paper/sheets.py`).
ROUTE_ROLES = CARE_ROLES | {Role.DRIVER_COORDINATOR}


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person at a screen, with the session the browser's cookie stands for."""

    session: Session
    broken: tuple[Break, ...] = ()

    @property
    def person(self) -> Person:
        """Return who logged in."""
        return self.session.person

    @property
    def is_card_holder(self) -> bool:
        """Tell whether the person came in with the emergency card."""
        return self.person.way_in is WayIn.CARD

    @property
    def is_leader(self) -> bool:
        """Tell whether the person leads the units of their account."""
        return self._has_account and self.person.role is Role.LEADER

    @property
    def sees_citizens(self) -> bool:
        """Tell whether the role may read care records at all."""
        return self.person.role in CARE_ROLES

    @property
    def sees_routes(self) -> bool:
        """Tell whether the role may see route lists: everybody who cares, and who plans them."""
        return self.person.role in ROUTE_ROLES

    @property
    def is_admin(self) -> bool:
        """Tell whether the person looks after the box."""
        return self._has_account and self.person.role is Role.IT

    @property
    def may_break_glass(self) -> bool:
        """Tell whether the person may go beyond their units: only under a name that was checked.

        And by the municipality for this box: a neighbour's staff are here for their own unit.
        """
        return self._has_account and self.sees_citizens and not self.person.is_guest

    @property
    def may_make_shift_code(self) -> bool:
        """Tell whether the person may let colleagues in."""
        return may_lend(self.person)

    @property
    def unit_ids(self) -> tuple[UnitId, ...] | None:
        """Return the units whose citizens the visitor may see, or None for the whole box."""
        own = self.person.unit_ids
        return None if own is None else (*own, *(each.unit_id for each in self.broken))

    def may_see_unit(self, unit_id: UnitId) -> bool:
        """Tell whether the visitor may see the unit's citizens."""
        return self.sees_citizens and self._has_unit(unit_id)

    def may_see_routes_of(self, unit_id: UnitId) -> bool:
        """Tell whether the visitor may see route lists of the unit, if nothing else of it."""
        return self.sees_routes and self._has_unit(unit_id)

    def _has_unit(self, unit_id: UnitId) -> bool:
        units = self.unit_ids
        return units is None or unit_id in units

    @property
    def _has_account(self) -> bool:
        return self.person.way_in is WayIn.ACCOUNT


def person_of(account: StaffMember) -> Person:
    """Return the person an account stands for."""
    return Person(
        account.initials, account.role, account.id, account.unit_ids, is_guest=account.is_guest
    )


def card_holder(initials: str) -> Person:
    """Return whoever opened with the emergency card: the whole box, as a nurse would see it."""
    return Person(initials, Role.NURSE, unit_ids=None, way_in=WayIn.CARD)


def colleague(initials: str, code: ShiftCode) -> Person:
    """Return somebody let in by a shift code: what whoever made it may see, and nothing more."""
    units = code.maker.unit_ids
    return Person(
        initials, Role.ASSISTANT, unit_ids=units, way_in=WayIn.SHIFT_CODE, code_id=code.id
    )


def may_lend(person: Person) -> bool:
    """Tell whether somebody may let colleagues in: with the card, or as a leader."""
    is_leader = person.way_in is WayIn.ACCOUNT and person.role is Role.LEADER
    return person.way_in is WayIn.CARD or is_leader


def sure_day(clock: JudgedClock) -> date | None:
    """Return today's date, or None while only a person has said it: a slip shuts nobody out."""
    is_sure = clock.judged().level in (ClockLevel.NTP, ClockLevel.RTC)
    return clock.now().date() if is_sure else None


def is_account_valid(account: StaffMember, today: date | None) -> bool:
    """Tell whether an account may be used today; a clock that may be wrong shuts nobody out."""
    return today is None or account.valid_until is None or account.valid_until >= today


def recheck(person: Person, account: StaffMember | None, today: date | None) -> Person | None:
    """Return the person with the account's present rights, or None when it has none any more.

    A new snapshot may have closed an account or moved it to another unit since the login.
    """
    if person.way_in is not WayIn.ACCOUNT:
        return person
    if account is None or account.id != person.staff_id:
        return None
    return person_of(account) if is_account_valid(account, today) else None


def recheck_colleague(person: Person, maker: Person | None) -> Person | None:
    """Return a colleague with what the maker of the code may see now; None if that is nothing."""
    if maker is None or not may_lend(maker):
        return None
    return replace(person, unit_ids=maker.unit_ids)
