from datetime import timedelta

import pytest

from appliance.errors import PlanLogBusyError
from appliance.outage import limits
from appliance.outage.events import Kind
from appliance.outage.limits import Allowance, Share, bytes_for, share_of


def write(
    allowance: Allowance, number: int, client: str = "10.77.0.20", share: Share = Share.NOTES
) -> int:
    """Write so often if it is allowed; return how often it was."""
    for done in range(number):
        try:
            allowance.take(share, client)
        except PlanLogBusyError:
            return done
    return number


def test_one_phone_may_not_write_for_all(clock) -> None:
    allowance = Allowance(clock)

    assert write(allowance, 500) == limits.MOST_PER_CLIENT[Share.NOTES]
    assert write(allowance, 10, "10.77.0.21") == 10


def test_all_phones_together_may_write_so_much_an_hour(clock) -> None:
    allowance = Allowance(clock)

    written = sum(write(allowance, 80, f"10.77.0.{number}") for number in range(20, 30))

    assert written == limits.MOST_PER_HOUR[Share.NOTES]


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

    allowance.take(Share.DECISIONS, "10.77.0.20")

    with pytest.raises(PlanLogBusyError):
        allowance.take(Share.NOTES, "10.77.0.99")


def test_ending_again_and_again_is_held_back_as_well(clock) -> None:
    allowance = Allowance(clock)

    assert write(allowance, 500, share=Share.ENDS) == limits.MOST_PER_CLIENT[Share.ENDS]


def test_an_outage_can_be_ended_however_much_has_been_decided(clock) -> None:
    allowance = Allowance(clock)
    for number in range(20, 30):
        write(allowance, 500, f"10.77.0.{number}", Share.DECISIONS)

    assert write(allowance, 1, share=Share.ENDS) == 1


def test_a_crisis_staff_decides_a_hundred_and_twenty_times_an_hour_on_each_of_three_phones(
    clock,
) -> None:
    allowance = Allowance(clock)

    written = [write(allowance, 500, f"10.77.0.{n}", Share.DECISIONS) for n in (20, 21, 22)]

    assert written == [120, 120, 120]


def test_phones_that_have_not_written_for_long_are_forgotten(clock) -> None:
    allowance = Allowance(clock)

    for number in range(2000):
        clock.ticks_s += 60
        allowance.take(Share.NOTES, f"phone {number}")

    assert len(allowance._clients) == limits._MOST_CLIENTS


def test_open_question_of_the_plan_is_held_back_by_nothing(clock) -> None:
    allowance = Allowance(clock)

    assert write(allowance, 1000, share=share_of(Kind.DECISION, is_asked=True)) == 1000


def test_in_a_full_file_there_is_room_for_decisions_then_for_answers_then_for_the_end() -> None:
    rooms = [
        bytes_for(share_of(Kind.NOTE)),
        bytes_for(share_of(Kind.DECISION)),
        bytes_for(share_of(Kind.DECISION, is_asked=True)),
        bytes_for(share_of(Kind.END)),
    ]

    assert rooms == sorted(set(rooms))
