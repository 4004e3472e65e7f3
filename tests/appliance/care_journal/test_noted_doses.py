"""Doses that were noted: which due times they see to, and never two with one."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from appliance.care_journal import noted_doses
from appliance.care_journal.events import JournalEvent, MedicineGiven, Outcome, Struck
from appliance.care_journal.noted_doses import seen_to
from appliance.care_journal.state import fold
from appliance.clock import DANISH_TIME
from tests.appliance.care_journal.noted import about

INSULIN = MedicineGiven("Insulix", "8 enheder", order_id="m-i")


def at(clock: str, day: int = 26, fold: int = 0) -> datetime:
    hour, minute = map(int, clock.split("."))
    return datetime(2026, 11, day, hour, minute, fold=fold, tzinfo=DANISH_TIME)


def noted(when: datetime, number: int = 1, **changes) -> JournalEvent:
    event = JournalEvent(f"{number:016x}", when, when, "AB", INSULIN, "c-1", "u-syd")
    return replace(event, **changes)


@pytest.mark.parametrize(
    ("clock", "is_seen_to"), [("22.05", True), ("21.40", True), ("21.00", True), ("20.59", False)]
)
def test_dose_noted_from_an_hour_before_it_is_due_sees_to_it(clock, is_seen_to):
    event = noted(at(clock))

    assert seen_to([at("22.00")], [event]) == [event if is_seen_to else None]


@pytest.mark.parametrize(("clock", "place"), [("22.05", 1), ("12.00", 0), ("21.30", 0)])
def test_one_entry_sees_to_the_nearest_dose_and_never_to_two(clock, place):
    """The morning's may stand on paper only: what is noted at night is the night's."""
    event = noted(at(clock))

    seen = seen_to([at("21.00") if clock == "21.30" else at("08.00"), at("22.00")], [event])

    assert seen == [event if each == place else None for each in range(2)]


def test_two_entries_within_the_hour_see_to_two_doses_in_the_order_they_were_given():
    late, early = noted(at("21.50"), 1), noted(at("21.10"), 2)

    assert seen_to([at("21.00"), at("22.00")], [late, early]) == [early, late]


def test_second_entry_for_one_dose_does_not_see_to_that_of_the_morning():
    entries = [noted(at("21.58"), 1), noted(at("22.05"), 2)]

    assert seen_to([at("22.00"), at("08.00", 27)], entries) == [entries[0], None]


def test_dose_of_after_midnight_is_seen_to_before_it():
    event = noted(at("23.45"))

    assert seen_to([at("00.30", 27)], [event]) == [event]


@pytest.mark.parametrize(("minutes", "is_seen_to"), [(110, False), (60, True)])
def test_hour_of_the_night_the_clocks_change_is_an_hour_that_passed(minutes, is_seen_to):
    """By the wall clock 110 minutes before 03.30 are 02.40, the first time."""
    due = datetime(2026, 10, 25, 3, 30, tzinfo=DANISH_TIME)
    given = datetime.fromtimestamp(due.timestamp() - 60 * minutes, DANISH_TIME)
    event = noted(given)

    assert seen_to([due], [event]) == [event if is_seen_to else None]


def test_entry_by_an_unsure_clock_sees_to_nothing():
    assert seen_to([at("22.00")], [noted(at("22.05"), is_clock_sure=False)]) == [None]


def test_what_is_struck_as_needed_or_without_an_order_is_no_dose_of_one():
    events = [
        noted(at("22.05"), 1),
        noted(at("22.05"), 2, what=Struck(about(1))),
        noted(at("22.05"), 3, what=replace(INSULIN, is_as_needed=True)),
        noted(at("22.05"), 4, what=replace(INSULIN, order_id="")),
    ]

    assert noted_doses.noted_doses(fold(events), "c-1", at("23.00")) == []


def test_dose_of_a_drill_is_one_in_the_drill_and_none_after_it():
    event = noted(at("22.05"), is_drill=True)

    assert noted_doses.noted_doses(fold([event], is_drill=True), "c-1", at("23.00")) == [event]
    assert noted_doses.noted_doses(fold([event]), "c-1", at("23.00")) == []


def test_dose_of_a_time_that_has_not_come_counts_only_where_the_clock_was_unsure():
    """The clock was set back since: a tick of then counts for nothing either."""
    ahead = [noted(at("23.30"), 1), noted(at("23.30"), 2, is_clock_sure=False)]

    assert noted_doses.noted_doses(fold(ahead), "c-1", at("23.00")) == ahead[1:]
    assert noted_doses.noted_doses(None, "c-1", at("23.00")) == []


def test_dose_is_told_with_when_who_and_what_came_of_it():
    what = replace(INSULIN, outcome=Outcome.NOT_GIVEN, reason="sov", order_id="m-i")
    event = noted(at("22.05"), what=what, is_drill=True)

    told = noted_doses.told(event, at("22.05") + timedelta(hours=1))

    said = "Noteret kl. 22.05 af AB (øvelse): Insulix · 8 enheder · ikke givet · sov"
    assert told == said
    assert not noted_doses.is_given(event)
