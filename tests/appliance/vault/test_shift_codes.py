import re
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.policy import SESSION_LONGEST, SHIFT_CODE_VALID
from appliance.records.terms import Role, StaffId, UnitId
from appliance.vault import shift_codes
from appliance.vault.sessions import Person, WayIn
from appliance.vault.shift_codes import MOST_MISSES, ShiftCodes

HOLDER = Person("AB", Role.NURSE, unit_ids=None, way_in=WayIn.CARD)
LEADER = Person("GRE", Role.LEADER, StaffId("s-1"), (UnitId("u-syd"),))


@pytest.fixture
def codes(clock):
    return ShiftCodes(clock)


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_code_is_six_digits_at_random_and_neither_it_nor_its_hash_is_in_the_repr(codes):
    made = [codes.make(HOLDER) for _ in range(20)]

    assert all(re.fullmatch(r"\d{6}", each.code) for each in made)
    assert len({each.code for each in made}) > 15
    assert all(each.phc.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for each in made)
    assert not any(each.code in repr(each) or each.phc in repr(each) for each in made)


def test_code_is_known_again_however_it_was_written(codes):
    made = codes.make(HOLDER)

    assert codes.find(made.code) == made
    assert codes.find(f" {made.code[:3]} {made.code[3:]} ") == made
    assert codes.find(wrong(made.code)) is None
    assert codes.find("") is None


def test_code_lets_nobody_in_after_twelve_hours_whatever_the_wall_clock_says(codes, clock):
    made = codes.make(HOLDER)
    clock.at += timedelta(days=400)
    assert codes.find(made.code) == made

    clock.move(SHIFT_CODE_VALID)

    assert codes.find(made.code) is None
    assert codes.of(HOLDER) is None


def test_whoever_came_in_may_stay_when_the_code_has_run_out_even_beside_the_next(codes, clock):
    made = codes.make(HOLDER)
    clock.move(SHIFT_CODE_VALID)

    following = codes.make(HOLDER)

    assert codes.standing(made.id) == made
    assert codes.of(HOLDER) == following
    clock.move(SESSION_LONGEST)
    codes.make(HOLDER)
    assert codes.standing(made.id) is None


def test_new_code_replaces_the_old_for_all_who_hold_the_card_and_for_nobody_else(codes):
    old, leaders = codes.make(HOLDER), codes.make(LEADER)

    new = codes.renew(replace(HOLDER, initials="CD"))

    assert codes.standing(old.id) is None
    assert codes.find(old.code) is None
    assert codes.of(HOLDER) == new
    assert codes.of(LEADER) == codes.standing(leaders.id) == leaders


def test_two_makers_never_get_the_same_code(codes, monkeypatch):
    drawn = iter([7, 7, 8])
    monkeypatch.setattr(shift_codes.secrets, "randbelow", lambda _: next(drawn))

    assert [codes.make(HOLDER).code, codes.make(LEADER).code] == ["000007", "000008"]


def test_thousand_wrong_codes_end_it_and_a_new_one_can_be_made(codes):
    made = codes.make(HOLDER)
    for _ in range(MOST_MISSES - 1):
        codes.note_miss()
    assert codes.find(made.code)

    codes.note_miss()

    assert codes.find(made.code) is None
    assert codes.standing(made.id)
    assert codes.find(codes.make(HOLDER).code)


def test_lock_forgets_every_code(codes):
    made = codes.make(HOLDER)

    codes.forget_all()

    assert (codes.find(made.code), codes.standing(made.id), codes.of(HOLDER)) == (None, None, None)
