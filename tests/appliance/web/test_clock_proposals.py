from datetime import UTC, datetime, timedelta

import pytest

from appliance.records.terms import Role, StaffId
from appliance.vault.sessions import Person
from appliance.web.clock_proposals import (
    EXPIRES_S,
    ClockProposals,
    Gap,
    Outcome,
    difference,
    read_typed,
    second_look,
)

NOW = datetime(2026, 12, 1, 2, 14, tzinfo=UTC)
AGNES = Person("AGN", Role.NURSE, StaffId("s-agnes"))
BENT = Person("BEN", Role.IT, StaffId("s-bent"))
NOTHING = ("", "")


def proposed(by: Person = AGNES, moment: datetime = NOW) -> tuple[ClockProposals, str]:
    proposals = ClockProposals()
    return proposals, proposals.put(moment, by, 100.0).id


@pytest.mark.parametrize(
    ("shown", "gap", "number", "is_behind", "is_large"),
    [
        (timedelta(seconds=-119), Gap.SMALL, 0, True, False),
        (timedelta(minutes=-5), Gap.MINUTES, 5, True, False),
        (timedelta(minutes=5, seconds=1), Gap.MINUTES, 5, False, True),
        (timedelta(minutes=-119), Gap.MINUTES, 119, True, True),
        (timedelta(hours=2), Gap.HOURS, 2, False, True),
        (timedelta(hours=-47), Gap.HOURS, 47, True, True),
        (timedelta(days=-1096), Gap.DAYS, 1096, True, True),
    ],
)
def test_difference_is_told_in_numbers_that_fit_one_sentence(
    shown: timedelta, gap: Gap, number: int, *, is_behind: bool, is_large: bool
) -> None:
    told = difference(NOW, NOW + shown)

    assert (told.gap, told.number) == (gap, number)
    assert (told.is_behind, told.is_large) == (is_behind, is_large)


def test_proposed_time_runs_on_and_is_over_after_ten_minutes() -> None:
    proposals, number = proposed()

    waiting = proposals.current(100.0 + EXPIRES_S - 1)
    assert waiting is not None
    assert (waiting.id, waiting.moment(160.0)) == (number, NOW + timedelta(minutes=1))
    assert proposals.current(100.0 + EXPIRES_S) is None
    assert proposals.current(100.0) is None


def test_new_time_takes_the_place_of_the_one_that_waits_until_it_is_dropped() -> None:
    proposals, first = proposed()
    second = proposals.put(NOW, BENT, 101.0)

    assert proposals.current(102.0) == second
    assert second.id != first
    proposals.drop()
    assert proposals.current(102.0) is None


@pytest.mark.parametrize(
    ("person", "typed", "days_off", "outcome"),
    [
        (AGNES, NOTHING, 0, Outcome.SURE),
        (BENT, NOTHING, 20, Outcome.SURE),
        (AGNES, NOTHING, 20, Outcome.UNREAD),
        (AGNES, ("2026-12-01", "03:14"), 20, Outcome.SURE),
        (AGNES, ("1.12.2026", "03.15"), 20, Outcome.SURE),
        (AGNES, ("2026-12-01", "03:17"), 20, Outcome.DIFFERS),
        (AGNES, ("2025-12-01", "03:14"), 20, Outcome.DIFFERS),
    ],
)
def test_great_difference_needs_somebody_else_or_the_same_time_typed_again(
    person: Person, typed: tuple[str, str], days_off: int, outcome: Outcome
) -> None:
    proposals, _ = proposed()
    waiting = proposals.current(100.0)
    assert waiting is not None

    shown = NOW - timedelta(days=days_off)

    assert second_look(waiting, person, typed, 100.0, shown) is outcome


def test_card_holders_are_told_apart_by_their_initials() -> None:
    proposals, _ = proposed(Person("AB", Role.NURSE))
    waiting = proposals.current(100.0)

    assert waiting is not None
    assert waiting.is_by(Person("AB", Role.NURSE))
    assert not waiting.is_by(Person("CD", Role.NURSE))


@pytest.mark.parametrize(
    ("day", "time"),
    [("2026-12-01", "03:14"), ("2026-12-01", "03:14:00"), ("01.12.2026", "3.14"),
     (" 1/12-2026 ", " 03.14 ")],
)  # fmt: skip
def test_time_is_read_as_browsers_send_it_and_as_danes_write_it(day: str, time: str) -> None:
    assert read_typed(day, time) == NOW


@pytest.mark.parametrize(
    ("day", "time"),
    [("", ""), ("2026-12-01", ""), ("", "03:14"), ("31.02.2026", "03.14"), ("i dag", "nu"),
     ("2026-12-01", "25:00"), ("0001-01-01", "00:10"), ("2026-12-01T03:14", "+01:00"),
     ("1.12.2026", "03:14\x00")],
)  # fmt: skip
def test_what_is_no_time_is_nothing(day: str, time: str) -> None:
    assert read_typed(day, time) is None
