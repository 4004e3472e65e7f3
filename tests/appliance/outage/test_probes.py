"""Real sockets on loopback: there, refused, gone; and how long it has been so."""

from dataclasses import replace
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.config import BoxConfig, BoxSection, HubSection
from appliance.outage.probe_status import Probed, read_probes
from appliance.outage.probes import (
    Probe,
    ProbeWatch,
    is_listening,
    is_reached,
    probes_of,
)
from appliance.outage_settings import OutageSection
from tests.simulators.loopback import LoopbackServer

SOON = 30.0  # what answers or refuses does so at once, unless the machine is busy
NOWHERE = "224.0.0.1:9"  # the kernel itself refuses: no packet leaves this machine


def test_a_machine_that_refuses_is_there_and_its_program_is_not(
    server: LoopbackServer, closed: str
) -> None:
    address = server.origin.removeprefix("http://")

    assert (is_reached(address, SOON), is_listening(address, SOON)) == (True, True)
    assert (is_reached(closed, SOON), is_listening(closed, SOON)) == (True, False)
    assert (is_reached(NOWHERE, SOON), is_listening(NOWHERE, SOON)) == (False, False)


def test_a_name_that_cannot_be_one_is_not_reached() -> None:
    assert not is_reached("a" * 80 + ".invalid:1", SOON)


def config(folder: Path, **outage: object) -> BoxConfig:
    return BoxConfig(
        box=BoxSection("boks-1", "Test", state_dir=folder),
        hub=HubSection("http://127.0.0.1:9/files"),
        outage=OutageSection(**outage),  # type: ignore[arg-type]
    )


def test_a_box_that_is_told_nothing_looks_at_nothing(tmp_path: Path) -> None:
    assert probes_of(config(tmp_path)) == ()


def test_probes_go_from_near_to_far(tmp_path: Path, server: LoopbackServer, closed: str) -> None:
    whole = config(
        tmp_path, gateway=closed, internet=(NOWHERE, closed), care_system=f"{server.origin}/200"
    )

    found = {probe.what: probe.is_up() for probe in probes_of(whole, SOON)}

    assert list(found) == list(Probed)
    found.pop(Probed.LINK)  # as this machine has it
    assert found == {
        Probed.GATEWAY: True, Probed.INTERNET: True, Probed.HUB: False, Probed.CARE_SYSTEM: True,
    }  # fmt: skip


def test_where_there_is_a_proxy_it_is_what_the_hub_is_reached_by(
    tmp_path: Path, server: LoopbackServer
) -> None:
    plain = config(tmp_path, care_system="http://127.0.0.1:9/")
    behind = replace(plain, hub=replace(plain.hub, proxy=server.origin))

    (hub,) = [each for each in probes_of(behind, SOON) if each.what is Probed.HUB]

    assert hub.is_up()


class Switch:
    """A care system a test turns on and off."""

    def __init__(self) -> None:
        self.is_on = True

    def probe(self) -> Probe:
        return Probe(Probed.CARE_SYSTEM, lambda: self.is_on)


def watch(folder: Path, clock: HeldClock, switch: Switch) -> ProbeWatch:
    return ProbeWatch([switch.probe()], folder, clock)


def test_what_goes_down_is_counted_from_then_whatever_the_wall_clock_does(
    tmp_path: Path, clock: HeldClock
) -> None:
    switch = Switch()
    watching = watch(tmp_path, clock, switch)
    watching.look()
    switch.is_on = False
    clock.ticks_s += 60
    went = clock.now()
    watching.look()
    clock.ticks_s += 240
    clock.at = clock.at.replace(year=2031)

    (seen,) = watching.look().seen

    assert (seen.is_up, seen.since, seen.for_s) == (False, went, 240.0)


def test_a_change_is_written_at_once_and_the_rest_every_five_minutes(
    tmp_path: Path, clock: HeldClock
) -> None:
    switch = Switch()
    watching = watch(tmp_path, clock, switch)
    written = []
    for second in range(0, 900, 60):
        switch.is_on = second < 420
        watching.look()
        status = read_probes(tmp_path)
        assert status is not None
        written.append(status.monotonic_s)
        clock.ticks_s += 60

    assert sorted(set(written)) == [0, 300, 420, 720]


def test_a_worker_that_was_killed_goes_on_counting(tmp_path: Path, clock: HeldClock) -> None:
    switch = Switch()
    switch.is_on = False
    watch(tmp_path, clock, switch).look()
    clock.ticks_s += 400

    (seen,) = watch(tmp_path, clock, switch).look().seen

    assert seen.for_s == 400


def test_over_a_restart_of_the_box_it_is_counted_afresh(tmp_path: Path, clock: HeldClock) -> None:
    switch = Switch()
    switch.is_on = False
    clock.ticks_s = 9000
    first = watch(tmp_path, clock, switch).look().seen[0]
    clock.ticks_s = 30

    (seen,) = watch(tmp_path, clock, switch).look().seen

    assert (seen.for_s, seen.since) == (0.0, first.since)


def test_a_disk_that_refuses_is_tried_again(
    tmp_path: Path, clock: HeldClock, caplog: pytest.LogCaptureFixture
) -> None:
    switch = Switch()
    watching = watch(tmp_path, clock, switch)
    (tmp_path / "probes.json").mkdir()
    watching.look()
    (tmp_path / "probes.json").rmdir()

    watching.look()

    assert "N-500" in caplog.text
    assert read_probes(tmp_path) is not None
