from datetime import timedelta

import pytest

from appliance.box_clock.note import NAME, read_note
from appliance.clock import ClockLevel
from appliance.errors import ClockNotSetError, StorageError
from appliance.vault.clock_setting import ClockSetting
from tests.simulators.machine_time import TODAY, SimulatedMachine


@pytest.fixture
def machine():
    return SimulatedMachine(system=TODAY - timedelta(hours=9))


@pytest.fixture
def setting(machine, tmp_path):
    return ClockSetting(tmp_path, machine.clock(tmp_path))


def test_time_a_person_says_is_what_every_program_shows(machine, setting, tmp_path):
    setting.set_by_hand(TODAY, None)
    machine.run(timedelta(minutes=3))

    clock = machine.clock(tmp_path)
    assert clock.now() == TODAY + timedelta(minutes=3)
    assert clock.judged().level is ClockLevel.MANUAL


@pytest.mark.parametrize("days", [-2, 6 * 365])
def test_time_that_cannot_be_changes_nothing(setting, tmp_path, days):
    with pytest.raises(ClockNotSetError):
        setting.set_by_hand(TODAY + timedelta(days=days), TODAY)

    assert not (tmp_path / NAME).exists()


def test_clock_the_network_keeps_is_not_set(machine, setting):
    machine.is_synchronised = True

    with pytest.raises(ClockNotSetError, match="network"):
        setting.set_by_hand(TODAY, None)


def test_slip_can_be_set_right_again(machine, setting, tmp_path):
    setting.set_by_hand(TODAY + timedelta(days=365), TODAY - timedelta(hours=9))
    setting.keep_up(TODAY - timedelta(hours=9))

    setting.set_by_hand(TODAY, TODAY - timedelta(hours=9))

    assert machine.clock(tmp_path).now() == TODAY


def test_floor_rises_with_what_happens_and_never_falls(setting, tmp_path):
    floors = []
    for moved in (timedelta(0), timedelta(seconds=30), timedelta(hours=2), timedelta(days=-3)):
        setting.keep_up(TODAY + moved)
        floors.append(read_note(tmp_path).floor)
    setting.keep_up(None)

    assert floors == [TODAY, TODAY, TODAY + timedelta(hours=2), TODAY + timedelta(hours=2)]


def test_network_ends_what_a_person_set_for_good(machine, setting, tmp_path):
    setting.set_by_hand(TODAY + timedelta(days=2), None)
    machine.system, machine.is_synchronised = TODAY, True
    setting.keep_up(None)
    machine.is_synchronised = False

    clock = machine.clock(tmp_path)

    assert (clock.now(), clock.judged().level) == (TODAY, ClockLevel.NTP)


def test_many_small_steps_do_not_walk_away_with_what_the_network_set(machine, setting, tmp_path):
    machine.system, machine.is_synchronised = TODAY, True
    setting.keep_up(None)
    machine.is_synchronised = False
    for _ in range(3):
        machine.system += timedelta(seconds=40)
        setting.keep_up(None)

    assert machine.clock(tmp_path).judged().level is ClockLevel.UNSURE


def test_network_that_moves_the_clock_is_followed(machine, setting, tmp_path):
    machine.system, machine.is_synchronised = TODAY, True
    setting.keep_up(None)
    machine.system += timedelta(minutes=5)
    setting.keep_up(None)
    machine.is_synchronised = False

    assert machine.clock(tmp_path).judged().level is ClockLevel.NTP


def test_ram_folder_without_room_keeps_the_clock_as_it_was(machine, tmp_path, caplog):
    (tmp_path / "full").write_bytes(b"")
    setting = ClockSetting(tmp_path / "full", machine.clock(tmp_path))

    setting.keep_up(TODAY)
    with pytest.raises(StorageError):
        setting.set_by_hand(TODAY, None)

    assert "clock: N-500" in caplog.text
