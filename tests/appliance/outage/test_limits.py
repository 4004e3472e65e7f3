from datetime import timedelta

import pytest

from appliance.errors import PlanLogBusyError
from appliance.outage import limits
from appliance.outage.events import Kind
from appliance.outage.limits import Allowance, bytes_for


def write(allowance: Allowance, number: int, client: str = "10.77.0.20") -> int:
    """Write so often if it is allowed; return how often it was."""
    for done in range(number):
        try:
            allowance.take(Kind.NOTE, client)
        except PlanLogBusyError:
            return done
    return number


def test_one_phone_may_not_write_for_all(clock) -> None:
    allowance = Allowance(clock)

    assert write(allowance, 500) == limits.MOST_PER_CLIENT
    assert write(allowance, 10, "10.77.0.21") == 10


def test_all_phones_together_may_write_so_much_an_hour(clock) -> None:
    allowance = Allowance(clock)

    written = sum(write(allowance, 80, f"10.77.0.{number}") for number in range(20, 30))

    assert written == limits.MOST_PER_HOUR


def test_an_hour_later_there_is_room_again_whatever_the_wall_clock_says(clock) -> None:
    allowance = Allowance(clock)
    write(allowance, 500)

    clock.at += timedelta(days=9)
    assert write(allowance, 1) == 0
    clock.ticks_s += 3600.0

    assert write(allowance, 1) == 1


def test_a_leader_decides_however_much_others_have_written(clock) -> None:
    allowance = Allowance(clock)
    for number in range(20, 30):
        write(allowance, 80, f"10.77.0.{number}")

    allowance.take(Kind.DECISION, "10.77.0.20")

    with pytest.raises(PlanLogBusyError):
        allowance.take(Kind.NOTE, "10.77.0.99")


def test_ending_again_and_again_is_held_back_as_well(clock) -> None:
    allowance = Allowance(clock)

    for _ in range(limits.MOST_VITAL_PER_CLIENT):
        allowance.take(Kind.END, "10.77.0.20")

    with pytest.raises(PlanLogBusyError):
        allowance.take(Kind.END, "10.77.0.20")


def test_phones_that_have_not_written_for_long_are_forgotten(clock) -> None:
    allowance = Allowance(clock)

    for number in range(2000):
        clock.ticks_s += 60
        allowance.take(Kind.NOTE, f"phone {number}")

    assert len(allowance._clients) == limits._MOST_CLIENTS


def test_what_is_vital_has_room_when_the_file_is_full() -> None:
    assert bytes_for(Kind.END) > bytes_for(Kind.NOTE)
