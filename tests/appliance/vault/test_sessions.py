from datetime import timedelta

import pytest

from appliance.policy import SESSION_IDLE_LAPTOP
from appliance.records.terms import Role, StaffId, UnitId
from appliance.vault.sessions import Person, Sessions

AGNES = Person("AG", Role.NURSE, StaffId("s-1"), (UnitId("u-1"),))
BENT = Person("BT", Role.IT)


@pytest.fixture
def sessions(clock):
    return Sessions(clock)


def test_session_knows_who_when_and_which_units(sessions, clock):
    session = sessions.find(sessions.start(AGNES).token)

    assert session.person == AGNES
    assert (session.started, session.last_seen_s) == (clock.now(), clock.monotonic())


def test_tokens_are_256_bits_never_repeat_and_stay_out_of_logs(sessions):
    started = [sessions.start(AGNES) for _ in range(50)]
    secrets = {session.token for session in started} | {each.csrf_token for each in started}

    assert len(secrets) == 100
    assert all(len(secret) == 43 for secret in secrets)
    assert not any(secret in repr(started) for secret in secrets)


def test_unknown_token_finds_nobody(sessions):
    sessions.start(AGNES)

    assert sessions.find("") is None
    assert sessions.find("x" * 43) is None


def test_session_ends_after_fifteen_idle_minutes(sessions, clock):
    token = sessions.start(AGNES).token

    clock.move(timedelta(minutes=15))

    assert sessions.find(token) is None
    assert sessions.count() == 0


def test_session_on_a_laptop_may_lie_longer_beside_one_on_a_phone(sessions, clock):
    phone = sessions.start(AGNES).token
    laptop = sessions.start(AGNES, SESSION_IDLE_LAPTOP).token

    clock.move(timedelta(minutes=29))

    assert sessions.find(phone) is None
    assert sessions.find(laptop)
    clock.move(timedelta(minutes=30))
    assert sessions.find(laptop) is None


def test_each_look_prolongs_the_session(sessions, clock):
    token = sessions.start(AGNES).token
    for _ in range(10):
        clock.move(timedelta(minutes=14))
        assert sessions.find(token)

    assert sessions.count() == 1


def test_setting_the_wall_clock_neither_ends_nor_prolongs(sessions, clock):
    token = sessions.start(AGNES).token

    clock.at += timedelta(days=400)
    assert sessions.find(token)

    clock.move(timedelta(minutes=16))
    clock.at -= timedelta(days=800)
    assert sessions.find(token) is None


def test_logout_ends_one_and_lock_ends_all(sessions):
    first, second = sessions.start(AGNES), sessions.start(BENT)

    sessions.end(first.token)
    sessions.end(first.token)
    assert sessions.find(first.token) is None
    assert sessions.find(second.token)

    sessions.end_all()
    assert sessions.count() == 0


def test_a_flood_of_logins_pushes_out_the_one_untouched_longest(clock):
    sessions = Sessions(clock, most=3)
    first, second, third = (sessions.start(AGNES) for _ in range(3))
    sessions.find(first.token)

    sessions.start(BENT)

    assert sessions.count() == 3
    assert sessions.find(second.token) is None
    assert sessions.find(first.token)
    assert sessions.find(third.token)


def test_a_look_that_is_no_use_does_not_prolong_the_session(sessions, clock):
    token = sessions.start(AGNES).token
    clock.move(timedelta(minutes=10))

    assert sessions.find(token, is_use=False)
    clock.move(timedelta(minutes=6))

    assert sessions.find(token, is_use=False) is None


def test_the_busiest_session_ends_after_twelve_hours(sessions, clock):
    token, later = sessions.start(AGNES).token, None
    for _ in range(72):
        assert sessions.find(token)
        clock.move(timedelta(minutes=10))
        later = later or sessions.start(BENT).token
        sessions.find(later)

    assert sessions.find(token) is None
    assert sessions.find(later)
    assert sessions.count() == 1
