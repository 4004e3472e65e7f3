from datetime import UTC, datetime, timedelta

from appliance.box_clock.clock import BoxClock
from appliance.box_clock.note import NAME, ClockNote, write_note
from appliance.clock import ClockLevel, SystemClock
from tests.simulators.machine_time import TODAY, SimulatedMachine


def test_without_a_note_it_is_the_system_clock(tmp_path):
    machine = SimulatedMachine()
    clock = machine.clock(tmp_path)

    assert (clock.now(), clock.monotonic()) == (TODAY, 100.0)
    assert clock.judged().level is ClockLevel.UNSURE


def test_real_machine_tells_the_time(tmp_path):
    clock = BoxClock(tmp_path)

    assert abs(clock.now() - SystemClock().now()) < timedelta(seconds=5)
    assert clock.judged().level in set(ClockLevel)


def test_all_programs_agree_at_once_on_what_was_set_and_forget_it_together(tmp_path):
    machine = SimulatedMachine(system=datetime(1970, 1, 2, tzinfo=UTC))
    clocks = [machine.clock(tmp_path) for _ in range(3)]
    before = [clock.now() for clock in clocks]

    write_note(tmp_path, ClockNote(set_offset_s=TODAY.timestamp() - 100.0))
    after = [clock.now() for clock in clocks]
    (tmp_path / NAME).unlink()

    assert before == [machine.system] * 3
    assert after == [TODAY] * 3
    assert [clock.now() for clock in clocks] == before


def test_time_that_was_set_runs_on_while_the_system_clock_jumps(tmp_path):
    machine = SimulatedMachine(system=TODAY + timedelta(days=3 * 365))
    write_note(tmp_path, ClockNote(set_offset_s=TODAY.timestamp() - 100.0))
    clock = machine.clock(tmp_path)

    machine.run(timedelta(minutes=5))
    machine.system -= timedelta(days=20)

    assert clock.now() == TODAY + timedelta(minutes=5)
    assert clock.judged().level is ClockLevel.MANUAL


def test_battery_is_asked_once_a_minute_and_only_where_nothing_better_is_known(tmp_path):
    machine = SimulatedMachine(battery=TODAY)
    clock = machine.clock(tmp_path)

    levels = {clock.judged().level for _ in range(50)}
    machine.run(timedelta(seconds=59))
    clock.judged()
    assert (levels, machine.asked) == ({ClockLevel.RTC}, 1)

    machine.run(timedelta(seconds=2))
    clock.judged()
    assert machine.asked == 2
    machine.is_synchronised = True
    machine.run(timedelta(minutes=5))
    assert (clock.judged().level, machine.asked) == (ClockLevel.NTP, 2)


def test_battery_asked_a_while_ago_still_shows_that_the_system_was_moved(tmp_path):
    machine = SimulatedMachine(battery=TODAY)
    clock = machine.clock(tmp_path)
    clock.judged()

    machine.system += timedelta(days=20)

    assert clock.judged().level is ClockLevel.UNSURE
