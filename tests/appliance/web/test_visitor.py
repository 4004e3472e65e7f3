from dataclasses import replace
from datetime import date

import pytest

from appliance.clock import HeldClock
from appliance.records.terms import Role
from appliance.vault.sessions import Person, Session, Sessions
from appliance.web.visitor import Visitor, person_of, recheck
from tests.simulators.box_state import NORD, SYD, staff

TODAY = date(2026, 11, 23)


def session_of(clock: HeldClock, person: Person) -> Session:
    return Sessions(clock).start(person)


def test_card_holder_sees_every_unit_but_looks_after_no_box(clock: HeldClock) -> None:
    visitor = Visitor(session_of(clock, Person("AB", Role.NURSE)))

    assert visitor.may_see_unit(NORD.id)
    assert not visitor.is_admin


@pytest.mark.parametrize(
    ("name", "sees", "admin"),
    [("Agnes", True, False), ("Bent", False, True), ("Dorte", False, False)],
)
def test_role_and_unit_decide(clock: HeldClock, name: str, *, sees: bool, admin: bool) -> None:
    visitor = Visitor(session_of(clock, person_of(staff()[name])))

    assert (visitor.sees_citizens, visitor.is_admin) == (sees, admin)
    assert visitor.may_see_unit(SYD.id) is sees
    assert not visitor.may_see_unit(NORD.id)


def test_rights_follow_the_newest_snapshot(clock: HeldClock) -> None:
    agnes = staff()["Agnes"]
    session = session_of(clock, person_of(agnes))

    moved = recheck(session, replace(agnes, unit_ids=(NORD.id,)), TODAY)

    assert moved is not None
    assert moved.person.unit_ids == (NORD.id,)
    assert recheck(session, None, TODAY) is None
    assert recheck(session, None, None) is None
    assert recheck(session, staff()["Bent"], TODAY) is None
    assert recheck(session, replace(agnes, valid_until=date(2026, 11, 22)), TODAY) is None


def test_account_is_good_on_its_last_day(clock: HeldClock) -> None:
    agnes = replace(staff()["Agnes"], valid_until=TODAY)

    assert recheck(session_of(clock, person_of(agnes)), agnes, TODAY) is not None
