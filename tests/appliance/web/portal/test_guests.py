"""Who has met our page, and for how long that counts."""

from datetime import timedelta

import pytest

from appliance.clock import HeldClock
from appliance.web.portal.guests import LET_IN_FOR_S, UNUSED_AFTER_S, Guests, Standing

PHONE = "10.77.0.21"


@pytest.fixture
def guests(clock: HeldClock) -> Guests:
    return Guests(clock)


def test_phone_is_new_until_it_is_let_in(guests):
    assert guests.standing(PHONE) is Standing.NEW

    guests.let_in(PHONE)

    assert guests.standing(PHONE) is Standing.LET_IN
    assert guests.standing("10.77.0.22") is Standing.NEW


def test_looking_at_a_page_lets_nobody_in(guests):
    guests.use(PHONE)

    assert guests.standing(PHONE) is Standing.NEW


def test_unused_phone_goes_back_to_mobile_data_and_comes_back_with_use(guests, clock):
    guests.let_in(PHONE)

    clock.move(timedelta(seconds=UNUSED_AFTER_S))
    asleep = guests.standing(PHONE)
    guests.use(PHONE)

    assert asleep is Standing.UNUSED
    assert guests.standing(PHONE) is Standing.LET_IN


def test_asking_for_internet_is_not_use(guests, clock):
    guests.let_in(PHONE)

    for _ in range(4):
        clock.move(timedelta(seconds=UNUSED_AFTER_S / 3))
        guests.standing(PHONE)

    assert guests.standing(PHONE) is Standing.UNUSED


def test_next_shift_meets_the_page_anew(guests, clock):
    guests.let_in(PHONE)

    clock.move(timedelta(seconds=LET_IN_FOR_S))
    guests.use(PHONE)

    assert guests.standing(PHONE) is Standing.NEW


def test_list_of_phones_does_not_grow_without_end(guests):
    guests.let_in("first")

    for number in range(2000):
        guests.let_in(f"10.77.{number // 250}.{number % 250}")

    assert guests.standing("first") is Standing.NEW
    assert guests.standing("10.77.7.249") is Standing.LET_IN
    assert len(guests._guests) <= 512
