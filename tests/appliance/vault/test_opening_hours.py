import threading
from datetime import timedelta

import pytest

from appliance.policy import OPENS_FOR, QUIET_BEFORE_LOCK
from appliance.vault.key_slots import SlotKind
from appliance.vault.opening_hours import MARK, OpeningHours

BY_PEOPLE = (SlotKind.CARD, SlotKind.USB, SlotKind.RECOVERY)


@pytest.fixture
def hours(clock, tmp_path):
    return OpeningHours(tmp_path, clock, hub_may_open=True)


@pytest.mark.parametrize("kind", BY_PEOPLE)
def test_a_key_of_people_opens_for_twelve_hours(hours, clock, kind):
    hours.open(kind, was_open=False)
    clock.move(OPENS_FOR - timedelta(seconds=1))
    is_over_before = hours.is_over()
    clock.move(timedelta(seconds=1))

    assert not is_over_before
    assert hours.is_over()


def test_a_box_in_use_is_not_locked_under_the_nurse(hours, clock):
    hours.open(SlotKind.CARD, was_open=False)
    clock.move(OPENS_FOR - timedelta(minutes=1))
    hours.use()
    clock.move(QUIET_BEFORE_LOCK - timedelta(seconds=1))
    is_over_while_used = hours.is_over()
    clock.move(timedelta(seconds=1))

    assert not is_over_while_used
    assert hours.is_over()


def test_the_card_used_again_begins_the_twelve_hours_anew(hours, clock):
    hours.open(SlotKind.CARD, was_open=False)
    clock.move(OPENS_FOR - timedelta(minutes=1))
    hours.open(SlotKind.CARD, was_open=True)

    assert hours.left_s == OPENS_FOR.total_seconds()


def test_what_the_hub_opened_stays_open_also_after_a_card_was_used(hours, clock):
    hours.open(SlotKind.HUB, was_open=False)
    hours.open(SlotKind.CARD, was_open=True)
    clock.move(timedelta(days=40))

    assert hours.left_s is None
    assert not hours.is_over()


def test_hub_opens_again_after_time_was_up_but_not_after_a_person_locked(hours):
    hours.open(SlotKind.CARD, was_open=False)
    hours.lock(by_person=False)
    after_time = hours.hub_may_open
    hours.lock(by_person=True)

    assert after_time
    assert not hours.hub_may_open


def test_a_person_who_opens_the_box_lets_the_hub_in_again(hours):
    hours.lock(by_person=True)
    hours.open(SlotKind.CARD, was_open=False)
    hours.lock(by_person=False)

    assert hours.hub_may_open


def test_a_box_that_is_always_locked_is_never_opened_by_the_hub(clock, tmp_path):
    hours = OpeningHours(tmp_path, clock, hub_may_open=False)
    hours.open(SlotKind.CARD, was_open=False)
    hours.lock(by_person=False)

    assert not hours.hub_may_open


def test_a_keeper_that_is_restarted_still_knows_that_a_person_locked_the_box(
    hours, clock, tmp_path
):
    hours.lock(by_person=True)
    restarted = OpeningHours(tmp_path, clock, hub_may_open=True)
    may_open = restarted.hub_may_open
    restarted.open(SlotKind.CARD, was_open=False)

    assert not may_open
    assert OpeningHours(tmp_path, clock, hub_may_open=True).hub_may_open


def test_ram_folder_without_room_costs_only_the_mark(hours, tmp_path, caplog):
    (tmp_path / MARK).mkdir()
    hours.open(SlotKind.CARD, was_open=False)
    hours.lock(by_person=True)

    assert "not kept: N-500" in caplog.text
    assert not hours.hub_may_open


def test_a_use_in_the_middle_of_a_lock_brings_nothing_back(hours):
    """A log entry and a person's lock at once: the lock holds, whoever wins."""
    for _ in range(200):
        hours.open(SlotKind.CARD, was_open=False)
        using = threading.Thread(target=lambda: [hours.use() for _ in range(20)])
        using.start()
        hours.lock(by_person=True)
        using.join()
        assert not hours.hub_may_open
        assert hours.left_s is None


def test_setting_the_clock_neither_locks_the_box_nor_keeps_it_open(hours, clock):
    hours.open(SlotKind.CARD, was_open=False)
    clock.at += timedelta(days=3650)
    is_over_after_step = hours.is_over()
    clock.at -= timedelta(days=7300)
    clock.ticks_s += OPENS_FOR.total_seconds()

    assert not is_over_after_step
    assert hours.is_over()
