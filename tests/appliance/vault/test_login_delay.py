import threading
from datetime import timedelta

import pytest

from appliance.errors import WaitBeforeRetryError
from appliance.vault.login_delay import LoginDelay, wait_after

PHONE = "10.77.0.21"


def right():
    return True


def wrong():
    return False


def guess(delay, clock, times, account="agnes", device=PHONE):
    """Type wrong codes as fast as the box allows; return the seconds that took."""
    started = clock.monotonic()
    for _ in range(times):
        try:
            delay.attempt(account, device, wrong)
        except WaitBeforeRetryError as wait:
            clock.move(timedelta(seconds=wait.wait_s))
            delay.attempt(account, device, wrong)
    return clock.monotonic() - started


def test_five_are_free_then_the_wait_doubles_up_to_thirty_seconds():
    waits = [wait_after(failures) for failures in range(13)]

    assert waits == [0, 0, 0, 0, 0, 0, 2, 4, 8, 16, 30, 30, 30]
    assert wait_after(10_000) == 30


def test_nurse_is_in_within_31_seconds_after_ten_thousand_wrong_codes(clock):
    delay = LoginDelay(clock)
    guess(delay, clock, 10_000)

    with pytest.raises(WaitBeforeRetryError) as refused:
        delay.attempt("agnes", "10.77.0.30", right)

    assert refused.value.wait_s <= 30
    clock.move(timedelta(seconds=31))
    assert delay.attempt("agnes", "10.77.0.30", right)


def test_guessing_ten_thousand_codes_takes_more_than_three_days(clock):
    assert guess(LoginDelay(clock), clock, 10_000) > 3 * 24 * 3600


def test_a_try_that_came_too_early_is_not_hashed_and_does_not_lengthen_the_wait(clock):
    delay = LoginDelay(clock)
    guess(delay, clock, 6)
    hashed = []

    for _ in range(50):
        with pytest.raises(WaitBeforeRetryError):
            delay.attempt("agnes", PHONE, lambda: bool(hashed.append(1)))
    clock.move(timedelta(seconds=2))

    assert hashed == []
    assert delay.attempt("agnes", PHONE, right)


def test_right_code_clears_account_and_device(clock):
    delay = LoginDelay(clock)
    guess(delay, clock, 5)
    delay.attempt("agnes", PHONE, right)

    assert guess(delay, clock, 5) == 0


def test_one_device_guessing_many_accounts_is_slowed_all_the_same(clock):
    delay = LoginDelay(clock)
    for number in range(6):
        delay.attempt(f"staff-{number}", PHONE, wrong)

    with pytest.raises(WaitBeforeRetryError):
        delay.attempt("never-tried", PHONE, right)


def test_setting_the_wall_clock_shortens_no_wait(clock):
    delay = LoginDelay(clock)
    guess(delay, clock, 6)

    clock.at += timedelta(days=1)

    with pytest.raises(WaitBeforeRetryError):
        delay.attempt("agnes", PHONE, right)


def test_memory_is_bounded_and_the_oldest_goes_first(clock):
    delay = LoginDelay(clock, most_remembered=100)
    guess(delay, clock, 6)
    for number in range(150):
        delay.attempt(f"flood-{number}", f"device-{number}", wrong)

    assert len(delay._by_account) == len(delay._by_device) == 100
    assert delay.attempt("agnes", PHONE, right)


def test_a_hundred_tries_at_once_are_hashed_one_by_one_and_only_six_of_them(clock):
    delay = LoginDelay(clock)
    at_once, most_at_once, hashed = 0, 0, 0

    def slow_and_wrong():
        nonlocal at_once, most_at_once, hashed
        at_once, hashed = at_once + 1, hashed + 1
        most_at_once = max(most_at_once, at_once)
        threading.Event().wait(0.005)
        at_once -= 1
        return False

    def try_once():
        try:
            delay.attempt("agnes", PHONE, slow_and_wrong)
        except WaitBeforeRetryError:
            return

    crowd = [threading.Thread(target=try_once) for _ in range(100)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()

    assert (most_at_once, hashed) == (1, 6)
