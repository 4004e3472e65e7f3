from dataclasses import replace
from datetime import date

import pytest

from appliance.clock import ClockLevel, HeldClock, Judgement
from appliance.records.models import GUEST_ACCOUNT
from appliance.records.terms import Role, StaffId
from appliance.vault.broken_glass import BrokenGlass
from appliance.vault.sessions import Person, Sessions, WayIn
from appliance.vault.shift_codes import ShiftCodes
from appliance.web.visitor import (
    Visitor,
    card_holder,
    colleague,
    person_of,
    recheck,
    recheck_colleague,
    sure_day,
)
from tests.simulators.box_people import NORD, SYD, staff

TODAY = date(2026, 11, 23)
HOLDER = card_holder("AB")


def visitor_of(clock: HeldClock, person: Person) -> Visitor:
    return Visitor(Sessions(clock).start(person))


def test_card_holder_sees_every_unit_but_looks_after_no_box(clock: HeldClock) -> None:
    visitor = visitor_of(clock, HOLDER)

    assert visitor.may_see_unit(NORD.id)
    assert visitor.unit_ids is None
    assert visitor.is_card_holder
    assert not any((visitor.is_admin, visitor.is_leader, visitor.may_break_glass))


def test_drivers_coordinator_sees_the_routes_of_own_units_and_no_citizen(clock: HeldClock) -> None:
    visitor = visitor_of(clock, person_of(staff()["Dorte"]))

    assert visitor.may_see_routes_of(SYD.id)
    assert not visitor.may_see_routes_of(NORD.id)
    assert not any((visitor.sees_citizens, visitor.may_see_unit(SYD.id), visitor.may_break_glass))


def test_it_sees_no_routes(clock: HeldClock) -> None:
    visitor = visitor_of(clock, person_of(staff()["Bent"]))

    assert not visitor.sees_routes
    assert not visitor.may_see_routes_of(SYD.id)


@pytest.mark.parametrize(
    ("name", "sees", "admin"),
    [("Agnes", True, False), ("Bent", False, True), ("Dorte", False, False)],
)
def test_role_and_unit_decide(clock: HeldClock, name: str, *, sees: bool, admin: bool) -> None:
    visitor = visitor_of(clock, person_of(staff()[name]))

    assert (visitor.sees_citizens, visitor.is_admin) == (sees, admin)
    assert visitor.may_break_glass is sees
    assert visitor.may_see_unit(SYD.id) is sees
    assert not visitor.may_see_unit(NORD.id)


def test_account_that_came_with_a_neighbour_s_unit_goes_nowhere_else(clock: HeldClock) -> None:
    agnes = replace(staff()["Agnes"], id=StaffId(f"{GUEST_ACCOUNT}agnes"))

    visitor = visitor_of(clock, person_of(agnes))

    assert visitor.may_see_unit(SYD.id)
    assert not visitor.may_break_glass


def test_broken_glass_opens_that_unit_only(clock: HeldClock) -> None:
    agnes = visitor_of(clock, person_of(staff()["Agnes"]))
    broken = BrokenGlass(clock).break_for(agnes.session, NORD.id, NORD.name, "Akut hjælp")

    beyond = replace(agnes, broken=(broken,))

    assert beyond.unit_ids == (SYD.id, NORD.id)
    assert beyond.may_see_unit(NORD.id)
    assert not beyond.may_see_unit("u-mad")  # type: ignore[arg-type]


def test_broken_glass_shows_no_citizen_to_a_role_that_sees_none(clock: HeldClock) -> None:
    dorte = visitor_of(clock, person_of(staff()["Dorte"]))
    broken = BrokenGlass(clock).break_for(dorte.session, NORD.id, NORD.name, "Akut hjælp")

    assert not replace(dorte, broken=(broken,)).may_see_unit(NORD.id)


@pytest.mark.parametrize(
    ("maker", "units"), [(HOLDER, None), (person_of(staff()["Grethe"]), (SYD.id,))]
)
def test_colleague_sees_what_the_maker_of_the_code_sees_and_may_do_less(
    clock: HeldClock, maker: Person, units: object
) -> None:
    code = ShiftCodes(clock).make(maker)

    visitor = visitor_of(clock, colleague("XY", code))

    assert visitor.unit_ids == units
    assert (visitor.person.role, visitor.person.code_id) == (Role.ASSISTANT, code.id)
    assert not any((visitor.may_make_shift_code, visitor.may_break_glass, visitor.is_card_holder))


@pytest.mark.parametrize(
    ("person", "may"),
    [(HOLDER, True), *((person_of(each), each.name in {"Grethe", "Niels", "Finn"})
                       for each in staff().values())],
)  # fmt: skip
def test_card_holders_and_leaders_make_shift_codes(
    clock: HeldClock, person: Person, *, may: bool
) -> None:
    assert visitor_of(clock, person).may_make_shift_code is may


def test_rights_follow_the_newest_snapshot() -> None:
    agnes = staff()["Agnes"]
    person = person_of(agnes)

    moved = recheck(person, replace(agnes, unit_ids=(NORD.id,)), TODAY)

    assert moved is not None
    assert moved.unit_ids == (NORD.id,)
    assert recheck(person, None, TODAY) is None
    assert recheck(person, None, None) is None
    assert recheck(person, staff()["Bent"], TODAY) is None
    assert recheck(person, replace(agnes, valid_until=date(2026, 11, 22)), TODAY) is None


def test_card_holder_needs_no_account() -> None:
    assert recheck(HOLDER, None, TODAY) is HOLDER


def test_account_is_good_on_its_last_day() -> None:
    agnes = replace(staff()["Agnes"], valid_until=TODAY)

    assert recheck(person_of(agnes), agnes, TODAY) is not None


def test_colleague_s_rights_end_with_those_of_the_leader_who_made_the_code() -> None:
    leader = person_of(staff()["Grethe"])
    lent = Person("XY", Role.ASSISTANT, unit_ids=(SYD.id,), way_in=WayIn.SHIFT_CODE)

    moved = recheck_colleague(lent, replace(leader, unit_ids=(NORD.id,)))

    assert moved is not None
    assert moved.unit_ids == (NORD.id,)
    assert recheck_colleague(lent, None) is None
    assert recheck_colleague(lent, replace(leader, role=Role.NURSE)) is None


@pytest.mark.parametrize(
    ("level", "is_known"),
    [(ClockLevel.NTP, True), (ClockLevel.RTC, True), (ClockLevel.MANUAL, False),
     (ClockLevel.UNSURE, False)],
)  # fmt: skip
def test_account_ends_only_by_a_date_no_person_has_typed(
    clock: HeldClock, level: ClockLevel, *, is_known: bool
) -> None:
    clock.judgement = Judgement(level, clock.now())

    assert (sure_day(clock) is not None) is is_known
