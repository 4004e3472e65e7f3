"""The shift code: told by whoever holds the card, or a leader; ends with the lock or a new one."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.clock import HeldClock
from appliance.policy import SHIFT_CODE_VALID
from appliance.records.terms import Role
from appliance.sealed_log.entry import Action
from appliance.vault.shift_codes import MOST_MISSES
from tests.appliance.web.conftest import Phone, WebBox
from tests.simulators.box_people import NINNA, NORD, SYD, staff
from tests.simulators.box_state import LOGIN_CODE

NORDS = f"/afsnit/{NORD.id}/borgere"
_CODE = re.compile(
    r"Vagtkode til kolleger: <strong>(\d{3} \d{3})</strong>\. Gælder til kl\. ([\d.]+)\."
)


def told(phone: Phone, path: str = "/vagtkode") -> str:
    found = _CODE.search(phone.get(path).text)
    assert found, "no shift code on the page"
    return found[1]


@pytest.fixture
def holder(box: WebBox) -> Phone:
    """A phone that opened the box with the emergency card."""
    return box.unlocked_phone()


@pytest.fixture
def leader(box: WebBox) -> Phone:
    """The leader of Afsnit Syd, who has made a shift code."""
    leader = box.logged_in("GRE")
    leader.post("/vagtkode")
    return leader


def colleague(box: WebBox, code: str, initials: str = "XYZ") -> Phone:
    phone = box.phone()
    assert phone.log_in(initials, code).status_code == 303
    return phone


def test_whoever_opens_with_the_card_is_shown_the_code_and_until_when(
    holder: Phone, clock: HeldClock
) -> None:
    page = holder.get("/afsnit").text

    assert _CODE.search(page)[2] == "15.00"  # type: ignore[index]
    assert '<details class="box" open>' in page
    clock.move(timedelta(minutes=3))
    assert '<details class="box">' in holder.get("/afsnit").text
    assert told(holder, "/afsnit") == told(holder)


def test_next_card_holder_is_shown_the_same_code(box: WebBox, holder: Phone) -> None:
    assert told(box.unlocked_phone()) == told(holder)


def test_colleague_comes_in_with_initials_and_code_and_sees_what_the_card_opens(
    box: WebBox, holder: Phone
) -> None:
    phone = colleague(box, told(holder))

    assert NINNA.family_name in phone.get(NORDS).text
    assert phone.get(f"/afsnit/{SYD.id}/borgere").status_code == 200
    assert phone.get("/vagtkode").status_code == 403
    assert told(holder) not in phone.get("/afsnit").text


def test_log_says_that_it_was_a_shift_code_which_one_and_who_made_it(
    box: WebBox, holder: Phone
) -> None:
    colleague(box, told(holder)).get(NORDS)

    by_action = {entry.action: entry for entry in box.keeper.logged}
    made, login, look = (
        by_action[each] for each in (Action.SHIFT_CODE_MADE, Action.LOGIN, Action.VIEW_UNIT)
    )
    assert (made.who.initials, made.who.role) == ("AB", "card")
    assert (login.who.initials, login.who.staff_id, login.who.role) == ("XYZ", "", "shift_code")
    assert login.about == made.about != ""
    assert look.who == login.who
    assert told(holder).replace(" ", "") not in str(box.keeper.logged)


def test_own_code_goes_before_the_shift_code_and_both_let_an_account_in(
    box: WebBox, holder: Phone
) -> None:
    own, lent = box.phone(), box.phone()
    own.log_in("AGN", LOGIN_CODE)
    lent.log_in("AGN", told(holder))

    assert own.get(NORDS).status_code == 404
    assert lent.get(NORDS).status_code == 200


@pytest.mark.parametrize("initials", ["", " ", "--"])
def test_nobody_comes_in_without_initials(box: WebBox, holder: Phone, initials: str) -> None:
    assert box.phone().log_in(initials, told(holder)).status_code == 422


def test_wrong_shift_code_waits_as_a_wrong_personal_code_does(
    box: WebBox, holder: Phone, clock: HeldClock
) -> None:
    phone, code = box.phone(), told(holder)
    for _ in range(6):
        assert "Initialer og kode passer ikke sammen." in phone.log_in("XYZ", "000 000").text

    assert "Vent 2 sekunder." in phone.log_in("XYZ", code).text
    clock.move(timedelta(seconds=3))
    assert phone.log_in("XYZ", code).status_code == 303


def test_new_code_ends_the_old_and_the_sessions_begun_with_it(box: WebBox, holder: Phone) -> None:
    old = told(holder)
    phone = colleague(box, old)

    holder.post("/vagtkode")

    assert phone.get("/afsnit").headers["Location"] == "/"
    assert box.phone().log_in("XYZ", old).status_code == 422
    assert colleague(box, told(holder)).get(NORDS).status_code == 200
    assert holder.get("/afsnit").status_code == 200


def test_code_that_has_run_out_lets_nobody_in_and_the_next_card_makes_another(
    box: WebBox, holder: Phone, clock: HeldClock
) -> None:
    old = told(holder)
    clock.move(SHIFT_CODE_VALID - timedelta(minutes=10))
    phone = colleague(box, old)
    clock.move(timedelta(minutes=10))

    assert box.phone().log_in("XYZ", old).status_code == 422
    assert told(box.unlocked_phone()) != old
    assert phone.get("/afsnit").status_code == 200


def test_thousand_refused_logins_end_the_code_and_no_session(box: WebBox, holder: Phone) -> None:
    old = told(holder)
    phone = colleague(box, old)
    for _ in range(MOST_MISSES - 1):
        box.services.shift_codes.note_miss()
    box.phone().log_in("AGN", "000000")

    assert box.phone().log_in("ABC", old).status_code == 422
    assert phone.get("/afsnit").status_code == 200
    assert "Der er ingen vagtkode lige nu." in holder.get("/vagtkode").text


@pytest.mark.parametrize("way", ["/laas", "keeper"])
def test_lock_ends_the_code_and_its_sessions(box: WebBox, holder: Phone, way: str) -> None:
    old = told(holder)
    phone = colleague(box, old)
    if way == "/laas":
        holder.post(way)
    else:
        box.keeper.lock()
        box.services.records.current()
    box.keeper.open()

    assert phone.get("/afsnit").headers["Location"] == "/"
    assert box.phone().log_in("XYZ", old).status_code == 422


def test_leader_s_code_is_made_when_asked_for_and_opens_the_leader_s_units_only(
    box: WebBox,
) -> None:
    leader = box.logged_in("GRE")
    assert "Der er ingen vagtkode lige nu." in leader.get("/vagtkode").text
    leader.post("/vagtkode")

    phone = colleague(box, told(leader))

    assert "Kollegaen kan se dine afsnit: Afsnit Syd." in leader.get("/vagtkode").text
    assert phone.get(f"/afsnit/{SYD.id}/borgere").status_code == 200
    assert phone.get(NORDS).status_code == 404
    assert phone.get(f"/afsnit/{NORD.id}/brudt-glas").status_code == 404


def test_leader_s_code_and_the_card_holders_stand_beside_each_other(
    box: WebBox, holder: Phone, leader: Phone
) -> None:
    before = told(holder)
    phone = colleague(box, before)

    leader.post("/vagtkode")

    assert told(leader) != told(holder) == before
    assert phone.get(NORDS).status_code == 200


@pytest.mark.parametrize("change", [{"unit_ids": (NORD.id,)}, {"role": Role.NURSE}, None])
def test_colleague_s_rights_follow_the_leader_s_in_the_next_copy(
    box: WebBox, leader: Phone, change: dict[str, object] | None
) -> None:
    phone = colleague(box, told(leader))
    leaders = () if change is None else (replace(staff()["Grethe"], **change),)  # type: ignore[arg-type]
    box.hold(accounts=(staff()["Agnes"], *leaders))
    box.keeper.open()

    at_syd = phone.get(f"/afsnit/{SYD.id}/borgere")

    is_moved = change is not None and "unit_ids" in change
    assert at_syd.status_code == (404 if is_moved else 303)
    assert phone.get(NORDS).status_code == (200 if is_moved else 303)


def test_nurse_with_an_account_neither_sees_nor_makes_one(agnes: Phone) -> None:
    assert agnes.get("/vagtkode").status_code == 403
    assert agnes.post("/vagtkode").status_code == 403
    assert "vagtkode" not in agnes.get("/afsnit").text


def test_code_is_in_no_address_and_no_title(holder: Phone) -> None:
    answer = holder.post("/vagtkode")

    assert answer.headers["Location"] == "/vagtkode"
    assert "<title>Vagtkode – Nødboks</title>" in holder.get("/vagtkode").text
