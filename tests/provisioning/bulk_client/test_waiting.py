from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import HeldClock
from provisioning.bulk_client.errors import OutOfTimeError
from provisioning.bulk_client.waiting import Surroundings, Waiter, backoff, retry_after

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120.0),
        ({"Retry-After": " 7 "}, 7.0),
        ({"Retry-After": "0"}, 1.0),
        ({"Retry-After": "Mon, 23 Nov 2026 02:01:30 GMT"}, 90.0),
        ({"Retry-After": "Mon, 23 Nov 2026 02:01:30"}, 90.0),
        ({"Retry-After": "Mon, 23 Nov 2026 01:00:00 GMT"}, 1.0),
        (
            {
                "Retry-After": "Mon, 23 Nov 2026 05:01:30 GMT",
                "Date": "Mon, 23 Nov 2026 05:00:00 GMT",
            },
            90.0,
        ),
        ({}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "٣"}, None),
        ({"Retry-After": "9" * 40}, None),
    ],
)
def test_the_wait_a_server_asks_for_is_understood(headers: dict[str, str], seconds: float | None):
    assert retry_after(headers, NOW) == seconds


@given(st.text(max_size=40))
def test_whatever_a_header_says_it_is_a_wait_or_nothing(text: str):
    seconds = retry_after({"Retry-After": text, "Date": text[::-1]}, NOW)

    assert seconds is None or seconds >= 1


@given(st.integers(0, 10**6), st.floats(0, 1))
def test_our_own_wait_grows_to_a_minute_and_half_of_it_is_chance(tries: int, chance: float):
    longest = min(60.0, 2.0 ** min(tries, 16))

    assert max(1.0, longest / 2) <= backoff(tries, chance) <= longest


def test_nobody_waits_beyond_the_deadline():
    clock = HeldClock(NOW)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.move(timedelta(seconds=seconds))

    waiter = Waiter(Surroundings(clock, sleep), 100)
    waiter.wait(60, "it")
    waiter.wait(60, "it")

    assert slept == [60, 40]
    with pytest.raises(OutOfTimeError, match="it: not done in 2 min"):
        waiter.wait(1, "it")


def test_by_itself_the_client_takes_real_chance_and_tells_nobody():
    around = Surroundings(HeldClock(NOW))
    around.tell("x")

    assert 0 <= around.chance() <= 1
